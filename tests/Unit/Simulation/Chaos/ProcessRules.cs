using HaWeb.Core.Processes;
using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>
/// Holds the processes of units against rules 3, 4 and 11: none runs where none may, none is started beside itself, and none ends but by itself, with its
/// machine, or by a stop that was asked for with good reason.
/// </summary>
internal sealed class ProcessRules(SimulatedWorld world, StopRules stops)
{
    // What was seen running, and on which boot of which machine it was started.
    private readonly Dictionary<SimulatedRun, SimulatedMachine> _running = [];
    private readonly HashSet<string> _mayEnd = [];
    private readonly HashSet<(string Unit, DateTimeOffset Elapsed)> _triggered = [];
    private readonly List<(string Unit, DateTimeOffset At)> _starts = [];

    /// <summary>When the processes that are units were started, in order.</summary>
    public IReadOnlyList<(string Unit, DateTimeOffset At)> Starts => _starts;

    /// <summary>The process of a unit is about to end by itself.</summary>
    public void EndsByItself(SimulatedMachine machine, string unit)
    {
        if (machine.Processes.RunningOf(unit) is { } run)
        {
            _mayEnd.Add(run.Id);
        }
    }

    /// <summary>An agent asks something about processes.</summary>
    public void Asked(SimulatedMachine machine, AgentKnowledge agent, ProcessRequest request)
    {
        switch (request)
        {
            case ProcessRequest.Run { Labels: var labels } run:
                Require("3", machine.Record.AllowProcess, $"{machine.Id} runs {run.Spec.Path} of {labels.Unit}, and allows no processes");
                Require("11", labels.Cluster == SimulatedMachine.ClusterId, $"{machine.Id} runs {run.Spec.Path} of another cluster");
                if (labels.RunHash.Length > 0)
                {
                    stops.Starts(machine, agent, labels.Unit);
                    Require("4", machine.Processes.RunningOf(labels.Unit) is null, $"{machine.Id} starts the process of {labels.Unit} beside the one that runs");
                }
                else if (run.Spec.Path == ChaosUnits.StopProgram)
                {
                    Stops(machine, agent, labels.Unit, run.Spec.Path);
                }

                break;
            case ProcessRequest.Stop stop:
                Stops(machine, agent, stop.Unit, "its processes are ended");
                break;
            case ProcessRequest.Remove remove:
                Stops(machine, agent, remove.Unit, "its processes are removed");
                break;
            case ProcessRequest.Forget forget:
                Stops(machine, agent, forget.Unit, "its processes are forgotten");
                break;
        }
    }

    /// <summary>Something has changed in the world.</summary>
    public void Check()
    {
        foreach (var (run, machine) in _running.Where(one => one.Key.ExitCode is not null || !one.Value.Processes.Runs.Contains(one.Key)).ToList())
        {
            _running.Remove(run);

            // What went with its machine has no exit code.
            Require("4", run.ExitCode is null || run.Spec.EndsByItself || _mayEnd.Contains(run.Id), $"the process {run.Number} of {run.Labels.Unit} on {machine.Id} was ended, and nobody had a reason to");
        }

        foreach (var machine in world.Machines.Values)
        {
            foreach (var run in machine.Processes.Runs.Where(run => run is { IsMain: true, ExitCode: null } && _running.TryAdd(run, machine)))
            {
                Started(machine, run);
            }
        }
    }

    private static void Require(string rule, bool holds, string what)
    {
        if (!holds)
        {
            throw new BrokenRuleException(rule, what);
        }
    }

    private void Started(SimulatedMachine machine, SimulatedRun run)
    {
        _starts.Add((run.Labels.Unit, world.Now));

        // Who elapsed once starts once, but where a machine has lost its memory with its power.
        Require("4", run.Labels.Trigger is not { } elapsed || _triggered.Add(($"{run.Labels.Unit} on {run.Labels.BootId}", elapsed)), $"{run.Labels.Unit} ran twice on {machine.Id} for the timer that elapsed at {run.Labels.Trigger:HH:mm:ss}");
    }

    private void Stops(SimulatedMachine machine, AgentKnowledge agent, string unit, string how)
    {
        if (machine.Processes.RunningOf(unit) is { } process)
        {
            _mayEnd.Add(process.Id);
        }

        if (RunningUnit.Of(machine, unit) is { } running && (running.Id == machine.Processes.RunningOf(unit)?.Id || how == ChaosUnits.StopProgram))
        {
            stops.Stops(machine, agent, running, how);
        }
    }
}
