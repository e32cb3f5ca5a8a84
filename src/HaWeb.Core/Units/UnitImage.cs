using HaWeb.Core.Containers;

namespace HaWeb.Core.Units;

/// <summary>The image that a unit's container is made from, in the text of the unit's file.</summary>
public static class UnitImage
{
    // A name that no file has.
    private const string Probe = "haweb.invalid/probe:probe";

    /// <summary>The text with another image on its docker lines: where its container is made, and where the same image is pulled. All else stays as it is.</summary>
    /// <param name="name">The unit or template.</param>
    /// <param name="text">The text of its file, which has no errors.</param>
    /// <param name="image">The image.</param>
    /// <returns>The text; null when no docker line of it tells which image it is.</returns>
    public static string? Replace(UnitName name, string text, string image)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(text);
        if (UnitLinter.Check(name, text).Definition is not { Container.Image: { Length: > 0 } former } definition)
        {
            return null;
        }

        var commands = definition.Service.Commands.Select((command, index) => (Image: ImageOf(command), Index: index)).Where(command => command.Image == former);
        foreach (var (_, index) in commands.Reverse())
        {
            if (Find(name, text, index) is not { } word)
            {
                return null;
            }

            text = text[..word.Start] + image + text[word.End..];
        }

        return text;
    }

    /// <summary>Where the image of a command stands: the one word whose change changes the image, and no argument.</summary>
    private static (int Start, int End)? Find(UnitName name, string text, int index)
    {
        var command = CommandAt(name, text, index)!;
        foreach (var (start, end) in Words(command.Option.Text))
        {
            var from = OffsetOf(text, command.Option.PositionAt(start));
            var to = from + end - start;
            if (CommandAt(name, text[..from] + Probe + text[to..], index) is { } changed
                && ImageOf(changed) == Probe
                && ArgumentsOf(changed).SequenceEqual(ArgumentsOf(command), StringComparer.Ordinal))
            {
                return (from, to);
            }
        }

        return null;
    }

    private static UnitCommand? CommandAt(UnitName name, string text, int index) => UnitLinter.Check(name, text).Definition?.Service.Commands.ElementAtOrDefault(index);

    private static string? ImageOf(UnitCommand command) => command.Container?.Creates?.Image ?? (command.Container as ContainerCommand.Pull)?.Image;

    private static IReadOnlyList<string> ArgumentsOf(UnitCommand command) => command.Container?.Creates?.Arguments ?? [];

    private static IEnumerable<(int Start, int End)> Words(string text)
    {
        var start = 0;
        while (start < text.Length)
        {
            var end = start;
            while (end < text.Length && !WordReader.IsBlank(text[end]))
            {
                end++;
            }

            if (end > start)
            {
                yield return (start, end);
            }

            start = end + 1;
        }
    }

    private static int OffsetOf(string text, (int Line, int Column) position)
    {
        var offset = 0;
        for (var line = 1; line < position.Line; line++)
        {
            offset = text.IndexOf('\n', offset) + 1;
        }

        return offset + position.Column - 1;
    }
}
