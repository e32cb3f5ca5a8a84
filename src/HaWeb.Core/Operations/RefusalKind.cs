namespace HaWeb.Core.Operations;

/// <summary>The category of an <see cref="OperationRefusal"/>.</summary>
public enum RefusalKind
{
    /// <summary>What was named does not exist.</summary>
    NotFound,

    /// <summary>Something else is already there.</summary>
    Exists,

    /// <summary>A name, value or unit file is not right.</summary>
    Invalid,

    /// <summary>It could be done, but would do harm; some of these can be forced.</summary>
    Unsafe,

    /// <summary>The state of the cluster does not allow it now.</summary>
    Conflict,
}
