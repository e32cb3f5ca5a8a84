namespace HaWeb.Core.LoadBalancing;

/// <summary>What a balancer shows to clients that connect with TLS. The files are named as the balancer sees them, and never read here.</summary>
/// <param name="Certificate">The certificate, with those that it was signed by after it, in PEM.</param>
/// <param name="Key">Its key, in PEM; HAProxy wants it in the certificate's own file or in one of that name and <c>.key</c>.</param>
public sealed record TlsFiles(string Certificate, string Key);
