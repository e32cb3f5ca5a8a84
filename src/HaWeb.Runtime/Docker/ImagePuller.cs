using Docker.DotNet.Models;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Makes sure that images are there.</summary>
internal sealed class ImagePuller
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    private readonly DockerConnection _connection;
    private readonly RegistryCredentials _credentials;
    private readonly TimeSpan _stall;

    /// <param name="connection">The engine.</param>
    /// <param name="credentials">The machine's credentials.</param>
    /// <param name="stall">How long a pull may show no progress.</param>
    public ImagePuller(DockerConnection connection, RegistryCredentials credentials, TimeSpan stall)
    {
        _connection = connection;
        _credentials = credentials;
        _stall = stall;
    }

    public async Task PullAsync(string image, string? platform, bool always, CancellationToken cancellationToken)
    {
        var present = await IsPresentAsync(image, platform, cancellationToken).ConfigureAwait(false);
        if (present && !always)
        {
            return;
        }

        if (!ImageReference.TryParse(image, out var reference))
        {
            throw new DockerException(DockerFailure.Refused, $"'{image}' is not the name of an image.");
        }

        var (credentials, hint) = await _credentials.FindAsync(reference.Registry, cancellationToken).ConfigureAwait(false);
        if (await TryPullAsync(reference, platform, credentials, cancellationToken).ConfigureAwait(false) is { } problem && !present)
        {
            throw new DockerException(
                DockerFailure.NoSuchImage, $"The image '{image}' is not on this machine and cannot be pulled: {problem}{(hint is null ? "" : " " + hint)}");
        }
    }

    private async Task<bool> IsPresentAsync(string image, string? platform, CancellationToken cancellationToken)
    {
        try
        {
            var found = await _connection.CallAsync((client, token) => client.Images.InspectImageAsync(image, token), cancellationToken).ConfigureAwait(false);
            return platform is null || platform.Split('/') is not [var os, var architecture, ..] || (found.Os == os && found.Architecture == architecture);
        }
        catch (DockerException e) when (e.Failure == DockerFailure.NoSuchImage)
        {
            return false;
        }
    }

    private async Task<string?> TryPullAsync(ImageReference reference, string? platform, AuthConfig credentials, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(_stall);
        var progress = new Progress(() => stall.CancelAfter(_stall));
        try
        {
            var parameters = new ImagesCreateParameters { FromImage = reference.FamiliarRepository, Tag = reference.TagOrDigest, Platform = platform };
            await _connection.CallAsync(
                Deadline, (client, token) => client.Images.CreateImageAsync(parameters, credentials, progress, token), stall.Token).ConfigureAwait(false);
            return progress.Error;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"the registry showed no progress for {_stall.TotalSeconds:0.#} s.";
        }
        catch (DockerException e) when (e.Failure != DockerFailure.Unavailable)
        {
            return e.Message;
        }
    }

    // The client calls it on the thread that reads the answer, one message after the other.
    private sealed class Progress(Action moved) : IProgress<JSONMessage>
    {
        public string? Error { get; private set; }

        public void Report(JSONMessage value)
        {
            moved();
            Error ??= value.Error?.Message ?? value.ErrorMessage;
        }
    }
}
