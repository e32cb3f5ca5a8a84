using static HaWeb.Core.LoadBalancing.PlainText;

namespace HaWeb.Core.LoadBalancing;

/// <summary>Checks what is asked of TLS, and that no port is asked to be two things.</summary>
internal static class TlsCheck
{
    public static IEnumerable<LoadBalancerProblem> Of(LoadBalancerOptions options)
    {
        foreach (var (setting, file) in new[] { ("TlsCertificate", options.Tls?.Certificate), ("TlsKey", options.Tls?.Key) })
        {
            if (file is not null && !IsFile(file))
            {
                yield return new LoadBalancerProblem(setting, $"{Quoted(file)} is not an absolute path of a file: use letters, digits and - _ . / ~ only.");
            }
        }

        foreach (var place in options.Listen.GroupBy(listen => listen with { IsTls = false }).Where(place => place.Select(options.SpeaksTls).Distinct().Count() > 1))
        {
            yield return new LoadBalancerProblem("Listen", $"{Quoted(place.Key.ToString())} is given with TLS and without.");
        }

        if (options.Tls is null && options.Listen.FirstOrDefault(listen => listen.IsTls) is { } unserved)
        {
            yield return new LoadBalancerProblem("Listen", $"{Quoted(unserved.ToString())} needs a TlsCertificate and a TlsKey.");
        }

        if (options.Tls is not null && !options.Listen.Any(options.SpeaksTls))
        {
            yield return new LoadBalancerProblem("TlsCertificate", "No port speaks TLS: listen on 443, or mark another one, as in 8443/tls.");
        }

        if (options.RedirectToTls && (options.Tls is null || options.Listen.All(options.SpeaksTls)))
        {
            yield return new LoadBalancerProblem("RedirectToTls", "There is nothing to redirect from or to: it needs a TlsCertificate, and a port without TLS, as in Listen=80 443.");
        }
    }
}
