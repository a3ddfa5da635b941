using Ringway.WhatsApp.Permissions;

namespace Ringway.WhatsApp.Webhooks;

/// <summary>One thing that Meta tells by webhook. A delivery may hold several; each has a name by which it is known again.</summary>
/// <param name="Key">The same each time it is delivered: ids and event, as Meta advises to tell doubles.</param>
/// <param name="Field">The subscription it came by: messages, calls, account_update, …</param>
/// <param name="Kind">What it is within the field; from Meta's words, made harmless for counts and logs.</param>
/// <param name="At">Its own time; that of its arrival when it tells none.</param>
public sealed record WebhookHead(string Key, string Field, string Kind, DateTimeOffset At);

/// <summary>What Meta told, as far as we know it.</summary>
public abstract record WebhookEvent
{
    private WebhookEvent(WebhookHead head) => Head = head;

    public WebhookHead Head { get; }

    /// <summary>The user answered a request for permission, gave or took it unasked, or WhatsApp took it.</summary>
    /// <param name="Until">When it ends; null while <paramref name="Accepted"/> means that it does not.</param>
    /// <param name="Automatic">WhatsApp did it: given back for a call of the user's, or taken after four unanswered calls.</param>
    /// <param name="Request">The message, or the call, that it answers.</param>
    public sealed record PermissionReplied(
        WebhookHead What, string PhoneNumberId, Sender From, bool Accepted, DateTimeOffset? Until, bool Automatic, string? Request) : WebhookEvent(What);

    /// <summary>A message of the user's.</summary>
    /// <param name="Voicemail">The call that it is the voicemail of, and Meta's id of the sound.</param>
    public sealed record UserWrote(WebhookHead What, string PhoneNumberId, Sender From, (string Wacid, string? Media)? Voicemail) : WebhookEvent(What);

    /// <summary>A call is attempted, in either direction.</summary>
    /// <param name="Payload">What came with the button or the link that the user tapped.</param>
    public sealed record CallCreated(WebhookHead What, string PhoneNumberId, Sender User, string Wacid, bool ByUser, string? Payload) : WebhookEvent(What);

    /// <summary>A call is over. It was answered when it has a duration, whatever its status says (Meta, "Business-initiated calls").</summary>
    public sealed record CallEnded(
        WebhookHead What, string PhoneNumberId, Sender User, string Wacid, bool ByUser, string? Status,
        DateTimeOffset? StartedAt, int? DurationSeconds, int? ErrorCode, string? Error) : WebhookEvent(What);

    /// <summary>A message of ours could not be delivered.</summary>
    public sealed record MessageFailed(WebhookHead What, string PhoneNumberId, Sender To, string Message, int? ErrorCode) : WebhookEvent(What);

    /// <summary>The calling settings of a number have changed, by us or by somebody else.</summary>
    public sealed record SettingsChanged(WebhookHead What, string? PhoneNumberId, string Json) : WebhookEvent(What);

    /// <summary>Meta restricts the account, or warns.</summary>
    public sealed record AccountChanged(WebhookHead What, string BusinessAccountId, string Json) : WebhookEvent(What);

    /// <summary>Known, counted, and of no further use to us: a message was delivered, a user's phone rings.</summary>
    public sealed record Noted(WebhookHead What) : WebhookEvent(What);

    /// <summary>Nothing that we know; kept as it came.</summary>
    public sealed record Unknown(WebhookHead What, string Json) : WebhookEvent(What);
}

/// <summary>The user of an event.</summary>
/// <param name="UserId">The business-scoped id, also when a number is known.</param>
public sealed record Sender(WhatsAppUser User, string? UserId, string? Name);
