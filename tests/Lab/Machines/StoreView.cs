using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HaWeb.Lab;

/// <summary>
/// All keys of a store as etcd's own client reports them: a list, then a watch from the revision after it, which is begun again where it ended when the
/// member that it was on is gone. It knows nothing of HaWeb, so what it says about HaWeb's keys is a second opinion.
/// </summary>
public sealed class StoreView : IAsyncDisposable
{
    // etcdctl would outlive this process when that is killed: the shell around it ends it as soon as nobody holds the other end of the shell's input.
    private const string UntilInputEnds = """
        exec 3<&0
        "$@" 3<&- < /dev/null &
        watch=$!
        { cat <&3; kill $watch; } > /dev/null 2>&1 &
        exec 3<&-
        wait $watch
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly IReadOnlyList<string> _etcdctl;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _following;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, StoreKey> _keys = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = NewSignal();

    private long _revision;

    private StoreView(IReadOnlyList<string> etcdctl, long revision, IEnumerable<JsonElement> listed)
    {
        _etcdctl = etcdctl;
        _revision = revision;
        foreach (var entry in listed)
        {
            _keys[Text(entry, "key")] = Key(entry);
        }

        _following = FollowAsync();
    }

    /// <summary>The keys as they are now.</summary>
    public IReadOnlyDictionary<string, StoreKey> Keys
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, StoreKey>(_keys, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>The store's revision that <see cref="Keys"/> has at least.</summary>
    public long Revision
    {
        get
        {
            lock (_lock)
            {
                return _revision;
            }
        }
    }

    internal static async Task<StoreView> StartAsync(IReadOnlyList<string> etcdctl)
    {
        var listing = await Command.RequireAsync([.. etcdctl, "get", "", "--prefix", "--write-out=json"]);
        using var listed = JsonDocument.Parse(listing);
        var revision = listed.RootElement.GetProperty("header").GetProperty("revision").GetInt64();
        var entries = listed.RootElement.TryGetProperty("kvs", out var found) ? found.EnumerateArray() : default;
        return new StoreView(etcdctl, revision, [.. entries]);
    }

    /// <summary>Waits until the keys are as wished, at once if they are already, and gives them.</summary>
    /// <exception cref="LabException">They were not within the limit.</exception>
    public async Task<IReadOnlyDictionary<string, StoreKey>> WaitAsync(
        Func<IReadOnlyDictionary<string, StoreKey>, bool> wish, TimeSpan limit)
    {
        using var timer = new CancellationTokenSource(limit);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                changed = _changed.Task;
            }

            var keys = Keys;
            if (wish(keys))
            {
                return keys;
            }

            if (_following.IsCompleted)
            {
                await _following;
                throw new LabException("The store is followed no longer.");
            }

            try
            {
                await changed.WaitAsync(timer.Token);
            }
            catch (OperationCanceledException)
            {
                throw new LabException(
                    $"The store was not as wished within {limit.TotalSeconds:0.#} s. It has:\n" +
                    string.Join('\n', keys.Select(one => $"{one.Key} = {one.Value.Value}")));
            }
        }
    }

    /// <summary>Stops following.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _following;
        _ending.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Text(JsonElement entry, string field) =>
        entry.TryGetProperty(field, out var value) ? Encoding.UTF8.GetString(value.GetBytesFromBase64()) : "";

    private static StoreKey Key(JsonElement entry) => new(
        Text(entry, "value"),
        entry.GetProperty("create_revision").GetInt64(),
        entry.GetProperty("mod_revision").GetInt64(),
        entry.TryGetProperty("lease", out var lease) ? lease.GetInt64() : 0);

    private async Task FollowAsync()
    {
        try
        {
            while (!_ending.IsCancellationRequested)
            {
                await WatchAsync();
                await Task.Delay(Pause, _ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // It is not needed any longer.
        }
        finally
        {
            Signal();
        }
    }

    /// <summary>Follows until etcdctl ends: with the connection to its member, or because it is told to.</summary>
    private async Task WatchAsync()
    {
        using var watch = Command.Start(
        [
            "sh", "-c", UntilInputEnds, "sh",
            .. _etcdctl, "watch", "", "--prefix", "--write-out=json", $"--rev={(Revision + 1).ToString(CultureInfo.InvariantCulture)}",
        ]);
        using var end = _ending.Token.Register(watch.StandardInput.Close);

        // What it says while the store is away would fill its pipe.
        watch.BeginErrorReadLine();
        while (await watch.StandardOutput.ReadLineAsync() is { } line)
        {
            using var message = JsonDocument.Parse(line);
            Apply(message.RootElement);
            Signal();
        }

        await watch.WaitForExitAsync();
        watch.StandardInput.Close();
    }

    private void Apply(JsonElement message)
    {
        var events = message.GetProperty("Events");
        if (events.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var change in events.EnumerateArray())
            {
                var entry = change.GetProperty("kv");
                if (change.TryGetProperty("type", out var type) && type.GetInt32() == 1)
                {
                    _keys.Remove(Text(entry, "key"));
                }
                else
                {
                    _keys[Text(entry, "key")] = Key(entry);
                }

                // A deletion's key has the revision of the deletion.
                _revision = Math.Max(_revision, entry.GetProperty("mod_revision").GetInt64());
            }
        }
    }

    private void Signal()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }
}
