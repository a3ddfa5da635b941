using System.Collections.Immutable;
using static Ringway.Calls.Call;
using static Ringway.Calls.Command;

namespace Ringway.Calls;

/// <summary>A leg as a restarted Ringway finds it in Asterisk.</summary>
/// <param name="Up">Answered.</param>
/// <param name="Outside">Not in the call's bridge, though somebody else is.</param>
/// <param name="Alone">In the call's bridge, and nobody else is.</param>
public readonly record struct FoundLeg(Leg Leg, bool Up, bool Outside = false, bool Alone = false);

/// <summary>
/// Takes a call up again from what Asterisk holds. What is under way goes on; what was cut off between two steps of its
/// set-up is done again where that cannot be noticed, else ended, so that nothing half-done stays.
/// </summary>
public static class Recovery
{
    private const int AnsweredElsewhere = 26;

    public static Step Resume(Story story, ImmutableArray<FoundLeg> legs, DateTimeOffset now) =>
        SupervisionRules.TakeUp(RecordingRules.Follow(before: null, CallMachine.Announced(before: null, OfCall(story, legs, now))));

    private static Step OfCall(Story story, ImmutableArray<FoundLeg> legs, DateTimeOffset now)
    {
        var hasCustomer = legs.Any(leg => leg.Leg == Leg.Customer);
        var customer = legs.FirstOrDefault(leg => leg.Leg == Leg.Customer);
        var customerUp = hasCustomer && customer.Up;
        var agents = legs.Where(leg => leg.Leg != Leg.Customer).ToImmutableArray();
        var answered = agents.Where(leg => leg.Up).OrderByDescending(leg => leg.Leg.Agent == story.Agent).Select(leg => leg.Leg.Agent).FirstOrDefault();
        var talkedBefore = story.AnsweredAt is not null;

        return (story.Direction, hasCustomer, answered) switch
        {
            (_, true, { } with) when customerUp && customer.Outside && talkedBefore => Hold(story, with, agents),
            (Direction.Inbound, true, { } with) => Talk(story, with, agents, now),
            (Direction.Outbound, true, { } with) when customerUp => Talk(story, with, agents, now),
            (Direction.Outbound, true, { } with) => new(
                new Dialling(story with { Agent = with }, with, Rings: true),
                [new OpenBridge(), new Join([Leg.Of(with)]), .. LetGo(agents, with), new Start(Deadline.Dial)]),

            (Direction.Inbound, true, null) when !customerUp && !agents.IsEmpty => new(
                new Offered(story with { OfferedTo = Agents(agents), OfferedAt = story.OfferedAt ?? now }, Agents(agents), false),
                [new OpenBridge(), new Start(Deadline.Offer)]),
            (Direction.Inbound, true, null) when !customerUp => CallMachine.Arrive(story),

            (Direction.Inbound, true, null) when customerUp && story.MessageSince is not null =>
                Step.To(new TakingMessage(story, new(What.NoAnswer, Whose.Agent)), new Start(Deadline.Message)),

            // It may have been said already, and may not: she hears it again.
            (_, true, null) when customerUp && story.CallBackAt is { } asked =>
                new(new Promised(story), [.. LetGoAll(agents), new StopPrompt(), new Promise(asked), new Start(Deadline.Prompt)]),

            // Which menu it was is not written anywhere: she is asked again from the first one.
            (Direction.Inbound, true, null) when customerUp && story.MenuAt is not null && agents.IsEmpty => CallMachine.Arrive(story),

            (_, true, null) when customerUp && story.ParkedBy is { } by => new(
                new Parked(story, by, Fetcher: agents.Select(leg => leg.Leg.Agent).FirstOrDefault()),
                [new OpenBridge(), new PlayMusic(Leg.Customer), new Start(Deadline.Park)]),

            // Somebody rang for a caller who hears music: the wait begins anew, which nobody is the worse for.
            (_, true, null) when customerUp && story.QueuedAt is not null && !agents.IsEmpty => new(
                new Offered(story with { OfferedTo = [.. story.OfferedTo.Union(Agents(agents))] }, Agents(agents), false, MayWait: true),
                [new OpenBridge(), new StopAnnouncement(), new PlayMusic(Leg.Customer), new Start(Deadline.Offer), new Start(Deadline.Wait)]),
            (_, true, null) when customerUp && story.QueuedAt is not null =>
                Step.To(new Queued(story), new OpenBridge(), new StopAnnouncement(), new PlayMusic(Leg.Customer), new Start(Deadline.Wait), new Seek()),

            // They talked, and her leg has ended in no way that we heard of: she is called back, or others take it.
            (_, true, null) when customerUp && talkedBefore && story.Agent is { } with => Away(story, with, customer, agents),

            _ => Sweep(story, legs, talkedBefore ? new(What.Completed, Who(hasCustomer)) : new(What.Failed, Whose.Ringway), now),
        };
    }

    /// <summary>A call of which nothing is left: it ended while Ringway was away.</summary>
    public static Over Vanished(Story story, DateTimeOffset now) => new(
        story, new(story.AnsweredAt is null ? What.Failed : What.Completed, Whose.Unknown), now);

    private static Step Away(Story story, AgentId with, FoundLeg customer, ImmutableArray<FoundLeg> agents) => new(
        new AgentAway(story, with, Here: agents.Any(leg => leg.Leg.Agent == with), Rings: agents.Any(leg => leg.Leg.Agent == with)),
        [new OpenBridge(), new PlayMusic(Leg.Customer, InBridge: customer.Alone), .. LetGo(agents, with), new Start(Deadline.Rejoin)]);

    /// <summary>The customer is on hold, and the agent alone or with colleagues.</summary>
    private static Step Hold(Story story, AgentId with, ImmutableArray<FoundLeg> agents)
    {
        var talk = agents.Where(leg => leg.Up && leg.Leg.Agent != with).ToImmutableArray();
        var rings = agents.Where(leg => !leg.Up).Take(1).ToImmutableArray();
        return new(
            new Talking(story with { Agent = with }, with, OnHold: true)
            {
                Colleagues = [.. In(talk, ColleagueState.Talking), .. In(rings, ColleagueState.Ringing)],
            },
            [
                new OpenBridge(), new Join([Leg.Of(with), .. talk.Select(leg => leg.Leg)]),
                .. rings.Select(_ => new Start(Deadline.Consult)),
                .. LetGo([.. agents.Except(talk).Except(rings)], with),
            ]);
    }

    private static Step Talk(Story story, AgentId with, ImmutableArray<FoundLeg> agents, DateTimeOffset now)
    {
        var others = Others(story, with, agents);
        var waits = others is [{ Outside: true }];
        return new(
            new Talking(story with { Agent = with, AnsweredAt = story.AnsweredAt ?? now, ParkedBy = null, ParkedAt = null }, with)
            {
                Colleagues = [.. In(others, waits ? ColleagueState.Waiting : ColleagueState.Talking)],
            },
            [
                new OpenBridge(),
                .. story.QueuedAt is not null ? ImmutableArray.Create<Command>(new StopAnnouncement(), new StopMusic(Leg.Customer))
                    : story.Direction == Direction.Inbound ? [new Answer()] : [],
                // All of them, be they in it or not: who is, is put in once more.
                new Join([Leg.Customer, Leg.Of(with), .. waits ? [] : others.Select(leg => leg.Leg)]),
                new Remember(with, story.AnsweredAt ?? now),
                .. LetGo([.. agents.Except(others)], with),
            ]);
    }

    /// <summary>Agents who were in the bridge, too, when all talked, or the one who waited outside; before the call was taken there can be none.</summary>
    private static ImmutableArray<FoundLeg> Others(Story story, AgentId with, ImmutableArray<FoundLeg> agents) => story.AnsweredAt is null ? []
        : [.. agents.Where(leg => leg.Up && leg.Leg.Agent != with)];

    private static IEnumerable<Colleague> In(ImmutableArray<FoundLeg> legs, ColleagueState state) => Agents(legs).Select(who => new Colleague(who, state));

    private static IEnumerable<Command> LetGo(ImmutableArray<FoundLeg> agents, AgentId with) =>
        agents.Where(leg => leg.Leg.Agent != with).Select(leg => new HangUpLeg(leg.Leg, AnsweredElsewhere));

    private static IEnumerable<Command> LetGoAll(ImmutableArray<FoundLeg> agents) => agents.Select(leg => new HangUpLeg(leg.Leg, AnsweredElsewhere));

    /// <summary>Who is missing has hung up.</summary>
    private static Whose Who(bool hasCustomer) => hasCustomer ? Whose.Agent : Whose.Customer;

    private static ImmutableArray<AgentId> Agents(ImmutableArray<FoundLeg> legs) =>
        [.. legs.Select(leg => leg.Leg.Agent!.Value)];

    private static Step Sweep(Story story, ImmutableArray<FoundLeg> legs, Outcome outcome, DateTimeOffset now) => new(
        new Over(story, outcome, now),
        [.. legs.Select(leg => new HangUpLeg(leg.Leg, leg is { Up: false } && leg.Leg == Leg.Customer ? outcome.CauseForCustomer : 16)), new CloseBridge()]);
}
