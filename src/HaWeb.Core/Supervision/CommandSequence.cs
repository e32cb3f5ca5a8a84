using HaWeb.Core.Containers;
using HaWeb.Core.Effects;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// Runs the docker lines of one <c>Exec...=</c> list, one after the other, as requests to the Docker Engine. A request that the engine did not answer is
/// sent again when it does: every one of them may be repeated, but for an <c>exec</c>.
/// </summary>
public sealed class CommandSequence
{
    private readonly MachineContext _context;
    private readonly Queue<UnitCommand> _commands;
    private readonly UnitName _unit;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly ContainerLabels _labels;
    private readonly bool _isMain;
    private readonly bool _waitsForExit;
    private readonly Queue<Func<DockerRequest>> _requests = [];
    private readonly Queue<string> _files = [];
    private readonly List<EnvironmentVariable> _fromFiles = [];
    private string _file = "";
    private UnitCommand? _current;
    private DockerRequest? _asked;
    private long _request;
    private bool _endsWithExit;
    private bool _cancelled;

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
        _unit = unit.Name;
        _commands = new Queue<UnitCommand>(commands);
        _environment = run.Environment;
        _labels = new ContainerLabels(context.ClusterId, unit.Name.FullName, generation, unit.RunHash, restart, context.Facts.BootId);
        _isMain = isMain;
        _waitsForExit = !isMain || unit.Service.Type == ServiceType.OneShot;
    }

    /// <summary>A file that is put into a created container before it starts; null when none is.</summary>
    public Func<FileInContainer?>? BeforeStart { get; init; }

    /// <summary>Whether every command has ended well, or its failure is ignored.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Why it ended early; null otherwise.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether it ended early because no registry has the image.</summary>
    public bool LacksImage { get; private set; }

    /// <summary>The container that the last <c>run</c>, <c>create</c> or <c>start</c> was about.</summary>
    public string? Container { get; private set; }

    /// <summary>Whether an image is being pulled, which does not count in TimeoutStartSec.</summary>
    public bool IsPulling => _asked is DockerRequest.Pull;

    /// <summary>Whether the engine did not answer and the request has to be sent again.</summary>
    public bool WaitsForDocker { get; private set; }

    /// <summary>Whether it has begun.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Whether an answer is awaited that has to be known before anything else is done; a pull is not.</summary>
    public bool IsBusy => (_request != 0 && !IsPulling) || WaitsForDocker;

    /// <summary>The exit code of <see cref="Container"/>, where it has ended.</summary>
    public long? ExitCode { get; private set; }

    /// <summary>Begins with the first command.</summary>
    public void Start()
    {
        HasStarted = true;
        Next();
    }

    /// <summary>Begins no further request.</summary>
    public void Cancel() => _cancelled = true;

    /// <summary>Docker answers again.</summary>
    public void DockerIsBack()
    {
        if (WaitsForDocker)
        {
            WaitsForDocker = false;
            Send(_asked!);
        }
    }

    /// <summary>A container has ended.</summary>
    public void ContainerExited(string container, long exitCode)
    {
        if (container != Container)
        {
            return;
        }

        ExitCode = exitCode;
        if (_endsWithExit && _requests.Count == 0 && _request == 0)
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
                Container = id;
                Advance();
                break;
            case Event.DockerAnswered { Result: DockerResult.Inspected { Container: var found } }:
                Container = found.Id;
                Advance();
                break;
            case Event.DockerAnswered { Result: DockerResult.Exited { ExitCode: var code, Output: var output } }:
                EndedWith(code, output);
                break;
            case Event.DockerAnswered:
                Advance();
                break;
            case Event.DockerFailed { Failure: DockerFailure.Unavailable } when _asked is not DockerRequest.Exec:
                WaitsForDocker = true;
                break;
            case Event.DockerFailed { Failure: var failure, Message: var message }:
                LacksImage = failure is DockerFailure.NoSuchImage;
                Failed(message);
                break;
        }

        return true;
    }

    private void Next()
    {
        _requests.Clear();
        _files.Clear();
        _fromFiles.Clear();
        _asked = null;
        _endsWithExit = false;
        if (_cancelled || !_commands.TryDequeue(out _current))
        {
            IsDone = true;
            return;
        }

        if (!_current.IsDocker)
        {
            Failed("it is a command of the machine itself, which this version does not run");
            return;
        }

        var words = _current.Line.Expand(new SpecifierContext(_unit, _context.Facts), _environment).Arguments;
        if (DockerCommand.Parse(words) is not { Command: { } command } parse)
        {
            Failed(string.Join("; ", DockerCommand.Parse(words).Problems.Select(problem => problem.Message)));
            return;
        }

        Plan(command);
        Advance();
    }

    private void Plan(ContainerCommand command)
    {
        switch (command)
        {
            case ContainerCommand.Pull pull:
                Add(() => new DockerRequest.Pull(pull.Image, pull.Platform, Always: true));
                break;
            case ContainerCommand.Run run:
                Create(run.Spec, _isMain ? _labels : _labels with { RunHash = "" });
                PutFile();
                Add(() => new DockerRequest.Start(Container!));
                _endsWithExit = _waitsForExit && !run.IsDetached;
                break;
            case ContainerCommand.Create create:
                // What is created before the start is what the start is about.
                Create(create.Spec, _labels);
                break;
            case ContainerCommand.Start start:
                foreach (var name in start.Names)
                {
                    Add(() => new DockerRequest.Inspect(name));
                    PutFile();
                    Add(() => new DockerRequest.Start(Container!));
                }

                _endsWithExit = _waitsForExit && start.IsAttached;
                break;
            case ContainerCommand.Stop stop:
                AddForAll(stop.Names, name => new DockerRequest.Stop(name, TimeoutOf(stop.Seconds), Signal: null));
                break;
            case ContainerCommand.Kill kill:
                AddForAll(kill.Names, name => new DockerRequest.Kill(name, kill.Signal));
                break;
            case ContainerCommand.Remove remove:
                AddForAll(remove.Names, name => new DockerRequest.Remove(name, remove.IsForced, remove.WithVolumes, MayBeAbsent: false));
                break;
            case ContainerCommand.Exec exec:
                ReadFirst(exec.Options.EnvironmentFiles);
                Add(() => new DockerRequest.Exec(
                    exec.Name, exec.Options with { Environment = Valued([.. _fromFiles, .. exec.Options.Environment]), EnvironmentFiles = [] }, exec.Arguments));
                break;
        }
    }

    private static TimeSpan? TimeoutOf(int? seconds) => seconds switch
    {
        null => null,
        < 0 => TimeSpan.MaxValue,
        { } limit => TimeSpan.FromSeconds(limit),
    };

    /// <summary>A variable that is named without a value has the unit's own; one that the unit does not have is left out, as docker does.</summary>
    private IReadOnlyList<EnvironmentVariable> Valued(IReadOnlyList<EnvironmentVariable> variables) =>
    [
        .. variables
            .Select(variable => variable.Value is null ? variable with { Value = _environment.GetValueOrDefault(variable.Name) } : variable)
            .Where(variable => variable.Value is not null),
    ];

    private void Create(ContainerSpec spec, ContainerLabels labels)
    {
        ExitCode = null;
        ReadFirst(spec.EnvironmentFiles);
        if (spec.Pull != PullPolicy.Never)
        {
            Add(() => new DockerRequest.Pull(spec.Image, spec.Platform, Always: spec.Pull == PullPolicy.Always));
        }

        Add(() => new DockerRequest.Create(spec with { Environment = Valued([.. _fromFiles, .. spec.Environment]), EnvironmentFiles = [] }, labels));
    }

    private void AddForAll(IReadOnlyList<string> names, Func<string, DockerRequest> request)
    {
        foreach (var name in names)
        {
            Add(() => request(name));
        }
    }

    private void PutFile()
    {
        if (BeforeStart is not null)
        {
            Add(() => BeforeStart() is { } file ? new DockerRequest.PutFile(Container!, file.Path, file.Text) : new DockerRequest.Inspect(Container!));
        }
    }

    private void Add(Func<DockerRequest> request) => _requests.Enqueue(request);

    private void Advance()
    {
        if (_cancelled)
        {
            return;
        }

        if (_files.TryDequeue(out var file))
        {
            _file = file;
            _context.Outbox.Add(new Effect.ReadFile(_request = _context.Outbox.NextId(), file));
        }
        else if (_requests.TryDequeue(out var next))
        {
            Send(next());
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
    private void ReadFirst(IReadOnlyList<string> files)
    {
        foreach (var file in files)
        {
            _files.Enqueue(file);
        }
    }

    private void FileRead(Event.FileRead read)
    {
        if (read.Text is null)
        {
            Failed($"--env-file {_file}: {read.Problem ?? "there is no such file on this machine"}");
        }
        else if (DockerEnvFile.TryParse(read.Text, out var variables, out var error))
        {
            _fromFiles.AddRange(variables);
            Advance();
        }
        else
        {
            Failed($"--env-file {_file}: {error}");
        }
    }

    private void Send(DockerRequest request)
    {
        _asked = request;
        _context.Outbox.Add(new Effect.Docker(_request = _context.Outbox.NextId(), request));
    }

    private void EndedWith(long exitCode, string output)
    {
        if (exitCode == 0)
        {
            Next();
        }
        else
        {
            Failed($"exit code {exitCode}{(output.Length == 0 ? "" : ": " + output)}");
        }
    }

    private void Failed(string reason)
    {
        if (_current!.Line.IgnoresFailure)
        {
            Next();
        }
        else
        {
            Failure = $"{_current.Option.Name}={_current.Option.Text}: {reason}";
        }
    }
}
