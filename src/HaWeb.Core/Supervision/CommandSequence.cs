using HaWeb.Core.Containers;
using HaWeb.Core.Effects;
using HaWeb.Core.Processes;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// Runs the commands of one <c>Exec...=</c> list, one after the other: docker lines as requests to the Docker Engine, all others as processes. A request that
/// the engine did not answer is sent again when it does: every one of them may be repeated, but for an <c>exec</c>.
/// </summary>
public sealed class CommandSequence
{
    private readonly MachineContext _context;
    private readonly Queue<UnitCommand> _commands;
    private readonly IReadOnlyList<UnitCommand> _main;
    private readonly UnitName _unit;
    private readonly UnitRun _run;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly ContainerLabels _labels;
    private readonly bool _isMain;
    private readonly bool _waitsForExit;
    private readonly bool _waitsForReady;
    private readonly Queue<(int Target, Func<DockerRequest> Make)> _requests = [];
    private readonly Queue<(string Path, string Flag, List<EnvironmentVariable> Into)> _files = [];
    private readonly List<EnvironmentVariable> _fromFiles = [];
    private readonly List<EnvironmentVariable> _labelsFromFiles = [];
    private readonly List<string> _failures = [];
    private (string Path, string Flag, List<EnvironmentVariable> Into) _file;
    private int _target;
    private bool _followsEnded;
    private UnitCommand? _current;
    private DockerRequest? _asked;
    private long _request;
    private bool _endsWithExit;
    private bool _awaitsReady;
    private bool _cancelled;
    private string? _process;
    private long? _processCode;

    // The ends of processes that were told of before it was known which process this command is.
    private readonly Dictionary<string, long> _earlyEnds = new(StringComparer.Ordinal);

    /// <summary>Makes one.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="run">The unit as it runs.</param>
    /// <param name="commands">The commands, in order.</param>
    /// <param name="generation">The create revision of the unit's placement, for the labels of containers.</param>
    /// <param name="isMain">
    /// Whether these are the commands that are the unit: its container is not waited for, unless it is a one-shot, and may be taken over by a later agent.
    /// </param>
    /// <param name="restart">The restart number that is carried out, for the labels of containers; null outside of a start.</param>
    public CommandSequence(MachineContext context, UnitRun run, IReadOnlyList<UnitCommand> commands, long generation, bool isMain = false, int? restart = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(run);
        var unit = run.Definition;
        _context = context;
        _run = run;
        _main = unit.Service.Start;
        _unit = unit.Name;
        _commands = new Queue<UnitCommand>(commands);
        _environment = run.Environment;
        _labels = new ContainerLabels(context.ClusterId, unit.Name.FullName, generation, unit.RunHash, restart, context.Facts.BootId, run.Trigger);
        _isMain = isMain;
        _waitsForExit = !isMain || unit.Service.Type == ServiceType.OneShot;
        _waitsForReady = isMain && unit.Service.Type == ServiceType.Notify;
    }

    /// <summary>A file that is put into a created container before it starts; null when none is.</summary>
    public Func<FileInContainer?>? BeforeStart { get; init; }

    /// <summary>Which ends count as success beside 0.</summary>
    public Func<long, bool> Succeeds { get; init; } = static _ => false;

    /// <summary>Which of its commands runs, from 0.</summary>
    public int Step { get; private set; } = -1;

    /// <summary>The process that this command is, or the container that it has made; null when it has neither yet.</summary>
    public string? Started { get; private set; }

    /// <summary>Whether every command has ended well, or its failure is ignored.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Why it ended early; null otherwise.</summary>
    public string? Failure { get; private set; }

    /// <summary>The exit code with which it ended early; null when it was not one.</summary>
    public long? FailedWith { get; private set; }

    /// <summary>Whether it ended early because no registry has the image.</summary>
    public bool LacksImage { get; private set; }

    /// <summary>The container that the last <c>run</c>, <c>create</c> or <c>start</c> was about, or the process that is the unit.</summary>
    public string? Container { get; private set; }

    /// <summary>The number of the process that is the unit; null when it is none.</summary>
    public int? Number { get; private set; }

    /// <summary>Whether its present command is a process of the machine.</summary>
    public bool RunsProcess => _current is { IsDocker: false };

    /// <summary>Whether an image is being pulled, which does not count in TimeoutStartSec.</summary>
    public bool IsPulling => _asked is DockerRequest.Pull;

    /// <summary>Whether the engine did not answer and the request has to be sent again.</summary>
    public bool WaitsForDocker { get; private set; }

    /// <summary>Whether it has begun.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Whether an answer is awaited that has to be known before anything else is done; a pull is not, nor is the end of a container or of a command in one that is waited for, nor that a process is ready.</summary>
    public bool IsBusy => (_request != 0 && !_awaitsReady && !IsPulling && _asked is not (DockerRequest.Wait or DockerRequest.Exec or DockerRequest.ReadLog { IsFollowed: true })) || WaitsForDocker;

    /// <summary>The exit code of <see cref="Container"/>, where it has ended.</summary>
    public long? ExitCode { get; private set; }

    /// <summary>Begins with the first command.</summary>
    public void Start()
    {
        HasStarted = true;
        Next();
    }

    /// <summary>Goes on where an earlier agent was.</summary>
    /// <param name="step">The command that it was at, from 0.</param>
    /// <param name="running">What this command has started and runs on, or has ended meanwhile; null to run it anew.</param>
    public void Resume(int step, ContainerState? running)
    {
        HasStarted = true;
        for (; Step < step - 1 && _commands.Count > 0; Step++)
        {
            _commands.Dequeue();
        }

        if (running is null || !_commands.TryDequeue(out _current))
        {
            Next();
            return;
        }

        Step++;
        _endsWithExit = _waitsForExit && (!_current.IsDocker || WaitsForContainer(DockerCommand.Parse(Words(_current)).Command));
        Started = running.Id;
        _process = ProcessId.Is(running.Id) ? running.Id : null;
        Container = _isMain ? running.Id : null;
        Number = _isMain ? running.Number : null;
        if (!_endsWithExit)
        {
            Next();
        }
        else if (running is { Running: false, ExitCode: var code })
        {
            ContainerExited(running.Id, code ?? 0);
        }
    }

    /// <summary>Begins no further request.</summary>
    public void Cancel() => _cancelled = true;

    /// <summary>Nothing is waited for any more. What is in the way of a command beside ExecStart, a container that it waits for, ends as it would with docker's client.</summary>
    public void End()
    {
        Cancel();
        if (!_isMain && _endsWithExit && !IsDone && Failure is null && Started is { } container && !ProcessId.Is(container))
        {
            _context.Outbox.Add(new Effect.Docker(_context.Outbox.NextId(), new DockerRequest.Stop(container, null, null)));
        }
    }

    /// <summary>Docker answers again.</summary>
    public void DockerIsBack()
    {
        if (WaitsForDocker)
        {
            WaitsForDocker = false;
            Send(_asked!);
        }
    }

    /// <summary>A container or process has ended.</summary>
    public void ContainerExited(string container, long exitCode)
    {
        ExitCode = container == Container ? exitCode : ExitCode;
        if (container == _process && _awaitsReady)
        {
            _request = 0;
            _awaitsReady = false;
            FailedWith = exitCode == 0 ? null : exitCode;
            Failed($"it ended with exit code {exitCode} before it said that it is ready (READY=1)");
        }
        else if (container == _process)
        {
            ProcessEnded(exitCode);
        }
        else if (_process is null && RunsProcess && _request != 0)
        {
            _earlyEnds[container] = exitCode;
        }
        else if (container == Container && _process is null && _endsWithExit && _requests.Count == 0 && _request == 0)
        {
            EndedWith(exitCode, "");
        }
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer)
    {
        if (answer.Id != _request || _request == 0)
        {
            return false;
        }

        _request = 0;
        switch (answer)
        {
            case Event.FileRead read:
                FileRead(read);
                break;
            case Event.DockerAnswered { Result: DockerResult.Created { Container: var id } }:
                Container = Started = id;
                Advance();
                break;
            case Event.DockerAnswered { Result: DockerResult.Inspected { Container: var found } }:
                Container = Started = found.Id;
                ExitCode = _followsEnded && !found.Running ? found.ExitCode ?? 0 : ExitCode;
                Advance();
                break;
            case Event.DockerAnswered { Result: DockerResult.Exited { ExitCode: var code, Output: var output } }:
                EndedWith(code, output);
                break;
            case Event.DockerAnswered:
                Advance();
                break;
            case Event.ProcessAnswered { Result: ProcessResult.Started started }:
                ProcessStarted(started);
                break;
            case Event.ProcessAnswered { Result: ProcessResult.Printed { Lines: var lines } }:
                EndedWith(_processCode ?? 0, lines is [.., var last] ? last : "");
                break;
            case Event.ProcessAnswered when _awaitsReady:
                _awaitsReady = false;
                Next();
                break;
            case Event.ProcessFailed when _awaitsReady:
                // It has ended, and its end is told with its exit code.
                break;
            case Event.ProcessFailed { Message: var message }:
                Failed(message);
                break;
            case Event.DockerFailed { Failure: DockerFailure.Unavailable } when _asked is not DockerRequest.Exec:
                WaitsForDocker = true;
                break;
            case Event.DockerFailed { Failure: var failure, Message: var message }:
                LacksImage = failure is DockerFailure.NoSuchImage;
                TargetFailed(message);
                break;
        }

        return true;
    }

    private void Next()
    {
        _requests.Clear();
        _files.Clear();
        _fromFiles.Clear();
        _labelsFromFiles.Clear();
        _failures.Clear();
        _asked = null;
        _process = Started = null;
        _endsWithExit = false;
        _followsEnded = false;
        Step++;
        if (_cancelled || !_commands.TryDequeue(out _current))
        {
            IsDone = true;
            return;
        }

        if (!_current.IsDocker)
        {
            _endsWithExit = _waitsForExit;
            Ask(new ProcessRequest.Run(_run.Process(_context, _current.Line) with { EndsByItself = _waitsForExit, SaysWhenReady = _waitsForReady }, _isMain ? _labels : _labels with { RunHash = "" }));
            return;
        }

        var parse = DockerCommand.Parse(Words(_current));
        if (parse.Command is not { } command)
        {
            Failed(string.Join("; ", parse.Problems.Select(problem => problem.Message)));
            return;
        }

        Plan(command);
        Advance();
    }

    private void Plan(ContainerCommand command)
    {
        switch (command)
        {
            case ContainerCommand.Run run:
                Create(run.Spec, IsUnit(run.Spec) ? _labels : _labels with { RunHash = "" });
                PutFile();
                Add(() => new DockerRequest.Start(Container!));
                _endsWithExit = _waitsForExit && WaitsForContainer(run);
                break;
            case ContainerCommand.Create create:
                // What is created before the start is what the start is about.
                Create(create.Spec, _labels);
                break;
            case ContainerCommand.Start start:
                ExitCode = null;
                foreach (var (name, target) in start.Names.Select((name, target) => (name, target)))
                {
                    Add(() => new DockerRequest.Inspect(name), target);
                    PutFile(target);
                    Add(() => new DockerRequest.Start(Container!), target);
                }

                _endsWithExit = _waitsForExit && WaitsForContainer(start);
                break;
            case ContainerCommand.Wait or ContainerCommand.Logs when FollowedBy(command) is { } name && !_waitsForExit:
                // The unit is the container that such a command of ExecStart follows.
                Add(() => new DockerRequest.Inspect(name));
                _followsEnded = true;
                break;
            case ContainerCommand.Exec exec:
                ReadFirst(exec.Options.EnvironmentFiles);
                Add(() => new DockerRequest.Exec(
                    exec.Name, exec.Options with { Environment = Valued(exec.Options.Environment), EnvironmentFiles = [] }, exec.Arguments));
                break;
            default:
                foreach (var (request, target) in ContainerRequests.Of(command, _labels).Select((request, target) => (request, target)))
                {
                    Add(() => request, target);
                }

                break;
        }
    }

    /// <summary>Whether docker's client stays until the container has ended that a command starts.</summary>
    private static bool WaitsForContainer(ContainerCommand? command) => command is ContainerCommand.Run { IsDetached: false } or ContainerCommand.Start { IsAttached: true };

    /// <summary>The container that a command follows to its end, without having started it; null for none.</summary>
    private static string? FollowedBy(ContainerCommand? command) => command switch
    {
        ContainerCommand.Wait { Names: [var name] } => name,
        ContainerCommand.Logs { IsFollowed: true, Name: var name } => name,
        _ => null,
    };

    /// <summary>Whether a container is the unit: what ExecStart runs, or what it follows that was run before it.</summary>
    private bool IsUnit(ContainerSpec spec) =>
        _isMain || (spec.Name is { } name && _main.Any(command => command.IsDocker && FollowedBy(DockerCommand.Parse(Words(command)).Command) == name));

    /// <summary>
    /// A variable that is named without a value has the unit's own. One that the unit does not have is left out where a file names it, and taken from the
    /// container where a flag does, as docker does.
    /// </summary>
    private IReadOnlyList<EnvironmentVariable> Valued(IReadOnlyList<EnvironmentVariable> variables) =>
        [.. _fromFiles.Select(WithValue).Where(variable => variable.Value is not null), .. variables.Select(WithValue)];

    private EnvironmentVariable WithValue(EnvironmentVariable variable) =>
        variable.Value is null ? variable with { Value = _environment.GetValueOrDefault(variable.Name) } : variable;

    private void Create(ContainerSpec spec, ContainerLabels labels)
    {
        ExitCode = null;
        ReadFirst(spec.EnvironmentFiles);
        ReadFirst(spec.LabelFiles, "--label-file", _labelsFromFiles);
        if (spec.Pull != PullPolicy.Never)
        {
            Add(() => new DockerRequest.Pull(spec.Image, spec.Platform, Always: spec.Pull == PullPolicy.Always));
        }

        Add(() => new DockerRequest.Create(
            spec with
            {
                Environment = Valued(spec.Environment),
                EnvironmentFiles = [],
                Labels = [.. _labelsFromFiles.Select(label => KeyValuePair.Create(label.Name, label.Value ?? "")), .. spec.Labels],
                LabelFiles = [],
            },
            labels));
    }

    private void PutFile(int target = 0)
    {
        if (BeforeStart is not null)
        {
            Add(() => BeforeStart() is { } file ? new DockerRequest.PutFile(Container!, file.Path, file.Text) : new DockerRequest.Inspect(Container!), target);
        }
    }

    private void Add(Func<DockerRequest> request, int target = 0) => _requests.Enqueue((target, request));

    /// <summary>What a command asks for one thing has failed: it goes on with the next, as docker's client does, and fails in the end.</summary>
    private void TargetFailed(string message)
    {
        _failures.Add(message);
        while (_requests.TryPeek(out var next) && next.Target == _target)
        {
            _requests.Dequeue();
        }

        if (_requests.Count > 0)
        {
            Advance();
        }
        else
        {
            Failed(string.Join("; ", _failures));
        }
    }

    private IReadOnlyList<string> Words(UnitCommand command) => command.Line.Expand(new SpecifierContext(_unit, _context.Facts), _environment).Arguments;

    private void Advance()
    {
        if (_cancelled)
        {
            return;
        }

        if (_files.TryDequeue(out var file))
        {
            _file = file;
            _context.Outbox.Add(new Effect.ReadFile(_request = _context.Outbox.NextId(), file.Path));
        }
        else if (_requests.TryDequeue(out var next))
        {
            _target = next.Target;
            Send(next.Make());
        }
        else if (_failures.Count > 0)
        {
            Failed(string.Join("; ", _failures));
        }
        else if (!_endsWithExit)
        {
            Next();
        }
        else if (ExitCode is { } code)
        {
            EndedWith(code, "");
        }
    }

    /// <summary>docker's own client reads the files of <c>--env-file</c>; what is given with <c>-e</c> wins over them.</summary>
    private void ReadFirst(IReadOnlyList<string> files, string flag = "--env-file", List<EnvironmentVariable>? into = null)
    {
        foreach (var file in files)
        {
            _files.Enqueue((file, flag, into ?? _fromFiles));
        }
    }

    private void FileRead(Event.FileRead read)
    {
        if (read.Text is null)
        {
            Failed($"{_file.Flag} {_file.Path}: {read.Problem ?? "there is no such file on this machine"}");
        }
        else if (DockerEnvFile.TryParse(read.Text, out var variables, out var error))
        {
            _file.Into.AddRange(variables);
            Advance();
        }
        else
        {
            Failed($"{_file.Flag} {_file.Path}: {error}");
        }
    }

    private void Send(DockerRequest request)
    {
        _asked = request;
        _context.Outbox.Add(new Effect.Docker(_request = _context.Outbox.NextId(), request));
    }

    private void Ask(ProcessRequest request) => _context.Outbox.Add(new Effect.Process(_request = _context.Outbox.NextId(), request));

    private void ProcessStarted(ProcessResult.Started started)
    {
        _process = Started = started.Process;
        if (_isMain)
        {
            Container = started.Process;
            Number = started.Number;
            ExitCode = null;
        }

        var hasEnded = _earlyEnds.Remove(started.Process, out var code);
        _earlyEnds.Clear();
        if (_waitsForReady)
        {
            _awaitsReady = true;
            Ask(new ProcessRequest.AwaitReady(started.Process));
            if (hasEnded)
            {
                ContainerExited(started.Process, code);
            }
        }
        else if (!_endsWithExit)
        {
            ExitCode = hasEnded ? code : ExitCode;
            Next();
        }
        else if (hasEnded)
        {
            ContainerExited(started.Process, code);
        }
    }

    private void ProcessEnded(long exitCode)
    {
        if (exitCode == 0 || Succeeds(exitCode))
        {
            EndedWith(exitCode, "");
        }
        else
        {
            // Its last line says why.
            _processCode = exitCode;
            Ask(new ProcessRequest.Tail(_unit.FullName, 1));
        }
    }

    private void EndedWith(long exitCode, string output)
    {
        if (exitCode == 0 || Succeeds(exitCode))
        {
            Next();
        }
        else
        {
            FailedWith = exitCode;
            var end = exitCode > 128 ? $"ended by signal {SignalName.Of((int)exitCode - 128)}" : $"exit code {exitCode}";
            Failed(output.Length == 0 ? end : $"{end}: {output}");
        }
    }

    private void Failed(string reason)
    {
        if (_current!.Line.IgnoresFailure)
        {
            FailedWith = null;
            Next();
        }
        else
        {
            Failure = $"{_current.Option.Name}={_current.Option.Text}: {reason}";
        }
    }
}
