using System.Diagnostics;
using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Supervision;
using HaWeb.Core.Units;
using HaWeb.Runtime.Docker;

namespace HaWeb.Tests.Lab.DockerLines;

/// <summary>Carries a docker line out: by docker's own client, and as HaWeb's agent does with the line of a unit.</summary>
public sealed class DockerLinePlayer
{
    private const string Debian = "/usr/bin/docker";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly MachineFacts Facts = new("machine-1", "boot-1", "ha1", "6.1", "x86-64", new Dictionary<string, string>());

    private readonly UnitDefinition _unit;

    /// <exception cref="InvalidOperationException">A unit cannot have the line.</exception>
    public DockerLinePlayer(string line)
    {
        var name = UnitName.Parse("web.service");
        var check = UnitLinter.Check(name, $"[Service]\nEnvironment=FROM_UNIT=yes\nExecStart={Debian} {line.Replace("@", LineFolder.Path, StringComparison.Ordinal)}\n");
        _unit = check.Definition ?? throw new InvalidOperationException(string.Join("; ", check.Problems.Select(problem => problem.Message)));
    }

    private static IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string> { ["FROM_UNIT"] = "yes" };

    /// <summary>By docker's own client.</summary>
    public async Task<LineOutcome> ByClientAsync()
    {
        LineFolder.Renew();
        await using var engine = new RecordingEngine();
        var words = _unit.Service.Start[0].Line.Expand(new SpecifierContext(_unit.Name, Facts), Variables).Arguments;
        var start = new ProcessStartInfo(Debian, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment.Clear();
        start.Environment["DOCKER_HOST"] = engine.Address;
        start.Environment["DOCKER_CONFIG"] = LineFolder.Path;
        start.Environment["FROM_UNIT"] = "yes";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = await process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new LineOutcome(process.ExitCode == 0, (await output + errors).Trim(), engine.Requests, LineFolder.List());
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"docker did not end. It asked:\n{string.Join('\n', engine.Requests)}");
        }
    }

    /// <summary>As HaWeb's agent does.</summary>
    public async Task<LineOutcome> ByAgentAsync()
    {
        LineFolder.Renew();
        await using var recording = new RecordingEngine();
        using var engine = new DockerEngine(DockerEndpoint.Parse(recording.Address), EngineAnswers.Cluster);
        var outbox = new Outbox();
        var context = new MachineContext(
            outbox, new Subscriptions(outbox), new VirtualAddresses(outbox), new ClusterKeys(), EngineAnswers.Cluster, "machine-1", "10.0.0.1", Facts, Variables, new SupervisorOptions());
        var sequence = new CommandSequence(context, UnitRun.Of(context, _unit, []), _unit.Service.Start, generation: 7, isMain: true, restart: 1);
        sequence.Start();
        using var patience = new CancellationTokenSource(Patience);
        while (outbox.Take() is { Count: > 0 } effects)
        {
            sequence.Answer(await AnswerAsync(engine, Assert.Single(effects), patience.Token));
        }

        Assert.True(sequence.IsDone || sequence.Failure is not null, "The commands have come to no end.");
        return new LineOutcome(sequence.Failure is null, sequence.Failure ?? "", recording.Requests, LineFolder.List());
    }

    private static async Task<Event.Answer> AnswerAsync(DockerEngine engine, Effect effect, CancellationToken cancellationToken)
    {
        switch (effect)
        {
            case Effect.ReadFile read:
                return new Event.FileRead(read.Id, File.Exists(read.Path) ? await File.ReadAllTextAsync(read.Path, cancellationToken) : null, null);
            case Effect.Docker docker:
                try
                {
                    return new Event.DockerAnswered(docker.Id, await engine.ExecuteAsync(docker.Request, cancellationToken));
                }
                catch (DockerException e)
                {
                    return new Event.DockerFailed(docker.Id, e.Failure, e.Message);
                }

            default:
                throw new InvalidOperationException($"A docker line asks for {effect}.");
        }
    }
}
