using System.Globalization;
using System.Management.Automation;

namespace HaWeb.PowerShell.Completion;

/// <summary>Takes a time, or how long ago it was as <see cref="SpanTransformAttribute"/> takes it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SinceTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        SpanTransformAttribute.Read(inputData) switch
        {
            null => null,
            LogStart start => start,
            TimeSpan ago => new LogStart(ago),
            DateTime time => new LogStart(new DateTimeOffset(time)),
            var other => LanguagePrimitives.TryConvertTo<DateTimeOffset>(other, CultureInfo.InvariantCulture, out var time)
                ? new LogStart(time)
                : throw new ArgumentTransformationMetadataException(
                    $"'{other}' is neither a time nor how long ago one was. Write for example 10min, '1h 30min', 14:30 or '2026-01-31 14:30'."),
        };
}
