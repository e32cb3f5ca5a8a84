namespace HaWeb.Core.Operations;

/// <summary>One item of an operation that is not done.</summary>
/// <param name="Id">A stable name of the reason, in PascalCase, that scripts may compare: <c>UnitNotFound</c>.</param>
/// <param name="Kind">The category.</param>
/// <param name="Target">The name, unit, machine, backend or file it is about.</param>
/// <param name="Message">What is wrong and what to do, for people.</param>
public sealed record OperationRefusal(string Id, RefusalKind Kind, string Target, string Message);
