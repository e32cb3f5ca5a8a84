using System.Diagnostics;

namespace HaWeb.Lab;

/// <summary>Runs other programs and waits for them.</summary>
internal static class Command
{
    /// <summary>Runs a program to its end. What does not end in time is killed.</summary>
    /// <exception cref="LabException">It cannot be started, or ran longer than <paramref name="timeout"/>.</exception>
    public static async Task<CommandResult> RunAsync(
        IReadOnlyList<string> words, TimeSpan timeout, CancellationToken cancellation = default)
    {
        using var process = Start(words);
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new CommandResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new LabException($"'{string.Join(' ', words)}' did not end within {timeout.TotalSeconds:0.#} s.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>Runs a program that must succeed, and gives its output.</summary>
    /// <exception cref="LabException">It failed; the message has what it wrote.</exception>
    public static async Task<string> RequireAsync(IReadOnlyList<string> words, CancellationToken cancellation = default)
    {
        var result = await RunAsync(words, TimeSpan.FromSeconds(60), cancellation);
        return result.ExitCode == 0
            ? result.Output
            : throw new LabException($"'{string.Join(' ', words)}' ended with {result.ExitCode}: {result.Error.Trim()}");
    }

    /// <summary>Starts a program with its three streams in our hands.</summary>
    public static Process Start(IReadOnlyList<string> words)
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new LabException($"'{words[0]}' cannot be started: {problem.Message}.", problem);
        }
    }
}
