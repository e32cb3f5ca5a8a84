namespace HaWeb.Core.Supervision;

/// <summary>
/// One key that a session keeps in the store: what it shall hold, what it is known to hold, and the request under way. Whoever owns the session
/// commits what is due and again after every failure, so that a store outage only delays it.
/// </summary>
public sealed class Publication
{
    private bool _known;
    private bool _hasDesire;
    private bool _mayHaveBeenSeen;
    private string? _sent;

    /// <summary>Makes one whose present value in the store is unknown.</summary>
    /// <param name="key">The key.</param>
    /// <param name="mayExist">Whether an earlier process may have put it.</param>
    public Publication(string key, bool mayExist = false)
    {
        Key = key;
        _mayHaveBeenSeen = mayExist;
    }

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>The value it shall have; null when it shall not exist. Before it is set for the first time, the key is left as it is.</summary>
    public string? Desired
    {
        get;
        set
        {
            field = value;
            _hasDesire = true;
        }
    }

    /// <summary>The value it is known to have; null when it is known not to exist or nothing is known.</summary>
    public string? Published { get; private set; }

    /// <summary>The store revision at which <see cref="Published"/> was confirmed, 0 before.</summary>
    public long Revision { get; private set; }

    /// <summary>
    /// The store revision at which the key was last withdrawn, as far as is known; 0 when nobody can have seen it. While it is unknown whether anybody has,
    /// the revision at which it was found absent.
    /// </summary>
    public long WithdrawnAt { get; private set; }

    /// <summary>The commit under way, or 0.</summary>
    public long Request { get; private set; }

    /// <summary>Before this time it is not tried again.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>Whether a commit has to be sent.</summary>
    public bool IsDue => _hasDesire && Request == 0 && !IsConfirmed;

    /// <summary>Whether the store is known to hold what it shall.</summary>
    public bool IsConfirmed => _known && Request == 0 && Published == Desired;

    /// <summary>An earlier process withdrew the key at this revision; 0 when nobody can have seen it.</summary>
    public void Resume(long withdrawnAt)
    {
        WithdrawnAt = withdrawnAt;
        _mayHaveBeenSeen = false;
    }

    /// <summary>A commit of <see cref="Desired"/> was sent.</summary>
    public void Send(long request)
    {
        Request = request;
        _sent = Desired;
        _mayHaveBeenSeen |= _sent is not null;
    }

    /// <summary>The commit under way succeeded.</summary>
    public void Confirm(long revision) => Learn(_sent, revision);

    /// <summary>The store was seen to hold this value, or no key, at a revision.</summary>
    public void Learn(string? value, long revision)
    {
        Request = 0;
        Published = value;
        Revision = revision;
        _known = true;
        if (value is not null)
        {
            _mayHaveBeenSeen = true;
        }
        else if (_mayHaveBeenSeen)
        {
            WithdrawnAt = revision;
            _mayHaveBeenSeen = false;
        }
    }

    /// <summary>The commit under way failed, or the store may hold something else: nothing is known until the next commit.</summary>
    public void Forget()
    {
        Request = 0;
        Published = null;
        _known = false;
    }
}
