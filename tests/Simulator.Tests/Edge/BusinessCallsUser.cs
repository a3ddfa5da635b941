using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Handsets;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Tests.Edge;

/// <summary>Calls of the business, each with one thing wrong, over real TLS.</summary>
public sealed class BusinessCallsUser
{
    [Fact]
    public async Task A_good_call_is_challenged_rings_is_answered_and_leaves_nothing_behind()
    {
        await using var world = new World();
        var (invite, final, provisional) = await world.Business.CallAsync();

        Assert.Equal(200, final.Status);
        Assert.Equal([100, 180], provisional.Select(p => p.Status));
        Assert.Equal(
            ["<sip:onevc-sip-proxy.fbinfra.net:8191;transport=tls;lr>", $"<sip:wa.meta.vc:{world.Edge.Options.Listen.Port};transport=tls;lr>"],
            final.Headers.Values("Record-Route"));
        Assert.StartsWith($"<sip:{World.User}@wa.meta.vc;transport=tls;ob;X-FB-Sip-Smc-Tier=", final.Headers["Contact"], StringComparison.Ordinal);
        Assert.Equal("INVITE, ACK, BYE, CANCEL, NOTIFY, OPTIONS", final.Headers["Allow"]);
        var sdp = AudioDescription.Parse(final.BodyText)!;
        Assert.Equal((107, 101, "RTP/SAVP", "audio-0"), (sdp.Opus!.PayloadType, sdp.Digits!.PayloadType, sdp.Protocol, sdp.Mid));
        Assert.Contains("inline:BBBB", Assert.Single(sdp.Cryptos), StringComparison.Ordinal);

        Assert.Equal(CallState.Talking, world.Call.State);
        var bye = SipDialog.OfCaller(invite, final).Request("BYE");
        Assert.Equal(200, (await world.Business.SendAsync(bye)).Status);
        await world.EmptyAsync();
        Assert.Equal(("business", 200), (world.Call.End!.Whose, world.Call.FinalStatus));
        Assert.Empty(world.Broken);
        await World.Until(() => world.Handsets.Received.Any(r => r.Method == "BYE"), "BYE to the handset");
    }

    [Fact]
    public async Task The_challenge_is_a_pair_with_sha_256_first_and_the_branch_as_tag()
    {
        await using var world = new World();
        var invite = ScriptedBusiness.Invite();
        var challenge = await world.Business.SendAsync(invite);
        Assert.Equal(407, challenge.Status);
        var pair = challenge.Headers.Lines("Proxy-Authenticate").Select(l => DigestChallenge.Parse(l)!).ToList();
        Assert.Equal([DigestAlgorithm.Sha256, DigestAlgorithm.Md5], pair.Select(c => c.Algorithm));
        Assert.NotEqual(pair[0].Nonce, pair[1].Nonce);
        Assert.All(pair, c => Assert.Matches("^[0-9a-f]{16}$", c.Nonce));
        Assert.Equal(invite.TopVia.Branch, challenge.To.Tag);
        Assert.Null(challenge.Headers["Contact"]);
    }

    [Theory]
    [InlineData(ChallengeOrder.Md5Only, new[] { DigestAlgorithm.Md5 })]
    [InlineData(ChallengeOrder.Md5ThenSha256, new[] { DigestAlgorithm.Md5, DigestAlgorithm.Sha256 })]
    public async Task The_challenges_can_be_those_of_older_days(ChallengeOrder order, DigestAlgorithm[] algorithms)
    {
        await using var world = new World(business: b => b with { Challenges = order });
        var challenge = await world.Business.SendAsync(ScriptedBusiness.Invite());
        Assert.Equal(algorithms, challenge.Headers.Lines("Proxy-Authenticate").Select(l => DigestChallenge.Parse(l)!.Algorithm));
    }

    [Theory]
    [InlineData("sips:+12195550714@wa.meta.vc", null, 404, "request-uri")]
    [InlineData("sip:+12195550714@192.0.2.7;transport=tls", null, 404, "request-uri")]
    [InlineData("sip:12195550714@wa.meta.vc;transport=tls", null, 500, "plus-sign")]
    [InlineData(null, "sip:+19995550000@pbx.example.com", 400, "known-number")]
    [InlineData(null, "sip:+12145551869@other.example.com", 403, "from-domain")]
    [InlineData(null, "sip:+12145551869@192.0.2.7", 403, "from-domain")]
    public async Task A_wrong_address_is_refused_before_any_challenge(string? to, string? from, int status, string rule)
    {
        await using var world = new World();
        var invite = ScriptedBusiness.Invite(to ?? $"sip:{World.User}@wa.meta.vc;transport=tls", from ?? $"sip:{World.Number}@{World.Host}");
        var answer = await world.Business.SendAsync(invite);
        Assert.Equal(status, answer.Status);
        Assert.Equal([rule], world.Broken);
        Assert.Equal($"399 wa.meta.vc \"{answer.Reason}\"", answer.Headers["Warning"]);
        Assert.Equal(status, world.Call.FinalStatus);
    }

    [Fact]
    public async Task The_parent_domain_of_the_configured_host_is_accepted_in_From()
    {
        await using var world = new World();
        Assert.Equal(407, (await world.Business.SendAsync(ScriptedBusiness.Invite(from: $"sip:{World.Number}@example.com"))).Status);
    }

    [Fact]
    public async Task A_wrong_domain_is_told_in_Metas_words()
    {
        await using var world = new World();
        var answer = await world.Business.SendAsync(ScriptedBusiness.Invite(from: $"sip:{World.Number}@other.example.com"));
        Assert.Equal("SIP server other.example.com from INVITE does not match any SIP server configured for phone number id 106540352242922", answer.Reason);
    }

    public static TheoryData<string, Func<DigestCredentials, DigestCredentials>> SpoiledCredentials => new()
    {
        { "plus in the user", c => c with { User = "+" + c.User } },
        { "another realm", c => c with { Realm = "asterisk" } },
        { "an invented nonce", c => c with { Nonce = "0123456789abcdef" } },
        { "the opaque of another", c => c with { Opaque = "0123456789abcdef" } },
        { "another algorithm", c => c with { Algorithm = DigestAlgorithm.Md5 } },
        { "no qop", c => c with { Qop = null } },
        { "a broken response", c => c with { Response = new string('0', 64) } },
    };

    [Theory, MemberData(nameof(SpoiledCredentials), DisableDiscoveryEnumeration = true)]
    public async Task Credentials_that_are_not_exactly_right_are_refused(string what, Func<DigestCredentials, DigestCredentials> spoil)
    {
        await using var world = new World();
        var invite = ScriptedBusiness.Invite();
        var answer = await world.Business.SendAsync(ScriptedBusiness.Answer(invite, await world.Business.SendAsync(invite), spoil));
        Assert.True(answer.Status == 403, $"{what}: {answer.FirstLine}");
        Assert.Equal(["credentials"], world.Broken);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_the_md5_challenge_may_be_answered_too()
    {
        await using var world = new World();
        var invite = ScriptedBusiness.Invite();
        Assert.Equal(403, (await world.Business.SendAsync(ScriptedBusiness.Answer(invite, await world.Business.SendAsync(invite), password: "x"))).Status);
        invite = ScriptedBusiness.Invite();
        Assert.Equal(200, (await world.Business.SendAsync(ScriptedBusiness.Answer(invite, await world.Business.SendAsync(invite), which: 1))).Status);
    }

    [Fact]
    public async Task The_signed_uri_must_be_that_of_To()
    {
        await using var world = new World();
        var invite = ScriptedBusiness.Invite();
        var answer = await world.Business.SendAsync(ScriptedBusiness.Answer(invite, await world.Business.SendAsync(invite), uri: "sip:+10000000000@wa.meta.vc"));
        Assert.Equal((403, "Proxy auth uri does not match SIP \"to\" uri"), (answer.Status, answer.Reason));
        Assert.Equal(["digest-uri"], world.Broken);
    }

    [Theory]
    [InlineData(Reaction.NoPermission, 403, "No Approved Call Permission Found: No approved call permission from the recipient")]
    [InlineData(Reaction.Unreachable, 480, "Temporarily Unavailable")]
    public async Task A_user_who_cannot_be_called_breaks_no_rule(Reaction reaction, int status, string reason)
    {
        await using var world = new World();
        world.Users.Script(World.User, new() { Reaction = reaction });
        var (_, final, provisional) = await world.Business.CallAsync();
        Assert.Equal((status, reason), (final.Status, final.Reason));
        Assert.Empty(provisional);
        Assert.Empty(world.Broken);
    }

    [Fact]
    public async Task A_user_who_declines_is_told_as_486()
    {
        await using var world = new World();
        world.Handsets.OnInvite = t => t.RespondAsync(t.Request.Respond(603, "Decline", "h"));
        var (_, final, _) = await world.Business.CallAsync();
        Assert.Equal((486, "User declined the call"), (final.Status, final.Reason));
        await world.EmptyAsync();
    }

    [Fact]
    public async Task A_user_who_never_answers_is_told_as_480_and_the_handset_stops_ringing()
    {
        await using var world = new World(options: o => o with { RingTime = TimeSpan.FromMilliseconds(200) });
        world.Handsets.OnInvite = Ring;
        var (_, final, _) = await world.Business.CallAsync();
        Assert.Equal((480, "Temporarily Unavailable"), (final.Status, final.Reason));
        await world.EmptyAsync();
    }

    [Fact]
    public async Task A_cancelled_call_ends_with_487_on_both_sides()
    {
        await using var world = new World();
        world.Handsets.OnInvite = Ring;
        var invite = ScriptedBusiness.Invite();
        var again = ScriptedBusiness.Answer(invite, await world.Business.SendAsync(invite));
        var ringing = await world.Business.Sip.BeginAsync(await world.Business.ConnectAsync(), again);
        await World.Until(() => world.Call.State == CallState.Ringing, "ringing");
        await world.Business.Sip.CancelAsync(ringing, default);
        Assert.Equal(487, (await ringing.Final).Status);
        await world.EmptyAsync();
        Assert.Equal(("business", "cancelled"), (world.Call.End!.Whose, world.Call.End.Why));
    }

    [Fact]
    public async Task A_second_call_to_the_same_user_is_refused_while_the_first_lives()
    {
        await using var world = new World();
        await world.Business.CallAsync();
        var (_, final, _) = await world.Business.CallAsync();
        Assert.Equal(403, final.Status);
        Assert.Equal(["one-call-per-pair"], world.Broken);
    }

    [Theory]
    [InlineData("RTP/SAVP 107", "RTP/AVP 107", "srtp")]
    [InlineData("a=crypto", "a=nothing", "srtp")]
    [InlineData("opus/48000/2", "speex/48000", "opus")]
    [InlineData("a=ssrc:1 cname:x", "a=ssrc:1 cname:x\r\na=ssrc:2 cname:x", "one-ssrc")]
    public async Task An_offer_that_WhatsApp_cannot_take_is_refused(string text, string instead, string rule)
    {
        await using var world = new World();
        var (_, final, _) = await world.Business.CallAsync(ScriptedBusiness.Invite(sdp: ScriptedBusiness.SdesOffer.Replace(text, instead, StringComparison.Ordinal)));
        Assert.Equal(403, final.Status);
        Assert.Equal([rule], world.Broken);
    }

    [Fact]
    public async Task A_number_set_to_dtls_refuses_keys_in_the_sdp()
    {
        await using var world = new World(MediaMode.Dtls);
        var (_, final, _) = await world.Business.CallAsync();
        Assert.Equal(403, final.Status);
        Assert.Equal(["srtp"], world.Broken);
    }

    [Theory]
    [InlineData("INVITE", 500, "no-reinvite"), InlineData("UPDATE", 405, "allowed-methods"), InlineData("REFER", 405, "allowed-methods")]
    [InlineData("INFO", 405, "allowed-methods"), InlineData("MESSAGE", 405, "allowed-methods"), InlineData("NOTIFY", 200, null)]
    public async Task Inside_a_call_only_the_listed_methods_are_known(string method, int status, string? rule)
    {
        await using var world = new World();
        var (invite, final, _) = await world.Business.CallAsync();
        var answer = await world.Business.SendAsync(SipDialog.OfCaller(invite, final).Request(method));
        Assert.Equal(status, answer.Status);
        Assert.Equal(rule is null ? [] : [rule], world.Broken);
        if (status == 405) Assert.Equal(MetaHeaders.Allow, answer.Headers["Allow"]);
    }

    [Fact]
    public async Task A_bye_off_the_route_is_not_found_and_the_call_goes_on()
    {
        await using var world = new World();
        var (invite, final, _) = await world.Business.CallAsync();
        var bye = SipDialog.OfCaller(invite, final).Request("BYE");
        bye.Headers.Remove("Route");
        Assert.Equal(404, (await world.Business.SendAsync(bye)).Status);
        Assert.Equal(["route"], world.Broken);
        Assert.Equal(CallState.Talking, world.Call.State);
    }

    [Theory]
    [InlineData("a=ptime:20", "a=ptime:40", "ptime")]
    [InlineData("telephone-event/8000", "telephone-event/48000", "digits-clock")]
    public async Task A_lesser_fault_in_an_offer_is_noted_and_the_call_goes_on(string text, string instead, string rule)
    {
        await using var world = new World();
        var (_, final, _) = await world.Business.CallAsync(ScriptedBusiness.Invite(sdp: ScriptedBusiness.SdesOffer.Replace(text, instead, StringComparison.Ordinal)));
        Assert.Equal(200, final.Status);
        Assert.Equal([rule], world.Broken);
    }

    [Fact]
    public async Task A_call_whose_answer_is_never_acknowledged_is_given_up()
    {
        var time = new FakeTimeProvider();
        await using var world = new World(time: time);
        world.Rules.Switch("media-kept", false);
        await world.Business.CallAsync(acknowledge: false);
        await MoveUntilOverAsync(world, time);
        Assert.Equal(["acknowledged"], world.Broken);
        Assert.Contains(world.Business.Received, r => r.Method == "BYE");
    }

    [Fact]
    public async Task An_old_sequence_number_and_a_doubled_call_are_told_apart_from_good_ones()
    {
        await using var world = new World();
        var (invite, final, _) = await world.Business.CallAsync();
        var dialog = SipDialog.OfCaller(invite, final);
        await world.Business.SendAsync(dialog.Request("NOTIFY"));
        var old = dialog.Request("NOTIFY");
        old.Headers.Set("CSeq", "1 NOTIFY");
        Assert.Equal(500, (await world.Business.SendAsync(old)).Status);
        var doubled = ScriptedBusiness.Invite();
        doubled.Headers.Set("Call-ID", invite.CallId);
        Assert.Equal(482, (await world.Business.SendAsync(doubled)).Status);
        Assert.Equal(["well-formed", "well-formed"], world.Broken);
        Assert.Equal(CallState.Talking, world.Call.State);
    }

    [Theory]
    [InlineData("from-domain"), InlineData("credentials"), InlineData("digest-uri"), InlineData("request-uri")]
    public async Task A_rule_that_is_switched_off_lets_pass(string rule)
    {
        await using var world = new World();
        Assert.True(world.Rules.Switch(rule, false));
        var invite = rule switch
        {
            "from-domain" => ScriptedBusiness.Invite(from: $"sip:{World.Number}@other.example.com"),
            "request-uri" => ScriptedBusiness.Invite(to: $"sip:{World.User}@127.0.0.1;transport=tls"),
            _ => ScriptedBusiness.Invite(),
        };
        var answer = ScriptedBusiness.Answer(
            invite, await world.Business.SendAsync(invite), password: rule == "credentials" ? "wrong" : World.Password,
            uri: rule == "digest-uri" ? "sip:+10000000000@wa.meta.vc" : null);
        Assert.Equal(200, (await world.Business.SendAsync(answer)).Status);
        Assert.Empty(world.Broken);
    }

    [Fact]
    public async Task Options_are_met_with_silence_unless_asked_otherwise()
    {
        await using var silent = new World();
        await using var friendly = new World(options: o => o with { AnswerOptions = true });
        var waiting = silent.Business.SendAsync(Options());
        Assert.Equal(200, (await friendly.Business.SendAsync(Options())).Status);
        Assert.False(waiting.IsCompleted);

        static SipRequest Options()
        {
            var options = new SipRequest("OPTIONS", "sip:wa.meta.vc;transport=tls");
            options.Headers.Add("From", "<sip:a@b>;tag=1").Add("To", "<sip:wa.meta.vc>").Add("Call-ID", Guid.NewGuid().ToString()).Add("CSeq", "1 OPTIONS");
            return options;
        }
    }

    [Fact]
    public async Task Registering_is_forbidden()
    {
        await using var world = new World();
        var register = new SipRequest("REGISTER", "sip:wa.meta.vc;transport=tls");
        register.Headers.Add("From", "<sip:a@wa.meta.vc>;tag=1").Add("To", "<sip:a@wa.meta.vc>").Add("Call-ID", "r").Add("CSeq", "1 REGISTER");
        Assert.Equal(403, (await world.Business.SendAsync(register)).Status);
        Assert.Equal(["no-register"], world.Broken);
    }

    [Fact]
    public async Task A_business_that_never_sends_media_loses_the_call_after_20_seconds()
    {
        var time = new FakeTimeProvider();
        await using var world = new World(time: time);
        await world.Business.CallAsync();
        await World.Until(() => world.Call.Media!().FromWhatsApp == 0 && world.Call.State == CallState.Talking, "the call");
        await MoveUntilOverAsync(world, time);
        Assert.Equal(["media-kept"], world.Broken);
        var bye = world.Business.Received.Single(r => r.Method == "BYE");
        Assert.Contains("not receiving any media for a long time", bye.Headers["Reason"], StringComparison.Ordinal);
        Assert.Equal(world.Call.Wacid, bye.Headers["x-wa-meta-wacid"]);
        Assert.NotNull(bye.Headers["x-wa-meta-call-duration"]);
    }

    [Fact]
    public async Task WhatsApp_is_mute_until_the_business_has_sent_its_first_packet()
    {
        await using var world = new World();
        using var business = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var handset = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var sdp = ScriptedBusiness.SdesOffer.Replace("43590", ((IPEndPoint)business.Client.LocalEndPoint!).Port.ToString(), StringComparison.Ordinal);
        SipRequest? inner = null;
        world.Handsets.OnInvite = t => { inner = t.Request; return ScriptedHandsets.AnswerAsync(t); };
        var (_, final, _) = await world.Business.CallAsync(ScriptedBusiness.Invite(sdp: sdp));
        var (toEdge, toRelay) = (AudioDescription.Parse(final.BodyText)!.Address, AudioDescription.Parse(inner!.BodyText)!.Address);

        await handset.SendAsync(Rtp(5), toRelay);
        await World.Until(() => world.Call.Media!().DroppedBeforeFirst == 1, "the packet to be dropped");
        await business.SendAsync(Rtp(6), toEdge);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        Assert.Equal(Rtp(6), (await handset.ReceiveAsync(patience.Token)).Buffer);
        await handset.SendAsync(Rtp(7), toRelay);
        Assert.Equal(Rtp(7), (await business.ReceiveAsync(patience.Token)).Buffer);
        Assert.Equal((1L, 1L), (world.Call.Media!().FromBusiness, world.Call.Media!().FromWhatsApp));

        await business.SendAsync(Rtp(8), toEdge);
        await World.Until(() => world.Broken.Contains("one-ssrc"), "the second SSRC to be seen");
    }

    /// <summary>The edge begins to count a moment after the 200 is out, so not a fixed number of seconds.</summary>
    private static async Task MoveUntilOverAsync(World world, FakeTimeProvider time)
    {
        await World.Until(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return world.Edge.LiveCalls == 0;
            },
            "the call to end");
        await world.EmptyAsync();
    }

    private static byte[] Rtp(byte ssrc) => [0x80, 107, 0, 1, 0, 0, 0, 0, 0, 0, 0, ssrc, 1, 2, 3];

    private static async Task Ring(SipServerTransaction transaction)
    {
        await transaction.RespondAsync(transaction.Request.Respond(180, "Ringing", "h"));
        await transaction.Cancelled;
        await transaction.RespondAsync(transaction.Request.Respond(487, "Request Terminated", "h"));
    }
}
