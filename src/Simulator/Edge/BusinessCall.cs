using System.Security.Cryptography;
using Ringway.Simulator.Media;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Edge;

/// <summary>The business calls a WhatsApp user; its INVITE has passed all checks.</summary>
internal sealed class BusinessCall(SipEdge edge, CallRecord record, BusinessNumber business, SipServerTransaction invite, AudioDescription offer)
    : EdgeCall(edge, record, business)
{
    /// <summary>Of the misbehaviour: longer than any business should wait before it plays a tone of its own.</summary>
    private static readonly TimeSpan LateRinging = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken ct)
    {
        // 1. Take it.
        await invite.RespondAsync(Respond(100, "Trying"));
        await using var relay = OpenRelay();
        relay.PointTo(business: offer.Address);

        // 2. Ring the handset.
        SipClientTransaction ringing;
        try
        {
            InnerConnection = await Edge.Inner.ConnectAsync(new(Edge.Options.Handsets), ct);
            ringing = await Edge.Inner.BeginAsync(InnerConnection, InnerInvite(relay), Progress, Edge.Options.RingTime + SipTransport.TransactionDeadline, ct);
        }
        catch (IOException e)
        {
            await RefuseAsync(503, "Service Unavailable", new("simulator", $"the handsets' Asterisk is not there: {e.Message}"));
            return;
        }

        // 3. Until the handset decides, the business cancels, or WhatsApp gives up.
        var tooLong = Task.Delay(Edge.Options.RingTime, Edge.Time, ct);
        await Task.WhenAny(ringing.Final, invite.Cancelled, Ended, tooLong);
        if (!ringing.Final.IsCompleted) await Edge.Inner.CancelAsync(ringing, ct);
        var answer = await ringing.Final.WaitAsync(ct);
        if (answer.IsSuccess) await ConnectInnerAsync(ringing.Request, answer, ct);

        if (invite.Cancelled.IsCompleted) await GiveUpAsync(487, "Request Terminated", new("business", "cancelled"), ct);
        else if (Ended.IsCompleted) await GiveUpAsync(486, "User declined the call", await Ended, ct);
        else if (tooLong.IsCompleted && !answer.IsSuccess) await RefuseAsync(480, "Temporarily Unavailable", new("user", "did not answer"));
        else if (!answer.IsSuccess) await RefuseAsync(answer);
        else await AnswerAsync(answer, relay, ct);
    }

    private async Task AnswerAsync(SipResponse answer, MediaRelay relay, CancellationToken ct)
    {
        // 4. The handset answered: Meta's 200 with the handset's keys.
        if (AudioDescription.Parse(answer.BodyText) is not { } handset)
        {
            await GiveUpAsync(503, "Service Unavailable", new("simulator", "the handset answered without audio"), ct);
            return;
        }
        relay.PointTo(handset: handset.Address);
        var ok = Respond(200, "OK");
        ok.Headers.Add("Contact", $"<sip:{Record.User}@{MetaHeaders.Domain};transport=tls;ob;X-FB-Sip-Smc-Tier=collaboration.sip_gateway.sip.prod>;isfocus")
            .Add("Supported", "timer");
        MetaHeaders.AddUser(ok.Headers, Record.User, Record.UserName);
        ok.SetBody("application/sdp", MetaSdp.Answer(offer, handset, Ice, relay.ForBusiness, Edge.Time.GetUtcNow()));
        Outer = SipDialog.OfCallee(invite.Request, ok);
        await invite.RespondAsync(ok);
        Record.Finally(200);
        Record.Answered();

        // 5. The business acknowledges.
        _ = ExpectAckAsync(ct);

        // 6. Talk, and part.
        var end = await TalkAsync(relay);
        Record.Ends(end);
        await HangUpAsync(end, ct);
    }

    private async Task ExpectAckAsync(CancellationToken ct)
    {
        await Task.WhenAny(Acknowledged, Ended, Task.Delay(SipTransport.TransactionDeadline, Edge.Time, ct));
        if (Acknowledged.IsCompleted || Ended.IsCompleted) return;
        Record.Broke(MetaRules.Acknowledged, "no ACK within 32 s");
        End(new("whatsapp", "no ACK"));
    }

    /// <summary>The handset's word in Meta's: whatever a telephone says, the business hears declined, unavailable or 503.</summary>
    private Task RefuseAsync(SipResponse answer) => answer.Status switch
    {
        486 or 600 or 603 => RefuseAsync(486, "User declined the call", new("user", "declined")),
        404 or 408 or 480 or 487 => RefuseAsync(480, "Temporarily Unavailable", new("user", "is unreachable")),
        _ => RefuseAsync(503, "Service Unavailable", new("simulator", $"the handsets' Asterisk said {answer.FirstLine}")),
    };

    private async Task RefuseAsync(int status, string reason, CallEnd end)
    {
        Record.Finally(status);
        Record.Ends(end);
        await invite.RespondAsync(Respond(status, reason));
    }

    private async Task GiveUpAsync(int status, string reason, CallEnd end, CancellationToken ct)
    {
        await RefuseAsync(status, reason, end);
        await HangUpAsync(end, ct);
    }

    private async Task ConnectInnerAsync(SipRequest request, SipResponse answer, CancellationToken ct)
    {
        Inner = SipDialog.OfCaller(request, answer);
        await Edge.Inner.SendAckAsync(InnerConnection!, Inner.Ack(request.CSeq.Number), ct);
    }

    private void Progress(SipResponse response)
    {
        if (response.Status < 180 || Record.State != CallState.Arriving) return;
        Record.Rings();
        _ = RingAsync();
    }

    private async Task RingAsync()
    {
        if (Edge.Misbehaviours.IsOn(Misbehaviours.LateRinging)) await Task.Delay(LateRinging, Edge.Time);
        await invite.RespondAsync(Respond(180, "Ringing")); // After the final response it does not go out any more.
    }

    /// <summary>
    /// DTLS runs between the two Asterisks; what the handset is offered decides which role it takes, and so what WhatsApp's
    /// answer says.
    /// </summary>
    private AudioDescription WithRole(AudioDescription business) =>
        Edge.Misbehaviours.IsOn(Misbehaviours.DtlsActive) ? business with { Setup = "passive" }
        : Edge.Misbehaviours.IsOn(Misbehaviours.DtlsPassive) ? business with { Setup = "active" }
        : business;

    private SipRequest InnerInvite(MediaRelay relay)
    {
        var request = new SipRequest("INVITE", $"sip:{Record.User}@{Edge.Options.Handsets};transport=tcp");
        request.Headers.Add("Max-Forwards", "70")
            .Add("From", $"\"{Business.Number}\" <sip:{InnerLeg.Endpoint(Business.Media)}@simulator>;tag={SipTransport.NewTag()}")
            .Add("To", $"<sip:{Record.User}@{Edge.Options.Handsets}>")
            .Add("Call-ID", Edge.NewInnerCallId(this))
            .Add("CSeq", "1 INVITE")
            .Add("Contact", Edge.InnerContact)
            .Add(InnerLeg.CallHeader, Record.Id);
        request.SetBody("application/sdp", HandsetSdp.Write(WithRole(offer), relay.ForHandset, RandomNumberGenerator.GetInt32(1, int.MaxValue), 1, null, onlyWhatsApp: true));
        return request;
    }

    private SipResponse Respond(int status, string reason) => Edge.Headers.Respond(invite.Request, status, reason, OuterTag);
}
