using HaWeb.Core.LoadBalancing;

namespace HaWeb.Runtime.Nginx;

/// <summary>One change of one balancer's config: put in place, taken over by new workers, or taken back (PROTOCOL.md section 5, rule 6).</summary>
internal sealed class ConfigChange
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(3);

    // A reload that works shows in some 15 ms; when this has passed, nginx is asked what it thinks of the config.
    private static readonly TimeSpan Doubt = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Repeat = TimeSpan.FromSeconds(1);

    // So long after its start a worker that is new may be one of its first, which has never seen the config.
    private static readonly TimeSpan Youth = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(6);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    private readonly NginxRequest.Apply _apply;
    private readonly TimeProvider _time = TimeProvider.System;
    private IBalancerPlace? _place;
    private string? _before;
    private string? _served;
    private bool _isTested;

    public ConfigChange(NginxRequest.Apply apply) => _apply = apply;

    private IBalancerPlace Place => _place!;

    public async Task<NginxResult> RunAsync(IBalancerPlace place, CancellationToken cancellationToken)
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

    private async Task<NginxResult> InstallAsync(CancellationToken cancellationToken)
    {
        var listing = ListAsync(cancellationToken);
        await Task.WhenAll(listing, Place.WriteAsync(_apply.Path, _apply.Text, cancellationToken)).ConfigureAwait(false);
        var processes = await listing.ConfigureAwait(false);
        if (MasterOf(processes) is not { } master)
        {
            return await TakeBackAsync(new NginxResult.Failed($"No master process of {Place.Program.Name} runs there."), cancellationToken).ConfigureAwait(false);
        }

        var isToBeTested = _apply.TestFirst || await Place.StartedAtAsync(cancellationToken).ConfigureAwait(false) > _time.GetUtcNow() - Youth;
        if (isToBeTested && await TestAsync(master, cancellationToken).ConfigureAwait(false) is { } flaw)
        {
            return await TakeBackAsync(new NginxResult.Rejected(flaw), cancellationToken).ConfigureAwait(false);
        }

        var reloadAt = _time.GetUtcNow();
        return await Place.ReloadAsync(master, cancellationToken).ConfigureAwait(false) is { } refusal
            ? await TakeBackAsync(new NginxResult.Rejected(refusal), cancellationToken).ConfigureAwait(false)
            : await AwaitWorkersAsync(master, processes, reloadAt, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The processes, once the master is ready, or has had the time to be.</summary>
    private async Task<IReadOnlyList<BalancerProcess>> ListAsync(CancellationToken cancellationToken)
    {
        var begin = _time.GetUtcNow();
        while (true)
        {
            var processes = await Place.ListAsync(cancellationToken).ConfigureAwait(false);
            if (MasterOf(processes) is not { } master || Place.Program.IsReady(master) || _time.GetUtcNow() - begin > Bound)
            {
                return processes;
            }

            await Task.Delay(LongestPause, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<string?> TextOfAsync(string path, CancellationToken cancellationToken) =>
        (await Place.ReadAsync(path, cancellationToken).ConfigureAwait(false))?.Text;

    private async Task<NginxResult> AwaitWorkersAsync(
        BalancerProcess master, IReadOnlyList<BalancerProcess> before, DateTimeOffset reloadAt, CancellationToken cancellationToken)
    {
        var old = before.Select(process => process.Id).ToHashSet();
        var serving = before.Where(process => process.Kind == BalancerProcessKind.Worker).Select(process => process.Id).ToArray();
        var pause = ShortestPause;
        var isRepeated = false;
        while (true)
        {
            var processes = await Place.ListAsync(cancellationToken).ConfigureAwait(false);
            var isNew = processes.Any(process => process.Kind == BalancerProcessKind.Worker && process.Parent == master.Id && !old.Contains(process.Id));
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

            if (!isRepeated && elapsed > Repeat)
            {
                // A master that had only just begun may have lost the signal.
                isRepeated = true;
                await Place.ReloadAsync(master, cancellationToken).ConfigureAwait(false);
            }

            if (elapsed > Bound)
            {
                return await GiveUpAsync(master, reloadAt, cancellationToken).ConfigureAwait(false);
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static BalancerProcess? MasterOf(IReadOnlyList<BalancerProcess> processes) => processes.FirstOrDefault(process => process.Kind == BalancerProcessKind.Master);

    private static bool IsWorker(BalancerProcess process) => process.Kind is BalancerProcessKind.Worker or BalancerProcessKind.EndingWorker;

    /// <summary>Lets nginx test its whole config with the file in place; gives what is wrong, or null.</summary>
    private async Task<string?> TestAsync(BalancerProcess master, CancellationToken cancellationToken)
    {
        var answer = await Place.RunAsync(Place.Program.TestArguments(master), cancellationToken).ConfigureAwait(false);
        _isTested = answer.ExitCode == 0;
        return _isTested ? null : BalancerProgram.WordsOf(answer.Output);
    }

    /// <summary>Some things only the reload itself finds, such as an address that is in use: nginx then says so in its log alone.</summary>
    private async Task<NginxResult> GiveUpAsync(BalancerProcess master, DateTimeOffset reloadAt, CancellationToken cancellationToken)
    {
        var log = await Place.ReadLogAsync(reloadAt, cancellationToken).ConfigureAwait(false);
        if (log.LastOrDefault(BalancerProgram.IsError) is { } error)
        {
            return await TakeBackAsync(new NginxResult.Rejected(error.Trim()), cancellationToken).ConfigureAwait(false);
        }

        var result = await TakeBackAsync(
            new NginxResult.Failed($"{Place.Program.Name}'s test passed, and no new worker came within {Bound.TotalSeconds:0} s of the reload; the config before is in place again."),
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
}
