using System.Management.Automation;

namespace HaWeb.Tools.PesterStandIn.Model;

/// <summary>How one test went.</summary>
public sealed record PesterTestResult(string ExpandedPath, string File, bool Passed, TimeSpan Duration, ErrorRecord? ErrorRecord)
{
    public string Result => Passed ? "Passed" : "Failed";
}
