using System.Net.WebSockets;
using System.Text.Json;
using Ringway.Switch;

namespace Ringway.Tests.Switch;

/// <summary>Calls from WhatsApp while ringway is not there, or is there and does nothing.</summary>
[Trait("needs", "asterisk")]
public sealed class RingwayIsAway
{
    [Fact]
    public async Task Nobody_signed_in_means_temporarily_unavailable_at_once()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var asterisk = await RealSwitch.StartAsync();
        await using var whatsApp = await Caller.ConnectAsync(asterisk, ct);

        var answer = await whatsApp.CallAsync(ct);

        Assert.StartsWith("SIP/2.0 480", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_net_rings_the_agents_when_ringways_sockets_have_ended()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var asterisk = await RealSwitch.StartAsync();
        var ari = await AriStub.ConnectAsync(asterisk, ct);
        await using var ada = await AgentAsync(asterisk, ari, ct);
        await ari.RequestAsync("ringway", "POST", "asterisk/variable?variable=RINGWAY_AGENTS&value=PJSIP/ada-1", ct: ct);
        await ari.DisposeAsync();
        await using var whatsApp = await Caller.ConnectAsync(asterisk, ct);

        var ended = whatsApp.CallAsync(ct);
        var invite = await ada.ReceiveAsync("INVITE", ct);

        Assert.StartsWith("INVITE sip:ada-1@", invite, StringComparison.Ordinal);
        Assert.Matches("^n1-[0-9]+-[0-9]+$", SipPeer.Header(invite, "X-Ringway-Call"));
        Assert.Contains("<sip:+15551234567@", SipPeer.Header(invite, "From"), StringComparison.Ordinal);
        await ada.AnswerAsync(invite, "486 Busy Here", ct: ct);
        Assert.StartsWith("SIP/2.0 486", await ended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_ringway_was_given_and_does_not_take_comes_back_to_the_net()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var asterisk = await RealSwitch.StartAsync(c => c with { TakenWithin = TimeSpan.FromSeconds(2) });
        await using var ari = await AriStub.ConnectAsync(asterisk, ct);
        await using var whatsApp = await Caller.ConnectAsync(asterisk, ct);

        var started = TimeProvider.System.GetTimestamp();
        var ended = whatsApp.CallAsync(ct);
        var start = await ari.WaitForAsync("StasisStart", ct);
        var answer = await ended;
        var took = TimeProvider.System.GetElapsedTime(started);

        Assert.Equal(["inbound", "main"], start.GetProperty("args").EnumerateArray().Select(a => a.GetString()));
        Assert.StartsWith("ringway-", start.GetProperty("application").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("SIP/2.0 480", answer, StringComparison.Ordinal);
        Assert.InRange(took.TotalSeconds, 1.5, 6);
    }

    [Fact]
    public async Task A_call_that_ringway_takes_stays_its_own()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var asterisk = await RealSwitch.StartAsync(c => c with { TakenWithin = TimeSpan.FromSeconds(2) });
        await using var ari = await AriStub.ConnectAsync(asterisk, ct);
        await using var whatsApp = await Caller.ConnectAsync(asterisk, ct);
        var ended = whatsApp.CallAsync(ct);
        var start = await ari.WaitForAsync("StasisStart", ct);
        var (application, channel) = (start.GetProperty("application").GetString()!, start.GetProperty("channel").GetProperty("id").GetString()!);

        var set = await ari.RequestAsync(application, "POST", $"channels/{channel}/variable?variable={Uri.EscapeDataString("TIMEOUT(absolute)")}&value=60", ct: ct);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, ct); // The two seconds are over; nothing may happen, so nothing can be waited for.
        var still = await ari.RequestAsync(application, "GET", $"channels/{channel}", ct: ct);
        var hungUp = await ari.RequestAsync(application, "DELETE", $"channels/{channel}?reason_code=17", ct: ct);

        Assert.Equal((204, 200, 204), (set.Status, still.Status, hungUp.Status));
        Assert.StartsWith("SIP/2.0 486", await ended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_controls_calls_without_our_password()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var asterisk = await RealSwitch.StartAsync();

        await Assert.ThrowsAsync<WebSocketException>(() => AriStub.ConnectAsync(asterisk.Configuration, "ringway", "guessed", ct));
        Assert.Equal(401, (int)(await new HttpClient().GetAsync($"http://127.0.0.1:{asterisk.Configuration.HttpPort}/ari/channels", ct)).StatusCode);
    }

    [Fact]
    public async Task A_page_that_closes_its_socket_is_offline_at_once()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var asterisk = await RealSwitch.StartAsync();
        await using var ari = await AriStub.ConnectAsync(asterisk, ct);
        await ari.RequestAsync("ringway", "POST", "applications/ringway/subscription?eventSource=endpoint:PJSIP", ct: ct);
        var ada = await AgentAsync(asterisk, ari, ct);
        var pings = ada.ReceiveAsync("INVITE", ct);
        await ari.WaitForAsync(m => IsState(m, "online"), ct);

        await ada.DisposeAsync();

        await ari.WaitForAsync(m => IsState(m, "offline"), ct);
        await Assert.ThrowsAnyAsync<Exception>(() => pings);

        static bool IsState(JsonElement message, string state) =>
            message.GetProperty("type").GetString() == "EndpointStateChange"
            && message.GetProperty("endpoint").GetProperty("resource").GetString() == "ada-1"
            && message.GetProperty("endpoint").GetProperty("state").GetString() == state;
    }

    /// <summary>An agent's page: its line pushed by ARI, registered over WebSocket.</summary>
    internal static async Task<SipPeer> AgentAsync(RealSwitch asterisk, AriStub ari, CancellationToken ct)
    {
        foreach (var pushed in AgentEndpoint.Fields("ada-1", "hers", "Ada"))
        {
            var fields = pushed.Fields.Select(f => new { attribute = f.Key, value = f.Value });
            var answer = await ari.RequestAsync("ringway", "PUT", $"asterisk/config/dynamic/res_pjsip/{pushed.Type}/{pushed.Id}", JsonSerializer.Serialize(new { fields }), ct);
            Assert.True(answer.Status == 200, $"{pushed.Type}: {answer}");
        }
        var phone = await SipPeer.ConnectAsync(new Uri($"ws://127.0.0.1:{asterisk.Configuration.HttpPort}/ws"), ct);
        string Register(int sequence, string authorization) => $"""
            REGISTER sip:ringway SIP/2.0
            Via: SIP/2.0/WS abc.invalid;branch=z9hG4bK{sequence}
            From: <sip:ada-1@ringway>;tag=x
            To: <sip:ada-1@ringway>
            Call-ID: registration
            CSeq: {sequence} REGISTER
            Max-Forwards: 70
            Contact: <sip:ada-1@abc.invalid;transport=ws>;expires=60
            {authorization}Content-Length: 0


            """;
        await phone.SendAsync(Register(1, ""), ct);
        var challenge = await phone.ReceiveAsync("SIP/2.0", ct);
        await phone.SendAsync(Register(2, SipPeer.Authorization(challenge, "ada-1", "hers", "REGISTER", "sip:ringway")), ct);
        var registered = await phone.ReceiveAsync("SIP/2.0", ct);
        Assert.StartsWith("SIP/2.0 200", registered, StringComparison.Ordinal);
        return phone;
    }
}
