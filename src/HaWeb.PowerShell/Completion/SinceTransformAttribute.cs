using System.Management.Automation;

namespace HaWeb.PowerShell.Completion;

/// <summary>Takes a time, or how long ago it was as <see cref="SpanTransformAttribute"/> takes it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SinceTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        new SpanTransformAttribute().Transform(engineIntrinsics, inputData) switch
        {
            null => null,
            LogStart start => start,
            TimeSpan ago => new LogStart(ago),
            DateTime time => new LogStart(new DateTimeOffset(time)),
            var other => new LogStart(LanguagePrimitives.ConvertTo<DateTimeOffset>(other)),
        };
}
