namespace HaWeb.Tests.Unit.PowerShell;

/// <summary>What Tab offers: what the command takes, and never file names.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TestShell _shell = new();

    public CompletionTests()
    {
        _shell.Run("Connect-HaCluster -Simulated -Machine @{Id='A'; Metadata=@{zone='a'}}, @{Id='B'} | Out-Null");
        _shell.Run("Import-HaUnit -Name web@ -Content $args[0]; Start-HaUnit 'web@{1,2}'", TestCluster.WebFile);
        _shell.Run("Import-HaUnit -Name idle -Content $args[0]", "[Service]\nExecStart=/usr/bin/docker run --name idle -p 6379:6379 redis:7\n[X-HaWeb]\nService=redis\n");
        _shell.Run("Import-HaUnit -Name job -Content $args[0]", "[Service]\nType=oneshot\nExecStart=/usr/bin/docker run --rm --name job job:1\n");
        _shell.Run("Import-HaUnit -Name job.timer -Content $args[0]", "[Timer]\nOnCalendar=daily\n");
    }

    public void Dispose()
    {
        _shell.Run("Disconnect-HaCluster");
        _shell.Dispose();
    }

    [Theory]
    [InlineData("Stop-HaUnit ", "idle.service", "job.service", "job.timer", "web@1.service", "web@2.service")]
    [InlineData("Start-HaUnit w", "web@", "web@1.service", "web@2.service")]
    [InlineData("Start-HaUnit web@ -Instance ", "1", "2")]
    [InlineData("Get-HaUnitLog j", "job.service")]
    [InlineData("Remove-HaUnit w", "web@.service", "web@1.service", "web@2.service")]
    [InlineData("Remove-HaUnit -Template ", "web@.service")]
    [InlineData("Get-HaUnitFile w", "web@.service", "web@1.service", "web@2.service")]
    [InlineData("Invoke-HaFault ContainerCrash -Unit ", "web@1.service", "web@2.service")]
    [InlineData("Invoke-HaFault ImageMissing -Image r", "redis:7")]
    [InlineData("Set-HaMachine A -RemoveMetadata ", "zone")]
    [InlineData("Set-HaMachine A -Metadata ", "@{ zone = 'a' }")]
    [InlineData("Get-HaUnit -Cluster ")]
    [InlineData("Get-HaBackend ", "redis", "website")]
    public void Only_what_can_stand_there_is_offered(string typed, params string[] offered) =>
        Assert.Equal(
            offered,
            _shell.Run("(TabExpansion2 $args[0] $args[0].Length).CompletionMatches | ForEach-Object CompletionText", typed).Output.Cast<string>().Order(StringComparer.Ordinal));
}
