using System.Diagnostics.CodeAnalysis;
using Fluid;
using Fluid.Values;

namespace HaWeb.Runtime.Templates;

/// <summary>Named values of a template; to ask for another name is an error that says which.</summary>
internal sealed class TemplateNode : IFluidIndexable
{
    private readonly Dictionary<string, object?> _values;

    public TemplateNode(Dictionary<string, object?> values) => _values = values;

    public int Count => _values.Count;

    public IEnumerable<string> Keys => _values.Keys;

    /// <summary>What Fluid shall take it for.</summary>
    public static object? Convert(object value) => value is TemplateNode node ? new DictionaryValue(node) : null;

    public bool TryGetValue(string name, [NotNullWhen(true)] out FluidValue? value)
    {
        value = _values.TryGetValue(name, out var found)
            ? FluidValue.Create(found, Options)
            : throw new InvalidOperationException($"there is no '{name}'; there are {string.Join(", ", _values.Keys.Order(StringComparer.Ordinal))}");
        return true;
    }

    private static TemplateOptions Options { get; } = LiquidTemplates.NewOptions();
}
