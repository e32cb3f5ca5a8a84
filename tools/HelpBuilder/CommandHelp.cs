using System.Management.Automation;

namespace HaWeb.Tools.HelpBuilder;

/// <summary>A cmdlet and the page about it.</summary>
internal sealed record CommandHelp(CmdletInfo Cmdlet, HelpPage Page);
