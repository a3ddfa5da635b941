using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Sip;
using Ringway.Simulator.Tests.Edge;

namespace Ringway.Simulator.Tests.Real;

/// <summary>A page's phone that taps a call button: its INVITE to the handsets' Asterisk says so, and WhatsApp's says it on.</summary>
[Trait("needs", "asterisk"), Collection("real world")]
public sealed class TappedButton(RealWorld world) : IDisposable
{
    private const string User = "+15550102077";

    private readonly HttpClient _http = new() { BaseAddress = new($"http://127.0.0.1:{world.Options.WebPort}") };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_payload_of_the_button_reaches_the_business()
    {
        var page = (await (await _http.PostAsJsonAsync("/handset", new { name = "Ana", number = User }, Ct)).Content.ReadFromJsonAsync<JsonObject>(Ct))!;
        var (account, password) = (page["user"]!.GetValue<string>(), page["password"]!.GetValue<string>());
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("sip");
        await socket.ConnectAsync(new($"ws://127.0.0.1:{world.Options.WebPort}/sip"), Ct);

        await SendAsync(socket, Invite(account, 1, null));
        var challenge = (SipResponse)await HearAsync(socket, message => message is SipResponse { Status: 401 });
        var uri = $"sip:{RealWorld.Sdes}@handsets";
        var invite = Invite(account, 2, DigestChallenge.Parse(challenge.Headers["WWW-Authenticate"]!)!.Answer(account, password, "INVITE", uri, "c").ToHeader());
        await SendAsync(socket, invite);
        var dialog = SipDialog.OfCaller(invite, (SipResponse)await HearAsync(socket, message => message is SipResponse { Status: 200 }));
        await SendAsync(socket, dialog.Ack(2));

        await World.Until(() => world.Simulator.Calls.All.Any(c => c.User == User), "the call of the page");
        var call = world.Simulator.Calls.All.Last(c => c.User == User);
        Assert.Equal(("order 7", 1), (call.ExtraHeaders["x-wa-meta-cta-payload"], call.ExtraHeaders.Count));

        world.Simulator.Edge.End(call, "seen");
        var bye = (SipRequest)await HearAsync(socket, message => message is SipRequest { Method: "BYE" });
        await socket.SendAsync(bye.Respond(200, "OK").ToBytes(), WebSocketMessageType.Text, true, Ct);
        await World.Until(() => call.State == CallState.Over, "the call to end");
        await world.EmptyAsync();
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Ct);
    }

    private static SipRequest Invite(string account, int number, string? authorization)
    {
        var invite = new SipRequest("INVITE", $"sip:{RealWorld.Sdes}@handsets");
        invite.Headers.Add("Via", $"SIP/2.0/WS page.invalid;branch=z9hG4bK{number}").Add("Max-Forwards", "70")
            .Add("From", $"<sip:{account}@handsets>;tag=p").Add("To", $"<sip:{RealWorld.Sdes}@handsets>").Add("Call-ID", "tapped").Add("CSeq", $"{number} INVITE")
            .Add("Contact", "<sip:page@page.invalid;transport=ws>").Add("x-wa-meta-cta-payload", "order 7");
        if (authorization is not null) invite.Headers.Add("Authorization", authorization);
        invite.SetBody(
            "application/sdp",
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=audio 43588 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:abcd\r\n"
            + "a=ice-pwd:abcdefghijklmnopqrstuv\r\na=fingerprint:sha-256 " + string.Join(':', Enumerable.Repeat("AB", 32)) + "\r\na=setup:actpass\r\na=rtcp-mux\r\n"
            + "a=candidate:1 1 udp 2122260223 127.0.0.1 43588 typ host\r\na=rtpmap:111 opus/48000/2\r\na=sendrecv\r\n");
        return invite;
    }

    private static Task SendAsync(ClientWebSocket socket, SipRequest request)
    {
        if (!request.Headers.Has("Via")) request.Headers.AddFirst("Via", $"SIP/2.0/WS page.invalid;branch=z9hG4bK{request.Method}");
        return socket.SendAsync(request.ToBytes(), WebSocketMessageType.Text, true, Ct);
    }

    private static async Task<SipMessage> HearAsync(ClientWebSocket socket, Func<SipMessage, bool> wanted)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), Ct);
            var message = SipParser.Parse(buffer.AsSpan(0, part.Count));
            if (wanted(message)) return message;
        }
    }

    public void Dispose() => _http.Dispose();
}
