using System.Management.Automation;

namespace HaWeb.Tools.PowerShellHost.Commands;

/// <summary>
/// Replaces the text of files, in UTF-8 without a byte order mark. As the real cmdlet it leaves the file as it was when the
/// pipeline gives nothing.
/// </summary>
[Cmdlet(VerbsCommon.Set, "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class SetContentCommand : PSCmdlet, IDisposable
{
    private List<StreamWriter>? _writers;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? Value { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    public void Dispose()
    {
        foreach (var writer in _writers ?? [])
        {
            writer.Dispose();
        }

        _writers = null;
    }

    protected override void ProcessRecord()
    {
        _writers ??= Open();
        foreach (var value in Value ?? [])
        {
            foreach (var writer in _writers)
            {
                var text = LanguagePrimitives.ConvertTo<string>(value);
                writer.Write(NoNewline ? text : text + Environment.NewLine);
            }

            if (PassThru)
            {
                WriteObject(value);
            }
        }
    }

    protected override void EndProcessing() => Dispose();

    private List<StreamWriter> Open()
    {
        var writers = new List<StreamWriter>();
        foreach (var file in Files())
        {
            if (!ShouldProcess($"Path: {file}", "Set Content"))
            {
                continue;
            }

            try
            {
                writers.Add(new StreamWriter(file, append: false));
            }
            catch (Exception failure) when (ProviderErrors.Record(failure, file) is { } record)
            {
                WriteError(record);
            }
        }

        return writers;
    }

    private IEnumerable<string> Files() => ParameterSetName == "LiteralPath"
        ? LiteralPath.Select(GetUnresolvedProviderPathFromPSPath)
        : Path.SelectMany(path => WildcardPattern.ContainsWildcardCharacters(path)
            ? GetResolvedProviderPathFromPSPath(path, out _)
            : (IEnumerable<string>)[GetUnresolvedProviderPathFromPSPath(path)]);
}
