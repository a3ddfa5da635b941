namespace Ringway.Ari.Tests;

/// <summary>What only a SIP channel can show: a phone that holds, transfers, is redirected, gets messages, and counts packets.</summary>
[Collection(OneAsterisk.Name), Trait("needs", "asterisk")]
public class PhoneTests(RealAsterisk asterisk) : IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await asterisk.ClearAsync();

    [Fact]
    public async Task A_call_to_a_phone_has_statistics_and_the_phones_endpoint_its_channel()
    {
        await using var us = await asterisk.ConnectAsync();
        await using var phone = new SipPhone(asterisk);
        var (c, channel) = (us.Client, new ChannelId("to-phone"));
        await c.CreateAsync(channel, new()
        {
            Endpoint = "PJSIP/phone", App = RealAsterisk.App, Variables = new Dictionary<string, string> { ["PJSIP_HEADER(add,X-Call)"] = "7" },
        });
        await us.Events.UntilAsync<StasisStart>();
        await c.DialAsync(channel);
        Assert.Contains("\r\nX-Call: 7\r\n", await phone.HearAsync("INVITE"));
        await us.Events.UntilAsync<Dial>(e => e.Dialstatus == "ANSWER");
        await c.SilenceAsync(channel);
        await Until.TrueAsync(async () => (await c.GetRtpStatisticsAsync(channel))!.TxCount > 5);
        var counted = (await c.GetRtpStatisticsAsync(channel))!;
        Assert.Equal((channel, 0L, 0L), (counted.Channel, counted.RxCount, counted.RxPacketLoss));
        Assert.True(counted.TxOctetCount >= counted.TxCount * 160 && counted.LocalSsrc > 0, $"{counted}"); // 20 ms of PCMU
        Assert.Equal([channel], (await c.GetEndpointAsync("PJSIP", "phone"))!.ChannelIds);
        Assert.NotEmpty((await c.GetChannelAsync(channel))!.ProtocolId);
        await c.HangUpAsync(channel);
        await phone.HearAsync("BYE");
    }

    [Fact]
    public async Task A_phone_holds_and_transfers_and_is_told_how_far_it_is()
    {
        await using var us = await asterisk.ConnectAsync();
        await using var phone = new SipPhone(asterisk);
        Assert.StartsWith("SIP/2.0 200", await phone.CallAsync("transfers"));
        var channel = (await us.Events.UntilAsync<StasisStart>(e => e.Args is ["transfers"])).Channel.Id;
        await phone.HoldAsync(true);
        Assert.Equal(channel, (await us.Events.UntilAsync<ChannelHold>()).Channel.Id);
        await phone.HoldAsync(false);
        Assert.Equal(channel, (await us.Events.UntilAsync<ChannelUnhold>()).Channel.Id);

        Assert.StartsWith("SIP/2.0 202", await phone.TransferAsync("echo"));
        var transfer = await us.Events.UntilAsync<ChannelTransfer>();
        Assert.Equal("echo", transfer.ReferTo.RequestedDestination.Destination);
        Assert.Equal(channel, transfer.ReferredBy!.SourceChannel.Id);
        foreach (var (progress, told) in ((TransferProgress, string)[])[(TransferProgress.Answered, "SIP/2.0 200")])
        {
            await us.Client.TellTransferProgressAsync(channel, progress);
            for (var notify = ""; !notify.Contains("\r\n\r\n" + told);)
                notify = await phone.HearAsync("NOTIFY");
        }
        await us.Client.HangUpAsync(channel);
    }

    [Fact]
    public async Task A_caller_is_sent_elsewhere_before_anybody_answered()
    {
        await using var us = await asterisk.ConnectAsync();
        await using var phone = new SipPhone(asterisk);
        var calling = phone.CallAsync("ringing");
        var channel = (await us.Events.UntilAsync<StasisStart>(e => e.Args is ["ringing"])).Channel.Id;
        await us.Client.RedirectAsync(channel, "PJSIP/sip:ada@198.51.100.7");
        var answer = await calling.Within();
        Assert.StartsWith("SIP/2.0 302", answer);
        Assert.Contains("198.51.100.7", answer);
    }

    [Fact]
    public async Task Messages_go_both_ways_and_a_phone_is_asked_to_call()
    {
        await using var us = await asterisk.ConnectAsync();
        await using var phone = new SipPhone(asterisk);
        var c = us.Client;
        await c.SendMessageAsync("pjsip:phone", new() { From = "sip:ada@ringway", Body = "one", Variables = new Dictionary<string, string> { ["X-Note"] = "7" } });
        var heard = await phone.HearAsync("MESSAGE");
        Assert.EndsWith("\r\n\r\none", heard);
        Assert.Contains("\r\nX-Note: 7\r\n", heard);
        await c.SendMessageAsync("PJSIP", "phone", new() { From = "sip:ada@ringway", Body = "two" });
        Assert.EndsWith("\r\n\r\ntwo", await phone.HearAsync("MESSAGE"));
        await RefusedAsync(404, () => c.SendMessageAsync("PJSIP", "ada", new() { From = "sip:ada@ringway" })); // not registered
        await RefusedAsync(404, () => c.SendMessageAsync("PJSIP", "nobody", new() { From = "sip:ada@ringway" }));

        await c.ReferAsync("pjsip:phone", new() { From = "sip:ada@ringway", ReferTo = "sip:bob@example.com" });
        Assert.Contains("sip:bob@example.com", await phone.HearAsync("REFER"));
        await c.ReferAsync("PJSIP", "phone", new() { From = "sip:ada@ringway", ReferTo = "sip:eve@example.com", ToSelf = false });
        Assert.Contains("sip:eve@example.com", await phone.HearAsync("REFER"));
        await RefusedAsync(404, () => c.ReferAsync("PJSIP", "nobody", new() { From = "sip:ada@ringway", ReferTo = "sip:x@y" }));

        await c.SubscribeAsync(RealAsterisk.App, ["endpoint:PJSIP/phone"]);
        await phone.TextAsync("us", "hello");
        var text = await us.Events.UntilAsync<TextMessageReceived>();
        Assert.Equal(("hello", "phone"), (text.Message.Body, text.Endpoint!.Resource));
        await c.UnsubscribeAsync(RealAsterisk.App, ["endpoint:PJSIP/phone"]);
    }

    /// <summary>A WebSocket that gets text that is no UTF-8 must end (RFC 6455 section 8.1); no caller can bring that about.</summary>
    [Fact]
    public async Task A_callers_name_that_is_not_UTF8_reaches_us_as_UTF8()
    {
        await using var us = await asterisk.ConnectAsync();
        await using var phone = new SipPhone(asterisk);
        await phone.CallAsync("stasis", "J\u00f6rg \u00ff");
        var start = await us.Events.UntilAsync<StasisStart>(e => e.Args is ["inbound", ..]);
        Assert.StartsWith("J", start.Channel.Caller.Name);
        Assert.True(us.Application.IsConnected);
        Assert.DoesNotContain(us.Log.Lines, line => line.Text.Contains("disconnected"));
        await us.Client.HangUpAsync(start.Channel.Id);
    }

    private static async Task RefusedAsync(int status, Func<Task> command)
    {
        var refusal = await Assert.ThrowsAsync<AriException>(command);
        Assert.True((AriFailure.Refused, status) == (refusal.Failure, refusal.Status), $"Expected {status}, and it was: {refusal.Message}");
    }
}
