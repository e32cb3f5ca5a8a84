using System.Management.Automation;

namespace HaWeb.PowerShell.Completion;

/// <summary>Takes a point in time, or how long ago it was: <c>10min</c>, or a TimeSpan.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SinceTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        new SpanTransformAttribute().Transform(engineIntrinsics, inputData) switch
        {
            TimeSpan ago => DateTimeOffset.Now - ago,
            DateTime time => new DateTimeOffset(time),
            var other => other,
        };
}
