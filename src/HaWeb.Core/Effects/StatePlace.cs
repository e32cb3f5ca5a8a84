namespace HaWeb.Core.Effects;

/// <summary>How long a text lasts that a machine's agents keep.</summary>
public enum StatePlace
{
    /// <summary>Until it is removed.</summary>
    Lasting,

    /// <summary>Until the machine is switched off, as its containers and processes do.</summary>
    UntilPowerOff,
}
