namespace HaWeb.Core.Storage;

/// <summary>The property of a key that a <see cref="StoreCompare"/> looks at.</summary>
public enum CompareTarget
{
    /// <summary>The revision at which the key came into being, 0 when it is absent.</summary>
    CreateRevision,

    /// <summary>The revision of its last change, 0 when it is absent.</summary>
    ModRevision,

    /// <summary>The lease that it goes with, 0 for none.</summary>
    Lease,
}
