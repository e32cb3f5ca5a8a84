namespace HaWeb.Lab;

/// <summary>How PowerShell is run here with the module loaded: <c>pwsh</c> where it exists, the repository's own host otherwise.</summary>
/// <param name="Executable">The PowerShell to run.</param>
/// <param name="Module">The path of the module's manifest.</param>
public sealed record PowerShellCommand(string Executable, string Module)
{
    /// <summary>Finds both.</summary>
    /// <exception cref="LabException">One is missing; the message says how to build it.</exception>
    public static PowerShellCommand Find(string? module)
    {
        var manifest = module ?? (Repository.Folder is { } root ? Path.Combine(root, "output", "HaWeb", "HaWeb.psd1") : null);
        if (manifest is null || !File.Exists(manifest))
        {
            throw new LabException($"The module is not at '{manifest ?? "output/HaWeb/HaWeb.psd1"}': build it with './build.sh build' first.");
        }

        return new PowerShellCommand(FindExecutable(), Path.GetFullPath(manifest));
    }

    /// <summary>The words that run a script text after the module was loaded.</summary>
    public IReadOnlyList<string> Words(string script) =>
        [Executable, "-NoProfile", "-NonInteractive", "-Command", $"Import-Module {Quote(Module)}; {script}"];

    /// <summary>The words that run the agent of a machine.</summary>
    internal IReadOnlyList<string> AgentWords(MachinePlan machine, IReadOnlyList<string> endpoints)
    {
        var stores = string.Join(',', endpoints.Select(Quote));
        // The comment at the end is how a later run knows the process for the lab's own.
        return
        [
            "env", "DOTNET_EnableDiagnostics=0", "DOTNET_gcServer=0",
            .. Words(
                $"Start-HaAgent -Endpoint {stores} -Name {machine.Name} -Address {machine.Address} " +
                $"-DockerEndpoint {machine.DockerEndpoint} -AllowProcess # {machine.Folder}"),
        ];
    }

    private static string FindExecutable()
    {
        if (Environment.GetEnvironmentVariable("HAWEB_PWSH") is { Length: > 0 } chosen)
        {
            return chosen;
        }

        var candidates = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "pwsh"))
            .Append(Path.Combine(Repository.Folder ?? ".", "output", "PowerShellHost", "HaWeb.PowerShellHost"));
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new LabException("There is no PowerShell: install pwsh, or build the repository's host with './build.sh build'.");
    }

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
