using System.Management.Automation;
using HaWeb.Runtime.Docker;

namespace HaWeb.PowerShell.Base;

/// <summary>Reads where a Docker Engine is.</summary>
internal static class DockerTarget
{
    /// <summary>The engine of an address, or the one that the environment says.</summary>
    /// <exception cref="CommandException">The address cannot be used.</exception>
    public static DockerEndpoint Find(string? address)
    {
        try
        {
            return address is null ? DockerEndpoint.FromEnvironment() : DockerEndpoint.Parse(address);
        }
        catch (FormatException exception)
        {
            throw new CommandException(new CommandError(
                "DockerEndpointInvalid", ErrorCategory.InvalidArgument, exception.Message, address, "Correct -DockerEndpoint, or DOCKER_HOST.", exception));
        }
    }
}
