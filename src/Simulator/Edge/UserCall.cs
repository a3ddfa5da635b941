using Microsoft.Extensions.Logging;
using System.Security.Authentication;
using System.Security.Cryptography;
using Ringway.Simulator.Media;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Edge;

/// <summary>A WhatsApp user calls the business; the handsets' Asterisk has sent us the INVITE of that user's handset.</summary>
internal sealed partial class UserCall(SipEdge edge, CallRecord record, BusinessNumber business, SipServerTransaction invite, AudioDescription handset)
    : EdgeCall(edge, record, business)
{
    /// <summary>It takes milliseconds on loopback.</summary>
    private static readonly TimeSpan RenumberingTime = TimeSpan.FromSeconds(5);

    private readonly string _innerTag = SipTransport.NewTag();
    private readonly long _session = RandomNumberGenerator.GetInt32(1, int.MaxValue);

    public async Task RunAsync(CancellationToken ct)
    {
        // 1. Take it.
        await invite.RespondAsync(invite.Request.Respond(100, "Trying"));
        InnerConnection = invite.Connection;
        await using var relay = OpenRelay();
        relay.HoldDtls();
        relay.PointTo(handset: handset.Address);

        // 2. Reach the business' server; its certificate decides.
        SipConnection connection;
        try
        {
            connection = await Edge.ConnectAsync(Business, ct);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            if (e is AuthenticationException) Record.Broke(MetaRules.TrunkCertificate, e.Message);
            await DropAsync(503, new("business", $"server not reached: {e.Message}"));
            return;
        }

        // 3. Ask, and answer the challenge.
        var request = MetaInvite(relay);
        var (ringing, answer) = await AskAsync(connection, request, ct);
        if (answer is { Status: 401 or 407 } && Credentials(request, answer) is { } again)
            (ringing, answer) = await AskAsync(connection, again, ct);
        Record.Finally(answer.Status);

        // 4. Refused, cancelled, or answered.
        if (answer.IsSuccess) await ConnectAsync(connection, ringing, answer, relay, ct);
        else await DropAsync(answer.Status == 487 ? 487 : 480, Ended.IsCompleted ? await Ended : new("business", $"answered {answer.FirstLine}"));
    }

    /// <summary>Sends the INVITE and waits for its end; the user's or WhatsApp's patience may end first, then CANCEL goes out.</summary>
    private async Task<(SipClientTransaction, SipResponse)> AskAsync(SipConnection connection, SipRequest request, CancellationToken ct)
    {
        var ringing = await Edge.Outer.BeginAsync(connection, request, Progress, Edge.Options.AnswerTime + SipTransport.TransactionDeadline, ct);
        var tooLong = Task.Delay(Edge.Options.AnswerTime, Edge.Time, ct);
        await Task.WhenAny(ringing.Final, invite.Cancelled, Ended, tooLong);
        if (!ringing.Final.IsCompleted)
        {
            if (invite.Cancelled.IsCompleted) End(new("user", "gave up"));
            else if (tooLong.IsCompleted)
            {
                Record.Broke(MetaRules.AnswerInTime, $"no answer after {Edge.Options.AnswerTime.TotalSeconds:0} s");
                End(new("whatsapp", "Not Answered"));
            }
            await Edge.Outer.CancelAsync(ringing, ct);
        }
        return (ringing, await ringing.Final.WaitAsync(ct));
    }

    private async Task ConnectAsync(SipConnection connection, SipClientTransaction ringing, SipResponse answer, MediaRelay relay, CancellationToken ct)
    {
        Outer = SipDialog.OfCaller(ringing.Request, answer);
        var routesKept = Edge.Headers.AreOurs([.. answer.Headers.Values("Record-Route").TakeLast(2)]);
        if (!routesKept) Record.Broke(MetaRules.RecordRoute, $"the 200 has Record-Route {string.Join(", ", answer.Headers.Lines("Record-Route"))}");
        if ((routesKept || !Edge.Rules.IsOn(MetaRules.RecordRoute)) && !Edge.Misbehaviours.IsOn(Misbehaviours.NoAck))
            await Edge.Outer.SendAckAsync(connection, Outer.Ack(ringing.Request.CSeq.Number), ct);

        var audio = AudioDescription.Parse(answer.BodyText);
        var fault = SdpRules.Judge(audio, Business.Media, isAnswer: true).ToList();
        foreach (var (rule, how, _) in fault) Record.Broke(rule, how);
        if (Ended.IsCompleted || audio is null || fault.Any(f => f.Fatal && Edge.Rules.IsOn(f.Rule)))
        {
            // The user gave up while the 200 was on its way, or the SDP is of no use.
            var end = Ended.IsCompleted ? await Ended : new CallEnd("whatsapp", "SDP Validation error");
            await DropAsync(480, end);
            await HangUpAsync(end, ct);
            return;
        }

        // 5. The handset hears that it was answered.
        relay.PointTo(business: audio.Address);
        await AnswerHandsetAsync(audio, relay);
        Record.Answered();

        // 6. Talk, and part.
        var renumbering = RenumberAsync(audio, relay, ct);
        var ended = await TalkAsync(relay);
        await renumbering;
        Record.Ends(ended);
        await HangUpAsync(ended, ct);
    }

    private async Task AnswerHandsetAsync(AudioDescription audio, MediaRelay relay)
    {
        var ok = invite.Request.Respond(200, "OK", _innerTag);
        ok.Headers.Add("Contact", Edge.InnerContact);
        ok.SetBody("application/sdp", HandsetSdp.Write(audio, relay.ForHandset, _session, 1, handset.Mid, onlyWhatsApp: false));
        Inner = SipDialog.OfCallee(invite.Request, ok);
        await invite.RespondAsync(ok);
    }

    /// <summary>
    /// Asterisk offers Opus under 107 and Meta's offer says 111; the packets pass sealed, so their numbers cannot be
    /// changed on the way. Asterisk sends what the answer says but listens to what it offered: an offer of ours under
    /// Meta's numbers, same keys, makes it listen to them. Inside the simulator a re-INVITE is allowed.
    /// </summary>
    private async Task RenumberAsync(AudioDescription audio, MediaRelay relay, CancellationToken ct)
    {
        // Before its ACK pjsip lets a re-INVITE fall without an answer.
        await Task.WhenAny(HandsetAcknowledged, Ended, Task.Delay(RenumberingTime, Edge.Time, ct));
        if (Ended.IsCompleted) return;
        var again = Inner!.Request("INVITE");
        again.Headers.Add("Contact", Edge.InnerContact);
        again.SetBody("application/sdp", HandsetSdp.Write(audio, relay.ForHandset, _session, 2, handset.Mid, onlyWhatsApp: true));
        var answer = await (await Edge.Inner.BeginAsync(InnerConnection!, again, deadline: RenumberingTime, ct: ct)).Final.WaitAsync(ct);
        relay.ReleaseDtls();
        if (answer.IsSuccess) await Edge.Inner.SendAckAsync(InnerConnection!, Inner.Ack(again.CSeq.Number), ct);
        else Log.NotRenumbered(Edge.Logger, Record.Id, answer.FirstLine);
    }

    private async Task DropAsync(int status, CallEnd end)
    {
        Record.Ends(end);
        await invite.RespondAsync(invite.Request.Respond(status, "Not connected", _innerTag));
    }

    private void Progress(SipResponse response)
    {
        if (response.Status < 180 || Record.State != CallState.Arriving) return;
        Record.Rings();
        _ = invite.RespondAsync(invite.Request.Respond(180, "Ringing", _innerTag));
    }

    /// <summary>The INVITE as Meta sends it (Meta, Calling: SIP, samples): three Vias, two Record-Routes, wacid twice.</summary>
    private SipRequest MetaInvite(MediaRelay relay)
    {
        var parameters = string.Concat(Business.RequestUriUserParams.Select(p => $";{p.Key}={p.Value}"));
        var request = new SipRequest("INVITE", $"sip:{Business.Number}{parameters}@{Business.HostName};transport=tls");
        request.Headers
            .Add("Via", $"SIP/2.0/TCP [2803:6080:f934:8894:7eb5:24f9:300:0]:58034;rport=58034;received=2803:6080:f934:8894:7eb5:24f9:300:0;branch=z9hG4bKPj{SipTransport.NewTag()};alias")
            .Add("Via", $"SIP/2.0/TCP [2803:6080:e888:51aa:d4a4:c5e0:300:0]:59110;rport=59110;received=2803:6080:e888:51aa:d4a4:c5e0:300:0;branch=z9hG4bKPj{SipTransport.NewTag()};alias")
            .Add("Record-Route", Edge.Headers.EdgeRoute)
            .Add("Record-Route", Edge.Headers.ProxyRoute)
            .Add("Max-Forwards", "69")
            .Add("From", $"{SipText.Quote(Record.UserName ?? Record.User.TrimStart('+'))} <sip:{Record.User}@{MetaHeaders.Domain}>;tag={OuterTag}")
            .Add("To", $"<sip:{Business.Number}@{Business.HostName}>")
            .Add("Contact", $"<sip:{Record.User}@{MetaHeaders.Domain};transport=tls;ob>;isfocus")
            .Add("Call-ID", Record.SipCallId)
            .Add("CSeq", $"{RandomNumberGenerator.GetInt32(1000, 60000)} INVITE")
            .Add("X-FB-External-Domain", MetaHeaders.Domain);
        if (!Record.WithoutWacidHeader && !Edge.Misbehaviours.IsOn(Misbehaviours.NoWacid)) request.Headers.Add("x-wa-meta-wacid", Record.Wacid);
        foreach (var (name, value) in Record.ExtraHeaders) request.Headers.Add(name, value);
        MetaHeaders.AddUser(request.Headers, Record.User, Record.UserName);
        request.Headers.Add("Allow", MetaHeaders.Allow).Add("User-Agent", SipEdge.UserAgent);
        request.SetBody("application/sdp", MetaSdp.Offer(handset, Ice, relay.ForBusiness, Edge.Time.GetUtcNow()));
        return request;
    }

    /// <summary>The same INVITE with an answer to the challenge: same Call-ID, From tag and SDP, next CSeq. Null when we cannot answer.</summary>
    private SipRequest? Credentials(SipRequest first, SipResponse challenge)
    {
        var (asks, answers) = challenge.Status == 401 ? ("WWW-Authenticate", "Authorization") : ("Proxy-Authenticate", "Proxy-Authorization");
        var asked = challenge.Headers.Lines(asks).Select(DigestChallenge.Parse).OfType<DigestChallenge>()
            .FirstOrDefault(c => c.Algorithm == DigestAlgorithm.Md5 || !Edge.Misbehaviours.IsOn(Misbehaviours.AnswersMd5Only));
        if (asked is null) return null;
        var again = new SipRequest("INVITE", first.RequestUri) { Headers = first.Headers.Copy(), Body = first.Body };
        var inner = again.Headers.Lines("Via").Skip(1).ToList();
        again.Headers.Remove("Via").AddAll("Via", inner);
        again.Headers.Set("CSeq", $"{first.CSeq.Number + 1} INVITE");
        var uri = $"sip:{Business.Number}@{Business.HostName}";
        again.Headers.Add(answers, asked.Answer(Business.DigestUser, Business.Password, "INVITE", uri, SipTransport.NewTag()).ToHeader());
        return again;
    }

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Warning, "{Call}: the handsets' Asterisk refused Meta's payload types: {Answer}")]
        public static partial void NotRenumbered(ILogger logger, string call, string answer);
    }
}
