using HaWeb.Core.Containers;
using HaWeb.Runtime.Docker;

namespace HaWeb.Tests.Unit.Docker;

/// <summary><c>docker cp</c> on a real engine.</summary>
[Collection("Docker")]
public sealed class CopyTests(DockerFixture docker)
{
    private const string Forever = "mkdir /srv; trap 'exit 0' TERM; while true; do sleep 0.05; done";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Folders_files_and_links_get_into_a_container_and_back()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path + "/site/css");
        await File.WriteAllTextAsync(folder.Path + "/site/index.html", "hello", Token);
        await File.WriteAllTextAsync(folder.Path + "/site/css/site.css", new string('x', 100_000), Token);
        File.CreateSymbolicLink(folder.Path + "/site/start", "/srv/site/index.html");
        var name = docker.NewName();
        await docker.RunAsync(name, "mkdir /srv; mkdir /srv/there; trap 'exit 0' TERM; while true; do sleep 0.05; done");
        await AwaitAsync(name, "/srv/there");

        await CopyInAsync(folder.Path + "/site", name, "/srv");
        await CopyInAsync(folder.Path + "/site/.", name, "/srv/there");
        await CopyInAsync(folder.Path + "/site", name, "/srv/new");
        await CopyInAsync(folder.Path + "/site/index.html", name, "/srv/page.html");
        await CopyInAsync(folder.Path + "/site/start", name, "/srv/link");

        Assert.Equal("hello", await ShellAsync(name, "cat /srv/site/start"));
        Assert.Equal("hello", await ShellAsync(name, "cat /srv/page.html"));
        Assert.Equal("hello", await ShellAsync(name, "cat /srv/link"));
        Assert.Equal("css index.html start", await ShellAsync(name, "cd /srv/there; echo *"));
        Assert.Equal("css index.html start", await ShellAsync(name, "cd /srv/new; echo *"));
        Assert.Equal("100000", await ShellAsync(name, "stat -c %s /srv/new/css/site.css"));
        Assert.Equal("644", await ShellAsync(name, "stat -c %a /srv/site/index.html"));

        Directory.CreateDirectory(folder.Path + "/out");
        await CopyOutAsync(name, "/srv/new", folder.Path + "/out");
        await CopyOutAsync(name, "/srv/new/.", folder.Path + "/out");
        await CopyOutAsync(name, "/srv/new", folder.Path + "/renamed");
        await CopyOutAsync(name, "/srv/page.html", folder.Path + "/out/mine.html");
        await CopyOutAsync(name, "/srv/page.html", folder.Path + "/out/mine.html");
        await CopyOutAsync(name, "/srv/link", folder.Path + "/out/link");
        await docker.AskAsync(new DockerRequest.CopyOut(name, "/srv/link", folder.Path + "/out/followed", FollowsLink: true));
        await docker.AskAsync(new DockerRequest.Remove(name, true, false, MayBeAbsent: false));

        foreach (var copy in new[] { "/out/new", "/out", "/renamed" })
        {
            Assert.Equal("hello", await File.ReadAllTextAsync(folder.Path + copy + "/index.html", Token));
            Assert.Equal(100_000, new FileInfo(folder.Path + copy + "/css/site.css").Length);
            Assert.Equal("/srv/site/index.html", new FileInfo(folder.Path + copy + "/start").LinkTarget);
        }

        Assert.Equal("hello", await File.ReadAllTextAsync(folder.Path + "/out/mine.html", Token));
        Assert.Equal("hello", await File.ReadAllTextAsync(folder.Path + "/out/followed", Token));
        Assert.Equal("/srv/site/index.html", new FileInfo(folder.Path + "/out/link").LinkTarget);
    }

    [Fact]
    public async Task What_cannot_be_copied_is_refused_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Path + "/file", "x", Token);
        Directory.CreateDirectory(folder.Path + "/folder");
        var name = docker.NewName();
        await docker.RunAsync(name, Forever);
        await AwaitAsync(name, "/srv");

        await RefusedAsync("no '", new DockerRequest.CopyIn(folder.Path + "/none", name, "/srv", false));
        await RefusedAsync("not a folder", new DockerRequest.CopyIn(folder.Path + "/file/", name, "/srv", false));
        await RefusedAsync("no folder '/srv/none/'", new DockerRequest.CopyIn(folder.Path + "/file", name, "/srv/none/", false));
        await RefusedAsync("onto the file", new DockerRequest.CopyIn(folder.Path + "/folder", name, "/bin/busybox", false));
        await RefusedAsync("/none", new DockerRequest.CopyIn(folder.Path + "/file", name, "/none/x", false));
        await RefusedAsync("/none", new DockerRequest.CopyOut(name, "/none", folder.Path, false));
        await RefusedAsync("no folder", new DockerRequest.CopyOut(name, "/etc/passwd", folder.Path + "/none/x", false));
        await RefusedAsync("onto the file", new DockerRequest.CopyOut(name, "/etc", folder.Path + "/file", false));
        await docker.AskAsync(new DockerRequest.Remove(name, true, false, MayBeAbsent: false));
    }

    [Fact]
    public async Task An_archive_cannot_lead_out_of_the_folder_that_it_is_unpacked_in()
    {
        using var folder = new TemporaryFolder();
        var name = docker.NewName();
        Directory.CreateDirectory(folder.Path + "/target");
        Directory.CreateDirectory(folder.Path + "/out/a");
        Directory.CreateSymbolicLink(folder.Path + "/out/a/link", folder.Path + "/target");
        await docker.RunAsync(name, "mkdir /a; mkdir /a/link; echo x > /a/link/evil; trap 'exit 0' TERM; while true; do sleep 0.05; done");
        await AwaitAsync(name, "/a/link/evil");

        await RefusedAsync("link", new DockerRequest.CopyOut(name, "/a", folder.Path + "/out", false));

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path + "/target"));
        await docker.AskAsync(new DockerRequest.Remove(name, true, false, MayBeAbsent: false));
    }

    private Task<DockerResult> CopyInAsync(string source, string name, string target) => docker.AskAsync(new DockerRequest.CopyIn(source, name, target, FollowsLink: false));

    private Task<DockerResult> CopyOutAsync(string name, string source, string target) => docker.AskAsync(new DockerRequest.CopyOut(name, source, target, FollowsLink: false));

    private async Task<string> ShellAsync(string name, string command) =>
        ((DockerResult.Exited)await docker.AskAsync(new DockerRequest.Exec(name, new ExecOptions(), ["sh", "-c", command]))).Output;

    // The container makes its folders itself, a moment after it started.
    private Task<string> AwaitAsync(string name, string path) => ShellAsync(name, $"while [ ! -e {path} ]; do sleep 0.02; done");

    private async Task RefusedAsync(string word, DockerRequest request)
    {
        var failure = await Assert.ThrowsAsync<DockerException>(() => docker.AskAsync(request));
        Assert.Equal(DockerFailure.Refused, failure.Failure);
        Assert.Contains(word, failure.Message, StringComparison.Ordinal);
    }
}
