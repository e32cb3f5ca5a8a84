using HaWeb.Lab;

namespace HaWeb.Tests.Lab;

/// <summary>A lab of two machines, for what happens on one of them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TwoMachines() : LabFixture(new LabOptions { Name = "hatwo", MachineCount = 2, StoreCount = 1 }), ICollectionFixture<TwoMachines>
{
    public const string Name = "two machines";

    /// <summary>Takes away what there is, with the notes of units in /home/core, imports a folder of <c>Units/</c>, and begins with a script.</summary>
    public Task BeginAsync(string folder, string script)
    {
        var files = Path.Combine(Repository.Folder!, "tests", "Lab", "Units", folder);
        return OperateAsync($"Remove-HaUnit * -Force; sh -c 'rm -rf {Lab.Options.Folder}/*/home/*'; Get-ChildItem '{files}' | Import-HaUnit; {script}");
    }

    /// <summary>Waits until a file of a machine has lines as wished, and gives them. Nothing tells of a file.</summary>
    public static async Task<string[]> LinesAsync(Machine machine, string file, Func<string[], bool> wish)
    {
        string[] lines = [];
        await Wait.UntilAsync(
            async () => wish(lines = (await machine.ShellAsync($"cat {file} 2> /dev/null || true")).Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            Soon,
            $"{file} on {machine.Plan.Name} to have other lines than {string.Join(", ", lines)}",
            TestContext.Current.CancellationToken);
        return lines;
    }
}
