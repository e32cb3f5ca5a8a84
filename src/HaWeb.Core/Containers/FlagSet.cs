namespace HaWeb.Core.Containers;

/// <summary>The flags of one docker command.</summary>
/// <typeparam name="T">What they make up.</typeparam>
/// <param name="Command">The command, <c>docker run</c>.</param>
/// <param name="Long">The flags by long name.</param>
/// <param name="Short">The long names by letter.</param>
/// <param name="StopsAtOperand">Whether flags end at the first word that is none.</param>
internal sealed record FlagSet<T>(
    string Command,
    IReadOnlyDictionary<string, Flag<T>> Long,
    IReadOnlyDictionary<char, string> Short,
    bool StopsAtOperand);
