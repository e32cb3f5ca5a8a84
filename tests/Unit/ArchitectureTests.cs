using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit;

/// <summary>What HaWeb.Core may know, read from the compiled assembly.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly Core = typeof(StoreEntry).Assembly;

    // A type's full name, or a namespace that ends in a dot.
    private static readonly string[] ForbiddenTypes =
    [
        "System.Threading.", "System.Threading.Tasks.", "System.Timers.", "System.Net.Sockets.", "System.Net.Http.", "System.IO.Pipes.",
        "System.Random", "System.Security.Cryptography.RandomNumberGenerator", "System.Diagnostics.Stopwatch", "System.Diagnostics.Process", "System.TimeProvider",
        "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo", "System.Console",
    ];

    private static readonly string[] ForbiddenMembers =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        "System.Environment.get_TickCount", "System.Environment.get_TickCount64", "System.Environment.GetEnvironmentVariable", "System.Guid.NewGuid",
        "System.Diagnostics.Debugger.Launch", "System.TimeZoneInfo.get_Local",
    ];

    [Fact]
    public void Core_references_nothing_but_the_framework()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

        var foreign = Core.GetReferencedAssemblies()
            .Where(name => !File.Exists(Path.Combine(framework, name.Name + ".dll")));

        Assert.Empty(foreign);
    }

    [Fact]
    public void Core_uses_no_clock_task_thread_file_socket_process_or_random_number()
    {
        using var image = new PEReader(File.OpenRead(Core.Location));
        var metadata = image.GetMetadataReader();
        var types = metadata.TypeReferences.ToDictionary(handle => handle, handle => NameOf(metadata, metadata.GetTypeReference(handle)));
        var members = metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => types[(TypeReferenceHandle)member.Parent] + "." + metadata.GetString(member.Name))
            .ToList();

        // It has to be seen that the test sees: Core does use these.
        Assert.Contains("System.DateTimeOffset", types.Values);
        Assert.Contains(members, member => member.StartsWith("System.DateTimeOffset.", StringComparison.Ordinal));

        Assert.DoesNotContain(types.Values, type => Array.Exists(ForbiddenTypes, forbidden => Matches(type, forbidden)));
        Assert.Empty(members.Intersect(ForbiddenMembers, StringComparer.Ordinal));
    }

    private static string NameOf(MetadataReader metadata, TypeReference type) => metadata.GetString(type.Namespace) + "." + metadata.GetString(type.Name);

    private static bool Matches(string type, string forbidden) =>
        forbidden.EndsWith('.') ? type.StartsWith(forbidden, StringComparison.Ordinal) : type == forbidden;
}
