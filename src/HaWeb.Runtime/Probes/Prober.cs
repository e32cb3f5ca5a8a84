using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using HaWeb.Core.Containers;
using HaWeb.Core.Discovery;
using HaWeb.Core.Effects;
using HaWeb.Runtime.Docker;

namespace HaWeb.Runtime.Probes;

/// <summary>Makes health probes, a bounded number at a time, each over a connection of its own.</summary>
public sealed class Prober : IProber, IDisposable
{
    private const int AtOnce = 64;

    private readonly IDockerEngine? _docker;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _places = new(AtOnce);
    private readonly HttpMessageInvoker _http;

    /// <summary>Makes one.</summary>
    /// <param name="docker">Says how containers' own health checks stand; null where no containers are probed.</param>
    public Prober(IDockerEngine? docker)
    {
        _docker = docker;
        _time = TimeProvider.System;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            AutomaticDecompression = DecompressionMethods.None,
        };
#pragma warning disable CA5359 // The address is the machine's own, and the certificate is made out to the service's name.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        _http = new HttpMessageInvoker(handler);
    }

    /// <inheritdoc/>
    public async Task<Event.Probed> ProbeAsync(long id, ProbeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var start = _time.GetTimestamp();
            var error = await TryAsync(request, cancellationToken).ConfigureAwait(false);
            return new Event.Probed(id, error is null, error, _time.GetElapsedTime(start));
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _places.Dispose();
    }

    /// <summary>Probes; gives what is wrong, or null.</summary>
    private async Task<string?> TryAsync(ProbeRequest request, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(request.Timeout);
        try
        {
            return await (request.Kind switch
            {
                ProbeKind.Tcp => ConnectAsync(request, bound.Token),
                ProbeKind.Http => GetAsync("http", request, bound.Token),
                ProbeKind.Https => GetAsync("https", request, bound.Token),
                ProbeKind.Container => AskDockerAsync(request, bound.Token),
                _ => throw new ArgumentOutOfRangeException(nameof(request), request.Kind, "This kind of probe is not known."),
            }).WaitAsync(bound.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {request.Timeout.TotalSeconds:0.###} s";
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException or UriFormatException or DockerException)
        {
            return Shorten(e);
        }
    }

    private static async Task<string?> ConnectAsync(ProbeRequest request, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(request.Host, request.Port, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async Task<string?> GetAsync(string scheme, ProbeRequest request, CancellationToken cancellationToken)
    {
        var host = IPAddress.TryParse(request.Host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : request.Host;
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri($"{scheme}://{host}:{request.Port}{request.Path}"));
        message.Headers.ConnectionClose = true;
        message.Headers.UserAgent.ParseAdd("HaWeb");
        using var answer = await _http.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return (int)answer.StatusCode is >= 200 and < 400 ? null : $"answered {(int)answer.StatusCode}";
    }

    private async Task<string?> AskDockerAsync(ProbeRequest request, CancellationToken cancellationToken)
    {
        if (_docker is null)
        {
            return "no Docker Engine to ask";
        }

        var result = await _docker.ExecuteAsync(new DockerRequest.Inspect(request.Host), cancellationToken).ConfigureAwait(false);
        return result is not DockerResult.Inspected { Container: var container } ? "Docker gave no state"
            : !container.Running ? "the container does not run"
            : container.HealthStatus switch
            {
                "healthy" => null,
                null => "the image has no HEALTHCHECK",
                var status => $"the container's health is {status}",
            };
    }

    private static string Shorten(Exception e)
    {
        var cause = e;
        while (cause.InnerException is { } inner and not AuthenticationException)
        {
            cause = inner;
        }

        return cause switch
        {
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
            SocketException { SocketErrorCode: SocketError.HostUnreachable or SocketError.NetworkUnreachable } => "no route to the address",
            SocketException { SocketErrorCode: SocketError.ConnectionReset } => "the connection was reset",
            HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection was closed without an answer",
            _ => cause.InnerException?.Message ?? cause.Message,
        };
    }
}
