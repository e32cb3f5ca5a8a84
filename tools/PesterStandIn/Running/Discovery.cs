using System.Management.Automation;
using HaWeb.Tools.PesterStandIn.Model;

namespace HaWeb.Tools.PesterStandIn.Running;

/// <summary>
/// The first phase of a file: its Describe and Context blocks run and say what tests there are; bodies of It and of the
/// setups are only kept.
/// </summary>
internal sealed class Discovery
{
    /// <summary>The variable under which the commands find the discovery that they belong to.</summary>
    private const string VariableName = "______pesterDiscovery";

    private readonly EngineScope _scope;

    private Discovery(EngineScope scope, TestBlock root)
    {
        _scope = scope;
        Current = root;
    }

    /// <summary>The block whose body is running.</summary>
    public TestBlock Current { get; private set; }

    /// <summary>Runs the file and gives its root block.</summary>
    public static TestBlock Of(ScriptBlock file, string name, EngineScope scope)
    {
        var root = new TestBlock(name, null, TestData.None);
        scope.InNewScope(() =>
        {
            scope.SetVariable(VariableName, new Discovery(scope, root));
            scope.DotSource(file);
        });
        return root;
    }

    /// <summary>The discovery that a command was called in.</summary>
    /// <exception cref="InvalidOperationException">The command runs outside of one, in a test or in no test file.</exception>
    public static Discovery For(PSCmdlet command)
    {
        var value = command.SessionState.PSVariable.GetValue(VariableName);
        return (value is PSObject wrapped ? wrapped.BaseObject : value) as Discovery
            ?? throw new InvalidOperationException(
                $"{command.MyInvocation.InvocationName} belongs into a test file, outside of It, that Invoke-Pester runs.");
    }

    public void AddBlock(string name, TestData data, ScriptBlock body)
    {
        var block = new TestBlock(name, Current, data);
        var outer = Current;
        outer.Children.Add(block);
        Current = block;
        try
        {
            _scope.InNewScope(() =>
            {
                _scope.SetVariables(data);
                _scope.DotSource(body);
            });
        }
        finally
        {
            Current = outer;
        }
    }

    public void AddTest(string name, TestData data, ScriptBlock body) =>
        Current.Children.Add(new TestCase(name, Current, data, body));

    public void DotSource(ScriptBlock body) => _scope.DotSource(body);
}
