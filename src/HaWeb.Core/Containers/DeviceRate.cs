namespace HaWeb.Core.Containers;

/// <summary>How much of a block device a container gets.</summary>
/// <param name="Path">The device.</param>
/// <param name="Value">Bytes or operations a second, or its weight, as the flag says.</param>
public sealed record DeviceRate(string Path, long Value);
