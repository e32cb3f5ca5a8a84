using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Runtime.Etcd;

/// <summary>Says the client's failures as <see cref="StoreException"/>.</summary>
internal static class EtcdFailures
{
    /// <summary>What to tell the caller of a call that failed.</summary>
    public static StoreException From(Exception failure, string store)
    {
        var chain = ChainOf(failure).ToList();
        if (chain.Exists(inner => inner is AuthenticationException))
        {
            return new StoreException(
                StoreFailure.Denied,
                $"The store {store} and this machine do not accept each other's certificates: {chain[^1].Message} Check the authority, the client certificate and the host names.",
                failure);
        }

        // The answer to a login is wrapped by the call that needed it, so the innermost answer counts; a broken connection says more than its wrapping.
        var connection = chain.FindLast(inner => inner is IOException or SocketException);
        return connection is null && chain.FindLast(inner => inner is RpcException) is RpcException answer
            ? From(answer.Status, store, failure)
            : Unavailable(store, (connection ?? chain[^1]).Message, failure);
    }

    /// <summary>What etcd says when it ends a watch by itself.</summary>
    public static StoreException FromReason(string reason, string store) => From(new Status(StatusCode.Unknown, reason), store, null);

    /// <summary>The store did not answer, or not in time.</summary>
    public static StoreException Unavailable(string store, string detail, Exception? inner)
    {
        var certificate = store.StartsWith(Uri.UriSchemeHttps, StringComparison.Ordinal)
            ? " If it asks for a client certificate, give one that it accepts."
            : string.Empty;
        return new StoreException(
            StoreFailure.Unavailable,
            $"The store {store} does not answer: {detail.TrimEnd('.')}. Check that etcd runs there and has a leader, that address and port are right, and that no firewall is in between.{certificate}",
            inner);
    }

    /// <summary>Whether only the login ran out: the request was not looked at and may be sent again.</summary>
    public static bool IsStaleLogin(RpcException failure) => failure.StatusCode == StatusCode.Unauthenticated;

    private static StoreException From(Status status, string store, Exception? inner)
    {
        var detail = status switch
        {
            { StatusCode: StatusCode.DeadlineExceeded } => "no answer in time",
            { Detail.Length: 0 } => status.StatusCode.ToString(),
            _ => status.Detail,
        };
        return FailureOf(status.StatusCode, detail) switch
        {
            StoreFailure.Unavailable => Unavailable(store, detail, inner),
            StoreFailure.Denied => new StoreException(StoreFailure.Denied, $"The store {store} denies access: {detail}. Check user, password and the user's roles.", inner),
            var other => new StoreException(other, $"The store {store} refuses: {detail}", inner),
        };
    }

    /// <summary>etcd's codes alone do not tell: a failed login is an invalid argument, as a wrong request is.</summary>
    private static StoreFailure FailureOf(StatusCode code, string detail)
    {
        bool Says(string part) => detail.Contains(part, StringComparison.OrdinalIgnoreCase);

        return code switch
        {
            _ when Says("has been compacted") => StoreFailure.Compacted,
            _ when Says("requested lease not found") => StoreFailure.LeaseNotFound,
            _ when Says("too many operations") || Says("request is too large") || Says("duplicate key") => StoreFailure.TooLarge,
            _ when Says("permission denied") || Says("authentication failed") || Says("user name is empty") => StoreFailure.Denied,
            StatusCode.PermissionDenied or StatusCode.Unauthenticated => StoreFailure.Denied,
            _ when Says("database space exceeded") => StoreFailure.Refused,
            StatusCode.InvalidArgument or StatusCode.OutOfRange or StatusCode.FailedPrecondition or StatusCode.NotFound
                or StatusCode.AlreadyExists or StatusCode.Unimplemented => StoreFailure.Refused,
            _ => StoreFailure.Unavailable,
        };
    }

    private static IEnumerable<Exception> ChainOf(Exception failure)
    {
        for (var inner = failure; inner is not null; inner = inner is RpcException rpc ? rpc.Status.DebugException : inner.InnerException)
        {
            yield return inner;
        }
    }
}
