using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace HaWeb.Tools.PesterStandIn.Running;

/// <summary>The temporary folder of one test file, as the drive TestDrive: and the variable $TestDrive.</summary>
internal sealed class TestDrive : IDisposable
{
    private const string DriveName = "TestDrive";

    private readonly SessionState _session;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("haweb-pester-");

    public TestDrive(SessionState session)
    {
        _session = session;
        var provider = session.Provider.GetOne(FileSystemProvider.ProviderName);
        session.Drive.New(new PSDriveInfo(DriveName, provider, _folder.FullName, "The folder of this test file", null), "Global");
    }

    public string Path => _folder.FullName;

    /// <summary>What is there now; what comes later belongs to the block that starts now, and goes with it.</summary>
    public HashSet<string> Remember() => [.. Entries().Select(entry => entry.FullName)];

    /// <summary>Removes what was made since.</summary>
    public void Restore(HashSet<string> remembered)
    {
        // What lies in a folder goes before it.
        foreach (var entry in Entries().Where(entry => !remembered.Contains(entry.FullName)).OrderByDescending(entry => entry.FullName.Length))
        {
            Remove(entry);
        }
    }

    public void Dispose()
    {
        _session.Drive.Remove(DriveName, force: true, "Global");
        _folder.Delete(recursive: true);
    }

    private static void Remove(FileSystemInfo entry)
    {
        if (entry is DirectoryInfo { LinkTarget: null } folder && folder.Exists)
        {
            folder.Delete(recursive: true);
        }
        else if (entry is FileInfo or { LinkTarget: not null })
        {
            entry.Delete();
        }
    }

    private FileSystemInfo[] Entries() => _folder.GetFileSystemInfos("*", SearchOption.AllDirectories);
}
