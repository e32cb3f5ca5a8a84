using HaWeb.Tools.PowerShellHost.Hosting;

namespace HaWeb.Tools.PowerShellHost;

/// <summary>The entry point: reads the command line, runs what it asks for, and gives back its exit code.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        CommandLine commandLine;
        try
        {
            commandLine = CommandLine.Parse(arguments);
        }
        catch (CommandLineException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return 64;
        }

        using var session = new HostSession(commandLine.NonInteractive);
        using var signals = new StopSignals(session);
        return commandLine.Work switch
        {
            HostWork.Script script => session.RunFile(script.Path, script.Arguments),
            HostWork.Command command => session.RunCommand(command.Text),
            _ => session.RunPrompt(),
        };
    }
}
