namespace HaWeb.Core.Storage;

/// <summary>What became of a transaction.</summary>
/// <param name="Succeeded">Whether the guards held and the writes were made.</param>
/// <param name="Revision">The store revision after it.</param>
public readonly record struct StoreCommit(bool Succeeded, long Revision);
