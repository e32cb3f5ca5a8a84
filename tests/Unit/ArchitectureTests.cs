using System.Reflection;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit;

public sealed class ArchitectureTests
{
    private static readonly Assembly Core = typeof(StoreEntry).Assembly;

    [Fact]
    public void Core_references_nothing_but_the_framework()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

        var foreign = Core.GetReferencedAssemblies()
            .Where(name => !File.Exists(Path.Combine(framework, name.Name + ".dll")));

        Assert.Empty(foreign);
    }
}
