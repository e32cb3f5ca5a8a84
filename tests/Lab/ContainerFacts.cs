namespace HaWeb.Tests.Lab;

/// <summary>What tells whether a container is the same one, and has run through: Docker's own id and start time of it.</summary>
public sealed record ContainerFacts(string Id, string StartedAt);
