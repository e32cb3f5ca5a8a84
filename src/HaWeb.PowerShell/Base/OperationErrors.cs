using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;

namespace HaWeb.PowerShell.Base;

/// <summary>The errors of operations, and their writing.</summary>
internal static class OperationErrors
{
    /// <summary>The error of a refusal.</summary>
    public static CommandError From(OperationRefusal refusal)
    {
        // Of what is invalid, or not possible now, only the message knows what to do.
        (ErrorCategory Category, string? Advice) error = refusal.Kind switch
        {
            RefusalKind.NotFound => (ErrorCategory.ObjectNotFound, "Check the spelling. Names are case-sensitive."),
            RefusalKind.Exists => (ErrorCategory.ResourceExists, "Choose another name, or change what is there with the command that the message names."),
            RefusalKind.Invalid => (ErrorCategory.InvalidArgument, null),
            RefusalKind.Unsafe => (ErrorCategory.InvalidOperation, "Use -Force if the harm is accepted."),
            _ => (ErrorCategory.ResourceUnavailable, null),
        };
        return new CommandError(refusal.Id, error.Category, refusal.Message, refusal.Target, error.Advice);
    }

    /// <summary>Chooses units, and writes an error for every name that means nothing.</summary>
    /// <returns>The full names.</returns>
    public static async Task<IReadOnlyList<string>> ResolveAsync(this CmdletStreams streams, UnitQuery query, ClusterState state)
    {
        var names = query.Resolve(state, out var refusals);
        await streams.WriteRefusalsAsync(refusals);
        return names;
    }

    /// <summary>Chooses machines, and writes an error for everything that means none, or too many.</summary>
    /// <returns>The ids.</returns>
    public static async Task<IReadOnlyList<string>> ResolveAsync(this CmdletStreams streams, MachineQuery query, ClusterState state)
    {
        var ids = query.Resolve(state, out var refusals);
        await streams.WriteRefusalsAsync(refusals);
        return ids;
    }

    /// <summary>Writes an error for every refusal.</summary>
    public static async Task WriteRefusalsAsync(this CmdletStreams streams, IEnumerable<OperationRefusal> refusals)
    {
        foreach (var refusal in refusals)
        {
            await streams.WriteErrorAsync(From(refusal));
        }
    }
}
