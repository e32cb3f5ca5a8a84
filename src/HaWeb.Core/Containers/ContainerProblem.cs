using HaWeb.Core.Units;

namespace HaWeb.Core.Containers;

/// <summary>Something in a docker line that cannot be done.</summary>
/// <param name="Flag">The flag or word as written, or empty.</param>
/// <param name="Message">What is wrong, for people.</param>
/// <param name="Suggestion">What to do instead, or null.</param>
/// <param name="Offset">The <see cref="CommandWord.Offset"/> of the word that it is in; -1 where that is not known.</param>
public sealed record ContainerProblem(string Flag, string Message, string? Suggestion = null, int Offset = -1);
