using HaWeb.Tools.PesterStandIn.Model;

namespace HaWeb.Tests.Unit.Host;

public sealed class PesterStandInTests
{
    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "Host", "Samples");

    [Fact]
    public void Scopes_setups_data_and_assertions_behave_as_in_Pester_5()
    {
        var result = Run("Passing.Tests.ps1");

        Assert.Equal([], result.Tests.Where(test => !test.Passed).Select(test => $"{test.ExpandedPath}: {test.ErrorRecord}"));
        Assert.Equal("Passed", result.Result);
        Assert.Contains("Scopes.inner.adds 1+2=3", result.Tests.Select(test => test.ExpandedPath));
        Assert.Contains("Scopes.block n2.sees n2", result.Tests.Select(test => test.ExpandedPath));
    }

    [Fact]
    public void A_failure_says_what_was_expected_and_where()
    {
        var tests = Run("Failing.Tests.ps1").Tests.ToDictionary(test => test.ExpandedPath);

        Assert.All(tests.Values, test => Assert.False(test.Passed));
        var failure = tests["Failures.compares"].ErrorRecord!;
        Assert.Equal("Expected 2, because of reasons, but got 1.", failure.Exception.Message);
        Assert.EndsWith("Failing.Tests.ps1", failure.InvocationInfo.ScriptName);
        Assert.Equal(2, failure.InvocationInfo.ScriptLineNumber);
        Assert.Equal("deep", tests["Failures.throws"].ErrorRecord!.Exception.Message);
        Assert.Contains("[System.ArgumentException] 'y'", tests["Failures.expects another error"].ErrorRecord!.Exception.Message);
    }

    [Fact]
    public void A_failed_setup_fails_its_tests_and_its_block()
    {
        var result = Run("Failing.Tests.ps1");

        Assert.Equal(1, result.FailedBlocksCount);
        Assert.Equal("no", result.Tests.Single(test => test.ExpandedPath == "Setup.never").ErrorRecord!.Exception.Message);
        Assert.Equal("Failed", result.Result);
    }

    [Theory]
    [InlineData("Describe 'd' { throw 'in discovery' }")]
    [InlineData("Describe 'd' { It 'skipped' -Skip { } }")]
    [InlineData("BeforeAll { }; BeforeAll { }")]
    public void A_file_that_cannot_be_discovered_fails(string script)
    {
        var folder = Directory.CreateTempSubdirectory("haweb-unit-");
        var file = Path.Combine(folder.FullName, "Bad.Tests.ps1");
        File.WriteAllText(file, script);

        var result = RunFile(file);

        folder.Delete(recursive: true);
        Assert.Equal(1, result.FailedContainersCount);
        Assert.Equal("Failed", result.Result);
    }

    private static PesterResult Run(string sample) => RunFile(Path.Combine(Samples, sample));

    private static PesterResult RunFile(string path)
    {
        using var session = new EngineSession(withPester: true);
        return (PesterResult)session.Run($"Invoke-Pester -Path '{path}' -Output None -PassThru").Single().BaseObject;
    }
}
