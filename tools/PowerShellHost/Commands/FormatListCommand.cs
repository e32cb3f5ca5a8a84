using System.Management.Automation;
using HaWeb.Tools.PowerShellHost.Hosting;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace HaWeb.Tools.PowerShellHost.Commands;

/// <summary>The engine's own list formatting, parameters included.</summary>
[Cmdlet(VerbsCommon.Format, "List")]
public sealed class FormatListCommand : OuterFormatTableAndListBase
{
    public FormatListCommand() => EngineInternals.UseShape(this, "List");
}
