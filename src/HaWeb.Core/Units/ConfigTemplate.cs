namespace HaWeb.Core.Units;

/// <summary>A Liquid template that a balancer's config is made from: in a file of the machine, or in the unit file itself.</summary>
/// <param name="Path">The file; null for a template that is given by its text.</param>
/// <param name="Text">The text; null for a template in a file.</param>
public sealed record ConfigTemplate(string? Path, string? Text);
