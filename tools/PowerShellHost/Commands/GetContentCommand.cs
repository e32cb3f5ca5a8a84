using System.Management.Automation;

namespace HaWeb.Tools.PowerShellHost.Commands;

[Cmdlet(VerbsCommon.Get, "Content", DefaultParameterSetName = "Path")]
[OutputType(typeof(string))]
public sealed class GetContentCommand : PathCommand
{
    [Parameter]
    public SwitchParameter Raw { get; set; }

    [Parameter]
    [Alias("First", "Head")]
    [ValidateRange(0, long.MaxValue)]
    public long TotalCount { get; set; } = long.MaxValue;

    [Parameter]
    [Alias("Last")]
    [ValidateRange(0, int.MaxValue)]
    public int Tail { get; set; } = int.MaxValue;

    protected override void ProcessRecord() => ForEachPath(path =>
    {
        foreach (var file in Files(path, mayBeNew: false))
        {
            Guard(file, () => Read(file));
        }
    });

    private void Read(string file)
    {
        if (!File.Exists(file))
        {
            throw new ItemNotFoundException($"Cannot find path '{file}' because it does not exist.");
        }

        if (Raw)
        {
            WriteObject(File.ReadAllText(file));
            return;
        }

        var lines = File.ReadLines(file);
        var count = 0L;
        foreach (var line in Tail == int.MaxValue ? lines : lines.TakeLast(Tail))
        {
            if (count++ >= TotalCount)
            {
                break;
            }

            WriteObject(line);
        }
    }
}
