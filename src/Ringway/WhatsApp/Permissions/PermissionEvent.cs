namespace Ringway.WhatsApp.Permissions;

/// <summary>What can happen to a permission, in the past tense, each with its own time.</summary>
public abstract record PermissionEvent
{
    private PermissionEvent(DateTimeOffset at) => At = at;

    /// <summary>When it happened, which is not when we heard of it.</summary>
    public DateTimeOffset At { get; }

    /// <param name="Until">Null: until it is revoked.</param>
    /// <param name="Request">The request that was answered, if one was.</param>
    public sealed record Granted(DateTimeOffset When, DateTimeOffset? Until, string? Request = null) : PermissionEvent(When);

    /// <param name="Automatic">WhatsApp did it after four unanswered calls, not the user.</param>
    public sealed record Rejected(DateTimeOffset When, bool Automatic = false, string? Request = null) : PermissionEvent(When);

    /// <param name="When">Before the request was sent: the answer may be heard before we know that it was sent.</param>
    public sealed record Asked(DateTimeOffset When, string? Id) : PermissionEvent(When);

    /// <summary>Meta could not deliver a request of ours: the user's WhatsApp is too old (131026), for one.</summary>
    public sealed record AskFailed(DateTimeOffset When, string Id) : PermissionEvent(When);

    /// <summary>The user wrote or called: that opens the customer service window.</summary>
    public sealed record UserCame(DateTimeOffset When) : PermissionEvent(When);

    /// <param name="Ours">We called; else the user did.</param>
    public sealed record CallAnswered(DateTimeOffset When, bool Ours) : PermissionEvent(When);

    /// <summary>A call of ours rang unanswered or was declined.</summary>
    public sealed record CallMissed(DateTimeOffset When) : PermissionEvent(When);

    /// <summary>WhatsApp refused a call of ours with 403.</summary>
    public sealed record CallRefused(DateTimeOffset When) : PermissionEvent(When);

    /// <summary>Meta was asked.</summary>
    /// <param name="When">When the question was sent; what happened after it the answer may not know.</param>
    public sealed record Checked(DateTimeOffset When, MetaPermission Said) : PermissionEvent(When);
}

/// <summary>What Meta says of a permission when it is asked (<c>call_permissions</c>).</summary>
/// <param name="Allowed">None, temporary or permanent.</param>
public sealed record MetaPermission(
    MetaPermission.Kind Allowed, DateTimeOffset? Until, MetaAction? Ask, MetaAction? Call)
{
    public enum Kind { None, Temporary, Permanent }
}

/// <summary>Whether something may be done, and what is used of the limits on it.</summary>
public sealed record MetaAction(bool Can, MetaLimit? Day = null, MetaLimit? Week = null);

/// <param name="FreeAt">When one more is possible; Meta tells it only when the limit is reached.</param>
public sealed record MetaLimit(int Most, int Used, DateTimeOffset? FreeAt = null);
