using System.Globalization;
using System.Management.Automation;
using HaWeb.Core.Units;

namespace HaWeb.PowerShell.Completion;

/// <summary>Takes a time as unit files write it (<c>500ms</c>, <c>1min 30s</c>), as a number of seconds, or as a TimeSpan.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SpanTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => Read(inputData) switch
    {
        null => null,
        TimeSpan span => span,
        var other => LanguagePrimitives.TryConvertTo<TimeSpan>(other, CultureInfo.InvariantCulture, out var span)
            ? span
            : throw new ArgumentTransformationMetadataException($"'{other}' is no time. Write for example 500ms, 30s or '1min 30s'."),
    };

    /// <summary>A time as it was typed; what is none in the writing of unit files, and no number, as it is.</summary>
    internal static object? Read(object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is TimeSpan or DateTime or DateTimeOffset or null)
        {
            return value;
        }

        // PowerShell reads 2s and 1d as numbers with a suffix for their type; what was typed is meant as a time.
        var text = LanguagePrimitives.ConvertTo<string>(inputData);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(seconds);
        }

        return SystemdSpan.TryParse(text, out var span)
            ? span ?? throw new ArgumentTransformationMetadataException("A time that never ends is not taken here.")
            : value;
    }
}
