using Etcdserverpb;
using Google.Protobuf;
using HaWeb.Core.Storage;
using KeyValue = Mvccpb.KeyValue;

namespace HaWeb.Runtime.Etcd;

/// <summary>Translates between etcd's messages and ours.</summary>
internal static class EtcdMapping
{
    private static readonly ByteString Zero = ByteString.CopyFrom(0);

    /// <summary>The first key of the range that a prefix stands for.</summary>
    public static ByteString StartOf(string prefix) => prefix.Length == 0 ? Zero : ByteString.CopyFromUtf8(prefix);

    /// <summary>The first key behind the range that a prefix stands for; etcd reads a zero byte as "no end".</summary>
    public static ByteString EndOf(string prefix)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(prefix);
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            if (bytes[i] < byte.MaxValue)
            {
                bytes[i]++;
                return ByteString.CopyFrom(bytes, 0, i + 1);
            }
        }

        return Zero;
    }

    /// <summary>The first key that can follow this one.</summary>
    public static ByteString After(ByteString key) => ByteString.CopyFrom([.. key.Span, 0]);

    public static StoreEntry ToEntry(KeyValue pair) =>
        new(pair.Key.ToStringUtf8(), pair.Value.ToStringUtf8(), pair.CreateRevision, pair.ModRevision, pair.Version, pair.Lease);

    public static StoreEvent ToEvent(Mvccpb.Event change) => new(
        change.Kv.ModRevision,
        change.Kv.Key.ToStringUtf8(),
        change.Type == Mvccpb.Event.Types.EventType.Put ? ToEntry(change.Kv) : null,
        change.PrevKv is { } previous ? ToEntry(previous) : null);

    public static TxnRequest ToRequest(StoreTransaction transaction)
    {
        var request = new TxnRequest();
        request.Compare.AddRange(transaction.Compares.Select(ToCompare));
        request.Success.AddRange(transaction.Writes.Select(ToOperation));
        return request;
    }

    private static Compare ToCompare(StoreCompare compare)
    {
        var result = new Compare { Key = ByteString.CopyFromUtf8(compare.Key), Result = Compare.Types.CompareResult.Equal };
        switch (compare.Target)
        {
            case CompareTarget.CreateRevision:
                result.Target = Compare.Types.CompareTarget.Create;
                result.CreateRevision = compare.Operand;
                break;
            case CompareTarget.ModRevision:
                result.Target = Compare.Types.CompareTarget.Mod;
                result.ModRevision = compare.Operand;
                break;
            case CompareTarget.Lease:
                result.Target = Compare.Types.CompareTarget.Lease;
                result.Lease = compare.Operand;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(compare), compare.Target, "No such property of a key.");
        }

        return result;
    }

    private static RequestOp ToOperation(StoreWrite write) => write switch
    {
        StoreWrite.Put put => new RequestOp
        {
            RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8(put.Key), Value = ByteString.CopyFromUtf8(put.Value), Lease = put.Lease },
        },
        _ => new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(write.Key) } },
    };
}
