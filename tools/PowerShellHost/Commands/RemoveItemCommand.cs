using System.Management.Automation;

namespace HaWeb.Tools.PowerShellHost.Commands;

[Cmdlet(VerbsCommon.Remove, "Item", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class RemoveItemCommand : PathCommand
{
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord() => ForEachPath(path =>
    {
        var targets = IsLiteral ? [path] : SessionState.Path.GetResolvedPSPathFromPSPath(path).Select(found => found.Path);
        foreach (var target in targets)
        {
            Guard(target, () => Remove(target));
        }
    });

    private void Remove(string path)
    {
        if (!InvokeProvider.Item.Exists(path, force: true, literalPath: true))
        {
            throw new ItemNotFoundException($"Cannot find path '{path}' because it does not exist.");
        }

        if (ShouldProcess(path, "Remove") && (Recurse || !HasChildren(path) || ConfirmsChildren(path)))
        {
            InvokeProvider.Item.Remove([path], recurse: true, Force, literalPath: true);
        }
    }

    private bool HasChildren(string path)
    {
        var escaped = WildcardPattern.Escape(path);
        return InvokeProvider.Item.IsContainer(escaped) && InvokeProvider.ChildItem.HasChild(path, force: true, literalPath: true);
    }

    private bool ConfirmsChildren(string path) => ShouldContinue(
        $"The item at {path} has children and the Recurse parameter was not specified. Remove them all?",
        "Confirm");
}
