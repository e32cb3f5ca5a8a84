namespace HaWeb.Runtime.Docker;

/// <summary>Counts the requests of ours that changed containers and are done.</summary>
internal sealed class ChangeCount
{
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Add() => Interlocked.Increment(ref _count);
}
