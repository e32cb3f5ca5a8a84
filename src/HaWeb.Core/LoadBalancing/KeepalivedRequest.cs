namespace HaWeb.Core.LoadBalancing;

/// <summary>What is asked of the keepaliveds of a machine: there is one per balancer that shares an address.</summary>
public abstract record KeepalivedRequest
{
    private KeepalivedRequest()
    {
    }

    /// <summary>
    /// Lets a unit's keepalived run so: one that does already is left as it is, another one is replaced. Answers <see cref="KeepalivedResult.Runs"/> or
    /// <see cref="KeepalivedResult.Failed"/>.
    /// </summary>
    /// <param name="Unit">The unit.</param>
    /// <param name="Router">What it does.</param>
    public sealed record Run(string Unit, VirtualRouter Router) : KeepalivedRequest;

    /// <summary>
    /// Ends a unit's keepalived: it gives the address away at once, to another that is ready. Answers <see cref="KeepalivedResult.Stopped"/>, also when none
    /// runs, or <see cref="KeepalivedResult.Failed"/>.
    /// </summary>
    /// <param name="Unit">The unit.</param>
    public sealed record Stop(string Unit) : KeepalivedRequest;
}
