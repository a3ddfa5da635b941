using System.Collections.Immutable;

namespace Ringway.Calls;

/// <summary>Whom of a team a call rings.</summary>
public enum Strategy
{
    /// <summary>Everybody who is free; the first to answer has it.</summary>
    RingAll,

    /// <summary>Who has been without a call for longest.</summary>
    LongestIdle,

    /// <summary>One after the other: who was asked longest ago.</summary>
    RoundRobin,

    /// <summary>Who has had the fewest calls since Ringway was started.</summary>
    FewestCalls,

    /// <summary>The first in the team's list.</summary>
    FixedOrder,
}

/// <summary>An agent who is free, and what the strategies go by.</summary>
/// <param name="IdleSince">When the last call ended, or when the agent came on duty.</param>
/// <param name="AskedAt">When the agent was last rung; null for not yet.</param>
/// <param name="Calls">How many calls the agent has had.</param>
public readonly record struct Candidate(AgentId Agent, DateTimeOffset IdleSince, DateTimeOffset? AskedAt, int Calls);

/// <summary>Chooses whom a call rings among those who are free. Pure.</summary>
public static class Routing
{
    /// <param name="strategy">How the team shares its calls.</param>
    /// <param name="free">In the team's order.</param>
    /// <param name="asked">Who was rung for this call already; they come again only when nobody else is free.</param>
    /// <param name="level">How well an agent can do what the call asks for, 0 for not at all; the best come first. Null when it asks for nothing.</param>
    /// <param name="anybody">Whoever cannot do it may be rung too, after those who can.</param>
    public static ImmutableArray<AgentId> Choose(
        Strategy strategy, ImmutableArray<Candidate> free, IReadOnlyCollection<AgentId> asked, Func<AgentId, int>? level = null, bool anybody = false)
    {
        if (level is not null) free = Best(free, asked, level, anybody);
        if (strategy == Strategy.RingAll || free.IsEmpty) return [.. free.Select(one => one.Agent)];
        var fresh = free.Where(one => !asked.Contains(one.Agent)).ToImmutableArray();
        var among = fresh.IsEmpty ? free : fresh;
        return [(strategy switch
        {
            // Who does not answer has not been idle for long in a way that counts, else the same phone would ring for ever.
            Strategy.LongestIdle => among.MinBy(one => one.AskedAt > one.IdleSince ? one.AskedAt.Value : one.IdleSince),
            Strategy.RoundRobin => among.MinBy(one => one.AskedAt ?? DateTimeOffset.MinValue),
            Strategy.FewestCalls => among.MinBy(one => (one.Calls, one.AskedAt ?? DateTimeOffset.MinValue)),
            _ => among[0],
        }).Agent];
    }

    /// <summary>The best of those who were not asked yet, else the best of all.</summary>
    private static ImmutableArray<Candidate> Best(
        ImmutableArray<Candidate> free, IReadOnlyCollection<AgentId> asked, Func<AgentId, int> level, bool anybody)
    {
        var able = free.Where(one => anybody || level(one.Agent) > 0).ToImmutableArray();
        var fresh = able.Where(one => !asked.Contains(one.Agent)).ToImmutableArray();
        var among = fresh.IsEmpty ? able : fresh;
        return among.IsEmpty ? [] : [.. among.Where(one => level(one.Agent) == among.Max(other => level(other.Agent)))];
    }
}
