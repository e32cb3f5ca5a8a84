using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;

namespace HaWeb.Runtime.Keepalived;

/// <summary>
/// Runs a keepalived for each balancer of this machine that shares an address: a process of its own session that outlives the agent, found again by its files.
/// Requests about one unit are carried out one after the other.
/// </summary>
public sealed class KeepalivedDriver : IKeepalivedDriver, IDisposable
{
    private readonly string _folder;
    private readonly string? _program;
    private readonly ConcurrentDictionary<string, KeepalivedOfUnit> _units = new(StringComparer.Ordinal);
    private readonly Channel<Event> _events = Channel.CreateUnbounded<Event>();
    private readonly object _telling = new();

    /// <summary>Makes one.</summary>
    /// <param name="folder">Where the files of the keepaliveds are, this agent's own; it is made when one is started.</param>
    /// <param name="program">keepalived itself; null for the one that this machine has.</param>
    public KeepalivedDriver(string folder, string? program = null)
    {
        _folder = folder;
        _program = program;
    }

    /// <inheritdoc/>
    public Task<KeepalivedResult> ExecuteAsync(KeepalivedRequest request, CancellationToken cancellationToken) => request switch
    {
        KeepalivedRequest.Run run => RunAsync(run, cancellationToken),
        KeepalivedRequest.Stop stop => Of(stop.Unit).StopAsync(cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(request), request, "This request is not known."),
    };

    /// <inheritdoc/>
    public async IAsyncEnumerable<Event> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new Event.KeepalivedFound(KeepalivedFiles.Units(_folder));
        Directory.CreateDirectory(_folder);
        using var states = new FileSystemWatcher(_folder) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite };
        states.Renamed += (_, noted) => TellState(KeepalivedFiles.UnitOfState(noted.FullPath));
        states.EnableRaisingEvents = true;
        var following = Task.Run(() => LocalAddresses.FollowAsync(addresses => _events.Writer.TryWrite(new Event.AddressesListed(addresses)), cancellationToken), cancellationToken);
        await foreach (var happened in _events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return happened;
        }

        await following.ConfigureAwait(false);
    }

    /// <summary>Lets go of what it holds; the keepaliveds run on.</summary>
    public void Dispose()
    {
        foreach (var unit in _units.Values)
        {
            unit.Dispose();
        }
    }

    private async Task<KeepalivedResult> RunAsync(KeepalivedRequest.Run run, CancellationToken cancellationToken)
    {
        var result = await Of(run.Unit).RunAsync(run.Router, cancellationToken).ConfigureAwait(false);

        // What was running already has noted its state before anybody followed it.
        TellState(run.Unit);
        return result;
    }

    private void TellState(string? unit)
    {
        if (unit is null)
        {
            return;
        }

        // Read and told as one: what is told last is what was noted last.
        lock (_telling)
        {
            if (new KeepalivedFiles(_folder, unit).ReadState() is { } state)
            {
                _events.Writer.TryWrite(new Event.KeepalivedTold(unit, state));
            }
        }
    }

    private KeepalivedOfUnit Of(string unit) => _units.GetOrAdd(
        unit, name => new KeepalivedOfUnit(new KeepalivedFiles(_folder, name), _program, message => _events.Writer.TryWrite(new Event.KeepalivedEnded(name, message))));
}
