using System.Management.Automation;
using System.Management.Automation.Runspaces;
using HaWeb.Tools.PowerShellHost.Hosting;
using Shell = System.Management.Automation.PowerShell;

namespace HaWeb.Tests.Unit.Host;

public sealed class GeneralCommandsTests : IDisposable
{
    private static readonly string[] Chosen =
    [
        "Copy-Item", "Format-List", "Format-Table", "Get-ChildItem", "Get-Content", "Group-Object", "Join-Path", "Measure-Object",
        "New-Item", "Out-String", "Remove-Item", "Select-Object", "Set-Content", "Sort-Object", "Start-Sleep", "Test-Path",
        "Write-Error", "Write-Host", "Write-Output", "Write-Warning",
    ];

    private readonly EngineSession _session = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("haweb-unit-");

    public void Dispose()
    {
        _session.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void The_host_supplies_exactly_the_twenty_chosen_cmdlets() =>
        Assert.Equal(Chosen, GeneralCommands.All.Select(command => command.Name));

    [Fact]
    public void Select_First_stops_what_is_before_it_and_lets_it_clean_up()
    {
        var texts = _session.Texts("& { try { while ($true) { (++$i) } } finally { $global:cleaned = 'yes' } } | Select-Object -First 3; $cleaned");

        Assert.Equal(["1", "2", "3", "yes"], texts);
    }

    [Theory]
    [InlineData("1..10 | Select-Object -Last 2 -Skip 1", "8,9")]
    [InlineData("1..10 | Select-Object -Skip 8", "9,10")]
    [InlineData("3,1,3,'a','A' | Select-Object -Unique", "3,1,a,A")]
    [InlineData("@{ A = 1..3 } | ForEach-Object { [pscustomobject]$_ } | Select-Object -ExpandProperty A", "1,2,3")]
    [InlineData("1..3 | Select-Object @{ n = 'Double'; e = { $_ * 2 } } | ForEach-Object Double", "2,4,6")]
    [InlineData("[pscustomobject]@{ Ab = 1; Ac = 2; B = 3 } | Select-Object A* | ForEach-Object { $_.PSObject.Properties.Name }", "Ab,Ac")]
    [InlineData("'b', 'A', 'c' | Sort-Object", "A,b,c")]
    [InlineData("10, 9, 100 | Sort-Object -Descending", "100,10,9")]
    [InlineData("'bb', 'a', 'cc', 'd' | Sort-Object Length, @{ e = { $_ }; Descending = $true }", "d,a,cc,bb")]
    [InlineData("'x', 'X', 'y' | Sort-Object -Unique", "x,y")]
    [InlineData("'bb', 'a', 'cc' | Group-Object Length | ForEach-Object { \"$($_.Name)=$($_.Group)\" }", "1=a,2=bb cc")]
    [InlineData("(1..4 | Group-Object { $_ % 2 } -AsHashTable)[0]", "2,4")]
    [InlineData("1..4 | Measure-Object -Sum -Average -Maximum -Minimum | ForEach-Object { $_.Count, $_.Sum, $_.Average, $_.Maximum, $_.Minimum }", "4,10,2.5,4,1")]
    [InlineData("@() | Measure-Object | ForEach-Object Count", "0")]
    [InlineData("Join-Path /a b c", "/a/b/c")]
    [InlineData("(Write-Output 1, 2 -NoEnumerate).Count", "2")]
    [InlineData("Test-Path ''; Test-Path nosuch:; Test-Path / -PathType Leaf; Test-Path / -PathType Container", "False,False,False,True")]
    public void Cmdlets_give_what_the_real_ones_give(string script, string expected) =>
        Assert.Equal(expected, string.Join(',', _session.Texts(script)));

    [Theory]
    [InlineData("1 | Select-Object -Index 0", "NamedParameterNotFound,HaWeb.Tools.PowerShellHost.Commands.SelectObjectCommand")]
    [InlineData("1 | Select-Object -ExpandProperty Nope", "ExpandPropertyNotFound,HaWeb.Tools.PowerShellHost.Commands.SelectObjectCommand")]
    [InlineData("Get-Content /nosuch/file", "PathNotFound,HaWeb.Tools.PowerShellHost.Commands.GetContentCommand")]
    [InlineData("Get-ChildItem /nosuch", "PathNotFound,HaWeb.Tools.PowerShellHost.Commands.GetChildItemCommand")]
    [InlineData("Remove-Item /nosuch", "PathNotFound,HaWeb.Tools.PowerShellHost.Commands.RemoveItemCommand")]
    [InlineData("Write-Error -Message m -ErrorId Mine", "Mine,HaWeb.Tools.PowerShellHost.Commands.WriteErrorCommand")]
    public void What_cannot_be_done_is_an_error(string script, string id) => Assert.Equal([id], _session.Errors(script));

    [Fact]
    public void Formatting_and_Out_String_use_the_views_that_the_session_has()
    {
        var text = Assert.Single(_session.Texts("[pscustomobject]@{ Name = 'n'; Size = 5 } | Format-Table -AutoSize | Out-String"));

        Assert.Equal("\nName Size\n---- ----\nn       5\n\n", text.ReplaceLineEndings("\n"));
        Assert.Equal(["", "Name : n", "Size : 5", ""], _session.Texts("[pscustomobject]@{ Name = 'n'; Size = 5 } | Format-List | Out-String -Stream"));
    }

    [Fact]
    public void Set_Content_leaves_the_file_when_nothing_comes_down_the_pipeline()
    {
        var texts = _session.Texts($"Set-Content '{_folder}/f' 'old'; @() | Set-Content '{_folder}/f'; Get-Content '{_folder}/f'");

        Assert.Equal(["old"], texts);
    }

    [Fact]
    public void Files_are_made_listed_copied_and_removed()
    {
        var texts = _session.Texts($$"""
            $null = New-Item '{{_folder}}/one two/sub' -ItemType Directory
            'x', 'y' | Set-Content '{{_folder}}/one two/a.txt'
            Copy-Item '{{_folder}}/one two' '{{_folder}}/copy' -Recurse
            Get-ChildItem '{{_folder}}/copy' -Recurse -Name | Sort-Object
            Get-ChildItem '{{_folder}}/copy/*.txt' | Get-Content
            Get-ChildItem '{{_folder}}' -Filter 'o*' | Remove-Item -Recurse
            Get-ChildItem '{{_folder}}' | ForEach-Object Name
            """);

        Assert.Equal(["a.txt", "sub", "x", "y", "copy"], texts);
    }

    [Fact]
    public void Remove_Item_does_not_remove_a_full_folder_unasked()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "f"), "");

        Assert.ThrowsAny<RuntimeException>(() => _session.Run($"Remove-Item '{_folder}' -ErrorAction Stop"));
        Assert.True(_folder.Exists);
        _session.Run($"Remove-Item '{_folder}/f' -WhatIf");
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "f")));
    }

    [Fact]
    public void A_sleep_ends_when_the_pipeline_is_stopped()
    {
        using var shell = Shell.Create(_session.Runspace);
        var running = shell.AddScript("'slept'; Start-Sleep -Seconds 600; 'woke'").BeginInvoke();

        SpinWait.SpinUntil(() => shell.InvocationStateInfo.State == PSInvocationState.Running, TimeSpan.FromSeconds(10));
        shell.Stop();

        Assert.True(running.AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(5)));
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
    }

    [Fact]
    public void The_exit_code_of_a_script_file_reaches_the_host()
    {
        var path = Path.Combine(_folder.FullName, "exit.ps1");
        File.WriteAllText(path, "param($Code, [switch] $Add) exit ([int]$Code + [int][bool]$Add)");
        var arguments = ((HostWork.Script)CommandLine.Parse([path, "-Code", "6", "-Add:$true"]).Work).Arguments;
        var command = new Command(path);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(argument);
        }

        EngineInternals.LetExitReachHost(_session.Runspace);
        using var shell = Shell.Create(_session.Runspace);
        shell.Commands.AddCommand(command);
        shell.Invoke();

        Assert.Equal(7, _session.Console.RequestedExitCode);
    }
}
