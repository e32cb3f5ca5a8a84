namespace HaWeb.Core.Discovery;

/// <summary>The kinds of health checks.</summary>
public enum ProbeKind
{
    /// <summary>A TCP connection is accepted.</summary>
    Tcp,

    /// <summary>An HTTP GET is answered with a 2xx or 3xx status.</summary>
    Http,

    /// <summary>The same over TLS; the certificate is not checked, since the address is the machine's own.</summary>
    Https,

    /// <summary>Docker says that the image's own HEALTHCHECK passes.</summary>
    Container,
}
