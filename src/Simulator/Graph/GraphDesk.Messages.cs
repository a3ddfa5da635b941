using System.Text.Json;
using System.Text.Json.Nodes;
using Ringway.Simulator.Edge;

namespace Ringway.Simulator.Graph;

/// <summary>Messages: text, templates, call buttons, requests for permission.</summary>
public sealed partial class GraphDesk
{
    private const int MaxText = 4096, MaxBody = 1024, MaxButton = 20, MaxPayload = 512, MaxButtonMinutes = 43200, DefaultButtonMinutes = 10080;

    /// <summary>Of two requests at once only one may find the limit free.</summary>
    private readonly Lock _asking = new();

    private GraphAnswer Send(GraphNumber number, JsonNode? node)
    {
        if (node is not JsonObject body) return GraphError.Parameter("the request body must be an object");
        if (Text(body, "messaging_product") != "whatsapp") return GraphError.Parameter("messaging_product must be \"whatsapp\"");
        if ((Text(body, "recipient_type") ?? "individual") != "individual") return GraphError.Parameter("recipient_type must be \"individual\"");
        // If both are there, "to" wins.
        var (to, recipient) = (Text(body, "to"), Text(body, "recipient"));
        if (to is null && recipient is null) return GraphError.Missing("to or recipient");
        if ((to is not null ? UserIds.OfNumber(to) : ids.OfScopedId(recipient)) is not { } user) return GraphError.Parameter($"{(to is not null ? "to" : "recipient")} names no user");
        return (Text(body, "type") ?? "text", Text(body["interactive"], "type")) switch
        {
            ("text", _) => SendText(number, user, to ?? recipient!, body["text"] as JsonObject),
            ("template", _) => SendTemplate(number, user, to ?? recipient!, body["template"] as JsonObject),
            ("interactive", "call_permission_request") => SendRequest(number, user, to ?? recipient!, (JsonObject)body["interactive"]!),
            ("interactive", "voice_call") => SendButton(number, user, to ?? recipient!, (JsonObject)body["interactive"]!),
            ("interactive", var kind) => GraphError.Value($"interactive.type {kind} is not played by the simulator"),
            (var type, _) => GraphError.Parameter($"type {type} is not played by the simulator"),
        };
    }

    private GraphAnswer SendText(GraphNumber number, string user, string to, JsonObject? text)
    {
        if (Text(text, "body") is not { Length: > 0 } words) return GraphError.Missing("text.body");
        if (words.Length > MaxText) return GraphError.Value($"text.body is longer than {MaxText} characters");
        return Write(number, user, to, (id, at) => new(id, at, MessageKind.Text, words));
    }

    private GraphAnswer SendTemplate(GraphNumber number, string user, string to, JsonObject? given)
    {
        if (Text(given, "name") is not { } name || Text(given?["language"], "code") is not { } language) return GraphError.Missing("template.name and template.language.code");
        var now = time.GetUtcNow();
        if (book.Templates(number.AccountId).FirstOrDefault(t => t.Name == name && t.Language == language) is not { } template || template.StatusAt(now) != "APPROVED")
            return GraphError.NoTemplate(name, language);
        lock (_asking)
        {
            if (template.AsksPermission && Forbids(number, user) is { } error) return error;
            var message = chats.Deliver(number, user, (id, at) => new(id, at, MessageKind.Template, template.Text)
            {
                AsksPermission = template.AsksPermission, ExpiresAt = template.AsksPermission ? at + PermissionRules.RequestLife : null,
            });
            return Sent(user, to, message.Id, ("message_status", "accepted"));
        }
    }

    private GraphAnswer SendRequest(GraphNumber number, string user, string to, JsonObject interactive)
    {
        if (interactive.ContainsKey("header") || interactive.ContainsKey("footer")) return GraphError.Value("a call_permission_request has neither header nor footer");
        if (Text(interactive["action"], "name") != "call_permission_request") return GraphError.Missing("interactive.action.name must be call_permission_request");
        var text = Text(interactive["body"], "text") ?? "";
        if (text.Length > MaxBody) return GraphError.Value($"interactive.body.text is longer than {MaxBody} characters");
        lock (_asking)
        {
            if (Forbids(number, user) is { } error) return error;
            return Write(number, user, to, (id, at) => new(id, at, MessageKind.PermissionRequest, text) { AsksPermission = true, ExpiresAt = at + PermissionRules.RequestLife });
        }
    }

    /// <summary>Meta, Calling: Call button messages and deep links.</summary>
    private GraphAnswer SendButton(GraphNumber number, string user, string to, JsonObject interactive)
    {
        if (!number.Settings.Calling) return GraphError.Value("voice_call is not available: calling is not enabled for this phone number");
        if (Text(interactive["body"], "text") is not { Length: > 0 } text) return GraphError.Missing("interactive.body.text");
        if (Text(interactive["action"], "name") != "voice_call") return GraphError.Missing("interactive.action.name must be voice_call");
        var parameters = interactive["action"]!["parameters"];
        var (label, payload) = (Text(parameters, "display_text") ?? "Call Now", Text(parameters, "payload"));
        if (label.Length is 0 or > MaxButton) return GraphError.Value($"display_text must have 1 to {MaxButton} characters");
        if (payload?.Length > MaxPayload) return GraphError.Value($"payload must have at most {MaxPayload} characters");
        var minutes = DefaultButtonMinutes;
        if ((parameters as JsonObject)?["ttl_minutes"] is { } ttl
            && !(ttl.GetValueKind() == JsonValueKind.Number && ttl.AsValue().TryGetValue(out minutes) && minutes is >= 1 and <= MaxButtonMinutes))
            return GraphError.Value($"ttl_minutes must be within 1 and {MaxButtonMinutes}");
        return Write(number, user, to, (id, at) => new(id, at, MessageKind.CallButton, text) { Button = label, Payload = payload, ExpiresAt = at.AddMinutes(minutes) });
    }

    /// <summary>A free-form message: outside the window it is taken all the same, and a status says later that it failed.</summary>
    private GraphAnswer Write(GraphNumber number, string user, string to, Func<string, DateTimeOffset, ChatMessage> write)
    {
        if (!chats.Of(number.Number.Number, user).Permission.WindowIsOpen(time.GetUtcNow()))
        {
            calls.Stray(MetaRules.OpenWindow, $"{number.Number.Number} wrote to {user}, who has not written or called for 24 h");
            if (rules.IsOn(MetaRules.OpenWindow))
                return Sent(user, to, chats.Fail(
                    number, user, 131047, "Re-engagement message", "Message failed to send because more than 24 hours have passed since the customer last replied to this number."));
        }
        return Sent(user, to, chats.Deliver(number, user, write).Id);
    }

    /// <summary>Why permission may not be asked for; null when it may.</summary>
    private GraphError? Forbids(GraphNumber number, string user)
    {
        var now = time.GetUtcNow();
        var permission = chats.Of(number.Number.Number, user).Permission;
        if (permission.GrantAt(now) == Grant.Permanent) return GraphError.AlreadyPermanent;
        if (permission.AskLimits(now).FirstOrDefault(limit => limit.FreeAt is not null) is not { } reached) return null;
        calls.Stray(MetaRules.AskLimit, $"{number.Number.Number} asked {user} more than {reached.Allowed} times in {reached.Period}");
        return rules.IsOn(MetaRules.AskLimit) ? GraphError.AskLimit(reached) : null;
    }

    private GraphAnswer Sent(string user, string to, string id, params (string Key, string Value)[] more)
    {
        var contact = new JsonObject { ["input"] = to };
        if (UserIds.Digits(user) is { } digits) contact["wa_id"] = digits;
        contact["user_id"] = ids.ScopedId(user);
        var message = new JsonObject { ["id"] = id };
        foreach (var (key, value) in more) message[key] = value;
        return new JsonObject { ["messaging_product"] = "whatsapp", ["contacts"] = new JsonArray(contact), ["messages"] = new JsonArray(message) };
    }

    /// <summary>A string member; null when it is missing or anything else.</summary>
    private static string? Text(JsonNode? node, string key) =>
        node is JsonObject parent && parent[key] is { } value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
