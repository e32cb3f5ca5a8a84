using System.Management.Automation.Runspaces;

namespace HaWeb.Tools.PowerShellHost.Hosting;

/// <summary>The arguments of the host, read as pwsh reads its own.</summary>
internal sealed record CommandLine(HostWork Work, bool NonInteractive)
{
    private const string Usage = """
        Usage: HaWeb.PowerShellHost [-NoLogo] [-NoProfile] [-NonInteractive] [[-File] script.ps1 [arguments]]
               HaWeb.PowerShellHost [-NoLogo] [-NoProfile] [-NonInteractive] -Command text
        Without a script or a command it reads commands from its input.
        """;

    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var nonInteractive = false;
        for (var index = 0; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            switch (argument.TrimStart('-').ToUpperInvariant())
            {
                case "NOPROFILE" or "NOP" or "NOLOGO":
                    break;
                case "NONINTERACTIVE" or "NONI":
                    nonInteractive = true;
                    break;
                case "FILE" or "F" when argument[0] == '-':
                    return new CommandLine(Script(arguments, index + 1), nonInteractive);
                case "COMMAND" or "C" when argument[0] == '-':
                    return new CommandLine(Command(arguments, index + 1), nonInteractive);
                default:
                    return argument.StartsWith('-')
                        ? throw new CommandLineException($"'{argument}' is not an option of this host.{Environment.NewLine}{Usage}")
                        : new CommandLine(Script(arguments, index), nonInteractive);
            }
        }

        return new CommandLine(new HostWork.Prompt(), nonInteractive);
    }

    private static HostWork.Command Command(IReadOnlyList<string> arguments, int first) =>
        first < arguments.Count
            ? new HostWork.Command(string.Join(' ', arguments.Skip(first)))
            : throw new CommandLineException($"-Command needs the command.{Environment.NewLine}{Usage}");

    private static HostWork.Script Script(IReadOnlyList<string> arguments, int index)
    {
        if (index >= arguments.Count)
        {
            throw new CommandLineException($"-File needs the path of a script.{Environment.NewLine}{Usage}");
        }

        var path = Path.GetFullPath(arguments[index]);
        return File.Exists(path)
            ? new HostWork.Script(path, ScriptArguments([.. arguments.Skip(index + 1)]))
            : throw new CommandLineException($"The script '{arguments[index]}' does not exist. Give the path of a script file.");
    }

    /// <summary>
    /// Reads <c>-Name value</c>, <c>-Name:value</c>, <c>-Switch</c> and plain values; the engine's binder pairs a name with
    /// the value after it, since only the script knows which names are switches.
    /// </summary>
    private static List<CommandParameter> ScriptArguments(string[] arguments)
    {
        var parameters = new List<CommandParameter>();
        for (var index = 0; index < arguments.Length; index++)
        {
            var argument = arguments[index];
            var colon = argument.IndexOf(':', StringComparison.Ordinal);
            if (argument.Length < 2 || argument[0] != '-')
            {
                parameters.Add(new CommandParameter(null, argument));
            }
            else if (colon < 0)
            {
                parameters.Add(new CommandParameter(argument));
            }
            else if (colon < argument.Length - 1)
            {
                parameters.Add(new CommandParameter(argument[..colon], BooleanOrText(argument[(colon + 1)..])));
            }
            else if (index + 1 < arguments.Length)
            {
                parameters.Add(new CommandParameter(argument[..colon], arguments[++index]));
            }
            else
            {
                throw new CommandLineException($"'{argument}' needs a value after it.");
            }
        }

        return parameters;
    }

    private static object BooleanOrText(string text) =>
        bool.TryParse(text.StartsWith('$') ? text[1..] : text, out var value) ? value : text;
}
