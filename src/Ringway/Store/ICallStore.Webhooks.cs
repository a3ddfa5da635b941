namespace Ringway.Store;

public partial interface ICallStore
{
    /// <summary>Whether this event was taken in before.</summary>
    Task<bool> HasWebhookAsync(string id, CancellationToken ct = default);

    /// <summary>The event is taken in. Saying it twice is saying it once.</summary>
    Task SaveWebhookAsync(WebhookRow webhook, CancellationToken ct = default);

    /// <summary>How many there were of each kind, of those that are remembered.</summary>
    Task<IReadOnlyList<WebhookCount>> WebhookCountsAsync(CancellationToken ct = default);

    /// <summary>Those of a field whose bodies were kept, newest first by their own time.</summary>
    Task<IReadOnlyList<WebhookRow>> WebhooksAsync(string field, int limit, CancellationToken ct = default);

    /// <summary>Forgets events that came before that time; those of <paramref name="except"/> stay.</summary>
    Task ForgetWebhooksAsync(DateTimeOffset before, IReadOnlyCollection<string> except, CancellationToken ct = default);

    /// <summary>
    /// Adds what Meta told of a call to what it told before: what is null here leaves what is there. The call's record, found by its
    /// wacid, has it in its detail from now on; a record of ours without a wacid is given it, when line, user and time fit.
    /// </summary>
    Task SaveWhatsAppCallAsync(WhatsAppCallRow call, CancellationToken ct = default);

    /// <summary>Calls of users that Meta told of and that no record of ours belongs to.</summary>
    /// <param name="endedBefore">Only calls that ended, and were last heard of, before that time,</param>
    /// <param name="createdBefore">or began before that one, whose end was never told.</param>
    Task<IReadOnlyList<WhatsAppCallRow>> UnseenCallsAsync(DateTimeOffset endedBefore, DateTimeOffset createdBefore, CancellationToken ct = default);
}

/// <summary>An event of Meta's that was taken in.</summary>
/// <param name="Id">The same each time the event is delivered.</param>
/// <param name="IsKnown">Whether ringway knows what it means.</param>
/// <param name="Body">JSON, of events whose content may be asked for later.</param>
public sealed record WebhookRow(
    string Id, string Field, string Kind, bool IsKnown, DateTimeOffset HappenedAt, DateTimeOffset ReceivedAt, string? Body)
{
    public override string ToString() => $"{Field} {Kind}";
}

/// <summary>How often a kind of event came.</summary>
public sealed record WebhookCount(string Field, string Kind, bool IsKnown, long Count, DateTimeOffset LastAt);

/// <summary>What Meta told of a call by webhook.</summary>
/// <param name="User">Number with +, or id.</param>
/// <param name="ByUser">The user called; else we did.</param>
public sealed record WhatsAppCallRow(string Wacid, string Line, string User, bool ByUser, DateTimeOffset HeardAt)
{
    public string? UserId { get; init; }
    public string? Name { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    /// <summary>When it was answered.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
    public int? DurationSeconds { get; init; }
    public string? Status { get; init; }
    public int? ErrorCode { get; init; }
    public string? Error { get; init; }
    public string? Payload { get; init; }
    /// <summary>Meta's id of the recorded message.</summary>
    public string? Voicemail { get; init; }

    public override string ToString() => Wacid;
}
