using System.Management.Automation;
using HaWeb.Tools.PowerShellHost.Hosting;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace HaWeb.Tools.PowerShellHost.Commands;

/// <summary>The engine's own table formatting, parameters included.</summary>
[Cmdlet(VerbsCommon.Format, "Table")]
public sealed class FormatTableCommand : OuterFormatTableBase
{
    public FormatTableCommand() => EngineInternals.UseShape(this, "Table");
}
