using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Sees whether something is there, in the order in which <c>docker inspect</c> looks.</summary>
internal sealed class ObjectLookup
{
    private static readonly ObjectKind[] Kinds = [ObjectKind.Container, ObjectKind.Image, ObjectKind.Network, ObjectKind.Volume];

    private readonly ContainerLookup _containers;
    private readonly ImageOperations _images;
    private readonly NetworkOperations _networks;
    private readonly VolumeOperations _volumes;

    public ObjectLookup(ContainerLookup containers, ImageOperations images, NetworkOperations networks, VolumeOperations volumes)
    {
        _containers = containers;
        _images = images;
        _networks = networks;
        _volumes = volumes;
    }

    /// <summary>Fails where there is no such thing.</summary>
    public async Task CheckAsync(string name, ObjectKind? kind, CancellationToken cancellationToken)
    {
        foreach (var one in kind is { } only ? [only] : Kinds)
        {
            if (await ExistsAsync(name, one, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        var failure = kind is ObjectKind.Container ? DockerFailure.NoSuchContainer : DockerFailure.Refused;
        throw new DockerException(failure, $"There is no {kind?.ToString().ToLowerInvariant() ?? "container, image, network or volume"} '{name}'.");
    }

    private async Task<bool> ExistsAsync(string name, ObjectKind kind, CancellationToken cancellationToken) => kind switch
    {
        ObjectKind.Container => await _containers.FindAsync(name, cancellationToken).ConfigureAwait(false) is not null,
        ObjectKind.Image => await _images.ExistsAsync(name, cancellationToken).ConfigureAwait(false),
        ObjectKind.Network => await _networks.FindAsync(name, cancellationToken).ConfigureAwait(false) is not null,
        _ => await _volumes.FindAsync(name, cancellationToken).ConfigureAwait(false) is not null,
    };
}
