namespace HaWeb.Core.Containers;

/// <summary>The value of a flag is malformed. It never leaves this folder: <see cref="FlagScanner{T}"/> makes a <see cref="ContainerProblem"/> of it.</summary>
internal sealed class FlagValueException(string message, string? suggestion = null) : Exception(message)
{
    public string? Suggestion { get; } = suggestion;
}
