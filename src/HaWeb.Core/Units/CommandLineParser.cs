using System.Buffers;

namespace HaWeb.Core.Units;

/// <summary>Reads the value of an <c>Exec...=</c> option into commands and faults.</summary>
internal sealed class CommandLineParser
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private const string NoShell = "Write each command on a line of its own, or all of it in /bin/sh -c '...'.";

    private static readonly string[] ShellWords = ["&&", "||", "|", "|&", "&", ">", ">>", "<", "<<", "<<<", "&>", "1>", "2>", "2>>", "1>&2", "2>&1"];

    /// <summary>The most faults of one kind that are kept, so that a long line of nothing else takes no great memory.</summary>
    private const int MaxFaults = 200;

    private readonly string _text;
    private readonly UnitName _unit;
    private readonly WordReader _reader;
    private readonly List<CommandLine> _commands = [];
    private readonly List<CommandFault> _faults = [];
    private int _unknownSpecifiers;

    public CommandLineParser(string text, UnitName unit)
    {
        _text = text;
        _unit = unit;
        _reader = new WordReader(text, EscapeRule.C);
        _reader.SkipBlanks();
        while (!_reader.AtEnd && ReadCommand())
        {
        }

        foreach (var offset in _reader.UnknownEscapes.Take(MaxFaults))
        {
            var escape = text.Substring(offset, Math.Min(2, text.Length - offset));
            _faults.Add(new CommandFault(ProblemSeverity.Warning, offset, $"'{escape}' is no escape; it is kept as it is.", $"Write '\\{escape}'."));
        }
    }

    public IReadOnlyList<CommandLine> Commands => _commands;

    public IReadOnlyList<CommandFault> Faults => _faults;

    private bool ReadCommand()
    {
        // A semicolon with nothing before it separates nothing.
        if (_reader.TryTake(";"))
        {
            return true;
        }

        var start = _reader.Position;
        var first = _reader.Read(out var error);
        if (first is null)
        {
            return Fail(start, error!);
        }

        var prefixes = TakePrefixes(ref first);
        if (CheckPath(Specifiers.Expand(first, new SpecifierContext(_unit), out _)) is { } fault)
        {
            return Fail(start, fault);
        }

        var words = new List<(string Text, int Offset)>();
        var isForShell = false;
        while (!_reader.AtEnd)
        {
            if (_reader.TryTake(";"))
            {
                break;
            }

            var position = _reader.Position;
            if (_reader.TryTake("\\;"))
            {
                words.Add((";", position));
                continue;
            }

            var word = _reader.Read(out error);
            if (word is null)
            {
                return Fail(position, error!);
            }

            CheckWord(word, position);
            if (!isForShell && ShellSyntaxOf(word, position) is { } syntax)
            {
                isForShell = true;
                _faults.Add(new CommandFault(ProblemSeverity.Warning, position, syntax, NoShell));
            }

            words.Add((word, position));
        }

        CheckSpecifiers(first, start);
        if (prefixes.HasFlag(CommandPrefixes.SeparateName) && words.Count == 0)
        {
            return Fail(start, "'@' asks for a second word, which the program is told as its name.");
        }

        _commands.Add(new CommandLine(prefixes, first, words));
        return true;
    }

    private static CommandPrefixes TakePrefixes(ref string word)
    {
        const CommandPrefixes Privileges = CommandPrefixes.FullPrivileges | CommandPrefixes.NoUserChange | CommandPrefixes.AmbientCapabilities;
        var prefixes = CommandPrefixes.None;
        while (word.Length > 0)
        {
            var next = word[0] switch
            {
                '-' => CommandPrefixes.IgnoreFailure,
                '@' => CommandPrefixes.SeparateName,
                ':' => CommandPrefixes.NoVariables,
                '+' when (prefixes & Privileges) == 0 => CommandPrefixes.FullPrivileges,
                '!' when (prefixes & Privileges) == 0 => CommandPrefixes.NoUserChange,
                '!' when (prefixes & Privileges) == CommandPrefixes.NoUserChange => CommandPrefixes.AmbientCapabilities,
                _ => CommandPrefixes.None,
            };
            if (next == CommandPrefixes.None || prefixes.HasFlag(next))
            {
                break;
            }

            // "!!" is one prefix of its own, not "!" twice.
            prefixes = next == CommandPrefixes.AmbientCapabilities ? (prefixes & ~CommandPrefixes.NoUserChange) | next : prefixes | next;
            word = word[1..];
        }

        return prefixes;
    }

    private static string? CheckPath(string path)
    {
        if (path.Length == 0)
        {
            return "No program is named.";
        }

        if (path.Any(c => char.IsControl(c) || c is '\\' or '"' or '\''))
        {
            return "The program's path has a quote, a backslash or a control character in it.";
        }

        if (path.StartsWith('$'))
        {
            return $"The program cannot be a variable ('{path}').";
        }

        if (path.EndsWith('/'))
        {
            return $"'{path}' is a folder, not a program.";
        }

        return path.StartsWith('/') || (!path.Contains('/', StringComparison.Ordinal) && path is not ("." or ".."))
            ? null
            : $"'{path}' is neither an absolute path nor a plain program name.";
    }

    private void CheckWord(string word, int offset)
    {
        CheckSpecifiers(word, offset);
        if (_faults.Count < MaxFaults && VariableExpansion.IsSplit(word) && !word.StartsWith("$(", StringComparison.Ordinal)
            && word.AsSpan(1).IndexOfAnyExcept(NameCharacters) + 1 is var end and > 0)
        {
            _faults.Add(new CommandFault(
                ProblemSeverity.Warning,
                offset,
                $"'{word}' is the variable '{word[1..]}', which cannot exist: the word vanishes.",
                end == 1 ? $"Write '${word}' for a dollar sign." : $"Write '${{{word[1..end]}}}{word[end..]}'."));
        }
    }

    /// <summary>What is wrong with a word that means something to a shell only; null when it is none. In quotes it means itself.</summary>
    private string? ShellSyntaxOf(string word, int offset)
    {
        var written = _text.AsSpan(offset, _reader.Position - offset).Trim();
        if (!written.SequenceEqual(word))
        {
            return null;
        }

        return word.StartsWith("$(", StringComparison.Ordinal) ? $"There is no shell: '{word}' runs no command, and the word vanishes."
            : word.StartsWith('`') ? $"There is no shell: '{word}' runs no command and is an argument as it stands."
            : ShellWords.Contains(word, StringComparer.Ordinal) || IsRedirection(word) ? $"There is no shell: '{word}' and what follows are arguments of the command."
            : word.Length > 1 && word.EndsWith(';') ? $"There is no shell: the semicolon of '{word}' ends no command and is part of the argument."
            : null;
    }

    /// <summary>Whether it is a file that a shell would send output to, with no blank in between.</summary>
    private static bool IsRedirection(string word) => word.TrimStart('1', '2', '&') is ['>', '/', ..] or ['>', '>', '/', ..];

    private void CheckSpecifiers(string word, int offset)
    {
        var index = _unknownSpecifiers < MaxFaults ? Specifiers.FindUnknown(word, _unit) : -1;
        if (index >= 0)
        {
            _unknownSpecifiers++;
            var specifier = word[index..Math.Min(index + 2, word.Length)];
            _faults.Add(new CommandFault(ProblemSeverity.Error, offset, $"'{specifier}' is no specifier.", $"Write '%{specifier}' for a literal percent sign."));
        }
    }

    private bool Fail(int offset, string message)
    {
        _faults.Add(new CommandFault(ProblemSeverity.Error, Math.Min(offset, _text.Length), message));
        return false;
    }
}
