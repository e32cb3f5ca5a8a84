using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Text.RegularExpressions;
using HaWeb.Core.Cluster;
using HaWeb.PowerShell.Agents;
using HaWeb.PowerShell.Base;

namespace HaWeb.PowerShell.Commands.Clusters;

/// <summary>A pretend machine as an operator writes it: <c>@{ Id = 'A'; Metadata = @{ zone = 'a' } }</c>.</summary>
internal sealed partial class MachineTable
{
    private static readonly string[] Known = ["Id", "Name", "Address", "Metadata", "Capacity", "AllowProcess"];

    private readonly Hashtable _table;

    private MachineTable(Hashtable table) => _table = table;

    /// <summary>Reads tables, one per machine.</summary>
    /// <exception cref="CommandException">One of them has an unknown key or a value that cannot be used, or two have one id.</exception>
    public static IReadOnlyList<MachineRecord> Read(IReadOnlyList<Hashtable> tables)
    {
        var machines = tables.Select((table, index) => new MachineTable(table).Read(AddressOf(index))).ToList();
        var twice = machines.GroupBy(machine => machine.Id, StringComparer.Ordinal).FirstOrDefault(one => one.Count() > 1);
        return twice is null ? machines : throw Invalid($"Two machines have the id '{twice.Key}'.", twice.Key, "Give every machine an id of its own.");
    }

    /// <summary>So many machines, <c>sim-1</c> and on.</summary>
    public static IReadOnlyList<MachineRecord> Number(int count) =>
        [.. Enumerable.Range(0, count).Select(index => Record($"sim-{index + 1}", $"sim-{index + 1}", AddressOf(index)))];

    private static string AddressOf(int index) => $"10.{index / 62_500}.{index / 250 % 250}.{(index % 250) + 1}";

    private static MachineRecord Record(string id, string name, string address) =>
        new() { Id = id, Name = name, Address = address, AgentVersion = ModuleVersion.Text };

    private static CommandException Invalid(string message, object? target, string advice) =>
        new(new CommandError("MachineInvalid", ErrorCategory.InvalidArgument, message, target, advice));

    private MachineRecord Read(string address)
    {
        foreach (var key in _table.Keys)
        {
            if (!Known.Contains($"{key}", StringComparer.OrdinalIgnoreCase))
            {
                throw Invalid($"A machine has no '{key}'.", key, $"What can be said of a simulated machine: {string.Join(", ", Known)}.");
            }
        }

        if (Value("Id") is not { } given || !IdForm().IsMatch($"{given}"))
        {
            throw Invalid($"The Id '{Value("Id")}' cannot be one of a machine.", Value("Id"), "Give every machine an Id of letters, digits, '-', '_' and '.': @{ Id = 'web-1' }.");
        }

        var id = $"{given}";
        var machine = Record(id, Value("Name") is { } name ? $"{name}" : id, Value("Address") is { } at ? Address(at) : address) with { MaxUnits = Capacity(), AllowProcess = AllowProcess() };
        foreach (var (key, value) in Metadata())
        {
            machine.Metadata[key] = value;
        }

        return machine;
    }

    private object? Value(string key) => _table.Keys.Cast<object>()
        .Where(one => string.Equals($"{one}", key, StringComparison.OrdinalIgnoreCase))
        .Select(one => _table[one] is PSObject wrapped ? wrapped.BaseObject : _table[one])
        .FirstOrDefault();

    private static string Address(object given) => IPAddress.TryParse($"{given}", out var address)
        ? address.ToString()
        : throw Invalid($"The Address '{given}' is no IP address.", given, "Give one such as '10.0.0.1', or none.");

    private int? Capacity() => Value("Capacity") switch
    {
        null => null,
        var given when LanguagePrimitives.TryConvertTo<int>(given, out var capacity) && capacity > 0 => capacity,
        var given => throw Invalid($"The Capacity '{given}' is no number of units.", given, "Give how many units the machine takes, 1 or more, or none for no limit."),
    };

    private bool AllowProcess() => Value("AllowProcess") switch
    {
        null => false,
        bool allowed => allowed,
        var given => throw Invalid($"The AllowProcess '{given}' is neither true nor false.", given, "Give $true where the machine shall take units that run commands on it."),
    };

    private IEnumerable<(string Key, string Value)> Metadata() => Value("Metadata") switch
    {
        null => [],
        IDictionary metadata => metadata.Cast<DictionaryEntry>().Select(entry => ($"{entry.Key}", $"{entry.Value}")),
        var given => throw Invalid($"The Metadata '{given}' is no table.", given, "Give a table: Metadata = @{ zone = 'a' }."),
    };

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$", RegexOptions.CultureInvariant)]
    private static partial Regex IdForm();
}
