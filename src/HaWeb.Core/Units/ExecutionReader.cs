namespace HaWeb.Core.Units;

/// <summary>Reads the options of <c>[Service]</c> that say how commands run as processes.</summary>
internal sealed class ExecutionReader
{
    private readonly OptionProblems _problems;
    private readonly OptionValues _values;
    private readonly SpecifierContext _context;
    private readonly Dictionary<string, Action<UnitOption>> _options;
    private readonly Dictionary<string, UnitOption> _given = new(StringComparer.Ordinal);

    public ExecutionReader(SpecifierContext context, OptionProblems problems)
    {
        _problems = problems;
        _context = context;
        _values = new OptionValues(problems);
        _options = new Dictionary<string, Action<UnitOption>>(StringComparer.Ordinal)
        {
            ["WorkingDirectory"] = ReadWorkingDirectory,
            ["User"] = option => Options = Options with { User = Account(option) },
            ["Group"] = option => Options = Options with { Group = Account(option) },
            ["UMask"] = ReadUMask,
            ["StandardOutput"] = option => Options = Options with { Output = Target(option) ?? new OutputTarget(OutputKind.Log) },
            ["StandardError"] = option => Options = Options with { Errors = Target(option) },
            ["PassEnvironment"] = option => Options = Options with { PassEnvironment = Names(option, Options.PassEnvironment, assignments: false) },
            ["UnsetEnvironment"] = option => Options = Options with { UnsetEnvironment = Names(option, Options.UnsetEnvironment, assignments: true) },
        };
    }

    public ExecutionOptions Options { get; private set; } = new();

    /// <summary>The options that say something, by name.</summary>
    public IReadOnlyDictionary<string, UnitOption> Given => _given;

    public bool TryRead(UnitOption option)
    {
        if (!_options.TryGetValue(option.Name, out var read))
        {
            return false;
        }

        _given.Remove(option.Name);
        if (option.Text.Length > 0)
        {
            _given[option.Name] = option;
        }

        read(option);
        return true;
    }

    private void ReadWorkingDirectory(UnitOption option)
    {
        var mayLack = option.Text.StartsWith('-');
        var path = mayLack ? option.Text[1..] : option.Text;
        if (path.Length == 0)
        {
            Options = Options with { WorkingDirectory = "/", MayLackDirectory = false };
        }
        else if (path == "~" || (IsKnown(option, path) && Specifiers.Expand(path, _context, out _).StartsWith('/')))
        {
            Options = Options with { WorkingDirectory = path, MayLackDirectory = mayLack };
        }
        else
        {
            _problems.Error(option, $"'{path}' is not an absolute path.", "Write an absolute path, or ~ for the home of User=.");
        }
    }

    private string? Account(UnitOption option)
    {
        var text = option.Text;
        if (text.Length == 0 || !IsKnown(option, text))
        {
            return null;
        }

        var name = Specifiers.Expand(text, _context, out _);
        if (name.Length <= 31 && (char.IsAsciiLetterOrDigit(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '%'))
        {
            return text;
        }

        _problems.Error(option, $"'{text}' is no {(option.Name == "User" ? "user" : "group")}.", "Write a name or a number.");
        return null;
    }

    private void ReadUMask(UnitOption option)
    {
        if (option.Text.Length == 0)
        {
            Options = Options with { UMask = new ExecutionOptions().UMask };
        }
        else if (option.Text.Length <= 5 && option.Text.All(c => c is >= '0' and <= '7') && Convert.ToInt32(option.Text, 8) is var mask and <= 0b111_111_111)
        {
            Options = Options with { UMask = mask };
        }
        else
        {
            _problems.Error(option, $"'{option.Text}' is not a file mode.", "Write an octal number up to 0777, for example 0022.");
        }
    }

    private OutputTarget? Target(UnitOption option)
    {
        var text = option.Text;
        switch (text)
        {
            case "":
                return null;
            case "null":
                return new OutputTarget(OutputKind.Null);
            case "inherit" or "journal" or "syslog" or "kmsg" or "journal+console" or "syslog+console" or "kmsg+console":
                if (text is not ("inherit" or "journal" or "syslog"))
                {
                    _problems.Warning(option, $"{option.Name}={text} goes to the unit's log only, which Get-HaUnitLog reads.", "Write journal.");
                }

                return option.Name == "StandardError" && text == "inherit" ? null : new OutputTarget(OutputKind.Log);
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        OutputKind? kind = (colon < 0 ? "" : text[..colon]) switch
        {
            "file" => OutputKind.File,
            "append" => OutputKind.Append,
            "truncate" => OutputKind.Truncate,
            _ => null,
        };
        if (kind is null)
        {
            _problems.Error(option, $"{option.Name}={text} is not supported.", "Write journal, null, or file:, append: or truncate: and an absolute path.");
            return null;
        }

        var path = text[(colon + 1)..];
        if (IsKnown(option, path) && Specifiers.Expand(path, _context, out _).StartsWith('/'))
        {
            return new OutputTarget(kind.Value, path);
        }

        _problems.Error(option, $"'{path}' is not an absolute path.");
        return null;
    }

    private List<string> Names(UnitOption option, IReadOnlyList<string> before, bool assignments)
    {
        if (option.Text.Length == 0)
        {
            return [];
        }

        var names = before.ToList();
        foreach (var word in _values.Words(option, option.Text, EscapeRule.C))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (EnvironmentFile.IsName(equals >= 0 && assignments ? word[..equals] : word))
            {
                names.Add(word);
            }
            else
            {
                _problems.Error(option, $"'{word}' is not a variable's name.");
            }
        }

        return names;
    }

    private bool IsKnown(UnitOption option, string text)
    {
        var unknown = Specifiers.FindUnknown(text, _context.Unit);
        if (unknown >= 0)
        {
            var specifier = text[unknown..Math.Min(unknown + 2, text.Length)];
            _problems.Error(option, $"'{specifier}' is no specifier.", $"Write '%{specifier}' for a literal percent sign.");
        }

        return unknown < 0;
    }
}
