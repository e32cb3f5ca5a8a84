namespace HaWeb.Core.Containers;

/// <summary>What became of reading a docker line.</summary>
/// <param name="Command">What it does; null when there is a problem, or when variables hide where its flags end.</param>
/// <param name="Problems">What cannot be done, all of it.</param>
public sealed record ContainerParse(ContainerCommand? Command, IReadOnlyList<ContainerProblem> Problems);
