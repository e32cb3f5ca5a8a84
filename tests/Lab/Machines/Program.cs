using System.Diagnostics;

namespace HaWeb.Lab;

/// <summary>The lab by hand: brings it up and down, breaks it and mends it, and sends requests.</summary>
internal static class Program
{
    private const string Usage = """
        Usage: HaWeb.Lab VERB [--name NAME]
          up [--no-agents] [--module PATH]     bring the lab up, and keep it up until Ctrl+C or 'down'
          down                                 take the lab down, or what an earlier one left
          run [--no-agents] [--module PATH] -- COMMAND...
                                               bring it up, run the command in its client, take it down; gives the command's exit code
          fault KIND MACHINE                   power-off power-on cut heal kill-agent stop-agent start-agent stop-etcd start-etcd
          docker MACHINE ARGUMENTS...          docker, against the engine of that machine
          shell COMMAND...                     run a command in the client of a lab that is up
          request URL [--count N] [--interval MS] [--timeout MS] [--until-input-ends]
                                               send requests from here, and tell how each ended as a line of JSON
        """;

    private static readonly HashSet<string> Switches = new(["--no-agents", "--until-input-ends"], StringComparer.Ordinal);
    private static readonly HashSet<string> Options = new(["--name", "--module", "--count", "--interval", "--timeout"], StringComparer.Ordinal);

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
        using var stop = new StopRequest();
        await using var lab = await Lab.UpAsync(OptionsFrom(arguments));
        var name = lab.Options.Name;
        var self = Environment.ProcessPath;
        Console.WriteLine($"""

            The machines see each other and the client; this host does not see them. From the client:
              {self} shell bash                      (HAWEB_ENDPOINTS={lab.Client.Endpoints})
              ip netns exec {name}-client etcdctl --endpoints={lab.Client.Endpoints} get --prefix / --keys-only
            Inside a machine:
              {string.Join(' ', lab.Machines[0].InsideCommand)} bash
            Docker on a machine:
              {self} docker ha1 ps
            Faults:
              {self} fault power-off ha2
            Logs are in {lab.Options.Folder}/ha*/*.log. Ctrl+C takes the lab down.
            """);
        while (lab.IsUp && !stop.IsRequested)
        {
            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(500)), stop.Requested);
        }

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

        using var stop = new StopRequest();
        await using var lab = await Lab.UpAsync(OptionsFrom(arguments));
        return stop.IsRequested ? 130 : await PassThroughAsync([.. lab.Client.Prefix, .. arguments.Rest], stop);
    }

    private static async Task<int> RunThroughAsync(string verb, string[] words)
    {
        var lab = Lab.Attach(DefaultName);
        string[] command = verb == "shell"
            ? [.. lab.Client.Prefix, .. words]
            : [.. lab[words.FirstOrDefault() ?? ""].DockerCommand, .. words.Skip(1)];
        using var stop = new StopRequest();
        return await PassThroughAsync(command, stop);
    }

    /// <summary>Runs a command on our own terminal, and ends it when we are asked to end.</summary>
    private static async Task<int> PassThroughAsync(string[] words, StopRequest stop)
    {
        using var process = Process.Start(new ProcessStartInfo(words[0], words.Skip(1)))!;
        var end = process.WaitForExitAsync();
        await Task.WhenAny(end, stop.Requested);
        if (!process.HasExited && RecordedProcess.Find(process.Id) is { } running)
        {
            await running.StopAsync(TimeSpan.FromSeconds(10));
        }

        await end;
        return process.ExitCode;
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

        var failed = 0;
        var output = Console.Out;
        using var sender = new RequestSender(plan, outcome =>
        {
            Interlocked.Add(ref failed, outcome.Succeeded ? 0 : 1);
            output.WriteLine(outcome.ToLine());
        });
        await sender.RunAsync(stop.Token);
        return failed == 0 ? 0 : 2;
    }
}
