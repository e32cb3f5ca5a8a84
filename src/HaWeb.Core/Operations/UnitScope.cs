namespace HaWeb.Core.Operations;

/// <summary>Which units a <see cref="UnitQuery"/> means. Wildcards match what is stored, and templates only where they are asked for.</summary>
public enum UnitScope
{
    /// <summary>Stored units: plain ones and instances. A template's literal name is found too, for whoever refuses it to say why.</summary>
    Units,

    /// <summary>As <see cref="Units"/>, and literal names that are not stored yet: a template may be there to make them from.</summary>
    Startable,

    /// <summary>Templates only.</summary>
    Templates,

    /// <summary>Units and templates alike: everything that has a file.</summary>
    Files,
}
