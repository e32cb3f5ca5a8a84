namespace HaWeb.Core.Units;

/// <summary>A condition where it stands in an option.</summary>
/// <param name="Requirement">The condition.</param>
/// <param name="Offset">Where it begins in the option's text, from 0.</param>
/// <param name="IsAlternative">Whether it is written <c>key=value</c>, several of which for one key are alternatives.</param>
internal sealed record MetadataCondition(MetadataRequirement Requirement, int Offset, bool IsAlternative);
