using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ringway.WhatsApp.Permissions;

namespace Ringway.WhatsApp.Webhooks;

/// <summary>
/// A webhook's body taken apart (Meta, "Webhooks" of Cloud API and of Calling, read 2026-06-24). Pure, and never fails: what it does
/// not know, or what is not as documented, comes out as unknown, whole.
/// </summary>
public static class WebhookParser
{
    /// <summary>Kinds come from the sender and go into counts and logs.</summary>
    private const int LongestKind = 60;

    public static IReadOnlyList<WebhookEvent> Read(ReadOnlyMemory<byte> body, DateTimeOffset arrived)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var events = Array(document.RootElement, "entry").SelectMany(entry => Entry(entry, arrived)).ToList();
            return events.Count > 0 ? events : [Unknown("none", "no-entry", document.RootElement, arrived)];
        }
        catch (JsonException)
        {
            var text = Encoding.UTF8.GetString(body.Span);
            return [new WebhookEvent.Unknown(new WebhookHead(Hash(text), "none", "not-json", arrived), text)];
        }
    }

    private static IEnumerable<WebhookEvent> Entry(JsonElement entry, DateTimeOffset arrived)
    {
        var (account, at) = (Text(entry, "id") ?? "", Time(entry, "time") ?? arrived);
        foreach (var change in Array(entry, "changes"))
        {
            var field = Word(Text(change, "field"));
            var value = Of(change, "value");
            var events = field switch
            {
                "messages" => Messages(value, at).ToList(),
                "calls" => Calls(value, at).ToList(),
                "account_settings_update" => [Settings(value, at)],
                "account_update" => [Account(account, value, at)],
                _ => [],
            };
            if (events.Count == 0) yield return Unknown(field, "unknown", change, at);
            foreach (var one in events) yield return one;
        }
    }

    private static IEnumerable<WebhookEvent> Messages(JsonElement value, DateTimeOffset arrived)
    {
        var number = Number(value);
        foreach (var message in Array(value, "messages")) yield return Message(value, message, number, arrived);
        foreach (var status in Array(value, "statuses")) yield return Status("messages", status, number, arrived);
        foreach (var error in Array(value, "errors")) yield return Unknown("messages", "errors", error, arrived);
    }

    private static WebhookEvent Message(JsonElement value, JsonElement message, string number, DateTimeOffset arrived)
    {
        var (id, type) = (Text(message, "id"), Word(Text(message, "type")));
        var from = Sender(value, Text(message, "from"), Text(message, "from_user_id"));
        if (id is null || from is null) return Unknown("messages", type, message, arrived);
        var at = Time(message, "timestamp") ?? arrived;
        var reply = Of(Of(message, "interactive"), "call_permission_reply");
        if (reply.ValueKind == JsonValueKind.Object) return Reply(message, reply, id, number, from, at);
        var head = new WebhookHead($"message:{id}", "messages", type, at);
        // WhatsApp's own notes about the user (a changed number) are no message of the user's.
        if (type == "system") return new WebhookEvent.Noted(head);
        return new WebhookEvent.UserWrote(head, number, from,
            id.StartsWith("wacid.", StringComparison.Ordinal) ? (id, Text(Of(message, "audio"), "id")) : null);
    }

    private static WebhookEvent Reply(JsonElement message, JsonElement reply, string id, string number, Sender from, DateTimeOffset at)
    {
        var head = new WebhookHead($"message:{id}", "messages", "call_permission_reply", at);
        var (accepted, permanent, until) = (Text(reply, "response"), Flag(reply, "is_permanent"), Time(reply, "expiration_timestamp"));
        // A permission that neither is permanent nor says its end would last for ever here; Meta is asked before the next call.
        return accepted is "accept" or "reject" && (accepted == "reject" || permanent || until is not null)
            ? new WebhookEvent.PermissionReplied(
                head, number, from, accepted == "accept", permanent ? null : until, Text(reply, "response_source") == "automatic", Text(Of(message, "context"), "id"))
            : new WebhookEvent.Unknown(head, message.GetRawText());
    }

    private static WebhookEvent Status(string field, JsonElement status, string number, DateTimeOffset arrived)
    {
        var (id, word) = (Text(status, "id"), Word(Text(status, "status")));
        if (id is null) return Unknown(field, word, status, arrived);
        var head = new WebhookHead($"status:{id}:{word}", field, $"status-{word}", Time(status, "timestamp") ?? arrived);
        return word == "failed" && Sender(status, Text(status, "recipient_id"), Text(status, "recipient_user_id")) is { } to
            ? new WebhookEvent.MessageFailed(head, number, to, id, Code(Array(status, "errors").FirstOrDefault()))
            : new WebhookEvent.Noted(head);
    }

    private static IEnumerable<WebhookEvent> Calls(JsonElement value, DateTimeOffset arrived)
    {
        var number = Number(value);
        var errors = Array(value, "errors").ToList();
        var calls = Array(value, "calls").ToList();
        foreach (var call in calls) yield return Call(value, call, errors.FirstOrDefault(), number, arrived);
        foreach (var status in Array(value, "statuses")) yield return Status("calls", status, number, arrived);
        if (calls.Count == 0)
            foreach (var error in errors) yield return Unknown("calls", "errors", error, arrived);
    }

    private static WebhookEvent Call(JsonElement value, JsonElement call, JsonElement error, string number, DateTimeOffset arrived)
    {
        var (id, kind) = (Text(call, "id"), Word(Text(call, "event")));
        var byUser = Text(call, "direction") == "USER_INITIATED";
        var user = byUser
            ? Sender(value, Text(call, "from"), Text(call, "from_user_id")) : Sender(value, Text(call, "to"), Text(call, "to_user_id"));
        if (id is null || user is null) return Unknown("calls", kind, call, arrived);
        var head = new WebhookHead($"call:{id}:{kind}", "calls", kind, Time(call, "timestamp") ?? arrived);
        // Documented beside the calls; some programs read it inside of one.
        if (error.ValueKind != JsonValueKind.Object) error = Array(call, "errors").FirstOrDefault();
        return kind switch
        {
            "call_created" => new WebhookEvent.CallCreated(head, number, user, id, byUser, Text(call, "cta_payload") ?? Text(call, "deeplink_payload")),
            "terminate" => new WebhookEvent.CallEnded(
                head, number, user, id, byUser, Text(call, "status"), Time(call, "start_time"), Whole(call, "duration"),
                Code(error), Text(Of(error, "error_data"), "details") ?? Text(error, "message")),
            "connect" => new WebhookEvent.Noted(head), // an offer or answer for those who take calls by Graph
            _ => new WebhookEvent.Unknown(head, call.GetRawText()),
        };
    }

    private static WebhookEvent.SettingsChanged Settings(JsonElement value, DateTimeOffset arrived)
    {
        var json = value.ValueKind == JsonValueKind.Undefined ? "null" : value.GetRawText();
        var head = new WebhookHead(Hash("settings" + json), "account_settings_update", Word(Text(value, "type")).ToLowerInvariant(), Time(value, "timestamp") ?? arrived);
        return new WebhookEvent.SettingsChanged(head, Text(Of(value, "phone_number_settings"), "phone_number_id"), json);
    }

    private static WebhookEvent.AccountChanged Account(string account, JsonElement value, DateTimeOffset arrived)
    {
        var json = value.ValueKind == JsonValueKind.Undefined ? "null" : value.GetRawText();
        var at = Time(value, "timestamp") ?? arrived;
        return new WebhookEvent.AccountChanged(
            new WebhookHead(Hash($"account{account}{at.ToUnixTimeSeconds()}{json}"), "account_update", Word(Text(value, "event")), at), account, json);
    }

    private static WebhookEvent.Unknown Unknown(string field, string kind, JsonElement what, DateTimeOffset at)
    {
        var json = what.GetRawText();
        return new WebhookEvent.Unknown(new WebhookHead(Hash(field + json), field, kind, at), json);
    }

    private static Sender? Sender(JsonElement value, string? digits, string? userId)
    {
        var contact = Array(value, "contacts").FirstOrDefault(known =>
            digits is not null && Text(known, "wa_id") == digits || userId is not null && Text(known, "user_id") == userId);
        userId ??= Text(contact, "user_id");
        return WhatsAppUser.OfWebhook(digits ?? Text(contact, "wa_id"), userId) is { } user
            ? new Sender(user, userId, Text(Of(contact, "profile"), "name") ?? Text(Of(contact, "profile"), "username")) : null;
    }

    private static string Number(JsonElement value) => Text(Of(value, "metadata"), "phone_number_id") ?? "";

    /// <summary>The first 128 bits; enough to tell doubles.</summary>
    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    /// <summary>Letters, digits, dashes, dots and underscores; else it could write lines of its own into a log.</summary>
    private static string Word(string? text) =>
        text is { Length: > 0 and <= LongestKind } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') ? text : "unknown";

    private static JsonElement Of(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var found) ? found : default;

    private static IEnumerable<JsonElement> Array(JsonElement of, string name) =>
        Of(of, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : Enumerable.Empty<JsonElement>();

    private static string? Text(JsonElement of, string name) => Of(of, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    private static bool Flag(JsonElement of, string name) =>
        Of(of, name) is { } flag && (flag.ValueKind == JsonValueKind.True || flag.ValueKind == JsonValueKind.String && flag.GetString() == "true");

    private static int? Whole(JsonElement of, string name) =>
        int.TryParse(Text(of, name), NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole : null;

    private static int? Code(JsonElement error) => Whole(error, "code");

    /// <summary>Seconds since 1970, as text in the samples and as a number in some; up to the year 5138, so never milliseconds.</summary>
    private static DateTimeOffset? Time(JsonElement of, string name) =>
        long.TryParse(Text(of, name), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 100_000_000_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
