using Ringway.Calls;

namespace Ringway.Options;

/// <summary>
/// An agent who is asked before a team, written as a team's id: <c>@ada:help</c>. So a call that an agent does not take is passed
/// on as from any other team, and a restarted Ringway reads from the call where it stands.
/// </summary>
/// <param name="Then">Whose call it is after the agent; null for the line's own.</param>
public sealed record AgentFirst(AgentId Agent, string? Then)
{
    public override string ToString() => Then is null ? $"@{Agent}" : $"@{Agent}:{Then}";

    public static AgentFirst? Read(string? team) => team is not ['@', ..] ? null
        : team.IndexOf(':', StringComparison.Ordinal) is > 0 and var end ? new(new(team[1..end]), team[(end + 1)..]) : new(new(team[1..]), null);

    /// <summary>A team of the agent alone, in which nobody waits.</summary>
    public TeamOptions Before(TeamOptions next) =>
        next with { Id = ToString(), Agents = [Agent.Value], Strategy = Strategy.RingAll, Wait = TimeSpan.Zero, Overflow = next.Id, Announcements = new(), CallBackKey = null };
}
