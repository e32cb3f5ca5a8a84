namespace HaWeb.Core.Containers;

/// <summary>What to run, as a docker command line says it.</summary>
public sealed record ContainerSpec;
