using HaWeb.Core.Units;

namespace HaWeb.Core.Containers;

/// <summary>
/// Tells flags from operands as docker does: <c>-p80:80</c>, <c>-p=80:80</c>, <c>--publish 80:80</c>, <c>--publish=80:80</c>, <c>-itd</c>, and <c>--</c>.
/// </summary>
/// <typeparam name="T">What the flags make up.</typeparam>
internal sealed class FlagScanner<T>
{
    private readonly FlagSet<T> _flags;
    private readonly IReadOnlyList<CommandWord> _words;
    private readonly List<CommandWord> _operands = [];
    private readonly List<ContainerProblem> _problems = [];
    private readonly CommandWord _word;
    private int _next;

    public FlagScanner(FlagSet<T> flags, IReadOnlyList<CommandWord> words, T initial)
    {
        _flags = flags;
        _words = words;
        State = initial;
        while (IsUnderstood && _next < _words.Count)
        {
            _word = _words[_next++];
            ReadWord(_word);
        }
    }

    public T State { get; private set; }

    public IReadOnlyList<CommandWord> Operands => _operands;

    public IReadOnlyList<ContainerProblem> Problems => _problems;

    /// <summary>Whether every value is known.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Whether it is known which words are flags; not so after an unknown flag or a variable of any number of words.</summary>
    public bool IsUnderstood { get; private set; } = true;

    private void ReadWord(CommandWord word)
    {
        if (word.Knowledge == WordKnowledge.AnyNumber)
        {
            IsUnderstood = false;
        }
        else if (word.Text == "--")
        {
            TakeRest();
        }
        else if (word.Text.Length < 2 || word.Text[0] != '-')
        {
            TakeOperand(word);
            if (_flags.StopsAtOperand)
            {
                TakeRest();
            }
        }
        else if (word.Text[1] == '-')
        {
            ReadLong(word);
        }
        else
        {
            ReadShort(word);
        }
    }

    private void TakeRest()
    {
        while (_next < _words.Count)
        {
            TakeOperand(_words[_next++]);
        }
    }

    private void TakeOperand(CommandWord word)
    {
        IsComplete &= word.IsExact;
        _operands.Add(word);
    }

    private void ReadLong(CommandWord word)
    {
        var equals = word.Text.IndexOf('=', StringComparison.Ordinal);
        var written = equals < 0 ? word.Text : word.Text[..equals];
        if (!_flags.Long.TryGetValue(written[2..], out var flag))
        {
            ReadUnknown(written, hasValue: equals >= 0);
        }
        else if (equals >= 0)
        {
            Apply(written, flag, word with { Text = word.Text[(equals + 1)..] });
        }
        else if (flag.IsBoolean)
        {
            Apply(written, flag, new CommandWord("true"));
        }
        else
        {
            ApplyNext(written, flag);
        }
    }

    private void ReadShort(CommandWord word)
    {
        for (var i = 1; i < word.Text.Length; i++)
        {
            var written = "-" + word.Text[i];
            var rest = word.Text[(i + 1)..];
            if (!_flags.Short.TryGetValue(word.Text[i], out var name))
            {
                Report(written, null);
                IsUnderstood = false;
                return;
            }

            var flag = _flags.Long[name];
            if (rest.StartsWith('='))
            {
                Apply(written, flag, word with { Text = rest[1..] });
                return;
            }

            if (!flag.IsBoolean)
            {
                if (rest.Length > 0)
                {
                    Apply(written, flag, word with { Text = rest });
                }
                else
                {
                    ApplyNext(written, flag);
                }

                return;
            }

            Apply(written, flag, new CommandWord("true"));
        }
    }

    private void ApplyNext(string written, Flag<T> flag)
    {
        if (_next == _words.Count)
        {
            IsUnderstood = false;
            Add(written, $"{_flags.Command} {written} needs a value.", null);
        }
        else if (_words[_next].Knowledge == WordKnowledge.AnyNumber)
        {
            IsUnderstood = false;
        }
        else
        {
            Apply(written, flag, _words[_next++]);
        }
    }

    private void Apply(string written, Flag<T> flag, CommandWord value)
    {
        IsComplete &= value.IsExact;
        try
        {
            if (value.IsExact)
            {
                State = flag.Apply(State, value.Text);
            }
            else if (flag.ApplyUnexpanded is not null)
            {
                State = flag.ApplyUnexpanded(State, value.Text);
            }
        }
        catch (FlagValueException malformed)
        {
            Add(written, $"{_flags.Command} {written}: {malformed.Message}", malformed.Suggestion);
        }
    }

    /// <summary>
    /// A flag that there is none of. What follows is read on when it can be told whether the next word is its value: the flag that is possibly meant says so,
    /// or the next word is a flag itself.
    /// </summary>
    private void ReadUnknown(string written, bool hasValue)
    {
        var meant = Nearest.Find(written, _flags.Long.Keys.Select(name => "--" + name));
        Report(written, meant is null ? null : Nearest.Ask(meant));
        if (hasValue)
        {
            return;
        }

        if (meant is not null)
        {
            // The value is left alone: it may be for another flag after all.
            _next += _flags.Long[meant[2..]].IsBoolean ? 0 : 1;
            IsUnderstood = _next <= _words.Count;
        }
        else
        {
            IsUnderstood = _next < _words.Count && _words[_next] is { IsExact: true, Text: ['-', '-' or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z'), ..] };
        }
    }

    private void Report(string written, string? suggestion) =>
        Add(written, $"{_flags.Command} has no flag {written} that HaWeb knows.", suggestion);

    private void Add(string flag, string message, string? suggestion) => _problems.Add(new ContainerProblem(flag, message, suggestion, _word.Offset));
}
