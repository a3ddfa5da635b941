using System.Collections.Immutable;

namespace Ringway.Calls;

public enum Direction
{
    /// <summary>A WhatsApp user calls the business.</summary>
    Inbound,

    /// <summary>An agent calls a WhatsApp user.</summary>
    Outbound,
}

/// <summary>
/// The WhatsApp user. A user who has adopted a username may come without a number and be known by a business-scoped id
/// only (Meta, "Business-scoped user ids", 2026).
/// </summary>
/// <param name="Number">E.164 with plus, when known.</param>
/// <param name="UserId">Business-scoped id such as <c>US.1349…</c>, when WhatsApp sent one.</param>
/// <param name="Name">Profile name or username, when WhatsApp sent one.</param>
public sealed record Party(string? Number, string? UserId = null, string? Name = null);

/// <summary>What is told of a call afterwards; it only grows.</summary>
public sealed record Story(CallId Id, Direction Direction, Party Customer, string Line, DateTimeOffset Began)
{
    /// <summary>Meta's name for the call (<c>x-wa-meta-wacid</c>), when known.</summary>
    public string? Wacid { get; init; }

    public ImmutableArray<AgentId> OfferedTo { get; init; } = [];
    public DateTimeOffset? OfferedAt { get; init; }

    /// <summary>Who placed the call or answered it.</summary>
    public AgentId? Agent { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }
}

/// <summary>
/// The states a call can be in.
/// <code>
/// inbound    Arriving ──► Offered ──► Talking ──► Over
///                │            └──────────────────► ▲
///                └───────────────────────────────► │
/// outbound   Calling ──► Dialling ──► Talking ──► Over
///                └───────────┴───────────────────► ▲
/// </code>
/// </summary>
public abstract record Call
{
    private Call(Story story) => Story = story;

    public Story Story { get; init; }

    public CallId Id => Story.Id;

    /// <summary>Inbound: the caller is in our hands and nobody has been asked yet.</summary>
    public sealed record Arriving(Story Story) : Call(Story);

    /// <summary>Inbound: these agents' browsers ring.</summary>
    /// <param name="Ringing">Who is still being rung; never empty.</param>
    /// <param name="SomebodyDeclined">Tells "declined" from "could not be reached" when the last one is gone.</param>
    public sealed record Offered(Story Story, ImmutableArray<AgentId> Ringing, bool SomebodyDeclined) : Call(Story);

    /// <summary>Outbound: the browser of the agent who calls is being connected; WhatsApp knows nothing yet.</summary>
    public sealed record Calling(Story Story, AgentId By) : Call(Story);

    /// <summary>Outbound: WhatsApp is being called.</summary>
    /// <param name="Rings">WhatsApp said that the user's phone rings.</param>
    public sealed record Dialling(Story Story, AgentId By, bool Rings) : Call(Story);

    /// <summary>Both are in the bridge.</summary>
    /// <param name="LineLost">The agent's browser is away and has some seconds to come back.</param>
    public sealed record Talking(Story Story, AgentId With, bool LineLost = false) : Call(Story);

    public sealed record Over(Story Story, Outcome Outcome, DateTimeOffset EndedAt) : Call(Story);

    /// <summary>The agents this call keeps from others, now: asked ones and the one who talks.</summary>
    public ImmutableArray<(AgentId Agent, bool Talks)> Engages => this switch
    {
        Offered o => [.. o.Ringing.Select(a => (a, false))],
        Calling c => [(c.By, true)],
        Dialling d => [(d.By, true)],
        Talking t => [(t.With, true)],
        _ => [],
    };
}
