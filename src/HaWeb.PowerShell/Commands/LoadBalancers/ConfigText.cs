using System.Management.Automation;
using HaWeb.Core.LoadBalancing;
using HaWeb.PowerShell.Base;
using HaWeb.Runtime.Templates;

namespace HaWeb.PowerShell.Commands.LoadBalancers;

/// <summary>Makes a config's text: written for its engine, or from a template.</summary>
/// <param name="engine">The program that it is for.</param>
/// <param name="template">The template's text; null for none.</param>
internal sealed class ConfigText(BalancerEngine engine, string? template)
{
    /// <summary>Makes it.</summary>
    /// <param name="config">What it says.</param>
    /// <param name="version">The nginx that it is for; null for any.</param>
    /// <exception cref="LoadBalancerRefusedException">The engine cannot have it so.</exception>
    /// <exception cref="CommandException">The template does not fit.</exception>
    public string Write(LoadBalancerConfig config, NginxVersion? version)
    {
        var generated = engine == BalancerEngine.HAProxy ? HAProxyWriter.Write(config) : NginxWriter.Write(config, version);
        if (template is null)
        {
            return generated;
        }

        return new LiquidTemplates().Render(template, config, generated, out var problem)
            ?? throw new CommandException(new CommandError(
                "TemplateInvalid", ErrorCategory.InvalidData, $"The config cannot be made: {problem}", template, "Correct the template; docs/load-balancing.md lists what it can ask for."));
    }
}
