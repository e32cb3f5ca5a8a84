using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace HaWeb.Tools.PowerShellHost.Hosting;

/// <summary>
/// Writes to standard output and standard error, with colours only on a terminal, and asks questions on the console unless
/// the host was started with -NonInteractive.
/// </summary>
internal sealed class ConsoleUserInterface(bool nonInteractive) : PSHostUserInterface
{
    private readonly Lock _console = new();
    private readonly ConsoleRawUserInterface _raw = new();
    private readonly ProgressLine _progress = new();

    public override PSHostRawUserInterface RawUI => _raw;

    public override bool SupportsVirtualTerminal => ConsoleStyle.OutputTakesColour;

    public void HideProgress()
    {
        lock (_console)
        {
            _progress.Hide();
        }
    }

    public override void Write(string value) => WriteOutput(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        WriteOutput(ConsoleStyle.Colour(value, foregroundColor, backgroundColor, _raw));

    public override void WriteLine(string value) => WriteOutput(value + Environment.NewLine);

    public override void WriteErrorLine(string value)
    {
        var text = ConsoleStyle.ErrorTakesColour ? value : ConsoleStyle.Plain(value);
        lock (_console)
        {
            _progress.Hide();
            Console.Out.Flush();
            Console.Error.WriteLine(text);
        }
    }

    public override void WriteDebugLine(string message) => WriteMessage("DEBUG", message);

    public override void WriteVerboseLine(string message) => WriteMessage("VERBOSE", message);

    public override void WriteWarningLine(string message) => WriteMessage("WARNING", message);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        lock (_console)
        {
            _progress.Show(sourceId, record);
        }
    }

    public override string ReadLine()
    {
        DemandInteractive();
        HideProgress();
        return Console.ReadLine() ?? throw new PipelineStoppedException();
    }

    public override SecureString ReadLineAsSecureString()
    {
        DemandInteractive();
        HideProgress();
        var secret = new SecureString();
        for (var key = Console.ReadKey(true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(true))
        {
            if (key.Key == ConsoleKey.Backspace && secret.Length > 0)
            {
                secret.RemoveAt(secret.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                secret.AppendChar(key.KeyChar);
            }
        }

        Console.WriteLine();
        return secret;
    }

    public override Dictionary<string, PSObject?> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        DemandInteractive();
        Announce(caption, message);
        var answers = new Dictionary<string, PSObject?>();
        foreach (var field in descriptions)
        {
            WriteOutput($"{field.Name}: ");
            var isSecret = field.ParameterTypeFullName == typeof(SecureString).FullName;
            answers[field.Name] = isSecret ? PSObject.AsPSObject(ReadLineAsSecureString()) : PSObject.AsPSObject(ReadLine());
        }

        return answers;
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        DemandInteractive();
        Announce(caption, message);
        var labels = choices.Select(choice => new ChoiceLabel(choice.Label)).ToArray();
        while (true)
        {
            WriteOutput(string.Join("  ", labels.Select(label => $"[{label.Key}] {label.Text}")) + DefaultHint(labels, defaultChoice));
            var answer = ReadLine().Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
            {
                return defaultChoice;
            }

            var chosen = Array.FindIndex(labels, label => label.IsChosenBy(answer));
            if (chosen >= 0)
            {
                return chosen;
            }
        }
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options)
    {
        DemandInteractive();
        Announce(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            WriteOutput("User: ");
            userName = ReadLine();
        }

        WriteOutput($"Password for user {userName}: ");
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    private static string DefaultHint(ChoiceLabel[] labels, int defaultChoice) =>
        defaultChoice >= 0 ? string.Create(CultureInfo.InvariantCulture, $" (default is \"{labels[defaultChoice].Key}\"): ") : ": ";

    private void Announce(string caption, string message)
    {
        foreach (var line in new[] { caption, message }.Where(text => !string.IsNullOrEmpty(text)))
        {
            WriteLine(line);
        }
    }

    private void WriteMessage(string kind, string message) => WriteOutput($"{kind}: {message}{Environment.NewLine}");

    private void WriteOutput(string text)
    {
        var shown = ConsoleStyle.OutputTakesColour ? text : ConsoleStyle.Plain(text);
        lock (_console)
        {
            _progress.Hide();
            Console.Out.Write(shown);
        }
    }

    private void DemandInteractive()
    {
        if (nonInteractive)
        {
            throw new HostException("A command asked a question, and this host was started with -NonInteractive. Pass the answer as a parameter.");
        }
    }
}
