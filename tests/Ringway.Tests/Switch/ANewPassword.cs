using Ringway.Asterisk;
using Ringway.Switch;

namespace Ringway.Tests.Switch;

/// <summary>Meta has made another SIP password while calls are under way; see <c>ringway whatsapp apply</c>.</summary>
[Trait("needs", "asterisk")]
public sealed class ANewPassword
{
    [Fact]
    public async Task It_counts_from_the_next_call_on_and_the_call_that_is_under_way_goes_on()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var asterisk = await RealSwitch.StartAsync();
        await using var ari = await AriStub.ConnectAsync(asterisk, ct);
        await using var first = await Caller.ConnectAsync(asterisk, ct);
        var answered = first.CallAsync(ct);
        var start = await ari.WaitForAsync("StasisStart", ct);
        var (application, channel) = (start.GetProperty("application").GetString()!, start.GetProperty("channel").GetProperty("id").GetString()!);
        await ari.RequestAsync(application, "POST", $"channels/{channel}/answer", ct: ct);
        Assert.StartsWith("SIP/2.0 200", await answered, StringComparison.Ordinal);
        var agent = AgentEndpoint.Fields("ada-1", "of-the-page", "Ada")[0];
        await ari.RequestAsync(
            SwitchConfiguration.ControlApplication, "PUT", $"asterisk/config/dynamic/res_pjsip/{agent.Type}/{agent.Id}",
            $$"""{"fields":[{{string.Join(',', agent.Fields.Select(field => $$"""{"attribute":"{{field.Key}}","value":"{{field.Value}}"}"""))}}]}""", ct);

        var renewed = asterisk.Configuration with { Lines = [RealSwitch.OneLine[0] with { SipPassword = "another-of-Metas" }] };
        Assert.True(SwitchFiles.WriteTrunk(renewed, asterisk.Folders));
        Assert.False(SwitchFiles.WriteTrunk(renewed, asterisk.Folders));
        await AsteriskConsole.RunAsync(asterisk.Folders, "module reload res_pjsip.so", ct);

        await using var second = await Caller.ConnectAsync(asterisk, ct);
        Assert.StartsWith("SIP/2.0 401", await second.CallAsync(ct, password: "secret-of-the-line"), StringComparison.Ordinal);
        await using var third = await Caller.ConnectAsync(asterisk, ct);
        var accepted = third.CallAsync(ct, password: "another-of-Metas");
        var next = await ari.WaitForAsync("StasisStart", ct); // in the dialplan: the password was right
        await ari.RequestAsync(next.GetProperty("application").GetString()!, "POST", $"channels/{next.GetProperty("channel").GetProperty("id").GetString()}/answer", ct: ct);
        Assert.StartsWith("SIP/2.0 200", await accepted, StringComparison.Ordinal);

        var channels = (await asterisk.ConsoleAsync("core show channels concise")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, channels.Length);
        Assert.All(channels, line => Assert.Contains("!Up!", line, StringComparison.Ordinal));
        Assert.Contains("ada-1", await asterisk.ConsoleAsync("pjsip show auths"), StringComparison.Ordinal); // agents' pushed lines stay
        Assert.Contains("another-of-Metas", await asterisk.ConsoleAsync("pjsip show auth line-main-out"), StringComparison.Ordinal); // calls out show it too
        Assert.Empty(await asterisk.ComplaintsAsync());
    }
}
