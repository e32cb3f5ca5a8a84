using System.Globalization;

namespace HaWeb.Lab;

/// <summary>The words of a command line: plain ones in order, <c>--name value</c> pairs and <c>--switches</c>, and all after <c>--</c>.</summary>
internal sealed class Arguments
{
    private readonly List<string> _plain = [];
    private readonly Dictionary<string, string> _named = new(StringComparer.Ordinal);

    public Arguments(IReadOnlyList<string> words, IReadOnlySet<string> switches, IReadOnlySet<string> options)
    {
        for (var index = 0; index < words.Count; index++)
        {
            var word = words[index];
            if (word == "--")
            {
                Rest = [.. words.Skip(index + 1)];
                break;
            }

            if (switches.Contains(word))
            {
                _named[word] = "";
            }
            else if (options.Contains(word) && index + 1 < words.Count)
            {
                _named[word] = words[++index];
            }
            else if (word.StartsWith("--", StringComparison.Ordinal))
            {
                throw new LabException($"'{word}' is no option of this command, or has no value after it.");
            }
            else
            {
                _plain.Add(word);
            }
        }
    }

    public IReadOnlyList<string> Rest { get; } = [];

    public bool Has(string name) => _named.ContainsKey(name);

    public string Text(string name, string otherwise) => _named.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) =>
        !_named.TryGetValue(name, out var text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new LabException($"{name} takes a number, not '{text}'.");

    public string Plain(int index, string what) =>
        index < _plain.Count ? _plain[index] : throw new LabException($"Say {what}.");
}
