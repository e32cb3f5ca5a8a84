using System.Globalization;
using Fluid;
using HaWeb.Core.LoadBalancing;

namespace HaWeb.Runtime.Templates;

/// <summary>
/// Liquid, by Fluid: loops, conditions and filters over a <see cref="TemplateModel"/>. No template reads files, the clock or objects of ours, and a name that
/// does not exist is an error, not an empty text.
/// </summary>
public sealed class LiquidTemplates : ITemplateEngine
{
    private const int MaxSteps = 1_000_000;
    private const int MaxRecursion = 50;

    private static readonly FluidParser Parser = new();

    private static readonly TemplateOptions Options = NewOptions();

    internal static TemplateOptions NewOptions()
    {
        var options = new TemplateOptions
        {
            StrictVariables = true,
            StrictFilters = true,
            Undefined = name => throw new InvalidOperationException($"there is no '{name}'"),
            MaxSteps = MaxSteps,
            MaxRecursion = MaxRecursion,
            CultureInfo = CultureInfo.InvariantCulture,
            TimeZone = TimeZoneInfo.Utc,
            Now = () => DateTimeOffset.UnixEpoch,
        };
        options.ValueConverters.Add(TemplateNode.Convert);
        return options;
    }

    /// <inheritdoc/>
    public string? Render(string template, LoadBalancerConfig config, string generated, out string problem)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(config);
        problem = "";
        if (!Parser.TryParse(template, out var parsed, out var error))
        {
            problem = $"the template is not Liquid: {error}";
            return null;
        }

        try
        {
            var context = new TemplateContext(Options);
            foreach (var (name, value) in TemplateModel.Of(config, generated))
            {
                context.SetValue(name, value);
            }

            return parsed.Render(context);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever a template does wrong, it does so to itself.
            problem = $"the template does not fit: {e.Message}";
            return null;
        }
    }
}
