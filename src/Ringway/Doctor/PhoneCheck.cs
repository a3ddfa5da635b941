using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Ringway.Ari;
using Ringway.Switch;

namespace Ringway.Doctor;

/// <param name="Stranger">HTTP status that a phone without a sign-in gets from ringway's /sip; null when ringway does not run, 101 when it was let in.</param>
/// <param name="Registered">SIP status of the doctor's own registration at Asterisk; null when it did not come so far.</param>
/// <param name="Online">Asterisk counted the doctor's phone as reachable.</param>
public sealed record PhoneFacts(bool RingwayRuns, int? Stranger, int? Registered, bool Online, string? Fault);

/// <summary>
/// The way of an agent's phone: refused by ringway without a sign-in, and with a line of its own, made and taken away as for an
/// agent, registered at Asterisk over SIP in a WebSocket.
/// </summary>
public static class PhoneCheck
{
    /// <summary>Asterisk asks a new phone at once; its answer is in after some ten milliseconds.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    public static async Task<PhoneFacts> GatherAsync(Premises premises, HttpClient http, CancellationToken ct)
    {
        var facts = new PhoneFacts(premises.RingwayPid is not null, null, null, false, null);
        if (premises.RingwayPid is not null)
            facts = facts with { Stranger = await KnockAsync(new UriBuilder(premises.Page) { Scheme = "ws", Path = "/sip" }.Uri, ct) };
        try
        {
            await using var visit = await AriVisit.OpenAsync(premises, http, ct);
            return await RegisterAsync(facts, premises, visit.Asterisk, ct);
        }
        catch (Exception fault) when (fault is AriAwayException or AriException or WebSocketException or HttpRequestException)
        {
            return facts with { Fault = fault.Message };
        }
    }

    public static Finding Judge(PhoneFacts facts) => facts switch
    {
        { Stranger: 101 } => Finding.Fail("ringway lets a phone in that has not signed in.", Who.Ringway, "This is a fault of ringway's own: please report it, and keep the page behind a firewall until it is mended."),
        { Fault: { } fault } => Finding.Unknown($"A phone's way could not be tried: {fault}", Who.You, "Settle the findings `page` and `ari` first."),
        { Registered: not 200 } => Finding.Fail(
            $"A phone with the right password was answered {(facts.Registered is > 0 and { } status ? $"SIP {status}" : "nothing that we understand")} by Asterisk.", Who.You,
            "See the findings `running` and `modules` (res_pjsip_transport_websocket, res_pjsip_registrar), and asterisk/log/messages.log."),
        { Online: false } => Finding.Fail("A phone registered, and Asterisk does not count it as reachable: agents would not ring.", Who.You, "See the finding `modules`; asterisk/log/messages.log says more."),
        { RingwayRuns: false } => Finding.Unknown("A phone registers at Asterisk; ringway, through which pages come, does not run.", Who.You, "Start `ringway up` and run the doctor again."),
        { Stranger: not 401 } => Finding.Warn($"ringway answers {facts.Stranger} to a phone without a sign-in; 401 was expected.", Who.You, "Something stands between here and ringway: is that its own port (`listen`)?"),
        _ => Finding.Pass("A phone without a sign-in is refused (401); a line made as for an agent registers over SIP in a WebSocket and is reachable."),
    };

    private static async Task<PhoneFacts> RegisterAsync(PhoneFacts facts, Premises premises, AriClient asterisk, CancellationToken ct)
    {
        // The name is an agent's that cannot be: no agent is called doctor and has such a line.
        var user = $"doctor-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var objects = AgentEndpoint.Fields(user, password, "Doctor");
        try
        {
            foreach (var pushed in objects)
                await asterisk.PutConfigAsync("res_pjsip", pushed.Type, pushed.Id, pushed.Fields, ct);
            using var socket = new ClientWebSocket();
            socket.Options.AddSubProtocol("sip");
            await socket.ConnectAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{premises.Options.Asterisk.HttpPort}/ws")), ct);
            var challenge = await AskAsync(socket, SipDigest.Register(user, user, 1, null), ct);
            var answer = SipDigest.Authorization(challenge, user, password) is { } authorization
                ? await AskAsync(socket, SipDigest.Register(user, user, 2, authorization), ct) : challenge;
            if (SipDigest.Status(answer) != 200)
                return facts with { Registered = SipDigest.Status(answer) };
            var online = await IsOnlineAsync(socket, asterisk, user, premises.Time, ct);
            return facts with { Registered = 200, Online = online };
        }
        finally
        {
            foreach (var pushed in objects.Reverse())
                await asterisk.DeleteConfigAsync("res_pjsip", pushed.Type, pushed.Id, CancellationToken.None);
        }
    }

    /// <summary>Answers Asterisk's question whether the phone is there, and sees what Asterisk makes of it.</summary>
    private static async Task<bool> IsOnlineAsync(ClientWebSocket socket, AriClient asterisk, string user, TimeProvider time, CancellationToken ct)
    {
        var answering = AnswerAllAsync(socket, ct);
        var online = false;
        for (var looks = 0; looks < 20 && !online; looks++)
        {
            online = (await asterisk.GetEndpointAsync("PJSIP", user, ct))?.State == "online";
            if (!online) await Task.Delay(BetweenLooks, time, ct);
        }

        // The registration goes with its socket. Closed in good order: Asterisk warns of one that only breaks off.
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ct);
        await answering;
        return online;
    }

    private static async Task AnswerAllAsync(ClientWebSocket socket, CancellationToken ct)
    {
        var buffer = new byte[8192];
        try
        {
            while (true)
            {
                var got = await socket.ReceiveAsync(buffer.AsMemory(), ct);
                var text = Encoding.UTF8.GetString(buffer, 0, got.Count);
                if (got.MessageType == WebSocketMessageType.Close) return;
                if (SipDigest.Status(text) == 0)
                    await socket.SendAsync(Encoding.UTF8.GetBytes(SipDigest.Answer(text)), WebSocketMessageType.Text, true, ct);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or WebSocketException)
        {
            // Seen enough, or Asterisk closed it: either shows in what Asterisk says of the phone.
        }
    }

    /// <summary>The answer to a request; what Asterisk asks in between is answered.</summary>
    private static async Task<string> AskAsync(ClientWebSocket socket, string request, CancellationToken ct)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(request), WebSocketMessageType.Text, true, ct);
        var buffer = new byte[8192];
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(), ct);
            var text = Encoding.UTF8.GetString(buffer, 0, got.Count);
            if (got.MessageType == WebSocketMessageType.Close || SipDigest.Status(text) >= 200)
                return text;
            if (SipDigest.Status(text) == 0)
                await socket.SendAsync(Encoding.UTF8.GetBytes(SipDigest.Answer(text)), WebSocketMessageType.Text, true, ct);
        }
    }

    private static async Task<int?> KnockAsync(Uri sip, CancellationToken ct)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("sip");
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(sip, ct);
            socket.Abort();
            return (int)HttpStatusCode.SwitchingProtocols;
        }
        catch (WebSocketException)
        {
            return (int)socket.HttpStatusCode;
        }
    }
}
