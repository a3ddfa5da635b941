using Ringway.Simulator.Handsets;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Edge;

/// <summary>What comes in from both sides, and which call it belongs to.</summary>
public sealed partial class SipEdge
{
    private async Task FromBusinessAsync(SipServerTransaction transaction)
    {
        var request = transaction.Request;
        if (request.To.Tag is not null)
        {
            if (_outer.TryGetValue(request.CallId, out var call)) await call.FromBusinessAsync(transaction);
            else await Answer(481, "Call/Transaction Does Not Exist");
            return;
        }
        switch (request.Method)
        {
            case "INVITE":
                await InviteAsync(transaction);
                break;
            case "OPTIONS":
                if (Options.AnswerOptions) await Answer(200, "OK");
                break;
            case "REGISTER":
                Calls.Stray(MetaRules.NoRegister, $"REGISTER {request.RequestUri} from {transaction.Connection.Remote}");
                await Answer(Rules.IsOn(MetaRules.NoRegister) ? 403 : 200, "Forbidden");
                break;
            case "ACK":
                break;
            default:
                Calls.Stray(MetaRules.AllowedMethods, $"{request.Method} outside a call from {transaction.Connection.Remote}");
                await Answer(405, "Method Not Allowed");
                break;
        }

        Task Answer(int status, string reason) => transaction.RespondAsync(Headers.Respond(request, status, reason, SipTransport.NewTag()));
    }

    /// <summary>An INVITE of the business, from the first check to the end of the call.</summary>
    private async Task InviteAsync(SipServerTransaction transaction)
    {
        var invite = transaction.Request;
        var user = SipUri.TryParse(invite.RequestUri, out var called) ? called!.UserName : "";
        var number = invite.From.Uri.UserName;
        var record = Calls.FindBySip(invite.CallId) ?? Calls.Open(CallDirection.BusinessInitiated, user, number, sipCallId: invite.CallId);
        if (record.Sip.Count == 0) record.Saw(false, invite);
        var business = FindBusiness(number);

        if (_outer.ContainsKey(invite.CallId))
        {
            record.Broke(MetaRules.WellFormed, "an INVITE without To tag under the Call-ID of a live call");
            await transaction.RespondAsync(Headers.Respond(invite, 482, "Loop Detected", SipTransport.NewTag()));
            return;
        }
        if (Misbehaviours.IsOn(Misbehaviours.Unavailable))
        {
            await RefuseAsync(transaction, record, new(503, "Service Unavailable") { Whose = "whatsapp" });
            return;
        }
        if (InviteRules.Judge(invite, business, Rules) is { } first)
        {
            await RefuseAsync(transaction, record, first);
            return;
        }
        if (!invite.Headers.Has("Proxy-Authorization"))
        {
            await transaction.RespondAsync(Headers.Challenge(invite, _authentication.Challenge(Challenges(business!))));
            _ = ForgetUnanswered(record);
            return;
        }
        var offer = AudioDescription.Parse(invite.BodyText);
        if ((_authentication.Judge(invite, business!, Rules) ?? JudgeUser(record, business!) ?? JudgeSdp(record, offer, business!)) is { } refusal)
        {
            await RefuseAsync(transaction, record, refusal);
            return;
        }
        record.Places();
        var call = new BusinessCall(this, record, business!, transaction, offer!);
        await RunAsync(call, () => call.RunAsync(_stopping.Token));
    }

    /// <summary>What the user's side says before anything rings. Not on WhatsApp and not allowed look alike on purpose.</summary>
    private Refusal? JudgeUser(CallRecord record, BusinessNumber business)
    {
        if (Rules.IsOn(MetaRules.OneCallPerPair)
            && Calls.Live.Any(other => other != record && other.User == record.User && other.Business == record.Business && _outer.ContainsKey(other.SipCallId)))
            return new(403, "Duplicate call with the same user", MetaRules.OneCallPerPair, $"a call with {record.User} lives already");
        var reaction = Users.Scripted(record.User)?.Reaction;
        if (reaction == Reaction.NoPermission)
            return new(403, "No Approved Call Permission Found: No approved call permission from the recipient");
        if (Permission?.Invoke(business, record.User) is { } refusal) return refusal;
        if (reaction != Reaction.Unreachable) return null;
        record.Places(); // WhatsApp has taken the call; only the phone is off.
        return new(480, "Temporarily Unavailable");
    }

    private ChallengeOrder Challenges(BusinessNumber business) =>
        Misbehaviours.IsOn(Misbehaviours.Md5Only) ? ChallengeOrder.Md5Only
        : Misbehaviours.IsOn(Misbehaviours.Md5First) ? ChallengeOrder.Md5ThenSha256
        : business.Challenges;

    private Refusal? JudgeSdp(CallRecord record, AudioDescription? offer, BusinessNumber business)
    {
        Refusal? refusal = null;
        foreach (var (rule, how, fatal) in SdpRules.Judge(offer, business.Media, isAnswer: false))
        {
            if (fatal && (Rules.IsOn(rule) || offer?.Opus is null)) refusal ??= new(403, $"SDP Validation error: {how}", rule, how);
            else record.Broke(rule, how);
        }
        return refusal;
    }

    private async Task RefuseAsync(SipServerTransaction transaction, CallRecord record, Refusal refusal)
    {
        if (refusal.Rule is not null) record.Broke(refusal.Rule, refusal.How ?? refusal.Reason);
        record.Finally(refusal.Status);
        record.Ends(new(refusal.Whose, refusal.Reason));
        Log.Refused(Logger, record.Id, refusal.Status, refusal.Reason);
        await transaction.RespondAsync(Headers.Respond(transaction.Request, refusal.Status, refusal.Reason, SipTransport.NewTag()));
    }

    private async Task ForgetUnanswered(CallRecord record)
    {
        await Task.WhenAny(record.Over, Task.Delay(ChallengePatience, Time, _stopping.Token));
        if (!_outer.ContainsKey(record.SipCallId)) record.Ends(new("business", "never answered the challenge"));
    }

    private async Task FromHandsetsAsync(SipServerTransaction transaction)
    {
        var request = transaction.Request;
        if (request.To.Tag is not null)
        {
            if (_inner.TryGetValue(request.CallId, out var call)) await call.FromHandsetAsync(transaction);
            else await transaction.RespondAsync(request.Respond(481, "Call/Transaction Does Not Exist"));
        }
        else if (request.Method == "INVITE") await InviteFromHandsetAsync(transaction);
        else await transaction.RespondAsync(request.Respond(200, "OK", SipTransport.NewTag()));
    }

    /// <summary>A handset calls: the record was opened by whoever made it call, and the INVITE names it.</summary>
    private async Task InviteFromHandsetAsync(SipServerTransaction transaction)
    {
        var invite = transaction.Request;
        var record = Calls.Find(invite.Headers[InnerLeg.CallHeader] ?? "");
        var business = record is null ? null : FindBusiness(record.Business);
        var handset = AudioDescription.Parse(invite.BodyText);
        if (record is null || business is not { IsOpen: true } || handset is null || record.State == CallState.Over)
        {
            record?.Ends(business is { IsOpen: false } ? new("business", "has calling or SIP switched off")
                : new("simulator", business is null ? $"no business has the number {record.Business}" : "the handset called without audio"));
            await transaction.RespondAsync(invite.Respond(404, "Not Found", SipTransport.NewTag()));
            return;
        }
        var call = new UserCall(this, record, business, transaction, handset);
        _inner[invite.CallId] = call;
        await RunAsync(call, () => call.RunAsync(_stopping.Token));
    }

    private async Task RunAsync(EdgeCall call, Func<Task> journey)
    {
        _outer[call.Record.SipCallId] = call;
        try
        {
            await journey();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            call.Record.Ends(new("simulator", e.Message));
            throw;
        }
        finally
        {
            call.Record.Ends(new("simulator", "stopped"));
            _outer.TryRemove(call.Record.SipCallId, out _);
            foreach (var (id, other) in _inner)
                if (other == call) _inner.TryRemove(id, out _);
        }
    }
}
