using System.Text.Json;

namespace HaWeb.Core.Storage;

/// <summary>A whole store at one revision, without its history: what a backup or a file holds.</summary>
/// <param name="Format">The version of this format.</param>
/// <param name="ClusterId">The store's cluster id.</param>
/// <param name="Revision">The store's revision.</param>
/// <param name="LastLease">The highest lease id ever given.</param>
/// <param name="Entries">All keys, in ordinal order.</param>
/// <param name="Leases">All leases, by id.</param>
public sealed record StoreSnapshot(
    int Format,
    ulong ClusterId,
    long Revision,
    long LastLease,
    IReadOnlyList<StoreEntry> Entries,
    IReadOnlyList<StoreLease> Leases)
{
    /// <summary>The format that is written, and the only one that is read.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The snapshot as JSON on one line, UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, StoreJson.Default.StoreSnapshot);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FormatException">It is no snapshot, or one that contradicts itself.</exception>
    public static StoreSnapshot Parse(ReadOnlySpan<byte> json)
    {
        StoreSnapshot? snapshot;
        try
        {
            snapshot = JsonSerializer.Deserialize(json, StoreJson.Default.StoreSnapshot);
        }
        catch (JsonException e)
        {
            throw new FormatException("This is no snapshot of a store: " + e.Message, e);
        }

        return snapshot switch
        {
            null => throw new FormatException("This is no snapshot of a store."),
            { Format: not CurrentFormat } => throw new FormatException($"This snapshot has format {snapshot.Format}; this version reads format {CurrentFormat}."),
            _ when snapshot.IsConsistent() => snapshot,
            _ => throw new FormatException("This snapshot of a store contradicts itself: a revision, a lease or the order of the keys is wrong."),
        };
    }

    private bool IsConsistent()
    {
        if (Revision < 1 || Entries is null || Leases is null)
        {
            return false;
        }

        var leases = new HashSet<long>();
        foreach (var lease in Leases)
        {
            if (lease is null || lease.Id < 1 || lease.Id > LastLease || lease.TimeToLive <= TimeSpan.Zero || !leases.Add(lease.Id))
            {
                return false;
            }
        }

        var previous = string.Empty;
        foreach (var entry in Entries)
        {
            if (entry?.Key is null || entry.Value is null
                || string.CompareOrdinal(previous, entry.Key) >= 0
                || entry.CreateRevision < 1 || entry.CreateRevision > entry.ModRevision || entry.ModRevision > Revision
                || entry.Version < 1
                || (entry.Lease != 0 && !leases.Contains(entry.Lease)))
            {
                return false;
            }

            previous = entry.Key;
        }

        return true;
    }
}
