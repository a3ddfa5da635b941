namespace Ringway.Tests.Switch;

[Trait("needs", "asterisk")]
public sealed class SwitchStarts
{
    [Fact]
    public async Task Asterisk_starts_on_the_generated_files_without_a_warning()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var asterisk = await RealSwitch.StartAsync();
        await using var ari = await AriStub.ConnectAsync(asterisk, ct);

        Assert.Empty(await asterisk.ComplaintsAsync());
        var modules = await asterisk.ConsoleAsync("module show");
        Assert.All(Ringway.Asterisk.AsteriskModules.Standard, module => Assert.Contains(module + ".so", modules, StringComparison.Ordinal));
        Assert.DoesNotContain("Not Running", modules, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hold")]
    [InlineData("recording")]
    [InlineData("tone")]
    public async Task What_Debian_leaves_out_is_there(string what)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var asterisk = await RealSwitch.StartAsync();
        await using var ari = await AriStub.ConnectAsync(asterisk, ct);
        await ari.RequestAsync("ringway", "POST", "bridges/b1?type=mixing", ct: ct);

        var done = what switch
        {
            "hold" => (0, await asterisk.ConsoleAsync("moh show files")),
            "recording" => await ari.RequestAsync("ringway", "POST", "bridges/b1/record?name=r1&format=wav", ct: ct),
            _ => await ari.RequestAsync("ringway", "POST", $"bridges/b1/play?media={Uri.EscapeDataString("tone:ring;tonezone=us")}", ct: ct),
        };

        if (what == "hold")
            Assert.Contains("music", done.Item2, StringComparison.Ordinal);
        else
            Assert.True(done.Item1 == 201, done.ToString());
        await ari.RequestAsync("ringway", "DELETE", "bridges/b1", ct: ct);
    }
}
