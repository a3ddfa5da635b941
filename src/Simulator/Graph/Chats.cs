using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ringway.Simulator.Edge;

namespace Ringway.Simulator.Graph;

/// <summary>What a user said to a permission request.</summary>
public enum Answer
{
    /// <summary>For seven days.</summary>
    Accept,

    Always,

    Refuse,
}

public enum MessageKind
{
    PermissionRequest,
    CallButton,
    Text,
    Template,
}

/// <summary>A message that the business sent to a user.</summary>
public sealed record ChatMessage(string Id, DateTimeOffset At, MessageKind Kind, string Text)
{
    public string? Button { get; init; }

    /// <summary>Comes back as <c>x-wa-meta-cta-payload</c> when the user taps the button.</summary>
    public string? Payload { get; init; }

    /// <summary>After it the button, or the request, does nothing.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public Answer? Answer { get; init; }

    /// <summary>True for a free-form request, and for a template with the component.</summary>
    public bool AsksPermission { get; init; }
}

/// <summary>One business and one user: what they allow and what was written. A snapshot.</summary>
public sealed record Chat(string Business, string User, CallPermission Permission, IReadOnlyList<ChatMessage> Messages);

/// <summary>All chats. What happens here is told to the account's apps by webhook.</summary>
public sealed class Chats(GraphBook book, UserIds ids, Webhooks webhooks, Misbehaviours misbehaviours, TimeProvider time)
{
    /// <summary>A chat shows its newest messages; nobody scrolls back further.</summary>
    private const int Kept = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Business, string User), Chat> _chats = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>After each change, with the user; outside the lock.</summary>
    public event Action<string>? Changed;

    public Chat Of(string business, string user)
    {
        lock (_lock) return _chats.GetValueOrDefault((business, user)) ?? new(business, user, CallPermission.Strangers, []);
    }

    /// <summary>The profile name; digits for one who has none.</summary>
    public string NameOf(string user)
    {
        lock (_lock) return _names.GetValueOrDefault(user) ?? user.TrimStart('+');
    }

    public void Name(string user, string? name)
    {
        if (string.IsNullOrWhiteSpace(name)) return;
        lock (_lock) _names[user] = name;
        Changed?.Invoke(user);
    }

    /// <summary>A message of the business arrives; its statuses go back.</summary>
    public ChatMessage Deliver(GraphNumber from, string user, Func<string, DateTimeOffset, ChatMessage> write)
    {
        var now = time.GetUtcNow();
        var message = write(NewId(user), now);
        Change(from.Number.Number, user, chat => chat with
        {
            Permission = message.AsksPermission ? chat.Permission.Ask(now) : chat.Permission,
            Messages = [.. chat.Messages.TakeLast(Kept - 1), message],
        });
        TellStatus(from, user, message.Id, "sent");
        if (!misbehaviours.IsOn(Misbehaviours.Undelivered)) TellStatus(from, user, message.Id, "delivered");
        return message;
    }

    /// <summary>
    /// A free-form message outside the window: Graph has taken it and given an id; only a status says that it failed. That is
    /// how messages behave; Meta's calling pages do not say it of permission requests, and this is the harsher reading.
    /// </summary>
    public string Fail(GraphNumber from, string user, int code, string title, string details)
    {
        var id = NewId(user);
        TellStatus(from, user, id, "failed", new JsonArray(new JsonObject
        {
            ["code"] = code, ["title"] = title, ["message"] = title, ["error_data"] = new JsonObject { ["details"] = details },
        }));
        return id;
    }

    /// <summary>The user answers a request: the named one, or the newest that still lives.</summary>
    /// <returns>False when there is none.</returns>
    public bool Reply(GraphNumber to, string user, string? request, Answer answer)
    {
        var now = time.GetUtcNow();
        ChatMessage? asked = null;
        Change(to.Number.Number, user, chat =>
        {
            // Who acts on a newer request lets the older ones go.
            var acted = chat.Messages.LastOrDefault(m => m is { AsksPermission: true, Answer: not null });
            asked = chat.Messages.LastOrDefault(m => m.AsksPermission && m.ExpiresAt > now && (acted is null || m.At >= acted.At) && (request is null || m.Id == request));
            if (asked is null) return chat;
            var answered = asked with { Answer = answer, ExpiresAt = now + PermissionRules.RequestLife };
            return chat with
            {
                Permission = answer == Answer.Refuse ? chat.Permission.Refuse() : chat.Permission.Allow(answer == Answer.Always, now),
                Messages = [.. chat.Messages.Select(m => m.Id == asked.Id ? answered : m)],
            };
        });
        if (asked is null) return false;
        TellReply(to, user, context: asked.Id, answer != Answer.Refuse, automatic: false);
        return true;
    }

    /// <summary>The user allows calls in the business' profile ("always"), or takes the permission back there.</summary>
    public void Decide(GraphNumber about, string user, bool allow)
    {
        var now = time.GetUtcNow();
        Change(about.Number.Number, user, chat => chat with { Permission = allow ? chat.Permission.Allow(always: true, now) : chat.Permission.Refuse() });
        TellReply(about, user, context: null, allow, automatic: false);
    }

    /// <summary>The user writes: the window opens.</summary>
    public void Write(GraphNumber to, string user, string text)
    {
        var now = time.GetUtcNow();
        Change(to.Number.Number, user, chat => chat with { Permission = chat.Permission.Hear(now) });
        var message = From(user, NewId(user), now);
        message["type"] = "text";
        message["text"] = new JsonObject { ["body"] = text };
        TellMessage(to, user, "text", message);
    }

    /// <summary>The user calls: the window opens.</summary>
    public void Calls(GraphNumber to, string user)
    {
        var now = time.GetUtcNow();
        Change(to.Number.Number, user, chat => chat with { Permission = chat.Permission.Hear(now) });
    }

    /// <summary>A call of the user is over, connected or missed: with the callback setting on, the business may call back for seven days.</summary>
    public void Called(GraphNumber to, string user, string wacid)
    {
        if (!to.Settings.Callback) return;
        var now = time.GetUtcNow();
        Change(to.Number.Number, user, chat => chat with { Permission = chat.Permission.Allow(always: false, now) });
        TellReply(to, user, context: wacid, accepted: true, automatic: true);
    }

    public void Connected(GraphNumber number, string user, bool byBusiness)
    {
        var now = time.GetUtcNow();
        Change(number.Number.Number, user, chat => chat with { Permission = chat.Permission.Connect(byBusiness, now) });
    }

    /// <summary>A call of the business that the user did not take.</summary>
    public void Missed(GraphNumber from, string user)
    {
        var strike = Strike.None;
        Change(from.Number.Number, user, chat =>
        {
            (var permission, strike) = chat.Permission.Miss();
            return strike == Strike.None ? chat with { Permission = permission } : chat with
            {
                Permission = permission,
                Messages = [.. chat.Messages.TakeLast(Kept - 1), SystemMessage(from, user, strike)],
            };
        });
        if (strike == Strike.Revoked) TellReply(from, user, context: null, accepted: false, automatic: true);
    }

    /// <summary>
    /// What WhatsApp says before it lets a call of the business ring. A number that Graph does not know needs no permission: it is
    /// there to try calls alone.
    /// </summary>
    public Refusal? Judge(BusinessNumber business, string user, RuleBook rules)
    {
        if (book.FindByE164(business.Number) is not { } number) return null;
        var now = time.GetUtcNow();
        var permission = Of(business.Number, user).Permission;
        if (number.Settings.RestrictedUntil > now)
            return new(403, "Business initiated calling is restricted for this phone number") { Whose = "whatsapp" };
        if (rules.IsOn(MetaRules.Permission) && permission.GrantAt(now) == Grant.None)
            return new(
                403, "No Approved Call Permission Found: No approved call permission from the recipient", MetaRules.Permission,
                $"{business.Number} may not call {user}: permission {(permission.Grant == Grant.Temporary ? $"ended at {permission.Until:O}" : "was not given")}");
        if (rules.IsOn(MetaRules.ConnectedLimit) && permission.CallLimit(now) is { FreeAt: { } freeAt } limit)
            return new(
                403, "Business Initiated Connected Call Per Day Limit Hit", MetaRules.ConnectedLimit,
                $"{limit.Used} connected calls to {user} in 24 h; the next is allowed at {freeAt:O}");
        return null;
    }

    /// <summary>Everything that Graph-known businesses and this user have.</summary>
    public IReadOnlyList<Chat> With(string user) => [.. book.Numbers.Select(n => Of(n.Number.Number, user))];

    internal static JsonObject Metadata(GraphNumber number) => new() { ["display_phone_number"] = number.Number.Number[1..], ["phone_number_id"] = number.Id };

    /// <summary>Who a user is; the number is missing for one who hides it.</summary>
    internal JsonArray Contacts(string user)
    {
        var contact = new JsonObject { ["profile"] = new JsonObject { ["name"] = NameOf(user) } };
        if (UserIds.Digits(user) is { } digits) contact["wa_id"] = digits;
        contact["user_id"] = ids.ScopedId(user);
        return new(contact);
    }

    internal static string Unix(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private void TellReply(GraphNumber number, string user, string? context, bool accepted, bool automatic)
    {
        var permission = Of(number.Number.Number, user).Permission;
        var reply = new JsonObject
        {
            ["response"] = accepted ? "accept" : "reject",
            ["response_source"] = automatic ? "automatic" : "user_action",
        };
        if (accepted) reply["is_permanent"] = permission.Grant == Grant.Permanent;
        if (accepted && permission.Until is { } until) reply["expiration_timestamp"] = Unix(until);
        var message = From(user, NewId(user), time.GetUtcNow());
        if (context is not null) message["context"] = new JsonObject { ["from"] = number.Number.Number[1..], ["id"] = context };
        message["type"] = "interactive";
        message["interactive"] = new JsonObject { ["type"] = "call_permission_reply", ["call_permission_reply"] = reply };
        TellMessage(number, user, "call_permission_reply", message);
    }

    private JsonObject From(string user, string id, DateTimeOffset at)
    {
        var message = new JsonObject();
        if (UserIds.Digits(user) is { } digits) message["from"] = digits;
        message["from_user_id"] = ids.ScopedId(user);
        message["id"] = id;
        message["timestamp"] = Unix(at);
        return message;
    }

    private void TellMessage(GraphNumber number, string user, string happened, JsonObject message) => Tell(number, "messages", happened, new()
    {
        ["messaging_product"] = "whatsapp", ["metadata"] = Metadata(number), ["contacts"] = Contacts(user), ["messages"] = new JsonArray(message),
    });

    private void TellStatus(GraphNumber number, string user, string id, string status, JsonArray? errors = null)
    {
        var one = new JsonObject { ["id"] = id, ["status"] = status, ["timestamp"] = Unix(time.GetUtcNow()) };
        if (UserIds.Digits(user) is { } digits) one["recipient_id"] = digits;
        one["recipient_user_id"] = ids.ScopedId(user);
        if (errors is not null) one["errors"] = errors;
        Tell(number, "messages", status, new() { ["messaging_product"] = "whatsapp", ["metadata"] = Metadata(number), ["statuses"] = new JsonArray(one) });
    }

    internal void Tell(GraphNumber number, string field, string happened, JsonObject value) =>
        webhooks.Tell(book.Subscribers(number.AccountId), number.AccountId, field, happened, value);

    private ChatMessage SystemMessage(GraphNumber from, string user, Strike strike)
    {
        var name = from.Number.Name ?? from.Number.HostName;
        var text = strike == Strike.Nudge
            ? $"You did not take calls from {name}. Do you still want them? You can change that in the business' profile."
            : $"{name} can no longer call you, because you did not take its calls.";
        return new(NewId(user), time.GetUtcNow(), MessageKind.Text, text);
    }

    private void Change(string business, string user, Func<Chat, Chat> how)
    {
        lock (_lock)
        {
            var before = _chats.GetValueOrDefault((business, user)) ?? new(business, user, CallPermission.Strangers, []);
            _chats[(business, user)] = how(before);
        }
        Changed?.Invoke(user);
    }

    private static string NewId(string user) =>
        "wamid." + Convert.ToBase64String([0x1C, 0x18, .. Encoding.ASCII.GetBytes(user.TrimStart('+')), 0x15, 0x02, 0x00, 0x11, 0x18, 0x12, .. RandomNumberGenerator.GetBytes(10)]);
}
