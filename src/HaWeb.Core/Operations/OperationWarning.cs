namespace HaWeb.Core.Operations;

/// <summary>Something that looks wrong and stops nothing.</summary>
/// <param name="Target">The unit, backend or file it is about.</param>
/// <param name="Message">What it is, for people.</param>
public sealed record OperationWarning(string Target, string Message);
