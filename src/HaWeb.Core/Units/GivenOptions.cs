namespace HaWeb.Core.Units;

/// <summary>Remembers the options that were read, to say of which the value does not count because a later line gives another one.</summary>
internal sealed class GivenOptions
{
    private readonly Dictionary<(string Section, string Name), UnitOption> _given = [];

    /// <summary>Takes the next option of the file, and warns of the one before it that it overrides. An empty one takes the earlier ones back knowingly.</summary>
    public void Warn(UnitOption option, OptionProblems problems)
    {
        if (SystemdKeys.IsList(option.Name))
        {
            return;
        }

        if (option.Text.Length > 0 && _given.TryGetValue((option.Section, option.Name), out var earlier))
        {
            problems.Warning(earlier, $"{option.Name} stands on line {option.Line} too, and the last one counts.", "Remove one of them.");
        }

        if (option.Text.Length > 0)
        {
            _given[(option.Section, option.Name)] = option;
        }
        else
        {
            _given.Remove((option.Section, option.Name));
        }
    }
}
