using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// What the engine has to look at: units whose keys have changed, units that wait and may now find a machine, and global units on machines that have
/// changed. While nothing changes it is empty, so a pass costs what has happened since the last one.
/// </summary>
public sealed class Agenda
{
    private readonly SortedSet<string> _first = new(UnitNameComparer.Instance);
    private readonly SortedSet<string> _due = new(UnitNameComparer.Instance);
    private readonly SortedSet<string> _waiting = new(UnitNameComparer.Instance);
    private readonly SortedSet<string> _unreadable = new(UnitNameComparer.Instance);
    private readonly SortedSet<(string Unit, string Machine)> _pairs = new(new PairOrder());
    private readonly SortedSet<string> _opened = new(StringComparer.Ordinal);

    /// <summary>Whether machines that are drained have to be looked at.</summary>
    public bool DrainsAreDue { get; set; }

    /// <summary>Whether rolling updates have to be looked at.</summary>
    public bool UpdatesAreDue { get; set; }

    /// <summary>When a rolling update has to be looked at although nothing has changed; null while none waits for a time.</summary>
    public DateTimeOffset? UpdatesAt { get; set; }

    /// <summary>When a waiting unit may be placed on a machine that it avoids until then; null when there is none.</summary>
    public DateTimeOffset? RetryAt { get; private set; }

    /// <summary>The units that no machine takes.</summary>
    public IReadOnlyCollection<string> Waiting => _waiting;

    /// <summary>A unit has to be decided on, before others or among them.</summary>
    public void Due(string unit, bool first = false)
    {
        _waiting.Remove(unit);
        if (first)
        {
            _due.Remove(unit);
            _first.Add(unit);
        }
        else if (!_first.Contains(unit))
        {
            _due.Add(unit);
        }
    }

    /// <summary>A global unit has to be decided on, on one machine.</summary>
    public void Due(string unit, string machine) => _pairs.Add((unit, machine));

    /// <summary>A machine may take units now that it did not take before.</summary>
    public void Opened(string machine) => _opened.Add(machine);

    /// <summary>No machine takes a unit: it is looked at again when one may.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="until">When the next of the machines that it avoids may be tried again, or null.</param>
    public void Wait(string unit, DateTimeOffset? until)
    {
        _waiting.Add(unit);
        RetryAt = until < RetryAt || RetryAt is null ? until ?? RetryAt : RetryAt;
    }

    /// <summary>A unit's file is missing or wrong: it is looked at again when a file comes.</summary>
    public void Unreadable(string unit) => _unreadable.Add(unit);

    /// <summary>The units whose files were missing or wrong, since the last call.</summary>
    public List<string> TakeUnreadable()
    {
        List<string> units = [.. _unreadable];
        _unreadable.Clear();
        return units;
    }

    /// <summary>A unit is to be decided on no longer.</summary>
    public void Forget(string unit)
    {
        _waiting.Remove(unit);
        _unreadable.Remove(unit);
    }

    /// <summary>The machines that were opened since the last call.</summary>
    public IReadOnlyList<string> TakeOpened()
    {
        string[] opened = [.. _opened];
        _opened.Clear();
        return opened;
    }

    /// <summary>The units whose time to be tried again has come are due.</summary>
    public void Retry(DateTimeOffset now, Func<string, bool> first)
    {
        if (RetryAt <= now)
        {
            RetryAt = null;
            foreach (var unit in _waiting.ToList())
            {
                Due(unit, first(unit));
            }
        }
    }

    /// <summary>Takes the next unit; null when there is none.</summary>
    public string? Take() => Take(_first) ?? Take(_due);

    /// <summary>Takes the next global unit and machine; null when there is none.</summary>
    public (string Unit, string Machine)? TakePair()
    {
        if (_pairs.Count == 0)
        {
            return null;
        }

        var first = _pairs.Min;
        _pairs.Remove(first);
        return first;
    }

    private static string? Take(SortedSet<string> units)
    {
        if (units.Min is { } first)
        {
            units.Remove(first);
            return first;
        }

        return null;
    }

    private sealed class PairOrder : IComparer<(string Unit, string Machine)>
    {
        public int Compare((string Unit, string Machine) x, (string Unit, string Machine) y)
        {
            var byUnit = UnitNameComparer.Instance.Compare(x.Unit, y.Unit);
            return byUnit != 0 ? byUnit : string.CompareOrdinal(x.Machine, y.Machine);
        }
    }
}
