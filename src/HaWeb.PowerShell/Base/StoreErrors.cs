using System.Management.Automation;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.PowerShell.Base;

/// <summary>The errors of the cluster's store.</summary>
internal static class StoreErrors
{
    /// <summary>The error of a failed call.</summary>
    public static CommandError From(StoreException exception)
    {
        var (id, category, advice) = exception.Failure switch
        {
            StoreFailure.Unavailable => (
                "StoreUnavailable",
                ErrorCategory.ConnectionError,
                "Check that etcd runs and that this machine reaches its endpoints. Units go on running meanwhile. If the command changes something, look with Get-HaUnit whether it happened."),
            StoreFailure.Compacted => ("StoreCompacted", ErrorCategory.InvalidResult, "Run the command again: it then reads the store anew."),
            StoreFailure.LeaseNotFound => ("StoreLeaseLost", ErrorCategory.ResourceUnavailable, "Run the command again: it then begins a new session."),
            StoreFailure.TooLarge => ("StoreLimitExceeded", ErrorCategory.LimitsExceeded, "Do the same for fewer units at a time, or make the unit files smaller."),
            StoreFailure.Denied => (
                "StoreDenied",
                ErrorCategory.AuthenticationError,
                "Check -User, -Password and the certificates given to Connect-HaCluster, and what etcd allows that user."),
            _ => ("StoreRefused", ErrorCategory.InvalidOperation, "Read the store's own words above; trying the same again will not help."),
        };
        return new CommandError(id, category, exception.Message, null, advice, exception);
    }
}
