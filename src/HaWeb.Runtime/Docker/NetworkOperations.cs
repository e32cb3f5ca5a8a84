using Docker.DotNet.Models;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Makes and removes networks, and connects containers to them.</summary>
internal sealed class NetworkOperations
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DockerEngine _engine;

    public NetworkOperations(DockerEngine engine) => _engine = engine;

    private DockerConnection Connection => _engine.Connection;

    public async Task CreateAsync(NetworkDefinition network, ContainerLabels labels, CancellationToken cancellationToken)
    {
        var parameters = new NetworksCreateParameters
        {
            Name = network.Name,
            CheckDuplicate = true,
            Driver = network.Driver,
            Options = ContainerParameters.NullIfEmpty(network.Options),
            Internal = network.IsInternal,
            Attachable = network.IsAttachable,
            EnableIPv6 = network.HasIPv6,
            IPAM = new IPAM
            {
                Driver = network.AddressDriver,
                Options = ContainerParameters.NullIfEmpty(network.AddressOptions),
                Config = [.. network.Ranges.Select(RangeOf)],
            },
            Labels = ContainerParameters.LabelsOf(network.Labels, labels),
        };
        await Connection.CallAsync(Deadline, (client, token) => client.Networks.CreateNetworkAsync(parameters, token), cancellationToken).ConfigureAwait(false);
    }

    public async Task RemoveAsync(DockerRequest.RemoveNetwork remove, CancellationToken cancellationToken)
    {
        if (await FindAsync(remove.Network, cancellationToken).ConfigureAwait(false) is not { } network)
        {
            if (!remove.MayBeAbsent)
            {
                throw new DockerException(DockerFailure.Refused, $"There is no network '{remove.Network}'.");
            }

            return;
        }

        if (!_engine.Lookup.IsOurs(network.Labels))
        {
            throw new DockerException(DockerFailure.Foreign, $"The network '{remove.Network}' does not belong to this cluster: it is left alone.");
        }

        await Connection.CallAsync(Deadline, (client, token) => client.Networks.DeleteNetworkAsync(network.ID, token), cancellationToken).ConfigureAwait(false);
    }

    public async Task ConnectAsync(DockerRequest.Connect connect, CancellationToken cancellationToken)
    {
        var container = await _engine.Lookup.GetAsync(connect.Container, cancellationToken).ConfigureAwait(false);
        var endpoint = connect.Endpoint;
        var parameters = new NetworkConnectParameters
        {
            Container = container.ID,
            EndpointConfig = new EndpointSettings
            {
                Aliases = ContainerParameters.NullIfEmpty(endpoint.Aliases),
                Links = ContainerParameters.NullIfEmpty(endpoint.Links),
                DriverOpts = ContainerParameters.NullIfEmpty(endpoint.DriverOptions),
                IPAMConfig = new EndpointIPAMConfig
                {
                    IPv4Address = endpoint.IPv4,
                    IPv6Address = endpoint.IPv6,
                    LinkLocalIPs = ContainerParameters.NullIfEmpty(endpoint.LinkLocal),
                },
            },
        };
        var network = Uri.EscapeDataString(connect.Network);
        await Connection.CallAsync(Deadline, (client, token) => client.Networks.ConnectNetworkAsync(network, parameters, token), cancellationToken)
            .ConfigureAwait(false);
    }

    public async Task DisconnectAsync(DockerRequest.Disconnect disconnect, CancellationToken cancellationToken)
    {
        var container = await _engine.Lookup.GetAsync(disconnect.Container, cancellationToken).ConfigureAwait(false);
        var parameters = new NetworkDisconnectParameters { Container = container.ID, Force = disconnect.Force };
        var network = Uri.EscapeDataString(disconnect.Network);
        await Connection.CallAsync(Deadline, (client, token) => client.Networks.DisconnectNetworkAsync(network, parameters, token), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The network with this name or id, or null.</summary>
    public async Task<NetworkResponse?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var asked = Uri.EscapeDataString(name);
            var found = await Connection.CallAsync((client, token) => client.Networks.InspectNetworkAsync(asked, token), cancellationToken).ConfigureAwait(false);
            return ContainerLookup.Answers(found.Name, found.ID, name) ? found : null;
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    private static IPAMConfig RangeOf(NetworkRange range) => new()
    {
        Subnet = range.Subnet,
        IPRange = range.Range,
        Gateway = range.Gateway,
        AuxAddress = ContainerParameters.NullIfEmpty(range.Reserved),
    };
}
