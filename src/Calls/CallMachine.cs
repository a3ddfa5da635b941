using System.Collections.Immutable;
using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;
using static Ringway.Calls.Command;

namespace Ringway.Calls;

/// <summary>A call after an event, and what to do about it, in this order.</summary>
public sealed record Step(Call Next, ImmutableArray<Command> Do)
{
    public static Step To(Call next, params ReadOnlySpan<Command> commands) => new(next, [.. commands]);
}

/// <summary>
/// The rule book of a call: a value and an event in, a value and commands out. No I/O, no clock, no chance. The whole
/// table, every state against every event, stands in <c>tests/golden/call-table.md</c>.
/// </summary>
public static class CallMachine
{
    /// <summary>Q.850 cause 16, normal clearing.</summary>
    private const int Normal = 16;

    /// <summary>Asterisk's cause 26; the phone is told <c>Reason: SIP;cause=200;text="Call completed elsewhere"</c>.</summary>
    private const int AnsweredElsewhere = 26;

    /// <summary>A WhatsApp user calls: the caller's leg has entered.</summary>
    public static Step Arrive(Story story) => Step.To(new Arriving(story));

    /// <summary>An agent calls: her own browser is connected first, then WhatsApp.</summary>
    public static Step Place(Story story, AgentId by) => Step.To(
        new Calling(story with { Agent = by }, by),
        new Ring(by, AnswersItself: true), new OpenBridge(), new Start(Deadline.AgentConnect));

    public static Step On(Call call, CallEvent happened, DateTimeOffset now) => (call, happened) switch
    {
        (Over, _) => Step.To(call),
        (_, AsteriskLost) => End(call, new(What.Failed, Whose.Asterisk), now),
        (_, Stopped) => End(call, new(What.Failed, Whose.Ringway), now),
        (_, HangUpAsked) => End(call, Given(call), now),

        (Arriving a, AgentsChosen { Agents.IsEmpty: true } c) => End(a, new(c.Otherwise, Whose.Agent), now),
        (Arriving a, AgentsChosen c) => Offer(a, c.Agents, now),
        (Arriving, CustomerGone) => End(call, new(What.Abandoned, Whose.Customer), now, Leg.Customer),

        (Offered o, PickedUp p) when o.Ringing.Contains(p.By) => Take(o, p.By, now),
        (Offered o, AgentGone g) when o.Ringing.Contains(g.Who) => Withdraw(o, g.Who, g.Why.Declined, now),
        (Offered o, DeclineAsked d) when o.Ringing.Contains(d.By) => StopRinging(o, d.By, declined: true, now),
        (Offered o, AgentLineLost l) when o.Ringing.Contains(l.Who) => StopRinging(o, l.Who, declined: false, now),
        (Offered o, CommandFailed { What: Ring r }) when o.Ringing.Contains(r.Agent) => StopRinging(o, r.Agent, declined: false, now),
        (Offered, TimeUp { Which: Deadline.Offer }) => End(call, new(What.NoAnswer, Whose.Agent), now),
        (Offered, CustomerGone) => End(call, new(What.Abandoned, Whose.Customer), now, Leg.Customer),

        (Calling c, PickedUp p) when p.By == c.By => Dial(c),
        (Calling c, AgentGone g) when g.Who == c.By => End(c, BeforeDialling(g.Why), now, Leg.Of(g.Who)),
        (Calling c, AgentLineLost l) when l.Who == c.By => End(c, new(What.AgentLost, Whose.Agent), now),
        (Calling, TimeUp { Which: Deadline.AgentConnect }) => End(call, new(What.Unreachable, Whose.Agent), now),
        (Calling c, CommandFailed { What: Ring }) => End(c, new(What.Unreachable, Whose.Agent), now),

        (Dialling d, CustomerRinging) => Step.To(d with { Rings = true }),
        (Dialling d, CustomerAnswered) => Connect(d, now),
        (Dialling d, CustomerGone g) => End(d, g.Why.OfOutboundCall(d.Rings), now, Leg.Customer),
        (Dialling d, AgentGone g) when g.Who == d.By => End(d, new(What.Abandoned, Whose.Agent), now, Leg.Of(g.Who)),
        (Dialling d, AgentLineLost l) when l.Who == d.By => End(d, new(What.AgentLost, Whose.Agent), now),
        (Dialling d, TimeUp { Which: Deadline.Dial }) => End(d, new(d.Rings ? What.NoAnswer : What.Unreachable, Whose.Customer), now),
        (Dialling d, CommandFailed { What: Command.Dial }) => End(d, new(What.TrunkDown, Whose.Asterisk), now),

        (Talking, CustomerGone g) => End(call, Heard(g.Why, Whose.Customer), now, Leg.Customer),
        (Talking t, AgentGone g) when g.Who == t.With => End(t, Heard(g.Why, Whose.Agent), now, Leg.Of(g.Who)),
        (Talking t, AgentLineLost l) when l.Who == t.With && !t.LineLost =>
            Step.To(t with { LineLost = true }, new Start(Deadline.AgentReturn)),
        (Talking { LineLost: true } t, AgentLineBack b) when b.Who == t.With =>
            Step.To(t with { LineLost = false }, new Stop(Deadline.AgentReturn)),
        (Calling or Dialling or Talking, AgentPhoneReplaced r) when call.Engages.Any(held => held.Agent == r.Who) =>
            End(call, new(What.AgentLost, Whose.Agent), now),
        (Talking { LineLost: true }, TimeUp { Which: Deadline.AgentReturn }) => End(call, new(What.AgentLost, Whose.Agent), now),

        // A leg that cannot be answered or joined leaves somebody in silence: end it, and say whose fault it was.
        (not Arriving, CommandFailed { What: Answer or Join or OpenBridge }) => End(call, new(What.Failed, Whose.Asterisk), now),

        // A late or doubled event is normal on a network; it changes nothing.
        _ => Step.To(call),
    };

    private static Step Offer(Arriving a, ImmutableArray<AgentId> agents, DateTimeOffset now) => new(
        new Offered(a.Story with { OfferedTo = agents, OfferedAt = now }, agents, SomebodyDeclined: false),
        [.. agents.Select(agent => new Ring(agent)), new Claim(), new RingBack(), new OpenBridge(), new Start(Deadline.Offer)]);

    private static Step Take(Offered o, AgentId by, DateTimeOffset now) => new(
        new Talking(o.Story with { Agent = by, AnsweredAt = now }, by),
        [
            new Answer(), new Join([Leg.Customer, Leg.Of(by)]), new Remember(by, now),
            .. o.Ringing.Remove(by).Select(other => new HangUpLeg(Leg.Of(other), AnsweredElsewhere)),
            new Stop(Deadline.Offer),
        ]);

    private static Step Withdraw(Offered o, AgentId who, bool declined, DateTimeOffset now)
    {
        var rest = o with { Ringing = o.Ringing.Remove(who), SomebodyDeclined = o.SomebodyDeclined || declined };
        return rest.Ringing.IsEmpty
            ? End(rest, new(rest.SomebodyDeclined ? What.Declined : What.Unreachable, Whose.Agent), now)
            : Step.To(rest);
    }

    private static Step StopRinging(Offered o, AgentId who, bool declined, DateTimeOffset now)
    {
        var step = Withdraw(o, who, declined, now);
        return step with { Do = step.Do.Insert(0, new HangUpLeg(Leg.Of(who), Normal)) };
    }

    private static Step Dial(Calling c) => Step.To(
        new Dialling(c.Story, c.By, Rings: false),
        new Command.Dial(), new Join([Leg.Of(c.By)]), new Stop(Deadline.AgentConnect), new Start(Deadline.Dial));

    private static Step Connect(Dialling d, DateTimeOffset now) => Step.To(
        new Talking(d.Story with { AnsweredAt = now }, d.By),
        new Join([Leg.Customer]), new Remember(d.By, now), new Stop(Deadline.Dial));

    private static Outcome BeforeDialling(HangUp why) =>
        why.Declined ? new(What.Abandoned, Whose.Agent) : new(What.Unreachable, Whose.Agent);

    private static Outcome Heard(HangUp why, Whose who) => (why.FellSilent, who) switch
    {
        (true, Whose.Agent) => new(What.AgentLost, Whose.Agent),
        (true, _) => new(What.Failed, Whose.WhatsApp),
        _ => new(What.Completed, who),
    };

    private static Outcome Given(Call call) => call switch
    {
        Talking => new(What.Completed, Whose.Agent),
        Arriving or Offered => new(What.Declined, Whose.Agent),
        _ => new(What.Abandoned, Whose.Agent),
    };

    /// <summary>
    /// Ends whatever the state still holds. The leg whose going away ended the call is left alone: it is gone, or, if it is
    /// a caller who fell into the dialplan's safety net, it is not ours any more.
    /// </summary>
    private static Step End(Call call, Outcome outcome, DateTimeOffset now, Leg? gone = null) => new(
        new Over(call.Story, outcome, now),
        [
            .. LegsOf(call).Where(leg => leg != gone).Select(leg => new HangUpLeg(leg, CauseFor(call, leg, outcome))),
            .. call is Arriving ? ImmutableArray<Command>.Empty : [new CloseBridge()],
            .. WaitsOf(call).Select(wait => new Stop(wait)),
        ]);

    private static int CauseFor(Call call, Leg leg, Outcome outcome) =>
        leg == Leg.Customer && call is Arriving or Offered ? outcome.CauseForCustomer : Normal;

    /// <summary>The legs that exist in a state, as far as the rules know.</summary>
    public static ImmutableArray<Leg> LegsOf(Call call) => call switch
    {
        Arriving => [Leg.Customer],
        Offered o => [Leg.Customer, .. o.Ringing.Select(Leg.Of)],
        Calling c => [Leg.Of(c.By)],
        Dialling d => [Leg.Customer, Leg.Of(d.By)],
        Talking t => [Leg.Customer, Leg.Of(t.With)],
        _ => [],
    };

    private static ImmutableArray<Deadline> WaitsOf(Call call) => call switch
    {
        Offered => [Deadline.Offer],
        Calling => [Deadline.AgentConnect],
        Dialling => [Deadline.Dial],
        Talking { LineLost: true } => [Deadline.AgentReturn],
        _ => [],
    };
}
