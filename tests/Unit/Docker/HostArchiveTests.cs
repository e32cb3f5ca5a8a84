using System.Formats.Tar;
using HaWeb.Runtime.Docker;

namespace HaWeb.Tests.Unit.Docker;

/// <summary>What <c>docker cp</c> does on this machine itself.</summary>
public sealed class HostArchiveTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hard_link_is_a_copy_and_one_to_a_link_is_another_link()
    {
        using var folder = new TemporaryFolder();
        var secret = Path.Combine(folder.Path, "secret");
        await File.WriteAllTextAsync(secret, "swordfish", Token);
        var target = Directory.CreateDirectory(Path.Combine(folder.Path, "target")).FullName;
        using var content = new MemoryStream("text"u8.ToArray());
        using var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "d/file") { DataStream = content }, Token);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.HardLink, "d/same") { LinkName = "d/file" }, Token);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "d/a") { LinkName = secret }, Token);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.HardLink, "d/b") { LinkName = "d/a" }, Token);
        }

        archive.Position = 0;
        await HostArchive.UnpackAsync(archive, target, "", Token);

        Assert.Equal("text", await File.ReadAllTextAsync(Path.Combine(target, "same"), Token));
        Assert.Equal(secret, new FileInfo(Path.Combine(target, "b")).LinkTarget);
    }

    [Fact]
    public async Task A_new_folder_gets_its_mode_and_one_that_is_there_keeps_its_own()
    {
        using var folder = new TemporaryFolder();
        var (open, closed, there) = (Path.Combine(folder.Path, "open"), Path.Combine(folder.Path, "open/closed"), Path.Combine(folder.Path, "there"));
        Directory.CreateDirectory(there);
        var kept = ModeOf(there);
        using var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "d/open/") { Mode = (UnixFileMode)0b111_111_111 }, Token);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "d/open/closed/") { Mode = (UnixFileMode)0b101_000_000 }, Token);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "d/open/closed/file"), Token);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "d/there/") { Mode = (UnixFileMode)0b111_111_111 }, Token);
        }

        archive.Position = 0;
        await HostArchive.UnpackAsync(archive, folder.Path, "", Token);

        Assert.Equal(((UnixFileMode)0b111_111_111, (UnixFileMode)0b101_000_000, kept), (ModeOf(open), ModeOf(closed), ModeOf(there)));
        Assert.True(File.Exists(Path.Combine(closed, "file")));

        // Or it could not be removed.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(closed, kept);
        }
    }

    [Fact]
    public async Task An_archive_that_waits_is_nobody_elses_to_read_and_is_left_by_no_crash()
    {
        await using var file = ContainerCopier.Temporary();

        Assert.False(File.Exists(file.Name));
        Assert.True(OperatingSystem.IsLinux() && File.GetUnixFileMode(file.SafeFileHandle) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        await file.WriteAsync("text"u8.ToArray(), Token);
        file.Position = 0;
        Assert.Equal((byte)'t', file.ReadByte());
    }

    private static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);
}
