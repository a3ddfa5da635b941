using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Ringway.Agents;
using Ringway.Options;
using Ringway.Store;
using Ringway.WhatsApp.Permissions;

namespace Ringway.WhatsApp.Webhooks;

/// <summary>
/// What each event changes: the book of permissions, what is known of a call, a warning. Everything here may be done twice, and
/// anything that fails is done again from the start.
/// </summary>
public sealed partial class WebhookEffects(
    ICallStore store, PermissionBook permissions, CallBoard board, CallJournal journal, RingwayOptions options, TimeProvider time,
    ILogger<WebhookEffects> log)
{
    /// <summary>How long after its end a call's own record may take to be written.</summary>
    private static readonly TimeSpan RecordPatience = TimeSpan.FromSeconds(30);

    /// <summary>False when the event is about a number that is none of our lines.</summary>
    public async Task<bool> ApplyAsync(WebhookEvent happened, CancellationToken ct)
    {
        switch (happened)
        {
            case WebhookEvent.PermissionReplied reply when Line(reply.PhoneNumberId) is { } line:
                await HearAsync(line, reply.From, reply.Accepted
                    ? new PermissionEvent.Granted(reply.Head.At, reply.Until, reply.Request)
                    : new PermissionEvent.Rejected(reply.Head.At, reply.Automatic, reply.Request), ct);
                return true;
            case WebhookEvent.UserWrote wrote when Line(wrote.PhoneNumberId) is { } line:
                await HearAsync(line, wrote.From, new PermissionEvent.UserCame(wrote.Head.At), ct);
                if (wrote.Voicemail is { } voicemail)
                    await store.SaveWhatsAppCallAsync(Call(voicemail.Wacid, line, wrote.From, byUser: true) with { Voicemail = voicemail.Media ?? "yes" }, ct);
                return true;
            case WebhookEvent.CallCreated created when Line(created.PhoneNumberId) is { } line:
                if (created.ByUser) await HearAsync(line, created.User, new PermissionEvent.UserCame(created.Head.At), ct);
                await store.SaveWhatsAppCallAsync(
                    Call(created.Wacid, line, created.User, created.ByUser) with { CreatedAt = created.Head.At, Payload = created.Payload }, ct);
                return true;
            case WebhookEvent.CallEnded ended when Line(ended.PhoneNumberId) is { } line:
                await store.SaveWhatsAppCallAsync(Call(ended.Wacid, line, ended.User, ended.ByUser) with
                {
                    StartedAt = ended.StartedAt, EndedAt = ended.Head.At, DurationSeconds = ended.DurationSeconds, Status = ended.Status,
                    ErrorCode = ended.ErrorCode, Error = ended.Error,
                }, ct);
                return true;
            case WebhookEvent.MessageFailed failed when Line(failed.PhoneNumberId) is { } line:
                await HearAsync(line, failed.To, new PermissionEvent.AskFailed(failed.Head.At, failed.Message), ct);
                Log.MessageFailed(log, failed.To.User, line.Id, failed.ErrorCode ?? 0);
                return true;
            case WebhookEvent.SettingsChanged changed:
                Log.SettingsChanged(log, changed.PhoneNumberId is { } number && Line(number) is { } own ? own.Id : "of another number");
                return true;
            case WebhookEvent.AccountChanged account:
                Log.AccountChanged(log, account.Head.Kind, Account(account.BusinessAccountId));
                return true;
            default:
                return happened is WebhookEvent.Noted or WebhookEvent.Unknown;
        }
    }

    /// <summary>
    /// Calls that Meta told of and that ringway never saw, because it was away: they appear in the history. Later than the calls'
    /// own records, which are written behind the calls.
    /// </summary>
    public async Task RecordUnseenAsync(CancellationToken ct)
    {
        if (journal.Depth > 0) return;
        var now = time.GetUtcNow();
        foreach (var call in await store.UnseenCallsAsync(now - RecordPatience, now - options.Calls.Longest, ct))
        {
            if (options.Line(call.Line) is not { } line) continue;
            var record = Unseen(call, line);
            await store.SaveCallAsync(record, ct);
            Log.Unseen(log, record.Id, line.Id, record.Outcome!.What);
            board.Publish(CallView.From(record));
        }
    }

    /// <summary>Named after its wacid, so that it is one call however often it is found, and by whichever ringway.</summary>
    public static CallRecord Unseen(WhatsAppCallRow call, LineOptions line)
    {
        var (began, ended) = (call.CreatedAt ?? call.StartedAt ?? call.EndedAt ?? call.HeardAt, call.EndedAt ?? call.CreatedAt ?? call.HeardAt);
        var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(call.Wacid)).AsSpan(0, 8));
        // Meta's status is COMPLETED also for a call that nobody took; only one that was taken has a duration.
        var taken = call.DurationSeconds is not null;
        return new CallRecord
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"wa-{began.ToUnixTimeSeconds()}-{mark}"),
            Direction = Calls.Direction.Inbound,
            State = "over",
            Line = new LineFact(line.Id, line.Number, line.Name),
            Customer = new CustomerFact(call.Name, PhoneNumber.TryParse(call.User, out var number, out _) ? number : null, call.UserId ?? (call.User.StartsWith('+') ? null : call.User)),
            Wacid = call.Wacid,
            ArrivedAt = began,
            AnsweredAt = taken ? call.StartedAt : null,
            EndedAt = ended,
            Outcome = taken
                ? new OutcomeFact("completed", "unknown", "The call was taken while Ringway was away.", null)
                : new OutcomeFact("noAnswer", "ringway", "The WhatsApp user called while Ringway was away, and nobody answered. Call back.", null),
        };
    }

    private Task HearAsync(LineOptions line, Sender from, PermissionEvent happened, CancellationToken ct) =>
        permissions.HearAsync(line.Id, from.User, from.UserId, happened, ct);

    private WhatsAppCallRow Call(string wacid, LineOptions line, Sender user, bool byUser) =>
        new(wacid, line.Id, user.User.Value, byUser, time.GetUtcNow()) { UserId = user.UserId, Name = user.Name };

    private LineOptions? Line(string phoneNumberId) =>
        phoneNumberId.Length > 0 ? options.Lines.FirstOrDefault(line => line.PhoneNumberId == phoneNumberId) : null;

    private string Account(string businessAccountId) =>
        options.WhatsApp.Accounts.FirstOrDefault(account => account.BusinessAccountId == businessAccountId)?.Id ?? "of another business";

    private static partial class Log
    {
        [LoggerMessage(5111, LogLevel.Warning, "Meta says {What} of account {Account}. `GET /api/v1/webhooks` has its words; look into WhatsApp Manager.")]
        public static partial void AccountChanged(ILogger log, string what, string account);

        [LoggerMessage(5112, LogLevel.Information, "Meta's calling settings of line {Line} have changed.")]
        public static partial void SettingsChanged(ILogger log, string line);

        [LoggerMessage(5113, LogLevel.Warning, "A message to {User} on line {Line} could not be delivered (Meta's code {Code}).")]
        public static partial void MessageFailed(ILogger log, WhatsAppUser user, string line, int code);

        [LoggerMessage(5114, LogLevel.Information, "Call {Call} on line {Line} came while ringway was away ({What}); Meta's webhook told of it.")]
        public static partial void Unseen(ILogger log, string call, string line, string what);
    }
}
