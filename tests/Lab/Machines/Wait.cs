using System.Diagnostics;

namespace HaWeb.Lab;

/// <summary>Waiting, with a bound, for what no event announces: another process coming up or going away.</summary>
public static class Wait
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until the condition holds.</summary>
    /// <exception cref="LabException">It did not within the limit.</exception>
    public static Task UntilAsync(Func<bool> condition, TimeSpan limit, string what, CancellationToken cancellation = default) =>
        UntilAsync(() => Task.FromResult(condition()), limit, what, cancellation);

    /// <summary>Waits until the condition holds.</summary>
    /// <exception cref="LabException">It did not within the limit.</exception>
    public static async Task UntilAsync(
        Func<Task<bool>> condition, TimeSpan limit, string what, CancellationToken cancellation = default)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > limit)
            {
                throw new LabException($"Waited {limit.TotalSeconds:0.#} s for {what}, in vain.");
            }

            await Task.Delay(Step, cancellation);
        }
    }
}
