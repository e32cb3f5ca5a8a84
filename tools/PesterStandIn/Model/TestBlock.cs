using System.Management.Automation;

namespace HaWeb.Tools.PesterStandIn.Model;

/// <summary>A Describe or Context, or the root of a file: what runs around its tests, and its tests and blocks in order.</summary>
internal sealed class TestBlock(string name, TestBlock? parent, TestData data) : TestNode(name, parent, data)
{
    private readonly Dictionary<TestSetup, ScriptBlock> _setups = [];

    public List<TestNode> Children { get; } = [];

    /// <summary>Every test in this block and the blocks in it.</summary>
    public IEnumerable<TestCase> AllTests => Children.SelectMany(child => child switch
    {
        TestBlock block => block.AllTests,
        TestCase test => [test],
        _ => [],
    });

    /// <summary>This block and the ones around it, the outermost first.</summary>
    public IEnumerable<TestBlock> FromRoot => Parent is null ? [this] : Parent.FromRoot.Append(this);

    public ScriptBlock? this[TestSetup setup] => _setups.GetValueOrDefault(setup);

    public void Add(TestSetup setup, ScriptBlock body)
    {
        if (!_setups.TryAdd(setup, body))
        {
            throw new InvalidOperationException($"The block '{Name}' has a {setup} already. A block can have one of each.");
        }
    }
}
