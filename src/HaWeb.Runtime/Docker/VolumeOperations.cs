using Docker.DotNet.Models;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Makes and removes volumes.</summary>
internal sealed class VolumeOperations
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DockerEngine _engine;

    public VolumeOperations(DockerEngine engine) => _engine = engine;

    private DockerConnection Connection => _engine.Connection;

    public async Task CreateAsync(VolumeDefinition volume, ContainerLabels labels, CancellationToken cancellationToken)
    {
        var parameters = new VolumesCreateParameters
        {
            Name = volume.Name,
            Driver = volume.Driver,
            DriverOpts = ContainerParameters.NullIfEmpty(volume.Options),
            Labels = ContainerParameters.LabelsOf(volume.Labels, labels),
        };
        await Connection.CallAsync(Deadline, (client, token) => client.Volumes.CreateAsync(parameters, token), cancellationToken).ConfigureAwait(false);
    }

    public async Task RemoveAsync(DockerRequest.RemoveVolume remove, CancellationToken cancellationToken)
    {
        if (await FindAsync(remove.Volume, cancellationToken).ConfigureAwait(false) is not { } volume)
        {
            if (!remove.MayBeAbsent)
            {
                throw new DockerException(DockerFailure.Refused, $"There is no volume '{remove.Volume}'.");
            }

            return;
        }

        if (!_engine.Lookup.IsOurs(volume.Labels))
        {
            throw new DockerException(DockerFailure.Foreign, $"The volume '{remove.Volume}' does not belong to this cluster: it is left alone.");
        }

        var name = Uri.EscapeDataString(volume.Name);
        await Connection.CallAsync(Deadline, (client, token) => client.Volumes.RemoveAsync(name, force: null, token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The volume with this name, or null.</summary>
    public async Task<VolumeResponse?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var asked = Uri.EscapeDataString(name);
            return await Connection.CallAsync((client, token) => client.Volumes.InspectAsync(asked, token), cancellationToken).ConfigureAwait(false);
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return null;
        }
    }
}
