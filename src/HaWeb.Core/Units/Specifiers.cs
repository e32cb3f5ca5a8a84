using System.Text;

namespace HaWeb.Core.Units;

/// <summary>Replaces <c>%</c> specifiers in a text.</summary>
public static class Specifiers
{
    /// <summary>Replaces every specifier that the context knows; those of a machine that is not known stay as they are.</summary>
    /// <param name="text">The text.</param>
    /// <param name="context">What they stand for.</param>
    /// <param name="isExact">Whether all were replaced.</param>
    public static string Expand(string text, SpecifierContext context, out bool isExact)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(context);
        isExact = true;
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%' || i + 1 == text.Length)
            {
                result.Append(text[i]);
            }
            else if (context.Resolve(text[i + 1]) is { } value)
            {
                result.Append(value);
                i++;
            }
            else
            {
                isExact = false;
                result.Append('%').Append(text[++i]);
            }
        }

        return result.ToString();
    }

    /// <summary>
    /// What fleet replaces in <c>[X-Fleet]</c>, and HaWeb in <c>[X-HaWeb]</c> too: <c>%n %N %p %i</c>, all else being literal (so that
    /// <c>%20</c> in a URL stays).
    /// </summary>
    public static string ExpandName(string text, UnitName unit)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(unit);
        return text
            .Replace("%n", unit.FullName, StringComparison.Ordinal)
            .Replace("%N", unit.NameWithoutSuffix, StringComparison.Ordinal)
            .Replace("%p", unit.Prefix, StringComparison.Ordinal)
            .Replace("%i", unit.Instance, StringComparison.Ordinal);
    }

    /// <summary>Where the first specifier stands that is one of these letters, from 0; -1 when there is none. <c>%%</c> is a percent sign.</summary>
    internal static int Find(string text, string letters)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0 && i + 1 < text.Length; i = text.IndexOf('%', i + 2))
        {
            if (letters.Contains(text[i + 1], StringComparison.Ordinal))
            {
                return i;
            }

            if (i + 2 >= text.Length)
            {
                break;
            }
        }

        return -1;
    }

    /// <summary>Where the first specifier stands that does not exist, from 0; -1 when there is none.</summary>
    internal static int FindUnknown(string text, UnitName unit)
    {
        var context = new SpecifierContext(unit);
        for (var i = 0; i < text.Length; i++)
        {
            // One at the end stands for itself, as in systemd.
            if (text[i] != '%' || i + 1 == text.Length)
            {
                continue;
            }

            if (context.Resolve(text[i + 1]) is null && !SpecifierContext.DependsOnMachine(text[i + 1]))
            {
                return i;
            }

            i++;
        }

        return -1;
    }
}
