namespace HaWeb.Tests.Lab;

[Collection(OneWebsite.Name)]
public sealed class BadInputTests(Website website)
{
    [Fact]
    public async Task An_image_that_does_not_exist_is_named_in_an_error_and_harms_nobody()
    {
        await website.ServeAsync();
        var file = Path.Combine(Path.GetTempPath(), "no-image.service");
        await File.WriteAllTextAsync(
            file,
            "[Service]\nExecStart=/usr/bin/docker run --name no-image 127.0.0.1:1/none\n",
            TestContext.Current.CancellationToken);
        await using var traffic = website.StartTraffic();
        try
        {
            var said = await website.OperateAsync(
                $"""
                Import-HaUnit '{file}'
                try {'{'} Start-HaUnit no-image.service -TimeoutSec 30 {'}'} catch {'{'} "$($_.FullyQualifiedErrorId) $($_.CategoryInfo.TargetName): $_" {'}'}
                """);

            Assert.Contains(said, line => line.StartsWith("ImageNotFound,", StringComparison.Ordinal) && line.Contains("no-image.service", StringComparison.Ordinal) && line.Contains("127.0.0.1:1/none", StringComparison.Ordinal));
        }
        finally
        {
            await website.OperateAsync("Remove-HaUnit no-image.service");
            File.Delete(file);
        }

        Website.AssertServed(await traffic.StopAsync());
    }
}
