using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Tests.Edge;

/// <summary>What WhatsApp's SIP edge may do wrong, each by its switch.</summary>
public sealed class MisbehavioursOfTheEdge
{
    private const string DtlsOffer =
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\na=group:BUNDLE audio-0\r\nm=audio 43590 UDP/TLS/RTP/SAVPF 107 101\r\na=mid:audio-0\r\n"
        + "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=fingerprint:sha-256 00:11\r\na=setup:actpass\r\na=rtcp-mux\r\na=rtpmap:107 opus/48000/2\r\n"
        + "a=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n";

    [Fact]
    public async Task The_edge_may_be_unavailable()
    {
        await using var world = With("invite-503");
        var answer = await world.Business.SendAsync(ScriptedBusiness.Invite());
        Assert.Equal((503, "whatsapp"), (answer.Status, world.Call.End!.Whose));
        Assert.Empty(world.Broken);
        world.Misbehaviours.Switch("invite-503", false);
        Assert.Equal(200, (await world.Business.CallAsync()).Final.Status);
    }

    [Theory]
    [InlineData("challenge-md5-first", new[] { DigestAlgorithm.Md5, DigestAlgorithm.Sha256 })]
    [InlineData("challenge-md5-only", new[] { DigestAlgorithm.Md5 })]
    public async Task The_challenges_may_come_otherwise(string misbehaviour, DigestAlgorithm[] algorithms)
    {
        await using var world = With(misbehaviour);
        var challenge = await world.Business.SendAsync(ScriptedBusiness.Invite());
        Assert.Equal(algorithms, challenge.Headers.Lines("Proxy-Authenticate").Select(l => DigestChallenge.Parse(l)!.Algorithm));
    }

    [Fact]
    public async Task Ringing_may_be_told_late_and_never_after_the_answer()
    {
        var time = new FakeTimeProvider();
        await using var world = With("ringing-late", time);
        var answer = new TaskCompletionSource();
        world.Handsets.OnInvite = async t =>
        {
            await t.RespondAsync(t.Request.Respond(180, "Ringing", "h"));
            await answer.Task;
            await ScriptedHandsets.AnswerAsync(t);
        };
        var provisional = new List<SipResponse>();
        var invite = ScriptedBusiness.Invite();
        var again = ScriptedBusiness.Answer(invite, await world.Business.SendAsync(invite));
        var ringing = await world.Business.Sip.BeginAsync(await world.Business.ConnectAsync(), again, provisional.Add);
        await World.Until(() => world.Book.All.Last().State == CallState.Ringing, "the phone to ring");
        Assert.DoesNotContain(provisional, p => p.Status == 180);
        await World.Until(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return provisional.Any(p => p.Status == 180);
            },
            "180");
        answer.SetResult();
        Assert.Equal(200, (await ringing.Final).Status);
    }

    [Fact]
    public async Task The_answer_of_the_business_may_never_be_acknowledged()
    {
        await using var world = With("ack-withheld");
        world.Business.OnInvite = t => ScriptedBusiness.AnswerLikeAsteriskAsync(t);
        var call = world.Book.Open(CallDirection.UserInitiated, World.User, World.Number);
        Assert.Equal(200, (await (await world.Handsets.CallAsync(call)).Final).Status);
        world.Edge.End(call, "hung up");
        await World.Until(() => world.Business.Received.Any(r => r.Method == "BYE"), "BYE");
        // The one ACK is for the refusal 401, not for the 200.
        Assert.DoesNotContain(world.Call.Sip.SkipWhile(l => l.Status != 200), l => l is { Method: "ACK", Direction: "out" });
        Assert.Empty(world.Broken);
    }

    [Fact]
    public async Task The_id_of_the_call_may_be_missing()
    {
        await using var world = With("wacid-missing");
        world.Business.OnInvite = t => ScriptedBusiness.AnswerLikeAsteriskAsync(t);
        var call = world.Book.Open(CallDirection.UserInitiated, World.User, World.Number);
        Assert.Equal(200, (await (await world.Handsets.CallAsync(call)).Final).Status);
        var invite = world.Business.Received.First(r => r.Method == "INVITE");
        Assert.Equal((false, $"outgoing:{call.Wacid}"), (invite.Headers.Has("x-wa-meta-wacid"), invite.CallId));
    }

    [Fact]
    public async Task A_challenge_in_SHA_256_only_may_not_be_understood()
    {
        await using var world = new World();
        world.Business.OnInvite = t =>
        {
            var refusal = t.Request.Respond(401, "Unauthorized", "t");
            refusal.Headers.Add("WWW-Authenticate", "Digest realm=\"x\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\"");
            return t.RespondAsync(refusal);
        };
        var call = world.Book.Open(CallDirection.UserInitiated, World.User, World.Number);
        Assert.Equal(480, (await (await world.Handsets.CallAsync(call)).Final).Status);
        Assert.Single(world.Business.Received, r => r.Method == "INVITE");
        Assert.Equal(("business", 401), (call.End!.Whose, call.FinalStatus));
    }

    [Fact]
    public async Task No_media_may_come()
    {
        await using var world = With("media-missing");
        using var business = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var handset = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        SipRequest? inner = null;
        world.Handsets.OnInvite = t => { inner = t.Request; return ScriptedHandsets.AnswerAsync(t); };
        var sdp = ScriptedBusiness.SdesOffer.Replace("43590", ((IPEndPoint)business.Client.LocalEndPoint!).Port.ToString(), StringComparison.Ordinal);
        var (_, final, _) = await world.Business.CallAsync(ScriptedBusiness.Invite(sdp: sdp));
        var (toEdge, toRelay) = (AudioDescription.Parse(final.BodyText)!.Address, AudioDescription.Parse(inner!.BodyText)!.Address);
        await handset.SendAsync(Rtp(5), toRelay); // tells the relay where the handset is, and is dropped as too early
        await World.Until(() => world.Call.Media!().DroppedBeforeFirst == 1, "the first packet to be dropped");
        await business.SendAsync(Rtp(6), toEdge);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        Assert.Equal(Rtp(6), (await handset.ReceiveAsync(patience.Token)).Buffer);
        await handset.SendAsync(Rtp(7), toRelay);
        await World.Until(() => world.Call.Media!().DroppedBeforeFirst == 2, "the packet to be dropped");
        Assert.Equal(0, business.Available);
    }

    [Theory]
    [InlineData("dtls-active", "passive", "active")]
    [InlineData("dtls-passive", "active", "passive")]
    public async Task The_role_in_DTLS_may_be_either(string misbehaviour, string offeredToHandset, string answered)
    {
        await using var world = new World(MediaMode.Dtls);
        world.Misbehaviours.Switch(misbehaviour, true);
        SipRequest? inner = null;
        world.Handsets.OnInvite = async t =>
        {
            inner = t.Request;
            var ok = t.Request.Respond(200, "OK", "h");
            ok.Headers.Add("Contact", "<sip:handsets@127.0.0.1;transport=tcp>");
            // As Asterisk does: the role that is left over.
            ok.SetBody("application/sdp", DtlsOffer.Replace("actpass", AudioDescription.Parse(t.Request.BodyText)!.Setup == "passive" ? "active" : "passive", StringComparison.Ordinal));
            await t.RespondAsync(ok);
        };
        var (_, final, _) = await world.Business.CallAsync(ScriptedBusiness.Invite(sdp: DtlsOffer));
        Assert.Equal(200, final.Status);
        Assert.Equal((offeredToHandset, answered), (AudioDescription.Parse(inner!.BodyText)!.Setup, AudioDescription.Parse(final.BodyText)!.Setup));
    }

    private static World With(string misbehaviour, TimeProvider? time = null)
    {
        var world = new World(time: time);
        Assert.True(world.Misbehaviours.Switch(misbehaviour, true));
        return world;
    }

    private static byte[] Rtp(byte ssrc) => [0x80, 107, 0, 1, 0, 0, 0, 0, 0, 0, 0, ssrc, 1, 2, 3];
}
