namespace HaWeb.Core.Cluster;

/// <summary>
/// <c>resume</c>: an operator ends a hold (PROTOCOL.md section 3): these machines are lost. The engine deletes it when none of them has units to lose any more.
/// </summary>
public sealed record ResumeRecord : StoredRecord
{
    /// <summary>The machines that the hold was about.</summary>
    public List<string> Machines { get; init => field = value ?? []; } = [];

    /// <summary>Since when.</summary>
    public DateTimeOffset Since { get; init; }
}
