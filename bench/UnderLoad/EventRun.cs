using HaWeb.Lab;

namespace HaWeb.Bench.UnderLoad;

/// <summary>One event while it is played.</summary>
/// <typeparam name="TSite">The kind of site.</typeparam>
public sealed class EventRun<TSite>
    where TSite : Site
{
    private readonly List<string> _notes = [];
    private DateTimeOffset? _begin;
    private (string Server, Machine Machine)? _broken;

    internal EventRun(TSite site, Traffic load)
    {
        Site = site;
        Load = load;
    }

    /// <summary>The site.</summary>
    public TSite Site { get; }

    /// <summary>The load.</summary>
    public Traffic Load { get; }

    /// <summary>The event begins now.</summary>
    public void Begins() => Begins(DateTimeOffset.UtcNow);

    /// <summary>The event began at a moment. What is told later does not change it.</summary>
    public void Begins(DateTimeOffset moment) => _begin ??= moment;

    /// <summary>The event begins now, and breaks a web server.</summary>
    /// <returns>Its machine.</returns>
    public Machine Breaks(string server)
    {
        var machine = Site.MachineOf(server);
        _broken = (server, machine);
        Begins();
        return machine;
    }

    /// <summary>Has something told about the event, beside what visitors noticed.</summary>
    public void Note(string text) => _notes.Add(text);

    /// <summary>Ends the load, and judges.</summary>
    internal async Task<EventResult> EndAsync(string title, DateTimeOffset start)
    {
        var outcomes = await Load.StopAsync();
        if (Environment.GetEnvironmentVariable("HAWEB_LOAD_RECORD") is { Length: > 0 } folder)
        {
            var path = Path.Combine(folder, string.Concat(title.Where(char.IsAsciiLetterOrDigit)));
            await File.WriteAllLinesAsync(path + ".load", outcomes.Select(one => one.ToLine()));
            await File.WriteAllTextAsync(path + ".balancer", await Site.BalancerLogAsync(start));
        }

        var broken = _broken is var (server, machine) ? new BrokenServer(server, await Site.GivenToAsync(machine, start)) : null;
        var begin = _begin ?? throw new LabException($"'{title}' did not begin.");
        var end = outcomes.Where(one => one.Kind == Visits.Fast).Max(one => one.Sent);
        return new EventResult(title, new Verdict(new Course(begin, end, outcomes, broken), UnderLoad.Site.DrainTimeout), _notes);
    }
}
