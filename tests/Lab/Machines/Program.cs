using System.Diagnostics;

namespace HaWeb.Lab;

/// <summary>The lab by hand: brings it up and down, breaks it and mends it, and sends requests.</summary>
internal static class Program
{
    private const string Usage = """
        Usage: HaWeb.Lab VERB [--name NAME]
          up [--no-agents] [--module PATH]     bring the lab up and leave it
          down                                 take the lab down, or what an earlier one left
          run [--no-agents] [--module PATH] [--limit SECONDS] -- COMMAND...
                                               bring it up, run the command in its client for 900 s at most, take it down;
                                               gives the command's exit code, or 124 when its time was over
          fault KIND MACHINE                   power-off power-on cut heal kill-agent stop-agent start-agent stop-etcd start-etcd
          docker MACHINE ARGUMENTS...          docker, against the engine of that machine
          shell COMMAND...                     run a command in the client of a lab that is up
          request URL [--count N] [--interval MS] [--timeout MS] [--until-input-ends] [--summary]
                                               send requests from here, and tell how each ended as a line of JSON,
                                               or in the end how all did
        """;

    private static readonly HashSet<string> Switches = new(["--no-agents", "--until-input-ends", "--summary"], StringComparer.Ordinal);
    private static readonly HashSet<string> Options = new(["--name", "--module", "--limit", "--count", "--interval", "--timeout"], StringComparer.Ordinal);

    private static async Task<int> Main(string[] words)
    {
        try
        {
            var verb = words.FirstOrDefault() ?? "";
            // What follows these two is for another program, and none of ours to read.
            if (verb is "docker" or "shell")
            {
                return await RunThroughAsync(verb, words[1..]);
            }

            var arguments = new Arguments(words.Skip(1).ToList(), Switches, Options);
            return verb switch
            {
                "up" => await UpAsync(arguments),
                "down" => await DownAsync(arguments),
                "run" => await RunAsync(arguments),
                "fault" => await FaultAsync(arguments),
                "request" => await RequestAsync(arguments),
                _ => ShowUsage(),
            };
        }
        catch (LabException problem)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }

    private static string DefaultName => Environment.GetEnvironmentVariable("HAWEB_LAB_NAME") ?? new LabOptions().Name;

    private static LabOptions OptionsFrom(Arguments arguments) => new()
    {
        Name = arguments.Text("--name", DefaultName),
        Agents = !arguments.Has("--no-agents"),
        Module = arguments.Has("--module") ? arguments.Text("--module", "") : null,
        Say = Console.Error.WriteLine,
    };

    private static int ShowUsage()
    {
        Console.Error.WriteLine(Usage);
        return 64;
    }

    private static async Task<int> UpAsync(Arguments arguments)
    {
        var lab = await Lab.UpAsync(OptionsFrom(arguments));
        lab.Leave();
        var name = lab.Options.Name == new LabOptions().Name ? "" : $"HAWEB_LAB_NAME={lab.Options.Name} ";
        var self = name + Environment.ProcessPath;
        Console.WriteLine($"""

            The machines see each other and the client; this host does not see them.
            In the client:           {self} shell bash
            What it finds there:     HAWEB_ENDPOINTS={lab.Client.Endpoints}
            A request from there:    {self} shell {Environment.ProcessPath} request http://{lab.Machines[0].Plan.Address}/
            Docker on a machine:     {self} docker ha1 ps
            Inside a machine:        {string.Join(' ', lab.Machines[0].InsideCommand)} bash
            Pull a plug:             {self} fault power-off ha2
            What machines wrote:     {lab.Options.Folder}/ha*/*.log
            Take it down:            {self} down
            """);
        return 0;
    }

    private static async Task<int> DownAsync(Arguments arguments)
    {
        var options = OptionsFrom(arguments);
        await Leftovers.RemoveAsync(options);
        options.Say("Lab: down.");
        return 0;
    }

    private static async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Rest.Count == 0)
        {
            throw new LabException("Say after -- what to run.");
        }

        var limit = TimeSpan.FromSeconds(arguments.Number("--limit", 900));
        using var stop = new StopRequest();
        await using var lab = await Lab.UpAsync(OptionsFrom(arguments));
        return stop.IsRequested ? 130 : await PassThroughAsync([.. lab.Client.Prefix, .. arguments.Rest], stop, limit);
    }

    private static async Task<int> RunThroughAsync(string verb, string[] words)
    {
        var lab = Lab.Attach(DefaultName);
        string[] command = verb == "shell"
            ? [.. lab.Client.Prefix, .. words]
            : [.. lab[words.FirstOrDefault() ?? ""].DockerCommand, .. words.Skip(1)];
        using var stop = new StopRequest();
        return await PassThroughAsync(command, stop, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Runs a command on our own terminal, and ends it when we are asked to end or its time is over.</summary>
    private static async Task<int> PassThroughAsync(string[] words, StopRequest stop, TimeSpan limit)
    {
        using var process = Process.Start(new ProcessStartInfo(words[0], words.Skip(1)))!;
        var end = process.WaitForExitAsync();
        var over = Task.Delay(limit, stop.Token);
        var first = await Task.WhenAny(end, stop.Requested, over);
        if (first != end && RecordedProcess.Find(process.Id) is { } running)
        {
            await running.StopAsync(TimeSpan.FromSeconds(10));
        }

        await end;
        if (first != over)
        {
            return process.ExitCode;
        }

        await Console.Error.WriteLineAsync($"The command was ended: its {limit.TotalSeconds:0} s were over.");
        return 124;
    }

    private static async Task<int> FaultAsync(Arguments arguments)
    {
        var kind = arguments.Plain(0, "which fault");
        var machine = Lab.Attach(arguments.Text("--name", DefaultName))[arguments.Plain(1, "on which machine")];
        var fault = kind switch
        {
            "power-off" => machine.PowerOffAsync(),
            "power-on" => machine.PowerOnAsync(),
            "cut" => machine.CutLinkAsync(),
            "heal" => machine.HealLinkAsync(),
            "kill-agent" => machine.KillAgentAsync(),
            "stop-agent" => machine.StopAgentAsync(),
            "start-agent" => machine.StartAgentAsync(),
            "stop-etcd" => machine.StopEtcdAsync(),
            "start-etcd" => machine.StartEtcdAsync(),
            _ => throw new LabException($"There is no fault '{kind}'.{Environment.NewLine}{Usage}"),
        };
        await fault;
        Console.WriteLine($"{machine.Plan.Name}: {kind}");
        return 0;
    }

    private static async Task<int> RequestAsync(Arguments arguments)
    {
        if (!Uri.TryCreate(arguments.Plain(0, "where to send the requests"), UriKind.Absolute, out var url))
        {
            throw new LabException($"'{arguments.Plain(0, "")}' is no URL.");
        }

        var plan = new RequestPlan(
            url,
            arguments.Number("--count", 1),
            TimeSpan.FromMilliseconds(arguments.Number("--interval", 100)),
            TimeSpan.FromMilliseconds(arguments.Number("--timeout", 5000)));
        plan.Validate();
        using var stop = new StopRequest();
        if (arguments.Has("--until-input-ends"))
        {
            _ = Task.Run(() =>
            {
                Console.In.ReadToEnd();
                stop.Request();
            });
        }

        var summary = new RequestSummary();
        var output = Console.Out;
        using var sender = new RequestSender(plan, outcome =>
        {
            summary.Add(outcome);
            if (!arguments.Has("--summary"))
            {
                output.WriteLine(outcome.ToLine());
            }
        });
        await sender.RunAsync(stop.Token);
        if (arguments.Has("--summary"))
        {
            output.WriteLine(summary);
        }

        return summary.Failed == 0 ? 0 : 2;
    }
}
