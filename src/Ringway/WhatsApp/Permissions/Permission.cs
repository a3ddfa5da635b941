using System.Collections.Immutable;

namespace Ringway.WhatsApp.Permissions;

/// <summary>
/// What we know of one user's leave to be called from one business number. Only facts with their times; what they mean now says
/// <see cref="PermissionRules"/>. Facts are kept as sets and newest words, so that hearing them twice, late or in another order
/// ends in the same: Meta delivers webhooks at least once and in no order.
/// </summary>
public sealed record Permission(string Line, WhatsAppUser User)
{
    /// <summary>The user's, or Meta's, last word.</summary>
    public Answer Answer { get; init; } = Answer.NotHeard;

    /// <summary>The last request that we sent.</summary>
    public Asking? LastAsk { get; init; }

    /// <summary>Messages that Meta could not deliver; nobody will answer a request that is among them.</summary>
    public ImmutableArray<string> Undelivered { get; init; } = [];

    /// <summary>When requests were sent that still count against Meta's limits.</summary>
    public ImmutableArray<DateTimeOffset> Asks { get; init; } = [];

    /// <summary>When our calls of the last 24 hours were answered.</summary>
    public ImmutableArray<DateTimeOffset> Connects { get; init; } = [];

    /// <summary>When our calls ended unanswered, since one was answered.</summary>
    public ImmutableArray<DateTimeOffset> Misses { get; init; } = [];

    /// <summary>The last call in either direction that was answered; it resets the request limits.</summary>
    public DateTimeOffset? TalkedAt { get; init; }

    /// <summary>The last call of ours that was answered; it ends the streak of unanswered ones.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>The last message or call of the user; for 24 hours after it a free-form message may be sent.</summary>
    public DateTimeOffset? HeardAt { get; init; }

    /// <summary>When Meta was last asked, by our clock.</summary>
    public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>When Meta last told its counts.</summary>
    public DateTimeOffset? CountedAt { get; init; }

    public PermissionLimits Limits { get; init; } = new();

    /// <summary>Meta said at the last check that calling, or asking, is not possible, whatever the counters say.</summary>
    public bool CallBarred { get; init; }

    public bool AskBarred { get; init; }
}

/// <summary>A last word on whether calls are allowed.</summary>
/// <param name="At">When it was said, by Meta's clock and in whole seconds when it came by webhook.</param>
/// <param name="Until">When a temporary permission ends.</param>
/// <param name="Request">The id of the request that it answers; null when the user did it unasked.</param>
public sealed record Answer(AnswerKind Kind, DateTimeOffset At, DateTimeOffset? Until = null, string? Request = null)
{
    public static Answer NotHeard { get; } = new(AnswerKind.NotHeard, DateTimeOffset.MinValue);

    public bool Allows(DateTimeOffset now) =>
        Kind == AnswerKind.Permanent || Kind == AnswerKind.Temporary && now < Until;
}

/// <summary>Ordered by rigour: of two words of the same second the harder one counts.</summary>
public enum AnswerKind
{
    NotHeard,
    Permanent,
    Temporary,

    /// <summary>Meta says that there is no permission, or refused a call with 403.</summary>
    NotAllowed,

    /// <summary>The user refused a request or took the permission away.</summary>
    Refused,

    /// <summary>WhatsApp took the permission away after four unanswered calls.</summary>
    Revoked,
}

/// <param name="Id">Meta's id of the message (<c>wamid…</c>); null when it is not known.</param>
public sealed record Asking(DateTimeOffset At, string? Id);

/// <summary>Meta's limits (Meta, "User call permissions", 2025-12-19); Meta's answer to a check may bring others.</summary>
public sealed record PermissionLimits(int AsksADay = 1, int AsksAWeek = 2, int CallsADay = 100);
