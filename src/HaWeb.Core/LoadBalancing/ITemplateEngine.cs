namespace HaWeb.Core.LoadBalancing;

/// <summary>
/// Makes configs from templates that operators write. A pure function: of equal arguments it makes equal texts, whatever the time, and it ends. It stands
/// here as an interface, since what understands such templates is a library, and this assembly has none.
/// </summary>
public interface ITemplateEngine
{
    /// <summary>Makes a config.</summary>
    /// <param name="template">The template's text.</param>
    /// <param name="config">What the config shall say.</param>
    /// <param name="generated">The config that would be written without a template, which it may put in.</param>
    /// <param name="problem">Why there is none, for people; empty when there is one.</param>
    /// <returns>The config's text, or null.</returns>
    string? Render(string template, LoadBalancerConfig config, string generated, out string problem);
}
