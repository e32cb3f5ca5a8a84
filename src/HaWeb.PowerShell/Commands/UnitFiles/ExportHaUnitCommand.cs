using System.Management.Automation;
using System.Text;
using HaWeb.Core.Operations;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.UnitFiles;

/// <summary>Writes stored unit files to a folder, byte for byte as they were imported: Import-HaUnit takes them back.</summary>
[Cmdlet(VerbsData.Export, "HaUnit", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportHaUnitCommand : ClusterCmdlet
{
    /// <summary>Names of units and templates, with wildcards and braces; all of them by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(UnitNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The folder, which is made when it is not there; the current one by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = ".";

    /// <summary>Templates only.</summary>
    [Parameter]
    public SwitchParameter Template { get; set; }

    /// <summary>Writes over files that hold something else.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Puts out the files that were written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        var folder = GetUnresolvedProviderPathFromPSPath(Path);
        Run(async streams =>
        {
            var state = await cluster.Client.ReadAsync(streams.CancellationToken);
            foreach (var name in await streams.ResolveAsync(new UnitQuery(Name) { Scope = Template ? UnitScope.Templates : UnitScope.Files }, state))
            {
                if (HaUnitFile.Find(state, name, cluster) is { } file)
                {
                    await WriteAsync(streams, file, System.IO.Path.Combine(folder, name));
                }
            }
        });
    }

    private async Task WriteAsync(CmdletStreams streams, HaUnitFile unit, string path)
    {
        try
        {
            if (!Force && File.Exists(path) && await File.ReadAllTextAsync(path, streams.CancellationToken) != unit.Content)
            {
                await streams.WriteErrorAsync(new CommandError(
                    "FileExists", ErrorCategory.ResourceExists, $"{path} holds something else than the stored {unit.Name} and is left as it is.", path, "Use -Force to write over it, or another -Path."));
                return;
            }

            if (await streams.ShouldProcessAsync($"Write {unit.Name} to {path}") != Consent.Given)
            {
                return;
            }

            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, unit.Content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), streams.CancellationToken);
            if (PassThru)
            {
                await streams.WriteAsync(new FileInfo(path));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await streams.WriteErrorAsync(new CommandError("FileNotWritten", ErrorCategory.WriteError, $"{path} cannot be written: {e.Message}", path, "Choose another -Path, or make the folder writable."));
        }
    }
}
