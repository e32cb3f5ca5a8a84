namespace HaWeb.PowerShell.Base;

/// <summary>Whether a change shall be made.</summary>
public enum Consent
{
    /// <summary>It shall.</summary>
    Given,

    /// <summary>The operator refused it.</summary>
    Refused,

    /// <summary>Nothing shall be changed: -WhatIf only wants to know.</summary>
    WhatIf,
}
