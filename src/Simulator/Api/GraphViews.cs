using System.Text.Json.Nodes;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Graph;

namespace Ringway.Simulator.Api;

/// <summary>GET /users/{user}: a WhatsApp user, and what is between them and each business.</summary>
public sealed record UserView(string User, string Name, IReadOnlyList<BusinessView> Businesses)
{
    public static UserView Of(string user, Chats chats, SipEdge edge, TimeProvider time) => new(
        user, chats.NameOf(user), [.. edge.Businesses.Select(business => BusinessView.Of(business, chats.Of(business.Number, user), time.GetUtcNow()))]);
}

/// <param name="Permission">none, temporary, permanent; a business that Graph does not know needs none and has permanent.</param>
/// <param name="WindowUntil">Null when the window is closed.</param>
public sealed record BusinessView(
    string Number, string Name, string Permission, DateTimeOffset? Until, int Unanswered, DateTimeOffset? WindowUntil, IReadOnlyList<MessageView> Messages)
{
    public static BusinessView Of(BusinessNumber business, Chat chat, DateTimeOffset now)
    {
        var grant = business.BusinessAccountId is null ? Grant.Permanent : chat.Permission.GrantAt(now);
        return new(
            business.Number, business.Name ?? business.HostName, grant.ToString().ToLowerInvariant(), grant == Grant.Temporary ? chat.Permission.Until : null,
            chat.Permission.Unanswered, chat.Permission.WindowIsOpen(now) ? chat.Permission.WindowUntil : null, [.. chat.Messages.Select(MessageView.Of)]);
    }
}

/// <param name="Kind">permissionRequest, callButton, text, template.</param>
/// <param name="AsksPermission">A template may ask too.</param>
/// <param name="Answer">accept, always, refuse; null while there is none.</param>
public sealed record MessageView(
    string Id, DateTimeOffset At, string Kind, string Text, string? Button, string? Payload, DateTimeOffset? ExpiresAt, bool AsksPermission, string? Answer)
{
    public static MessageView Of(ChatMessage message) => new(
        message.Id, message.At, Camel(message.Kind.ToString()), message.Text, message.Button, message.Payload, message.ExpiresAt, message.AsksPermission,
        message.Answer?.ToString().ToLowerInvariant());

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}

/// <summary>POST /users/{user}/permission. <c>answer</c>: accept, always, refuse a request; grant, revoke in the business' profile.</summary>
public sealed record PermissionOrder(string? Business, string? Request, string? Answer);

/// <summary>POST /users/{user}/message.</summary>
public sealed record MessageOrder(string? Business, string? Text);

/// <summary>GET /graph: what Meta's console would show.</summary>
public sealed record GraphView(IReadOnlyList<GraphNumberView> Numbers, WebhooksView Webhooks, IReadOnlyList<GraphRequest> Requests);

public sealed record GraphNumberView(string PhoneNumberId, string Number, JsonObject Settings);

public sealed record WebhooksView(string? Url, bool Verified, int Waiting, IReadOnlyList<Delivery> Deliveries);

/// <summary>POST /webhooks: an app's owner enters an address; without a token the account's holds.</summary>
public sealed record WebhookOrder(string? Url, string? VerifyToken);

public sealed record MisbehaviourView(string Id, string Text, string Source, bool On);

public sealed record MisbehaviourSwitch(bool On);

/// <summary>One message of /events about a user.</summary>
public sealed record UserEventView(string Type, UserView User);

/// <summary>One message of /events about Graph: a request that came, or a webhook that went.</summary>
public sealed record GraphEventView(string Type, GraphRequest? Request, Delivery? Delivery);
