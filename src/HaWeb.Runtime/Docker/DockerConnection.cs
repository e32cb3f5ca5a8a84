using System.Net;
using System.Text.Json;
using Docker.DotNet;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Calls to one Docker Engine: each has a deadline, and fails with <see cref="DockerException"/> only.</summary>
internal sealed class DockerConnection : IDisposable
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    // A machine that loses its power, or its network, says no word of farewell.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private readonly DockerClient _client;

    public DockerConnection(DockerEndpoint endpoint)
    {
        Name = endpoint.ToString();
        _client = endpoint.CreateClient();
        _client.DefaultTimeout = Timeout.InfiniteTimeSpan;
    }

    /// <summary>The engine's address, for messages.</summary>
    public string Name { get; }

    /// <summary>Makes a call that should take an instant.</summary>
    public Task<T> CallAsync<T>(Func<DockerClient, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        CallAsync(Usual, call, cancellationToken);

    /// <summary>Makes a call that should take an instant.</summary>
    public Task CallAsync(Func<DockerClient, CancellationToken, Task> call, CancellationToken cancellationToken) =>
        CallAsync(Usual, call, cancellationToken);

    /// <summary>Makes a call.</summary>
    public Task CallAsync(TimeSpan deadline, Func<DockerClient, CancellationToken, Task> call, CancellationToken cancellationToken) =>
        CallAsync(
            deadline,
            async (client, token) =>
            {
                await call(client, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    /// <summary>Makes a call and gives its answer.</summary>
    public async Task<T> CallAsync<T>(TimeSpan deadline, Func<DockerClient, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(deadline);
        try
        {
            // The client does not look at the token while it connects.
            return await call(_client, bound.Token).WaitAsync(bound.Token).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // A cancelled call can end as a broken stream too.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (bound.IsCancellationRequested)
        {
            throw new DockerException(DockerFailure.Unavailable, $"The Docker Engine at {Name} did not answer within {deadline.TotalSeconds:0.#} s.", e);
        }
        catch (Exception e) when (e is not DockerException)
        {
            throw Translate(e);
        }
    }

    /// <summary>Reads on in a stream of the engine's, however long that takes; while nothing comes, the engine has to answer a ping now and then.</summary>
    /// <param name="stream">The stream. It is closed when the engine does not answer, which ends the reading.</param>
    /// <param name="read">Begins to read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<T> ReadAsync<T>(IDisposable stream, Func<ValueTask<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            var reading = read();
            return reading.IsCompleted ? await reading.ConfigureAwait(false) : await WatchAsync(stream, reading.AsTask(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (e is not DockerException)
        {
            throw Translate(e);
        }
    }

    private async Task<T> WatchAsync<T>(IDisposable stream, Task<T> reading, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await reading.WaitAsync(Silence, CancellationToken.None).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!reading.IsCompleted)
            {
                await PingAsync(stream, reading, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PingAsync(IDisposable stream, Task reading, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync((client, token) => client.System.PingAsync(token), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DockerException or OperationCanceledException)
        {
            stream.Dispose();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Says in our terms why a call, or the reading of a stream, failed.</summary>
    public DockerException Translate(Exception exception)
    {
        if (exception is DockerApiException answer)
        {
            var message = MessageOf(answer);
            return new DockerException(FailureOf(answer, message), message, answer);
        }

        var cause = exception;
        while (cause.InnerException is { } inner)
        {
            cause = inner;
        }

        return new DockerException(DockerFailure.Unavailable, $"The Docker Engine at {Name} cannot be reached: {cause.Message}", exception);
    }

    private static DockerFailure FailureOf(DockerApiException answer, string message)
    {
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            if (answer is DockerImageNotFoundException || message.Contains("No such image", StringComparison.OrdinalIgnoreCase))
            {
                return DockerFailure.NoSuchImage;
            }

            return message.Contains("No such container", StringComparison.OrdinalIgnoreCase) ? DockerFailure.NoSuchContainer : DockerFailure.Refused;
        }

        return answer.StatusCode == HttpStatusCode.Conflict && message.Contains("is already in use by container", StringComparison.Ordinal)
            ? DockerFailure.NameInUse
            : DockerFailure.Refused;
    }

    private static string MessageOf(DockerApiException answer)
    {
        try
        {
            using var body = JsonDocument.Parse(answer.ResponseBody ?? "");
            if (body.RootElement.TryGetProperty("message", out var message) && message.GetString() is { Length: > 0 } text)
            {
                return text;
            }
        }
        catch (JsonException)
        {
            // Something between us and the engine answered in its own words.
        }

        var said = (answer.ResponseBody ?? "").Trim();
        return $"Docker answered {(int)answer.StatusCode} {answer.StatusCode}{(said.Length is > 0 and < 200 ? $": {said}" : ".")}";
    }
}
