using System.Management.Automation;
using HaWeb.Core.Containers;
using HaWeb.Runtime.Docker;

namespace HaWeb.PowerShell.Base;

/// <summary>The errors of a Docker Engine.</summary>
internal static class DockerErrors
{
    /// <summary>The error of a failed request.</summary>
    public static CommandError From(DockerException exception)
    {
        var (id, category, advice) = exception.Failure switch
        {
            DockerFailure.Unavailable => (
                "DockerUnavailable",
                ErrorCategory.ConnectionError,
                "Check that the Docker Engine runs and that this user may reach it. An engine of another machine is reached when its agent was started with -DockerEndpoint tcp://host:port."),
            DockerFailure.NoSuchContainer => ("ContainerNotFound", ErrorCategory.ObjectNotFound, "Check the container's name with 'docker ps --all'."),
            DockerFailure.NoSuchImage => ("ImageNotFound", ErrorCategory.ObjectNotFound, "Check the image's name, and that its registry can be reached."),
            DockerFailure.NameInUse => ("ContainerNameInUse", ErrorCategory.ResourceExists, "Remove the other container, or choose another name."),
            DockerFailure.Foreign => ("ContainerForeign", ErrorCategory.PermissionDenied, "The container belongs to another cluster, or to none: HaWeb leaves it alone."),
            _ when exception.Message.Contains("HTTP request to an HTTPS server", StringComparison.Ordinal) => (
                "DockerNeedsTls", ErrorCategory.AuthenticationError, "The engine takes TLS connections only: set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH to a folder with cert.pem, key.pem and ca.pem."),
            _ => ("DockerRefused", ErrorCategory.InvalidOperation, "Read Docker's own words above; trying the same again will not help."),
        };
        return new CommandError(id, category, exception.Message, null, advice, exception);
    }
}
