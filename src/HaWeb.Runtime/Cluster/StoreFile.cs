using System.Text.Json;
using HaWeb.Core.Storage;

namespace HaWeb.Runtime.Cluster;

/// <summary>
/// The one file that an embedded store is kept in: a snapshot on its first line, then a line per change. A change is on disk before
/// it is made. When the changes outgrow the snapshot a new file takes the old one's place at once. Next to it lies a lock file.
/// </summary>
internal sealed class StoreFile : IDisposable
{
    private const long LeastRewrite = 1 << 20;

    private readonly string _path;
    private readonly FileStream _lock;
    private FileStream _stream;
    private long _snapshotLength;
    private long _length;

    private StoreFile(string path, FileStream @lock, FileStream stream)
    {
        _path = path;
        _lock = @lock;
        _stream = stream;
    }

    /// <summary>Opens a file, or makes one with an empty store in it.</summary>
    /// <exception cref="StoreException">Another process has it, it cannot be used, or it is damaged; a damaged one is left as it is.</exception>
    public static (StoreFile File, StoreState State) Open(string path, ulong newClusterId)
    {
        FileStream? held = null;
        FileStream? stream = null;
        try
        {
            held = Lock(path);
            if (!File.Exists(path))
            {
                Replace(path, new StoreState(newClusterId));
            }

            stream = OpenStream(path);
            var file = new StoreFile(path, held, stream);
            return (file, file.Load());
        }
        catch (Exception e)
        {
            stream?.Dispose();
            held?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new StoreException(StoreFailure.Unavailable, $"The store file {path} cannot be used: {e.Message}", e);
            }

            throw;
        }
    }

    /// <summary>Puts a change on disk.</summary>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public void Append(StoreFileLine line)
    {
        try
        {
            if (_stream.Length != _length)
            {
                // What an append left behind that failed half-way.
                _stream.SetLength(_length);
            }

            _stream.Seek(_length, SeekOrigin.Begin);
            _stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, StoreFileJson.Default.StoreFileLine), (byte)'\n']);
            _stream.Flush(flushToDisk: true);
            _length = _stream.Position;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFailure.Unavailable, $"The store file {_path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Writes the whole anew when the changes have outgrown the snapshot.</summary>
    public void RewriteWhenLong(StoreState state)
    {
        if (_length - _snapshotLength < Math.Max(LeastRewrite, _snapshotLength))
        {
            return;
        }

        try
        {
            Replace(_path, state);
            var stream = OpenStream(_path);
            _stream.Dispose();
            _stream = stream;
            _snapshotLength = _length = _stream.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The long file still holds everything; the next change tries again.
        }
    }

    /// <summary>Lets go of the file.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        _lock.Dispose();
    }

    private static FileStream OpenStream(string path) =>
        new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);

    private static FileStream Lock(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StoreException(StoreFailure.Unavailable, $"The store file {path} is in use by another process or session, close that one first: {e.Message}", e);
        }
    }

    private static void Replace(string path, StoreState state)
    {
        var fresh = path + ".new";
        using (var stream = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write([.. state.ToSnapshot().ToJson(), (byte)'\n']);
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
    }

    private StoreState Load()
    {
        var bytes = new byte[_stream.Length];
        _stream.ReadExactly(bytes);
        var number = 1;
        try
        {
            var end = Array.IndexOf(bytes, (byte)'\n');
            var state = new StoreState(StoreSnapshot.Parse(end < 0 ? throw new FormatException("The line has no end.") : bytes.AsSpan(0, end)));
            var start = end + 1;
            _snapshotLength = start;
            while ((end = Array.IndexOf(bytes, (byte)'\n', start)) >= 0)
            {
                number++;
                Apply(state, bytes.AsSpan(start, end - start));
                start = end + 1;
            }

            // What follows the last line end was being written when the process died: nobody was told that it happened.
            _length = start;
            return state;
        }
        catch (Exception e) when (e is FormatException or JsonException or StoreRefusedException or OverflowException)
        {
            throw new StoreException(
                StoreFailure.Refused,
                $"The store file {_path} is damaged in line {number} and was left as it is: {e.Message} Put a backup in its place, or move it away to start with an empty store.",
                e);
        }
    }

    private static void Apply(StoreState state, ReadOnlySpan<byte> json)
    {
        switch (JsonSerializer.Deserialize(json, StoreFileJson.Default.StoreFileLine))
        {
            case { Writes: { } writes } when writes.All(write => write is { Key: not null }):
                state.Commit(new StoreTransaction([], [.. writes.Select(write => write.ToWrite())]));
                break;
            case { Grant: { } seconds }:
                state.GrantLease(TimeSpan.FromSeconds(seconds), default);
                break;
            case { Revoke: { } lease } when state.RevokeLease(lease):
                break;
            default:
                throw new FormatException("This is no change of a store.");
        }
    }
}
