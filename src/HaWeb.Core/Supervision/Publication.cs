using HaWeb.Core.Storage;

namespace HaWeb.Core.Supervision;

/// <summary>
/// One key that a session keeps in the store: what it shall hold, what it is known to hold, and the request under way. Whoever owns the session
/// commits what is due and again after every failure, so that a store outage only delays it. Where the key is followed, what becomes of it is seen too.
/// </summary>
public sealed class Publication
{
    private bool _known;
    private bool _hasDesire;
    private bool _mayHaveBeenSeen;
    private bool _isBlocked;
    private string? _sent;

    // A put whose outcome nobody knows: until it is seen, an older deletion says nothing of it.
    private bool _isUncertain;
    private string? _seen;
    private long _seenAt;
    private long _lease;
    private long _deletedAt;
    private long _existedAt;

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

    /// <summary>
    /// Whether a put acts for the entry on the work list as it is, and not for a later version of it: one that is delayed on its way must not bring back what
    /// was withdrawn meanwhile.
    /// </summary>
    public bool IsForThisVersion { get; init; }

    /// <summary>Whether the key is followed, so that <see cref="Saw"/> tells of every change.</summary>
    public bool IsFollowed { get; init; }

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
    /// The store revision at which the key was last withdrawn, as far as is known; 0 when nobody can have seen it. While it is unknown when it was, the
    /// revision at which it was found absent.
    /// </summary>
    public long WithdrawnAt { get; private set; }

    /// <summary>The commit under way, or 0.</summary>
    public long Request { get; private set; }

    /// <summary>Before this time it is not tried again.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>Whether a commit has to be sent.</summary>
    public bool IsDue => _hasDesire && Request == 0 && !IsConfirmed && !(_isBlocked && Desired is not null);

    /// <summary>Whether the store is known to hold what it shall.</summary>
    public bool IsConfirmed => _known && Request == 0 && Published == Desired;

    /// <summary>Whether it was told that the key is another's, and the key has not been free since.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>An earlier process withdrew the key at this revision; 0 when nobody can have seen it.</summary>
    public void Resume(long withdrawnAt)
    {
        WithdrawnAt = withdrawnAt;
        _mayHaveBeenSeen = false;
    }

    /// <summary>A commit of <see cref="Desired"/> was sent.</summary>
    /// <param name="request">The commit.</param>
    /// <param name="lease">The session's lease.</param>
    public void Send(long request, long lease)
    {
        Request = request;
        _lease = lease;
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
        IsForeign = false;
        if (value is not null)
        {
            _mayHaveBeenSeen = true;
            _isUncertain = false;
            _existedAt = revision;
        }
        else if (_mayHaveBeenSeen)
        {
            WithdrawnAt = revision;
            _mayHaveBeenSeen = false;
        }

        Compare();
    }

    /// <summary>The key belongs to another: it is not tried again before it is seen to change, or for a while where it is not followed.</summary>
    /// <param name="revision">The revision at which it did.</param>
    public void Block(long revision)
    {
        Forget();
        IsForeign = true;
        _isBlocked = IsFollowed && _seenAt <= revision;
    }

    /// <summary>The key was seen to change, or was listed.</summary>
    /// <param name="entry">What it holds; null when it is absent.</param>
    /// <param name="revision">The revision of the change, or of the listing where the key is absent.</param>
    /// <param name="isChange">Whether this is the change itself.</param>
    public void Saw(StoreEntry? entry, long revision, bool isChange)
    {
        var isOwn = entry is not null && (_lease == 0 || entry.Lease == _lease);
        (_seen, _seenAt) = (isOwn ? entry!.Value : null, revision);
        _isBlocked = false;
        IsForeign &= entry is not null;
        if (isOwn)
        {
            _existedAt = Math.Max(_existedAt, revision);
            _isUncertain &= revision <= Revision;
        }
        else if (isChange && (entry is null || _deletedAt <= _existedAt))
        {
            // Another's entry in its place says that it has gone by then.
            _deletedAt = revision;
        }

        Compare();
    }

    /// <summary>Revisions start anew: the store is another one, or was restored from a backup.</summary>
    public void Restart()
    {
        Forget();
        (_seen, _seenAt, _deletedAt, _existedAt) = (null, 0, 0, 0);
        Revision = 0;
        _isUncertain = true;
    }

    /// <summary>The commit under way failed, or the store may hold something else: nothing is known until the next commit.</summary>
    public void Forget()
    {
        _isUncertain |= Request != 0 && _sent is not null;
        Request = 0;
        Published = null;
        _known = false;
    }

    /// <summary>Puts together what is known from answers and what was seen; a request under way is waited for.</summary>
    private void Compare()
    {
        if (Request != 0 || !_known)
        {
            return;
        }

        if (_seenAt > Revision && _seen != Published)
        {
            Learn(_seen, _seenAt);
        }
        else if (Published is null && WithdrawnAt == Revision && !_isUncertain && _deletedAt > _existedAt && _deletedAt <= Revision)
        {
            // It was found absent, and this is when it went.
            WithdrawnAt = _deletedAt;
        }
    }
}
