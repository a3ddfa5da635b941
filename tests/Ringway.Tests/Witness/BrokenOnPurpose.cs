using Ringway.Switch;

namespace Ringway.Tests.Witness;

/// <summary>
/// A witness that never complains proves nothing. Each test spoils one setting of the generated pjsip.conf and demands that the
/// witness sees it, and says the right thing.
/// </summary>
[Trait("needs", "asterisk")]
public sealed class BrokenOnPurpose
{
    private const string User = "+12195550714";

    /// <summary>A tone is heard within 100 ms of the answer; what is withheld is waited for no longer than this.</summary>
    private static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(700);

    [Theory]
    [InlineData("rewrite_contact=no", "rewrite_contact=yes", "the 200 copies both Record-Routes unchanged; expected Record-Route: <sip:wa.meta.vc:")]
    [InlineData("bundle=yes", "bundle=no", "RTCP goes through the port of RTP: Meta has no other; expected a=rtcp-mux, came nothing.")]
    [InlineData("media_encryption=sdes", "media_encryption=no", "the answer has a key of the business for AES_CM_128_HMAC_SHA1_80; expected a=crypto:1")]
    [InlineData("allow=opus", "allow=ulaw", "The user hears that it rings; expected 180, came SIP/2.0 488 Not Acceptable Here.")]
    [InlineData("auth=line-main ;", ";", "A call without credentials is challenged; expected 401, came SIP/2.0 180 Ringing.")]
    [InlineData("password=secret-of-the-line\nrealm=pbx", "password=secret-of-another\nrealm=pbx", "the business knows the password that Meta shows; expected nothing of the kind, came SIP/2.0 401 Unauthorized.")]
    public async Task The_witness_sees_it_when_a_user_calls(string good, string bad, string complaint)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct, User, broken: Instead(good, bad));
        var call = await stage.PlayAsync("user-call-user-hangs-up", ct);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var ringway = RingAndAnswerAsync(stage, done.Token);

        var said = await call.ComplaintAsync(ct);
        await done.CancelAsync();
        await Record.ExceptionAsync(() => ringway); // It may never have seen the call, or have answered one that was given up.

        Assert.Contains(complaint, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("timers=no", "timers=yes", "no session timer is asked for: its refresh is a re-INVITE, which Meta answers with 500; expected nothing of the kind, came Session-Expires: 1800.")]
    [InlineData("from_domain=pbx.example.com", "from_domain=other.example.com", "From's domain is the host name that Meta has: SIP server from INVITE does not match any SIP server configured; expected <sip:[^@]*@pbx.example.com>, came")]
    [InlineData("from_user=+", "from_user=", "From is the business number with plus: Asset not found, invalid business phone number; expected <sip:+17125550259@")]
    [InlineData("password=secret-of-the-line\nrealm=*", "password=secret-of-another\nrealm=*", "The digest's response fits the number's password; expected ")]
    [InlineData("username=17125550259\npassword=secret-of-the-line\nrealm=*", "username=+17125550259\npassword=secret-of-the-line\nrealm=*", "the digest's user is the number without plus; expected username=\"17125550259\", came")]
    [InlineData("realm=*", "realm=pbx.example.com", "The business calls again and shows its password; expected INVITE, came nothing.")]
    [InlineData("media_encryption=sdes", "media_encryption=no", "keys in the SDP are offered as RTP/SAVP; expected m=audio [1-9][0-9]* RTP/SAVP [0-9], came m=audio")]
    [InlineData("bundle=yes", "bundle=no", "RTCP goes through the port of RTP: Meta has no other; expected a=rtcp-mux, came nothing.")]
    [InlineData("allow=opus", "allow=ulaw", "Opus at 48000 Hz, two channels, is offered; expected a=rtpmap:([0-9]+) opus/48000/2, came a=rtpmap:0 PCMU/8000")]
    [InlineData("dtmf_mode=rfc4733", "dtmf_mode=inband", "digits are offered with the 8000 Hz clock; expected a=rtpmap:([0-9]+) telephone-event/8000, came")]
    public async Task The_witness_sees_it_when_the_business_calls(string good, string bad, string complaint)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct, User, broken: Instead(good, bad));
        var whatsApp = await stage.PlayAsync("business-call-user-hangs-up", ct);

        await stage.Ringway.DialAsync(User, ct);

        Assert.Contains(complaint, await whatsApp.ComplaintAsync(ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_witness_sees_a_transfer_between_agents_that_becomes_a_re_INVITE()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct, User,
            broken: text => Instead("send_connected_line=no", "send_connected_line=yes")(Instead("send_pai=no", "send_pai=yes")(text)));
        var whatsApp = await stage.PlayAsync("business-call-user-hangs-up", ct, ("talk", "2000"));

        await stage.Ringway.DialAsync(User, ct);
        await stage.Ringway.IsAsync("Up", ct);
        await stage.Ringway.SpeaksWithAsync("Bob", ct);

        Assert.Contains("which Meta answers with 500; expected nothing, came INVITE sip:", await whatsApp.ComplaintAsync(ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_witness_sees_a_hold_that_becomes_a_re_INVITE()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct, User, broken: Instead("direct_media=no", "moh_passthrough=yes\ndirect_media=no"));
        var hungUp = await stage.PlayAsync("whatsapp-gets-bye", ct);
        var call = await stage.PlayAsync("user-call-business-hangs-up", ct);

        await RingAndAnswerAsync(stage, ct);
        await call.AgreesAsync(ct);
        await stage.Ringway.HoldAsync(ct);

        Assert.Contains("The business hangs up along Meta's Record-Routes; expected BYE, came INVITE sip:", await hungUp.ComplaintAsync(ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_witness_sees_a_line_that_answers_whatever_keying_comes()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct, User,
            c => c with { Lines = [c.Lines[0] with { Media = MediaKeying.Dtls }] }, Instead("media_encryption=dtls", "webrtc=yes"));
        var call = await stage.PlayAsync("user-call-refused", ct, ("offer", "{{offer-sdes.sdp}}"), ("status", "488"));

        await RingAndAnswerAsync(stage, ct);

        Assert.Contains("The business refuses with 488; expected 488, came SIP/2.0 200 OK.", await call.ComplaintAsync(ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_witness_misses_the_first_packet_of_a_business_that_waits_for_the_user()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct, User);
        var call = await stage.PlayAsync("user-call-business-hangs-up", ct);

        await RingAndAnswerAsync(stage, ct);
        await stage.Phone.ListenAsync(AMoment, ct);

        await call.AgreesAsync(ct);
        Assert.Equal("First packet: expected the business to send audio first, came nothing.", stage.Phone.Complaint(call.LastSdp()));
    }

    private static async Task RingAndAnswerAsync(Stage stage, CancellationToken ct)
    {
        await stage.Ringway.ArrivesAsync(ct);
        await stage.Ringway.RingAsync(ct);
        await stage.Ringway.AnswerAsync(ct);
    }

    private static Func<string, string> Instead(string good, string bad) => text =>
    {
        Assert.Contains(good, text, StringComparison.Ordinal); // Else nothing was broken and the test would ask for a miracle.
        return text.Replace(good, bad, StringComparison.Ordinal);
    };
}
