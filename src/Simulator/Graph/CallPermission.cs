using System.Collections.Immutable;

namespace Ringway.Simulator.Graph;

public enum Grant
{
    None,
    Temporary,
    Permanent,
}

/// <summary>What one user allows one business, and what Meta counts between them. A value; <see cref="PermissionRules"/> changes it.</summary>
public sealed record CallPermission
{
    public static readonly CallPermission Strangers = new();

    public Grant Grant { get; init; }

    /// <summary>End of a temporary grant.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>When permission was asked for, since the last connected call.</summary>
    public ImmutableArray<DateTimeOffset> Asked { get; init; } = [];

    /// <summary>When calls of the business were connected.</summary>
    public ImmutableArray<DateTimeOffset> Connected { get; init; } = [];

    /// <summary>Calls of the business in a row that the user did not take.</summary>
    public int Unanswered { get; init; }

    /// <summary>End of the customer service window; null when the user never wrote or called.</summary>
    public DateTimeOffset? WindowUntil { get; init; }
}

/// <summary>How often something may be done in a time, and how often it was.</summary>
/// <param name="Period">As Graph writes it: an ISO 8601 duration.</param>
/// <param name="FreeAt">When the next is allowed; null while one is.</param>
public sealed record Limit(string Period, int Allowed, int Used, DateTimeOffset? FreeAt);

/// <summary>What an unanswered call leads to.</summary>
public enum Strike
{
    None,

    /// <summary>WhatsApp asks the user whether these calls are still wanted.</summary>
    Nudge,

    /// <summary>WhatsApp takes the permission away.</summary>
    Revoked,
}
