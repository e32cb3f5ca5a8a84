namespace HaWeb.Core.Storage;

/// <summary>A lease: when it ends, its keys go with it.</summary>
/// <param name="Id">Its number, never 0.</param>
/// <param name="TimeToLive">How long it lives without being renewed, in whole seconds.</param>
/// <param name="Expiry">When it ends unless it is renewed before.</param>
public sealed record StoreLease(long Id, TimeSpan TimeToLive, DateTimeOffset Expiry);
