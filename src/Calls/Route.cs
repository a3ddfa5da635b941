using System.Collections.Immutable;

namespace Ringway.Calls;

/// <summary>Where a route leads.</summary>
public abstract record Destination
{
    private Destination()
    {
    }

    /// <summary>A team's agents; null for those of the line.</summary>
    public sealed record Team(string? Id) : Destination;

    /// <summary>One agent; when she does not take it, those of the line.</summary>
    public sealed record Agent(AgentId Id) : Destination;

    public sealed record Menu(string Id) : Destination;

    public sealed record Voicemail : Destination;

    /// <summary>Something is said, and the call ends.</summary>
    /// <param name="Id">Names what is said.</param>
    public sealed record Announcement(string Id) : Destination;
}

/// <summary>What a caller's route asks of those who take the call, and where it puts her in the queue.</summary>
/// <param name="Skill">What the agent must be able to do; null for nothing.</param>
/// <param name="SkillFor">For how long only agents with the skill are asked; null: until the end.</param>
/// <param name="HeadStart">She counts as having waited for so long before she came.</param>
public sealed record Wish(string? Skill = null, TimeSpan? SkillFor = null, TimeSpan HeadStart = default)
{
    public static Wish None { get; } = new();
}

/// <summary>One rule of a line. What is empty or null is not asked.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Holds">Whether it is in force at a time.</param>
public sealed record Route(string Name, Destination To, Func<DateTimeOffset, bool> Holds)
{
    /// <summary>Numbers or user ids of callers.</summary>
    public ImmutableArray<Mask> Callers { get; init; } = [];

    /// <summary>What came with the button or link that the user tapped.</summary>
    public ImmutableArray<Mask> Payloads { get; init; } = [];

    /// <summary>Only for who may be called, or may not; null asks neither.</summary>
    public bool? MayBeCalled { get; init; }

    /// <summary>Only for who has talked with an agent within this time; that agent is asked first.</summary>
    public TimeSpan? Returning { get; init; }

    public Wish Wish { get; init; } = Wish.None;
}

/// <summary>When a caller last talked, and with whom.</summary>
public readonly record struct LastTalk(AgentId With, DateTimeOffset At);

/// <summary>All that routes go by.</summary>
/// <param name="At">When the call came.</param>
/// <param name="Payload">What came with the button or link that the user tapped.</param>
/// <param name="MayBeCalled">The user had given us leave to call, before this call.</param>
public readonly record struct CallerFacts(Party Customer, DateTimeOffset At, string? Payload = null, LastTalk? Last = null, bool MayBeCalled = false);

/// <summary>Why a route is not the call's.</summary>
public enum Mismatch { Hours, Caller, Payload, Permission, NewCaller }

/// <summary>Which route a call takes, and why not those before it.</summary>
/// <param name="Route">Null when none is in force: the line is closed.</param>
/// <param name="First">The agent who is asked before all others.</param>
public sealed record Decision(Route? Route, AgentId? First, ImmutableArray<(Route Route, Mismatch Why)> PassedOver);

/// <summary>Chooses a call's route: the first whose every condition holds. Pure.</summary>
public static class Routes
{
    public static Decision Decide(ImmutableArray<Route> routes, CallerFacts facts)
    {
        var passedOver = ImmutableArray.CreateBuilder<(Route, Mismatch)>();
        foreach (var route in routes)
        {
            if (WhyNot(route, facts) is not { } why)
                return new(route, route is { Returning: not null, To: Destination.Team } ? facts.Last!.Value.With : null, passedOver.ToImmutable());
            passedOver.Add((route, why));
        }

        return new(null, null, passedOver.ToImmutable());
    }

    private static Mismatch? WhyNot(Route route, CallerFacts facts) =>
        !route.Holds(facts.At) ? Mismatch.Hours
        : !Fits(route.Callers, facts.Customer.Number) && !Fits(route.Callers, facts.Customer.UserId) ? Mismatch.Caller
        : !Fits(route.Payloads, facts.Payload) ? Mismatch.Payload
        : route.MayBeCalled is { } allowed && allowed != facts.MayBeCalled ? Mismatch.Permission
        : route.Returning is { } within && !(facts.Last is { } last && facts.At - last.At <= within) ? Mismatch.NewCaller
        : null;

    private static bool Fits(ImmutableArray<Mask> masks, string? text) => masks.IsEmpty || text is not null && masks.Any(mask => mask.Fits(text));
}
