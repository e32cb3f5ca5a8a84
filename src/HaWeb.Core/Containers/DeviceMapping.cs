namespace HaWeb.Core.Containers;

/// <summary>A device of the machine that a container can use.</summary>
/// <param name="HostPath">Its path on the machine.</param>
/// <param name="ContainerPath">Its path inside.</param>
/// <param name="Permissions">Some of <c>r</c>, <c>w</c> and <c>m</c>.</param>
public sealed record DeviceMapping(string HostPath, string ContainerPath, string Permissions);
