using System.Globalization;
using Ringway.Simulator.Media;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Edge;

/// <summary>
/// One call through the edge: an outer dialog in Meta's dialect with the business, an inner one with the handsets'
/// Asterisk, and the relay between their media.
/// </summary>
internal abstract partial class EdgeCall(SipEdge edge, CallRecord record, BusinessNumber business)
{
    private readonly TaskCompletionSource<CallEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _handsetAcknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected SipEdge Edge { get; } = edge;

    public CallRecord Record { get; } = record;

    protected BusinessNumber Business { get; } = business;

    /// <summary>Exists from the answer on.</summary>
    protected SipDialog? Outer { get; set; }

    /// <summary>Completes with the ACK of the handsets' Asterisk to a 200 of ours.</summary>
    protected Task HandsetAcknowledged => _handsetAcknowledged.Task;

    protected SipDialog? Inner { get; set; }

    protected SipConnection? InnerConnection { get; set; }

    /// <summary>Our end of ICE towards the business; null for a number with keys in the SDP.</summary>
    protected IceLite? Ice { get; } = business.Media == MediaMode.Dtls ? new() : null;

    protected string OuterTag { get; } = Guid.NewGuid().ToString();

    /// <summary>Completes when somebody has ended the call.</summary>
    protected Task<CallEnd> Ended => _ended.Task;

    /// <summary>Completes with the ACK of the business to a 200 of ours.</summary>
    protected Task Acknowledged => _acknowledged.Task;

    /// <summary>Ends the call in whatever state it is; the first end counts.</summary>
    public void End(CallEnd end) => _ended.TrySetResult(end);

    /// <summary>A request of the business inside its dialog.</summary>
    public async Task FromBusinessAsync(SipServerTransaction transaction)
    {
        var request = transaction.Request;
        if (Edge.Rules.IsOn(MetaRules.Route) && !Edge.Headers.AreOurs([.. request.Headers.Values("Route")]))
        {
            Record.Broke(MetaRules.Route, $"{request.Method} with Route {string.Join(", ", request.Headers.Lines("Route"))}");
            await Answer(404, "Not found");
            return;
        }
        if (Outer is null || !Outer.Owns(request))
        {
            await Answer(481, "Call/Transaction Does Not Exist");
            return;
        }
        if (!Outer.Accepts(request))
        {
            Record.Broke(MetaRules.WellFormed, $"{request.Method} with an old CSeq {request.Headers["CSeq"]}");
            await Answer(500, "Internal Server Error");
            return;
        }
        switch (request.Method)
        {
            case "ACK":
                _acknowledged.TrySetResult();
                break;
            case "BYE":
                await Answer(200, "OK");
                End(new("business", "hung up"));
                break;
            case "INVITE":
                Record.Broke(MetaRules.NoReinvite, "re-INVITE");
                await Answer(Edge.Rules.IsOn(MetaRules.NoReinvite) ? 500 : 488, "Internal Server Error");
                break;
            case "NOTIFY":
                await Answer(200, "OK");
                break;
            case "OPTIONS":
                if (Edge.Options.AnswerOptions) await Answer(200, "OK");
                break;
            default:
                Record.Broke(MetaRules.AllowedMethods, request.Method);
                await Answer(405, "Method Not Allowed");
                break;
        }

        Task Answer(int status, string reason) => transaction.RespondAsync(Edge.Headers.Respond(request, status, reason, OuterTag));
    }

    /// <summary>A request of the handsets' Asterisk inside its dialog.</summary>
    public async Task FromHandsetAsync(SipServerTransaction transaction)
    {
        var request = transaction.Request;
        switch (request.Method)
        {
            case "ACK":
                _handsetAcknowledged.TrySetResult();
                break;
            case "BYE":
                await transaction.RespondAsync(request.Respond(200, "OK"));
                End(new("user", "hung up"));
                break;
            case "INVITE":
                await transaction.RespondAsync(request.Respond(488, "Not Acceptable Here")); // The outer leg cannot follow.
                break;
            default:
                await transaction.RespondAsync(request.Respond(200, "OK"));
                break;
        }
    }

    /// <summary>A relay whose counts the record shows, during the call and after it.</summary>
    protected MediaRelay OpenRelay()
    {
        var relay = Edge.OpenRelay(Ice);
        relay.BusinessSsrc = (_, count) =>
        {
            if (count == 2) Record.Broke(MetaRules.OneSsrc, "a second SSRC in the packets");
        };
        Record.Media = () => relay.Counts;
        return relay;
    }

    /// <summary>The conversation: until one side hangs up or the business falls silent.</summary>
    protected async Task<CallEnd> TalkAsync(MediaRelay relay)
    {
        await Task.WhenAny(Ended, relay.Lost);
        if (!relay.Lost.IsCompleted || Ended.IsCompleted) return await Ended;
        var why = await relay.Lost;
        if (Edge.Rules.IsOn(MetaRules.MediaKept))
        {
            Record.Broke(MetaRules.MediaKept, why);
            return new("whatsapp", why);
        }
        return await Ended;
    }

    /// <summary>BYE to whoever does not know yet.</summary>
    protected async Task HangUpAsync(CallEnd end, CancellationToken ct)
    {
        var farewells = new List<Task>();
        if (Outer is not null && end.Whose != "business") farewells.Add(ByeToBusinessAsync(end, ct));
        if (Inner is not null && end is not { Whose: "user", Why: "hung up" }) farewells.Add(ByeToHandsetAsync(ct));
        await Task.WhenAll(farewells);
    }

    /// <summary>pjsip closes a connection that was idle for half a minute, in the midst of a call; then we open one.</summary>
    protected async Task<SipConnection> HandsetConnectionAsync(CancellationToken ct) =>
        InnerConnection is { IsOpen: true } open ? open : await Edge.Inner.ConnectAsync(new(Edge.Options.Handsets), ct);

    private async Task ByeToBusinessAsync(CallEnd end, CancellationToken ct)
    {
        var bye = Outer!.Request("BYE");
        bye.Headers.Add("x-wa-meta-wacid", Record.Wacid)
            .Add("x-wa-meta-call-duration", Record.DurationSeconds.ToString(CultureInfo.InvariantCulture))
            .Add("X-FB-External-Domain", MetaHeaders.Domain).Add("User-Agent", SipEdge.UserAgent);
        MetaHeaders.AddUser(bye.Headers, Record.User, Record.UserName);
        if (end.Whose == "whatsapp") bye.Headers.Add("Reason", $"Q.850;cause=16;text={SipText.Quote(end.Why)}");
        try
        {
            // On a connection to the business' own server, as Meta does: never back along the one it opened.
            await Edge.Outer.RequestAsync(await Edge.ConnectAsync(Business, ct), bye, ct);
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            Record.Broke(MetaRules.TrunkCertificate, $"BYE could not be delivered: {e.Message}");
        }
    }

    private async Task ByeToHandsetAsync(CancellationToken ct)
    {
        try
        {
            await Edge.Inner.RequestAsync(await HandsetConnectionAsync(ct), Inner!.Request("BYE"), ct);
        }
        catch (IOException)
        {
            // The handsets' Asterisk is gone, and its leg with it.
        }
    }
}
