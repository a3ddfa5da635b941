using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Ringway.Simulator.Edge;

namespace Ringway.Simulator.Graph;

/// <summary>
/// What becomes of calls: the counts of <see cref="Chats"/>, and the webhooks <c>call_created</c> and <c>terminate</c>, which Meta
/// sends for calls over SIP only when <c>sip.webhook_delivery</c> is on (Meta, Calling: Reference, 2026).
/// </summary>
public sealed class CallReports(GraphBook book, Chats chats, UserIds ids)
{
    private readonly ConditionalWeakTable<CallRecord, Progress> _progress = [];

    /// <summary>After each change of a call; changes may come from several threads and in any order.</summary>
    public void Note(CallRecord call)
    {
        if (!call.WasPlaced || book.FindByE164(call.Business) is not { } number) return;
        var progress = _progress.GetOrCreateValue(call);
        lock (progress)
        {
            var byUser = call.Direction == CallDirection.UserInitiated;
            if (!progress.Began)
            {
                progress.Began = true;
                if (byUser)
                {
                    chats.Name(call.User, call.UserName);
                    chats.Calls(number, call.User);
                }
                Tell(number, call, "call_created", Describe(call, "call_created", call.StartedAt));
            }
            if (call.AnsweredAt is not null && !progress.Connected)
            {
                progress.Connected = true;
                chats.Connected(number, call.User, byBusiness: !byUser);
            }
            if (call.EndedAt is { } endedAt && !progress.Ended)
            {
                progress.Ended = true;
                Tell(number, call, "terminate", Terminate(call, endedAt));
                if (byUser) chats.Called(number, call.User, call.Wacid);
                else if (call.AnsweredAt is null && call.FinalStatus is 480 or 486 or 487) chats.Missed(number, call.User);
            }
        }
    }

    private void Tell(GraphNumber number, CallRecord call, string happened, JsonObject described)
    {
        if (!number.Settings.WebhookDelivery) return;
        var value = new JsonObject { ["messaging_product"] = "whatsapp", ["metadata"] = Chats.Metadata(number) };
        if (happened == "call_created") value["contacts"] = chats.Contacts(call.User);
        value["calls"] = new JsonArray(described);
        // Beside the calls, as the reference has it; some code reads them inside.
        if (happened == "terminate" && LostMedia(call)) value["errors"] = new JsonArray(MediaTimeout());
        chats.Tell(number, "calls", happened, value);
    }

    private JsonObject Describe(CallRecord call, string happened, DateTimeOffset at)
    {
        var byUser = call.Direction == CallDirection.UserInitiated;
        var one = new JsonObject { ["id"] = call.Wacid };
        // Fields with numbers are missing for users who hide theirs (Meta, Business-scoped user ids).
        var (user, business) = (UserIds.Digits(call.User), call.Business.TrimStart('+'));
        if ((byUser ? user : business) is { } from) one["from"] = from;
        if ((byUser ? business : user) is { } to) one["to"] = to;
        one[byUser ? "from_user_id" : "to_user_id"] = ids.ScopedId(call.User);
        one["event"] = happened;
        one["timestamp"] = Chats.Unix(at);
        one["direction"] = byUser ? "USER_INITIATED" : "BUSINESS_INITIATED";
        if (call.ExtraHeaders.TryGetValue("x-wa-meta-cta-payload", out var button)) one["cta_payload"] = button;
        if (call.ExtraHeaders.TryGetValue("x-wa-meta-deeplink-payload", out var link)) one["deeplink_payload"] = link;
        return one;
    }

    /// <summary>
    /// Completed, also when nobody picked up: only an error fails a call, so a reader must look for <c>duration</c>. Failed is lost
    /// media, and a user's call that the business did not answer in time (Meta, Calling: User-initiated calls).
    /// </summary>
    private JsonObject Terminate(CallRecord call, DateTimeOffset endedAt)
    {
        var one = Describe(call, "terminate", endedAt);
        var notAnswered = call is { Direction: CallDirection.UserInitiated, AnsweredAt: null, End.Whose: "whatsapp" };
        one["status"] = LostMedia(call) || notAnswered ? "FAILED" : "COMPLETED";
        if (call.AnsweredAt is not { } answeredAt) return one;
        one["start_time"] = Chats.Unix(answeredAt);
        one["end_time"] = Chats.Unix(endedAt);
        one["duration"] = call.DurationSeconds;
        return one;
    }

    private static bool LostMedia(CallRecord call) =>
        call is { AnsweredAt: not null, End.Whose: "whatsapp" } && call.Violations.Any(v => v.Rule == MetaRules.MediaKept.Id);

    private static JsonObject MediaTimeout() => new()
    {
        ["code"] = 138021,
        ["title"] = "Media receive timeout",
        ["message"] = "Media receive timeout",
        ["href"] = "https://developers.facebook.com/documentation/business-messaging/whatsapp/calling/troubleshooting",
        ["error_data"] = new JsonObject { ["details"] = "WhatsApp did not receive any media from the business for a long time." },
    };

    private sealed class Progress
    {
        public bool Began, Connected, Ended;
    }
}
