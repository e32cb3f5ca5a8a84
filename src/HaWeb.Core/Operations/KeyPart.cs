namespace HaWeb.Core.Operations;

/// <summary>Names that operators give and that become a part of a key: services and backends.</summary>
internal static class KeyPart
{
    public const int MaxLength = 128;

    /// <summary>What is wrong with a name, for people; null when it can be part of a key.</summary>
    public static string? Check(string name)
    {
        if (name.Length is 0 or > MaxLength)
        {
            return name.Length == 0 ? "it is empty" : $"it has {name.Length} characters, at most {MaxLength} are taken";
        }

        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.' or '@' or ':' or '\\'))
            {
                return $"it has the character U+{(int)character:X4}; letters, digits and - _ . @ : \\ are taken";
            }
        }

        return name is "." or ".." ? "it would be a folder's name" : null;
    }
}
