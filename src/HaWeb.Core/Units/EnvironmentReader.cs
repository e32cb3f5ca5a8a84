using System.Globalization;

namespace HaWeb.Core.Units;

/// <summary>Reads the options of <c>[Service]</c> that are lists of words: the environment and the exit status that counts as success.</summary>
internal sealed class EnvironmentReader(SpecifierContext context, OptionProblems problems)
{
    private readonly OptionValues _values = new(problems);
    private readonly List<KeyValuePair<string, string>> _variables = [];
    private readonly List<EnvironmentFilePath> _files = [];
    private readonly Dictionary<string, (List<int> Codes, List<int> Signals)> _ends = new(StringComparer.Ordinal)
    {
        ["SuccessExitStatus"] = ([], []),
        ["RestartPreventExitStatus"] = ([], []),
        ["RestartForceExitStatus"] = ([], []),
    };

    public IReadOnlyList<KeyValuePair<string, string>> Variables => _variables;

    public IReadOnlyList<EnvironmentFilePath> Files => _files;

    /// <summary>The ends that one of the options names.</summary>
    public ExitStatusSet Ends(string option) => new(_ends[option].Codes, _ends[option].Signals);

    /// <summary>The variables whose values are certain before the machine is known: none when a file could change them.</summary>
    public IReadOnlyDictionary<string, string> Known
    {
        get
        {
            var known = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in _files.Count > 0 ? [] : _variables)
            {
                // A value with a machine's specifier in it is not known yet, and hides an earlier one.
                known.Remove(name);
                var expanded = Specifiers.Expand(value, context, out var isExact);
                if (isExact)
                {
                    known[name] = expanded;
                }
            }

            return known;
        }
    }

    public bool TryRead(UnitOption option)
    {
        switch (option.Name)
        {
            case "Environment":
                ReadList(option, _variables.Clear, word => AddVariable(option, word));
                return true;
            case "EnvironmentFile":
                if (option.Text.Length == 0)
                {
                    _files.Clear();
                }
                else
                {
                    AddFile(option);
                }

                return true;
            default:
                if (!_ends.TryGetValue(option.Name, out var ends))
                {
                    return false;
                }

                ReadList(
                    option,
                    () =>
                    {
                        ends.Codes.Clear();
                        ends.Signals.Clear();
                    },
                    word => AddStatus(option, word, ends.Codes, ends.Signals));
                return true;
        }
    }

    private void ReadList(UnitOption option, Action reset, Action<string> add)
    {
        if (option.Text.Length == 0)
        {
            reset();
        }

        foreach (var word in _values.Words(option, option.Text, EscapeRule.C))
        {
            add(word);
        }
    }

    private void AddVariable(UnitOption option, string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? word : word[..equals];
        if (equals < 0 || !EnvironmentFile.IsName(name))
        {
            problems.Error(option, $"'{word}' does not set a variable.", "Write NAME=value; quote the whole where the value has blanks: \"NAME=two words\".");
            return;
        }

        var value = word[(equals + 1)..];
        CheckSpecifiers(option, value);
        _variables.Add(new(name, value));
    }

    private void AddFile(UnitOption option)
    {
        var path = option.Text;
        var optional = path.StartsWith('-');
        path = optional ? path[1..] : path;
        CheckSpecifiers(option, path);
        if (path.AsSpan().IndexOfAny("*?[") is var wildcard and >= 0)
        {
            problems.Error(option, $"'{path}' has the wildcard {path[wildcard]}: HaWeb reads files by their names.", "Write one EnvironmentFile= for each file.");
        }
        else if (Specifiers.Expand(path, context, out _).StartsWith('/'))
        {
            _files.Add(new EnvironmentFilePath(path, optional));
        }
        else
        {
            problems.Error(option, $"'{path}' is not an absolute path.");
        }
    }

    private void AddStatus(UnitOption option, string word, List<int> codes, List<int> signals)
    {
        if ((int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code <= 255) || ExitStatusName.TryParse(word, out code))
        {
            codes.Add(code);
        }
        else if (SignalName.TryParse(word, out var signal))
        {
            signals.Add(signal);
        }
        else
        {
            problems.Error(option, $"'{word}' is neither an exit code nor a signal.", Nearest.Suggest(word, ExitStatusName.All));
        }
    }

    private void CheckSpecifiers(UnitOption option, string text)
    {
        var unknown = Specifiers.FindUnknown(text, context.Unit);
        if (unknown >= 0)
        {
            var specifier = text[unknown..Math.Min(unknown + 2, text.Length)];
            problems.Error(option, $"'{specifier}' is no specifier.", $"Write '%{specifier}' for a literal percent sign.");
        }
    }
}
