using System.Globalization;
using System.Management.Automation;
using HaWeb.Core.Units;

namespace HaWeb.PowerShell.Completion;

/// <summary>Takes a time as unit files write it (<c>500ms</c>, <c>1min 30s</c>), as a number of seconds, or as a TimeSpan.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SpanTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            int or long or double or decimal => TimeSpan.FromSeconds(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
            string text when SystemdSpan.TryParse(text, out var span) => span ?? throw new ArgumentTransformationMetadataException("A time that never ends is not taken here."),
            _ => value,
        };
    }
}
