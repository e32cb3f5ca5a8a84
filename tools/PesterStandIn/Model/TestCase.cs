using System.Management.Automation;

namespace HaWeb.Tools.PesterStandIn.Model;

/// <summary>One It, with one item of its -ForEach.</summary>
internal sealed class TestCase(string name, TestBlock parent, TestData data, ScriptBlock body) : TestNode(name, parent, data)
{
    public ScriptBlock Body { get; } = body;
}
