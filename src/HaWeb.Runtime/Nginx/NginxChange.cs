using System.Text.RegularExpressions;
using HaWeb.Core.LoadBalancing;

namespace HaWeb.Runtime.Nginx;

/// <summary>One change of one nginx's config: put in place, taken over by new workers, or taken back (PROTOCOL.md section 5, rule 6).</summary>
internal sealed partial class NginxChange
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(3);

    // A reload that works shows in some 15 ms; when this has passed, nginx is asked what it thinks of the config.
    private static readonly TimeSpan Doubt = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(6);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    private readonly NginxRequest.Apply _apply;
    private readonly TimeProvider _time = TimeProvider.System;
    private INginxPlace? _place;
    private string? _before;
    private string? _served;
    private bool _isTested;

    public NginxChange(NginxRequest.Apply apply) => _apply = apply;

    private INginxPlace Place => _place!;

    public async Task<NginxResult> RunAsync(INginxPlace place, CancellationToken cancellationToken)
    {
        _place = place;
        _before = _apply.LastGood
            ?? await TextOfAsync(ServedNote.PathFor(_apply.Path), cancellationToken).ConfigureAwait(false)
            ?? await TextOfAsync(_apply.Path, cancellationToken).ConfigureAwait(false);
        try
        {
            return await InstallAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NginxUnreachableException)
        {
            await TakeBackAsync(new NginxResult.Failed(""), cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Notes down what nginx is now known to serve, if that is known.</summary>
    public async Task NoteAsync()
    {
        try
        {
            if (_served is { } text)
            {
                await Place.WriteAsync(ServedNote.PathFor(_apply.Path), text, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (NginxUnreachableException)
        {
            // Without the note, the next agent installs the config once more.
        }
    }

    /// <summary>The part of nginx's output that says what is wrong.</summary>
    internal static string WordsOf(string output)
    {
        var errors = output.Split('\n').Where(line => ErrorForm().IsMatch(line)).Select(line => line.Trim()).ToArray();
        return errors.Length > 0 ? string.Join("; ", errors) : output.Trim();
    }

    private async Task<NginxResult> InstallAsync(CancellationToken cancellationToken)
    {
        var listing = Place.ListAsync(cancellationToken);
        await Task.WhenAll(listing, Place.WriteAsync(_apply.Path, _apply.Text, cancellationToken)).ConfigureAwait(false);
        var processes = await listing.ConfigureAwait(false);
        if (processes.FirstOrDefault(process => process.Kind == NginxProcessKind.Master) is not { } master)
        {
            return await TakeBackAsync(new NginxResult.Failed("No nginx master process runs there."), cancellationToken).ConfigureAwait(false);
        }

        if (_apply.TestFirst && await TestAsync(master, cancellationToken).ConfigureAwait(false) is { } flaw)
        {
            return await TakeBackAsync(new NginxResult.Rejected(flaw), cancellationToken).ConfigureAwait(false);
        }

        var reloadAt = _time.GetUtcNow();
        return await Place.ReloadAsync(master, cancellationToken).ConfigureAwait(false) is { } refusal
            ? await TakeBackAsync(new NginxResult.Rejected(refusal), cancellationToken).ConfigureAwait(false)
            : await AwaitWorkersAsync(master, processes, reloadAt, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string?> TextOfAsync(string path, CancellationToken cancellationToken) =>
        (await Place.ReadAsync(path, cancellationToken).ConfigureAwait(false))?.Text;

    private async Task<NginxResult> AwaitWorkersAsync(
        NginxProcess master, IReadOnlyList<NginxProcess> before, DateTimeOffset reloadAt, CancellationToken cancellationToken)
    {
        var old = before.Select(process => process.Id).ToHashSet();
        var serving = before.Where(process => process.Kind == NginxProcessKind.Worker).Select(process => process.Id).ToArray();
        var pause = ShortestPause;
        while (true)
        {
            var processes = await Place.ListAsync(cancellationToken).ConfigureAwait(false);
            var isNew = processes.Any(process => process.Kind == NginxProcessKind.Worker && process.Parent == master.Id && !old.Contains(process.Id));
            var present = processes.Select(process => process.Id).ToHashSet();

            // A worker that is missing may have ended as it should, or have crashed and been replaced by one with the old config.
            var isCertain = serving.All(present.Contains) || _isTested;
            if (isNew && isCertain)
            {
                _served = _apply.Text;
                return new NginxResult.Applied([.. before.Where(IsWorker).Select(process => process.Id).Where(present.Contains)]);
            }

            var elapsed = _time.GetUtcNow() - reloadAt;
            if (!_isTested && (isNew || elapsed > Doubt))
            {
                if (await TestAsync(master, cancellationToken).ConfigureAwait(false) is { } flaw)
                {
                    return await TakeBackAsync(new NginxResult.Rejected(flaw), cancellationToken).ConfigureAwait(false);
                }

                continue;
            }

            if (elapsed > Bound)
            {
                return await GiveUpAsync(master, reloadAt, cancellationToken).ConfigureAwait(false);
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static bool IsWorker(NginxProcess process) => process.Kind is NginxProcessKind.Worker or NginxProcessKind.EndingWorker;

    /// <summary>Lets nginx test its whole config with the file in place; gives what is wrong, or null.</summary>
    private async Task<string?> TestAsync(NginxProcess master, CancellationToken cancellationToken)
    {
        var answer = await Place.RunAsync(master.MainFile is { } main ? ["-t", "-c", main] : ["-t"], cancellationToken).ConfigureAwait(false);
        _isTested = answer.ExitCode == 0;
        return _isTested ? null : WordsOf(answer.Output);
    }

    /// <summary>Some things only the reload itself finds, such as an address that is in use: nginx then says so in its log alone.</summary>
    private async Task<NginxResult> GiveUpAsync(NginxProcess master, DateTimeOffset reloadAt, CancellationToken cancellationToken)
    {
        var log = await Place.ReadLogAsync(reloadAt, cancellationToken).ConfigureAwait(false);
        if (log.LastOrDefault(line => ErrorForm().IsMatch(line)) is { } error)
        {
            return await TakeBackAsync(new NginxResult.Rejected(error.Trim()), cancellationToken).ConfigureAwait(false);
        }

        var result = await TakeBackAsync(
            new NginxResult.Failed($"nginx's test passed, and no new worker came within {Bound.TotalSeconds:0} s of the reload; the config before is in place again."),
            cancellationToken).ConfigureAwait(false);
        // It may have taken the config late.
        await Place.ReloadAsync(master, cancellationToken).ConfigureAwait(false);
        return result;
    }

    private async Task<NginxResult> TakeBackAsync(NginxResult reason, CancellationToken cancellationToken)
    {
        if (_before is null)
        {
            await Place.RemoveAsync([_apply.Path], cancellationToken).ConfigureAwait(false);
            return reason;
        }

        await Place.WriteAsync(_apply.Path, _before, cancellationToken).ConfigureAwait(false);
        _served = reason is NginxResult.Rejected ? _apply.LastGood : null;
        return reason;
    }

    [GeneratedRegex(@"\[(emerg|alert|crit)\]", RegexOptions.CultureInvariant)]
    private static partial Regex ErrorForm();
}
