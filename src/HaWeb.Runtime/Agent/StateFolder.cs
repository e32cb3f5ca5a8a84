namespace HaWeb.Runtime.Agent;

/// <summary>
/// The texts that a machine's agents keep for the next one, a file each. A file is replaced whole: a process that dies leaves the old text or the new one.
/// The disk is told to have it, and nobody waits for that: what is kept is of things that a power loss ends too. Requests are carried out one after the
/// other, in the order of the calls.
/// </summary>
public sealed class StateFolder : IDisposable
{
    private readonly string _folder;
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Makes one.</summary>
    /// <param name="folder">The folder; it is made when something is kept.</param>
    public StateFolder(string folder) => _folder = folder;

    /// <summary>Reads a text.</summary>
    /// <param name="name">Its name, with slashes between folders.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The text, or null; and why it cannot be read, which is null also when none is kept.</returns>
    public async Task<(string? Text, string? Problem)> ReadAsync(string name, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return (await File.ReadAllTextAsync(PathOf(name), cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, e.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Keeps a text.</summary>
    /// <param name="name">Its name, with slashes between folders.</param>
    /// <param name="text">The text; null to keep none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Why it could not be kept, or null.</returns>
    public async Task<string?> WriteAsync(string name, string? text, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The disk may take its time, and the caller has other things to do.
            await Task.Run(() => Replace(PathOf(name), text), cancellationToken).ConfigureAwait(false);
            if (text is not null)
            {
                _ = Task.Run(() => Flush(PathOf(name)), CancellationToken.None);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static void Replace(string path, string? text)
    {
        if (text is null)
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }

            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var fresh = path + ".new";
        File.WriteAllText(fresh, text);
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>Sees to it that the disk has what the kernel has. Failing that, it has it when the kernel chooses.</summary>
    private static void Flush(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
            RandomAccess.FlushToDisk(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It was replaced or removed meanwhile.
        }
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
