namespace HaWeb.Tests.Lab.DockerLines;

/// <summary>What came of a line.</summary>
/// <param name="EndedWell">Whether the command ended with 0.</param>
/// <param name="Message">What was said of it.</param>
/// <param name="Requests">What the engine was asked.</param>
/// <param name="Files">What the folder of the lines holds then.</param>
public sealed record LineOutcome(bool EndedWell, string Message, IReadOnlyList<EngineRequest> Requests, IReadOnlyList<string> Files);
