namespace HaWeb.Core.Cluster;

/// <summary><c>units/UNIT</c>: what the operator wants of a unit or of a template.</summary>
public sealed record UnitRecord : StoredRecord
{
    /// <summary>The hash of its file, which names <c>files/HASH</c>.</summary>
    public required string Hash { get; init => field = Required(value); }

    /// <summary>What is wanted of it. A template is always inactive.</summary>
    public DesiredState Desired { get; init; }

    /// <summary>The template it was made from, or null.</summary>
    public string? Template { get; init; }

    /// <summary>The hash of the template's file when this unit was made from it, or last updated with it.</summary>
    public string? TemplateHash { get; init; }

    /// <summary>Raised by one for every restart that an operator asks for.</summary>
    public int Restart { get; init; }

    /// <summary>Raised by one for every reload that an operator asks for.</summary>
    public int Reload { get; init; }

    /// <summary>Raised by one for every move that an operator asks for.</summary>
    public int Move { get; init; }

    /// <summary>The machine that the last move asked for; null for any other than the present one.</summary>
    public string? MoveTo { get; init; }
}
