using System.Globalization;
using System.Management.Automation.Host;
using System.Reflection;

namespace HaWeb.Tools.PowerShellHost.Hosting;

/// <summary>The engine's view of this process: its console, and the exit code that a script asks for.</summary>
internal sealed class ConsoleHost(bool nonInteractive) : PSHost
{
    private readonly ConsoleUserInterface _ui = new(nonInteractive);

    /// <summary>The exit code asked for by <c>exit n</c>, or null while nothing asked to exit.</summary>
    public int? RequestedExitCode { get; private set; }

    public override string Name => "HaWeb.PowerShellHost";

    public override Version Version { get; } = Assembly.GetExecutingAssembly().GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => _ui;

    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    public override void SetShouldExit(int exitCode) => RequestedExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("This host has no nested prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("This host has no nested prompt.");

    public override void NotifyBeginApplication() => _ui.HideProgress();

    public override void NotifyEndApplication()
    {
    }
}
