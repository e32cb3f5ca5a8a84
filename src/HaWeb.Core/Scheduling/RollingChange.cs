using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Scheduling;

/// <summary>What a rolling update changes at a time: its own record and what it tells units, in one transaction.</summary>
internal sealed class RollingChange
{
    private readonly ClusterState _state;
    private readonly string _name;
    private readonly Versioned<UpdateRecord> _update;
    private readonly PlacementWriter _writer;
    private readonly List<StoreTransaction> _parts = [];
    private readonly List<string> _says = [];

    public RollingChange(ClusterState state, string name, Versioned<UpdateRecord> update)
    {
        _state = state;
        _name = name;
        _update = update;
        _writer = new PlacementWriter(state);
        Next = update.Value;
    }

    /// <summary>The record as it will be.</summary>
    public UpdateRecord Next { get; private set; }

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty => _says.Count == 0;

    /// <summary>The record changes.</summary>
    /// <param name="next">It.</param>
    /// <param name="says">What that means, for people.</param>
    public void Record(UpdateRecord next, string says)
    {
        Next = next;
        _says.Add(says);
    }

    /// <summary>A member gets its file.</summary>
    /// <param name="member">The member.</param>
    /// <param name="guards">What must still hold then.</param>
    /// <param name="leaving">Why it leaves its machine for another one; null when it stays.</param>
    public void Tell(RollingMember member, IReadOnlyList<StoreCompare> guards, string? leaving)
    {
        if (member.Machine is { } machine)
        {
            Remember(member.Key, member.Hash);
            var entry = _state.Placements[machine, member.Unit]!;
            _parts.Add(_writer.Rewrite(member.Unit, machine, entry, member.Record, leaving is null ? entry.Value with { Hash = member.Target } : entry.Value with { State = PlacementState.Leave, Reason = leaving }));
        }
        else
        {
            Head(member.Unit, member.Record, member.Target);
            if (leaving is not null && _state.Placed[member.Unit] is { } placed)
            {
                _parts.Add(_writer.Rewrite(member.Unit, placed, placed.Value with { Leaving = leaving }));
            }
        }

        if (guards.Count > 0)
        {
            _parts.Add(new StoreTransaction(guards, []));
        }

        _says.Add($"{member.Key} gets its {(Next.State == UpdateState.Running ? "new" : "former")} file{(leaving is null ? "" : $", and {leaving}")}");
    }

    /// <summary>A unit's record gets a hash.</summary>
    public void Head(string unit, Versioned<UnitRecord> record, string hash)
    {
        Remember(unit, record.Value.Hash);
        var value = record.Value with { Hash = hash, TemplateHash = record.Value.Template is null ? record.Value.TemplateHash : hash };
        _parts.Add(new StoreTransaction([StoreCompare.ModifiedAt(_state.Keys.Unit(unit), record.ModRevision)], [new StoreWrite.Put(_state.Keys.Unit(unit), RecordCodec.Write(value))]));
    }

    private void Remember(string key, string hash)
    {
        if (Next.State == UpdateState.Running && hash != Next.From)
        {
            Next = Next with { Before = new SortedDictionary<string, string>(Next.Before, StringComparer.Ordinal) { [key] = hash } };
        }
    }

    /// <summary>As a step of the engine; null when there is nothing to do.</summary>
    public PlanStep? ToStep()
    {
        var key = _state.Keys.Update(_name);
        var own = new StoreTransaction([StoreCompare.ModifiedAt(key, _update.ModRevision)], [new StoreWrite.Put(key, RecordCodec.Write(Next))]);
        return IsEmpty ? null : new PlanStep(_name, string.Join("; ", _says), PlacementWriter.Join([own, .. _parts]));
    }
}
