using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>A unit and how it is; a global unit is one of these per machine.</summary>
public sealed class HaUnit
{
    /// <summary>The full name, <c>nginx@1.service</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What is wanted of it: <c>inactive</c>, <c>loaded</c> or <c>launched</c>; null when it was removed and has not left its machine yet.</summary>
    public string? Desired { get; init; }

    /// <summary>The id of its machine; null while it is placed nowhere.</summary>
    public string? Machine { get; init; }

    /// <summary>The address of its machine.</summary>
    public string? Address { get; init; }

    /// <summary>systemd's load state; <c>unloaded</c> while it is placed nowhere, <c>unknown</c> while its machine does not report.</summary>
    public required string Load { get; init; }

    /// <summary>systemd's active state: <c>active</c>, <c>activating</c>, <c>deactivating</c>, <c>inactive</c>, <c>failed</c>; or <c>unknown</c>.</summary>
    public required string Active { get; init; }

    /// <summary>systemd's sub state: <c>running</c>, <c>start-pre</c>, <c>auto-restart</c>, <c>dead</c> and so on; or <c>unknown</c>.</summary>
    public required string Sub { get; init; }

    /// <summary>The hash of the unit file that it runs, or else of the one that it shall run.</summary>
    public string? Hash { get; init; }

    /// <summary>Since when it is in this active state.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why it is as it is; of a pending unit, why no machine takes it.</summary>
    public string? Reason { get; init; }

    /// <summary>The service that it is a backend of.</summary>
    public string? Service { get; init; }

    /// <summary>Whether its health check passes; null when it has none or is not checked now.</summary>
    public bool? Healthy { get; init; }

    /// <summary>The address and port that balancers are told; null while they are told none.</summary>
    public string? Backend { get; init; }

    /// <summary>The id of its container.</summary>
    public string? Container { get; init; }

    /// <summary>The exit code of its last run.</summary>
    public long? ExitCode { get; init; }

    /// <summary>When a timer elapses next; null for never as things stand, and for what is no timer.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>When a timer elapsed last, or the one that started this unit's last run; null for never.</summary>
    public DateTimeOffset? Last { get; init; }

    /// <summary>How often it was restarted on this machine.</summary>
    public int Restarts { get; init; }

    /// <summary>The last line it printed before it failed.</summary>
    public string? Output { get; init; }

    /// <summary>The template it was made from.</summary>
    public string? Template { get; init; }

    /// <summary>Whether it is to run another file than its template has now, as in the middle of an update.</summary>
    public bool TemplateDrift { get; init; }

    /// <summary>The rules that it breaks where it is, since they, the machine's metadata or its cordon changed after it was placed; empty when it breaks none.</summary>
    public string Violates { get; init; } = "";

    /// <summary>Its cluster.</summary>
    public required HaCluster Cluster { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal static HaUnit Of(UnitView view, HaCluster cluster) => new()
    {
        Name = view.Name,
        Desired = view.Desired?.ToString().ToLowerInvariant(),
        Machine = view.Machine,
        Address = view.Address,
        Load = view.Load,
        Active = view.Active,
        Sub = view.Sub,
        Hash = view.Hash,
        Since = view.Since,
        Reason = view.Reason,
        Service = view.Service,
        Healthy = view.Healthy,
        Backend = view.Backend,
        Container = view.Container,
        ExitCode = view.ExitCode,
        Next = view.Next,
        Last = view.Last,
        Restarts = view.Restarts,
        Output = view.Output,
        Template = view.Template,
        TemplateDrift = view.TemplateDrift,
        Violates = view.Violates,
        Cluster = cluster,
    };
}
