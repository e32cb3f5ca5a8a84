namespace HaWeb.Tools.PesterStandIn.Model;

/// <summary>Something that discovery found, with the data of its -ForEach.</summary>
internal abstract class TestNode(string name, TestBlock? parent, TestData data)
{
    /// <summary>The name as written, templates included.</summary>
    public string Name { get; } = name;

    public TestBlock? Parent { get; } = parent;

    public TestData Data { get; } = data;
}
