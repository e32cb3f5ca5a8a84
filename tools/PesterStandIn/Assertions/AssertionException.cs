namespace HaWeb.Tools.PesterStandIn.Assertions;

/// <summary>An assertion of a test does not hold; the message has what was expected and what was found.</summary>
public sealed class AssertionException(string message) : Exception(message);
