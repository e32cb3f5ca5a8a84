namespace HaWeb.Tests.Unit.Docker;

/// <summary>A folder of a test's own.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("haweb-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
