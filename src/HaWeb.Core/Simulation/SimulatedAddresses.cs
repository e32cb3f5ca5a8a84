using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;

namespace HaWeb.Core.Simulation;

/// <summary>
/// The pretend network's shared addresses: what the keepaliveds of all machines come to together. A holder keeps an address while it can; when it cannot any
/// more, the highest of the others that can gets it, after the time that VRRP takes.
/// </summary>
public sealed class SimulatedAddresses
{
    private readonly SimulatedWorld _world;
    private readonly SortedDictionary<string, string> _holders = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _elections = new(StringComparer.Ordinal);
    private long _lastElection;

    internal SimulatedAddresses(SimulatedWorld world) => _world = world;

    /// <summary>Which machine holds which address.</summary>
    public IReadOnlyDictionary<string, string> Holders => _holders;

    /// <summary>Something has changed that may let a machine hold an address no longer, or another one take it.</summary>
    internal void Look()
    {
        foreach (var (address, holder) in _holders.ToList())
        {
            var machine = _world.Machines[holder];
            if (!Can(machine, address))
            {
                _holders.Remove(address);
                _world.Note(holder, $"holds {address} no longer");
                _world.Touch();
                machine.TellAddresses();
                Elect(address, machine is { IsOn: true, IsCutOff: false } ? KeepalivedWriter.SkewTime : KeepalivedWriter.DownTime);
            }
        }

        foreach (var address in _world.Machines.Values.SelectMany(machine => machine.Routers.Values).Select(router => router.Address.Address).Distinct(StringComparer.Ordinal).ToList())
        {
            if (!_holders.ContainsKey(address) && !_elections.ContainsKey(address) && Candidate(address) is not null)
            {
                Elect(address, KeepalivedWriter.DownTime);
            }
        }

        Tell();
    }

    private void Tell()
    {
        foreach (var machine in _world.Machines.Values)
        {
            foreach (var (unit, router) in machine.Routers)
            {
                machine.TellState(unit, !Can(machine, router.Address.Address) ? KeepalivedState.Fault
                    : _holders.GetValueOrDefault(router.Address.Address) == machine.Id ? KeepalivedState.Master
                    : KeepalivedState.Backup);
            }
        }
    }

    private void Elect(string address, TimeSpan after)
    {
        var election = ++_lastElection;
        _elections[address] = election;
        _world.After(after, () =>
        {
            if (_elections.GetValueOrDefault(address) != election)
            {
                return;
            }

            _elections.Remove(address);
            if (Candidate(address) is { } winner)
            {
                _holders[address] = winner.Id;
                _world.Note(winner.Id, $"holds {address}");
                _world.Touch();
                winner.TellAddresses();
                Tell();
            }
        });
    }

    private SimulatedMachine? Candidate(string address) => _world.Machines.Values
        .Where(machine => Can(machine, address))
        .MaxBy(machine => System.Net.IPAddress.Parse(machine.Address).GetAddressBytes(), Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other)));

    private static bool Can(SimulatedMachine machine, string address) =>
        machine is { IsOn: true, IsCutOff: false }
        && machine.Routers.Values.Any(router => router.Address.Address == address
            && machine.Answers(new ProbeRequest(ProbeKind.Http, router.CheckAddress, router.CheckPort, "/", TimeSpan.FromSeconds(1))));
}
