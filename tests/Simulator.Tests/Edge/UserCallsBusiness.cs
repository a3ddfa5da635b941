using System.Net.Security;
using System.Security.Authentication;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Tests.Edge;

/// <summary>Calls of WhatsApp users: what the business sees, and what happens when it does something wrong.</summary>
public sealed class UserCallsBusiness
{
    [Fact]
    public async Task The_invite_is_as_Meta_sends_it_and_the_challenge_is_answered_with_the_same_call()
    {
        await using var world = new World();
        var invites = new List<SipRequest>();
        world.Business.OnInvite = t => { invites.Add(t.Request); return ScriptedBusiness.AnswerLikeAsteriskAsync(t); };
        var call = world.Book.Open(CallDirection.UserInitiated, World.User, World.Number, "Kai");
        var heard = await world.Handsets.CallAsync(call);
        Assert.Equal(200, (await heard.Final).Status);

        var (first, second) = (invites[0], invites[1]);
        Assert.Equal($"sip:{World.Number}@{World.Host};transport=tls", first.RequestUri);
        Assert.Equal(3, first.Headers.Values("Via").Count());
        Assert.All(first.Headers.Values("Via"), via => Assert.EndsWith(";alias", via, StringComparison.Ordinal));
        Assert.Equal($"outgoing:{call.Wacid}", first.CallId);
        Assert.Equal(call.Wacid, first.Headers["x-wa-meta-wacid"]);
        Assert.Equal($"<sip:{World.User}@wa.meta.vc;transport=tls;ob>;isfocus", first.Headers["Contact"]);
        Assert.True(Guid.TryParse(first.From.Tag, out _));
        Assert.Equal(("Facebook SipGateway", "69", "wa.meta.vc"), (first.Headers["User-Agent"], first.Headers["Max-Forwards"], first.Headers["X-FB-External-Domain"]));
        var sdp = AudioDescription.Parse(first.BodyText)!;
        Assert.Equal((111, 126, "audio", 20), (sdp.Opus!.PayloadType, sdp.Digits!.PayloadType, sdp.Mid, sdp.PtimeMs));

        Assert.Equal((first.CallId, first.From.Tag, first.CSeq.Number + 1), (second.CallId, second.From.Tag, second.CSeq.Number));
        Assert.Equal(first.Body, second.Body);
        Assert.Equal(World.Number.TrimStart('+'), DigestCredentials.Parse(second.Headers["Authorization"]!)!.User);
        await World.Until(() => world.Business.Received.Any(r => r.Method == "ACK"), "ACK");
        await World.Until(() => world.Handsets.Received.Any(r => r.Method == "ACK"), "the handset to listen to Meta's payload types");
        Assert.Empty(world.Broken);
    }

    [Theory]
    [InlineData(401, "Digest realm=\"asterisk\", nonce=\"n\"", "no algorithm means MD5")]
    [InlineData(407, "Digest realm=\"twilio\", nonce=\"n\", opaque=\"o\", algorithm=MD5, qop=\"auth\"", "a proxy's challenge")]
    [InlineData(401, "Digest realm=\"x\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\"", "SHA-256")]
    public async Task Each_kind_of_challenge_is_answered(int status, string challenge, string which)
    {
        await using var world = new World();
        world.Misbehaviours.Switch("digest-md5-only", false);
        var (asks, answers) = status == 401 ? ("WWW-Authenticate", "Authorization") : ("Proxy-Authenticate", "Proxy-Authorization");
        DigestCredentials? given = null;
        world.Business.OnInvite = t =>
        {
            if (t.Request.Headers[answers] is { } line)
            {
                given = DigestCredentials.Parse(line);
                return t.RespondAsync(t.Request.Respond(486, "Busy Here", "b"));
            }
            var refusal = t.Request.Respond(status, "Who are you?", "b");
            refusal.Headers.Add(asks, challenge);
            return t.RespondAsync(refusal);
        };
        var call = world.Book.Open(CallDirection.UserInitiated, World.User, World.Number);
        await (await world.Handsets.CallAsync(call)).Final;
        Assert.True(given is not null && given.Proves(World.Password, "INVITE"), which);
        Assert.Equal((World.Number.TrimStart('+'), $"sip:{World.Number}@{World.Host}"), (given.User, given.Uri));
    }

    [Fact]
    public async Task A_challenge_that_comes_again_is_not_answered_for_ever()
    {
        await using var world = new World();
        world.Business.OnInvite = t =>
        {
            var refusal = t.Request.Respond(401, "Unauthorized", "b");
            refusal.Headers.Add("WWW-Authenticate", "Digest realm=\"asterisk\", nonce=\"n\"");
            return t.RespondAsync(refusal);
        };
        var call = world.Book.Open(CallDirection.UserInitiated, World.User, World.Number);
        await (await world.Handsets.CallAsync(call)).Final;
        Assert.Equal(2, world.Business.Received.Count(r => r.Method == "INVITE"));
        Assert.Equal(401, call.FinalStatus);
        await world.EmptyAsync();
    }

    [Fact]
    public async Task A_user_who_hangs_up_sends_bye_with_duration_and_wacid_along_the_business_dialog()
    {
        await using var world = new World();
        world.Business.OnInvite = t => ScriptedBusiness.AnswerLikeAsteriskAsync(t);
        var call = world.Book.Open(CallDirection.UserInitiated, World.User, World.Number);
        await (await world.Handsets.CallAsync(call)).Final;
        await World.Until(() => call.State == CallState.Talking, "talking");
        Assert.True(world.Edge.End(call, "hung up by the page"));
        await world.EmptyAsync();
        var bye = world.Business.Received.Single(r => r.Method == "BYE");
        Assert.Equal((call.Wacid, "0"), (bye.Headers["x-wa-meta-wacid"], bye.Headers["x-wa-meta-call-duration"]));
    }

    [Fact]
    public async Task A_user_who_gives_up_while_it_rings_cancels()
    {
        await using var world = new World();
        world.Business.OnInvite = async t =>
        {
            await t.RespondAsync(t.Request.Respond(180, "Ringing", "b"));
            await t.Cancelled;
            await t.RespondAsync(t.Request.Respond(487, "Request Terminated", "b"));
        };
        var call = world.Book.Open(CallDirection.UserInitiated, World.User, World.Number);
        var heard = await world.Handsets.CallAsync(call);
        await World.Until(() => call.State == CallState.Ringing, "ringing");
        world.Edge.End(call, "gave up");
        Assert.Equal(487, (await heard.Final).Status);
        await world.EmptyAsync();
        Assert.Equal(("gave up", 487), (call.End!.Why, call.FinalStatus));
    }

    [Fact]
    public async Task A_changed_record_route_keeps_the_ack_away()
    {
        await using var world = new World();
        world.Business.OnInvite = t => ScriptedBusiness.AnswerLikeAsteriskAsync(t, ok =>
        {
            var routes = ok.Headers.Lines("Record-Route").ToList();
            ok.Headers.Remove("Record-Route").Add("Record-Route", "<sip:127.0.0.1:50572;transport=TLS;lr>").Add("Record-Route", routes[1]);
        });
        var call = world.Book.Open(CallDirection.UserInitiated, World.User, World.Number);
        await (await world.Handsets.CallAsync(call)).Final;
        Assert.Equal(["record-route"], world.Broken);
        Assert.DoesNotContain(world.Business.Received, r => r.Method == "ACK");
    }

    [Fact]
    public async Task The_business_own_record_route_may_stand_above_Metas()
    {
        await using var world = new World();
        world.Business.OnInvite = t => ScriptedBusiness.AnswerLikeAsteriskAsync(t, ok => ok.Headers.AddFirst("Record-Route", "<sip:sbc.example.com;transport=tls;lr>"));
        var call = world.Book.Open(CallDirection.UserInitiated, World.User, World.Number);
        await (await world.Handsets.CallAsync(call)).Final;
        await World.Until(() => world.Business.Received.Any(r => r.Method == "ACK"), "ACK");
        Assert.Empty(world.Broken);
    }

    [Fact]
    public async Task A_certificate_for_another_name_means_the_business_never_sees_the_call()
    {
        await using var world = new World(trunkCertificateFor: "other.example.com");
        var call = world.Book.Open(CallDirection.UserInitiated, World.User, World.Number);
        Assert.False((await (await world.Handsets.CallAsync(call)).Final).IsSuccess);
        Assert.Equal(["trunk-certificate"], world.Broken);
        Assert.Empty(world.Business.Received);
        await world.EmptyAsync();
    }

    [Fact]
    public async Task A_user_known_by_id_only_comes_without_number()
    {
        await using var world = new World(business: b => b with { RequestUriUserParams = new Dictionary<string, string> { ["tgrp"] = "wacall" } });
        SipRequest? invite = null;
        world.Business.OnInvite = t => { invite = t.Request; return t.RespondAsync(t.Request.Respond(486, "Busy Here", "b")); };
        var call = world.Book.Open(CallDirection.UserInitiated, "US.13491208655302741918", World.Number, "kai.01");
        await (await world.Handsets.CallAsync(call)).Final;
        Assert.Equal("US.13491208655302741918", invite!.From.Uri.User);
        Assert.Equal(("US.13491208655302741918", "kai.01"), (invite.Headers["x-wa-meta-user-id"], invite.Headers["x-wa-meta-username"]));
        Assert.Equal($"sip:{World.Number};tgrp=wacall@{World.Host};transport=tls", invite.RequestUri);
        Assert.Equal(486, call.FinalStatus);
    }

    [Fact]
    public async Task A_business_that_does_not_answer_is_cancelled()
    {
        await using var world = new World(options: o => o with { AnswerTime = TimeSpan.FromMilliseconds(200) });
        world.Business.OnInvite = async t =>
        {
            await t.RespondAsync(t.Request.Respond(180, "Ringing", "b"));
            await t.Cancelled;
            await t.RespondAsync(t.Request.Respond(487, "Request Terminated", "b"));
        };
        var call = world.Book.Open(CallDirection.UserInitiated, World.User, World.Number);
        await (await world.Handsets.CallAsync(call)).Final;
        await world.EmptyAsync();
        Assert.Equal(["answer-in-time"], world.Broken);
        Assert.Equal("Not Answered", call.End!.Why);
    }

    [Fact]
    public async Task A_client_that_offers_alpn_sip_is_turned_away()
    {
        await using var world = new World();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(world.Edge.Options.Listen);
        var options = world.Business.Trust("wa.meta.vc");
        options.ApplicationProtocols = [new SslApplicationProtocol("sip")];
        using var tls = new SslStream(client.GetStream());
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await tls.AuthenticateAsClientAsync(options);
            await tls.ReadExactlyAsync(new byte[1]);
        });
        await World.Until(() => world.Broken.Contains("tls-only"), "the violation");
    }

    [Theory]
    [InlineData(SslProtocols.Tls12), InlineData(SslProtocols.Tls13)]
    public async Task New_tls_without_alpn_and_without_client_certificate_is_welcome(SslProtocols version)
    {
        await using var world = new World();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(world.Edge.Options.Listen);
        var options = world.Business.Trust("wa.meta.vc");
        options.EnabledSslProtocols = version;
        using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(options);
        Assert.False(tls.IsMutuallyAuthenticated);
        await tls.WriteAsync("\r\n\r\n"u8.ToArray());
        Assert.Equal((byte)'\r', (await ReadByteAsync(tls)));
    }

    [Fact]
    public async Task Plain_text_on_the_tls_port_gets_nothing()
    {
        await using var world = new World();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(world.Edge.Options.Listen);
        await client.GetStream().WriteAsync("OPTIONS sip:wa.meta.vc SIP/2.0\r\n\r\n"u8.ToArray());
        await World.Until(() => world.Broken.Contains("tls-only"), "the violation");
    }

    private static async Task<byte> ReadByteAsync(Stream stream)
    {
        var one = new byte[1];
        await stream.ReadExactlyAsync(one);
        return one[0];
    }
}
