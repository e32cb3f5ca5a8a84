using System.Net;
using Docker.DotNet;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>A request to a Docker Engine failed; <see cref="Failure"/> says what can be done about it.</summary>
public sealed class DockerException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="failure">Why it failed.</param>
    /// <param name="message">What failed, for people.</param>
    /// <param name="innerException">The client's own exception.</param>
    public DockerException(DockerFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>Why it failed.</summary>
    public DockerFailure Failure { get; }

    /// <summary>Whether the engine said that there is no such thing.</summary>
    internal bool IsNotFound => InnerException is DockerApiException { StatusCode: HttpStatusCode.NotFound };
}
