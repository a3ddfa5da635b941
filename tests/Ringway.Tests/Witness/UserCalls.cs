using Ringway.Switch;

namespace Ringway.Tests.Witness;

/// <summary>A WhatsApp user calls the business; SIPp is Meta's gateway (Meta, Calling: SIP, 15 Dec 2025, user-initiated calls).</summary>
[Trait("needs", "asterisk")]
public sealed class UserCalls
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task The_user_hears_the_business_first_and_it_hangs_up_along_Metas_own_route()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct);
        var hungUp = await stage.PlayAsync("whatsapp-gets-bye", ct);
        var call = await stage.PlayAsync("user-call-business-hangs-up", ct);

        await stage.Ringway.ArrivesAsync(ct);
        await stage.Ringway.RingAsync(ct);
        await stage.Ringway.AnswerAsync(ct);
        await stage.Ringway.SpeakAsync(ct);
        await stage.Phone.ListenAsync(Patience, ct);
        await call.AgreesAsync(ct);
        await stage.Ringway.HangUpAsync(ct);

        await hungUp.AgreesAsync(ct);
        Assert.Null(stage.Phone.Complaint(call.LastSdp()));
    }

    [Theory]
    [InlineData(MediaKeying.Sdes)]
    [InlineData(MediaKeying.Dtls)]
    public async Task Metas_offer_is_answered_in_its_own_keying_and_the_user_hangs_up(MediaKeying media)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct, change: Keyed(media));
        var call = await stage.PlayAsync("user-call-user-hangs-up", ct);

        await stage.Ringway.ArrivesAsync(ct);
        await stage.Ringway.RingAsync(ct);
        await stage.Ringway.AnswerAsync(ct);

        await call.AgreesAsync(ct);
        await stage.Ringway.IsOverAsync(ct);
    }

    [Theory]
    [InlineData(MediaKeying.Sdes, "{{offer-dtls.sdp}}")]
    [InlineData(MediaKeying.Dtls, "{{offer-sdes.sdp}}")]
    public async Task An_offer_in_the_other_keying_is_refused_and_not_answered_with_silence(MediaKeying media, string offer)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct, change: Keyed(media));
        var call = await stage.PlayAsync("user-call-refused", ct, ("offer", offer), ("status", "488"));

        await call.AgreesAsync(ct);
    }

    [Fact]
    public async Task The_user_gives_up_while_it_rings()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct);
        var call = await stage.PlayAsync("user-call-cancelled", ct);

        await stage.Ringway.ArrivesAsync(ct);
        await stage.Ringway.RingAsync(ct);

        await call.AgreesAsync(ct);
        await stage.Ringway.IsOverAsync(ct);
    }

    [Theory]
    [InlineData(17, "486")]
    [InlineData(19, "480")]
    public async Task A_business_that_does_not_take_the_call_says_so_with_a_status_that_Meta_knows(int cause, string status)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct);
        var call = await stage.PlayAsync("user-call-refused", ct, ("status", status));

        await stage.Ringway.ArrivesAsync(ct);
        await stage.Ringway.RingAsync(ct);
        await stage.Ringway.HangUpAsync(ct, cause);

        await call.AgreesAsync(ct);
    }

    [Fact]
    public async Task A_user_without_a_number_is_known_by_her_business_scoped_id()
    {
        var ct = TestContext.Current.CancellationToken;
        const string id = "US.13491208655302741918";
        await using var stage = await Stage.OpenAsync(ct, id);
        var call = await stage.PlayAsync("user-call-user-hangs-up", ct);

        var arrived = await stage.Ringway.ArrivesAsync(ct);
        await stage.Ringway.RingAsync(ct);
        await stage.Ringway.AnswerAsync(ct);

        Assert.Equal(id, arrived.GetProperty("channel").GetProperty("caller").GetProperty("number").GetString());
        await call.AgreesAsync(ct);
    }

    [Fact]
    public async Task Parameters_of_the_number_in_the_request_do_not_hide_the_line()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct);
        var call = await stage.PlayAsync("user-call-user-hangs-up", ct, ("uri-parameters", ";tgrp=wacall;trunk-context=byoc.example.com"));

        var arrived = await stage.Ringway.ArrivesAsync(ct);
        await stage.Ringway.RingAsync(ct);
        await stage.Ringway.AnswerAsync(ct);

        Assert.Equal("main", arrived.GetProperty("args")[1].GetString());
        await call.AgreesAsync(ct);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatsApps_id_of_the_call_is_known_with_and_without_its_header(bool withHeader)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct);
        var call = await stage.PlayAsync("user-call-user-hangs-up", ct,
            ("more-headers", withHeader ? $"x-wa-meta-wacid: {stage.Wacid}\nx-wa-meta-cta-payload: order 4711" : "x-wa-meta-deeplink-payload: spring"));

        var arrived = await stage.Ringway.ArrivesAsync(ct);
        var said = await stage.Ringway.GetAsync(withHeader ? "PJSIP_HEADER(read,x-wa-meta-cta-payload)" : "PJSIP_HEADER(read,x-wa-meta-deeplink-payload)", ct);
        await stage.Ringway.RingAsync(ct);
        await stage.Ringway.AnswerAsync(ct);

        Assert.Equal("outgoing:" + stage.Wacid, arrived.GetProperty("channel").GetProperty("protocol_id").GetString());
        Assert.Equal(withHeader ? "order 4711" : "spring", said);
        await call.AgreesAsync(ct);
    }

    [Fact]
    public async Task Hold_and_a_transfer_between_agents_never_reach_the_user_as_a_re_INVITE()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct);
        var hungUp = await stage.PlayAsync("whatsapp-gets-bye", ct); // Whatever the business asks for comes here, and must be BYE.
        var call = await stage.PlayAsync("user-call-business-hangs-up", ct);

        await stage.Ringway.ArrivesAsync(ct);
        await stage.Ringway.RingAsync(ct);
        await stage.Ringway.AnswerAsync(ct);
        await call.AgreesAsync(ct);
        await stage.Ringway.HoldAsync(ct);
        await stage.Ringway.SpeaksWithAsync("Bob", ct);
        await stage.Ringway.HangUpAsync(ct);

        await hungUp.AgreesAsync(ct);
    }

    [Fact]
    public async Task A_digit_is_sent_as_RFC_4733_with_the_payload_type_of_Metas_8000_Hz_clock()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct);
        var hungUp = await stage.PlayAsync("whatsapp-gets-bye", ct);
        var call = await stage.PlayAsync("user-call-business-hangs-up", ct);

        await stage.Ringway.ArrivesAsync(ct);
        await stage.Ringway.RingAsync(ct);
        await stage.Ringway.AnswerAsync(ct);
        await stage.Ringway.PressAsync("5", ct);
        await stage.Phone.ListenAsync(Patience, ct);
        await call.AgreesAsync(ct);
        await stage.Ringway.HangUpAsync(ct);

        await hungUp.AgreesAsync(ct);
        Assert.Null(stage.Phone.Complaint(call.LastSdp(), digit: 126));
    }

    private static Func<SwitchConfiguration, SwitchConfiguration> Keyed(MediaKeying media) =>
        configuration => configuration with { Lines = [configuration.Lines[0] with { Media = media }] };
}
