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
public static partial class CallMachine
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

    public static Step On(Call call, CallEvent happened, DateTimeOffset now) =>
        HushRules.Follow(call, happened, SupervisionRules.Follow(
            SupervisionRules.On(call, happened) ?? RecordingRules.On(call, happened, now) ?? RecordingRules.Follow(call, WhileWaiting(call, happened, now))));

    private static Step OfCall(Call call, CallEvent happened, DateTimeOffset now) => (call, happened) switch
    {
        (Over, _) => Step.To(call),
        (_, AsteriskLost) => End(call, new(What.Failed, Whose.Asterisk), now),
        (_, Stopped) => End(call, new(What.Failed, Whose.Ringway), now),
        (_, HangUpAsked) => End(call, Given(call), now),
        (_, AgentGone g) when call.Leaving.Contains(g.Who) => Left(call, g.Who),
        (_, CommandFailed { What: Ring r }) when call.Leaving.Contains(r.Agent) => Left(call, r.Agent),

        (Arriving a, AgentsChosen c) when Led(a.Story, c) is var story && story != a.Story => OfCall(a with { Story = story }, c, now),
        (Arriving a, AgentsChosen { Agents.IsEmpty: true, MayWait: true }) => LetWait(a, now),
        (Arriving a, AgentsChosen { Agents.IsEmpty: true } c) => GiveUp(a, new(c.Otherwise, Whose.Agent), now),
        (Arriving a, AgentsChosen c) => Offer(a, c, now),
        (Arriving a, MenuReached m) => Ask(a, m.Menu, 1, now),
        (Arriving a, AnnouncementReached r) => Tell(a, r.Announcement, now),
        (Arriving or Queued or InMenu, CustomerGone) => End(call, Waited(call), now, Leg.Customer),

        (InMenu m, KeyPressed k) => Step.To(m, [new StopPrompt(), .. Stops(m), new Choose(m.Menu, k.Key, m.Tries)]),
        (InMenu m, TimeUp { Which: Deadline.Menu }) => Step.To(m, new Choose(m.Menu, null, m.Tries)),
        (InMenu m, GreetingOver or TimeUp { Which: Deadline.Prompt } or CommandFailed { What: AskMenu }) =>
            Step.To(m, new Stop(Deadline.Prompt), new Start(Deadline.Menu)),
        (InMenu m, MenuReached next) => Ask(m, next.Menu, next.Menu == m.Menu ? m.Tries + 1 : 1, now),
        (InMenu m, AgentsChosen c) => Chosen(m, c, now),

        (Told, GreetingOver or TimeUp { Which: Deadline.Prompt }) => End(call, new(What.Told, Whose.Ringway), now),
        (Told, CommandFailed { What: Command.Tell }) => End(call, new(What.Failed, Whose.Asterisk), now),
        (Told, CustomerGone) => End(call, new(What.Told, Whose.Customer), now, Leg.Customer),

        (Queued q, AgentsChosen { Team: not null } c) => PassedOn(q, c, now),
        (Queued q, AgentsChosen { Agents.IsEmpty: false } c) => OfferAgain(q, c, now),
        (Queued q, TimeUp { Which: Deadline.Wait }) => GiveUp(q, Untaken(q), now),

        (Offered o, PickedUp p) when o.Ringing.Contains(p.By) => Take(o, p.By, now),
        (Offered o, AgentGone g) when o.Ringing.Contains(g.Who) => Withdraw(o, g.Who, g.Why.Declined, now),
        (Offered o, DeclineAsked d) when o.Ringing.Contains(d.By) => StopRinging(o, d.By, declined: true, now),
        (Offered o, AgentLineLost l) when o.Ringing.Contains(l.Who) => StopRinging(o, l.Who, declined: false, now),
        (Offered o, AgentPhoneReplaced r) when o.Story.CustomerUp && o.Ringing.Contains(r.Who) => StopRinging(o, r.Who, declined: false, now),
        (Offered o, CommandFailed { What: Ring r }) when o.Ringing.Contains(r.Agent) => Withdraw(o, r.Agent, declined: false, now),
        (Offered o, TimeUp { Which: Deadline.Offer }) => NobodyTook(o, Untaken(o), now),
        (Offered o, TimeUp { Which: Deadline.Wait }) => Step.To(o with { LastChance = true }),
        (Offered, CustomerGone) => End(call, Waited(call), now, Leg.Customer),

        (TakingMessage { Story.MessageSince: null } t, GreetingOver or CommandFailed { What: Greet }) =>
            Step.To(t with { Story = t.Story with { MessageSince = now } }, new RecordMessage(now)),
        (TakingMessage, CommandFailed { What: RecordMessage }) => End(call, new(What.Failed, Whose.Asterisk), now),
        (TakingMessage t, MessageOver or TimeUp { Which: Deadline.Message }) => End(t, Left(t, now), now),
        (TakingMessage t, CustomerGone) => End(t, Left(t, now), now, Leg.Customer),

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

        (Talking { Story.Direction: Direction.Inbound } t, CustomerGone { Why.Unanswered: true }) => End(NotTaken(t), Waited(t), now, Leg.Customer),
        (Talking, CustomerGone g) => End(call, Heard(g.Why), now, Leg.Customer),
        (Talking t, _) when OfColleagues(t, happened, now) is { } step => step,
        (Talking { OnHold: false, SomebodyWaits: false } t, HoldAsked h) when h.By == t.With => Step.To(t with { OnHold = true }, Music(t)),
        (Talking { OnHold: true, IsAlone: true } t, ResumeAsked r) when r.By == t.With => Resume(t),
        (Talking { IsAlone: true } t, ParkAsked p) when p.By == t.With => Park(t, now),
        (Talking { IsAlone: true } t, TeamTransferAsked a) when a.By == t.With => Transfer(t, a, now),
        (Talking { IsAlone: true } t, MenuTransferAsked a) when a.By == t.With => Transfer(t, a, now),
        (Talking { IsAlone: true } t, TransferAsked a) when a.By == t.With && a.To != t.With => Transfer(t, a.To, now),
        (Talking t, AgentGone g) when g.Who == t.With && (t.LineLost || g.Why.FellSilent) => GoAway(t, isGone: true, isHere: !t.LineLost, now),
        (Talking { IsAlone: false } t, AgentGone g) when g.Who == t.With => HandOver(t, isGone: true, now),
        (Talking t, AgentGone g) when g.Who == t.With => End(t, new(What.Completed, Whose.Agent), now, Leg.Of(g.Who)),
        // The page's line may be down while its sound goes on, as when Ringway was restarted: nobody's talk is cut for that.
        (Talking t, AgentLineLost l) when l.Who == t.With && !t.LineLost => Step.To(t with { LineLost = true }, new Listen(l.Who)),
        (Talking { LineLost: true } t, AgentHeard h) when h.Who == t.With => Step.To(t, new Listen(h.Who)),
        (Talking { LineLost: true } t, AgentLineBack b) when b.Who == t.With => Step.To(t with { LineLost = false }),
        (Talking { LineLost: true } t, AgentSilent s) when s.Who == t.With => GoAway(t, isGone: false, isHere: false, now),
        (Talking t, AgentPhoneReplaced r) when r.Who == t.With => GoAway(t, isGone: false, isHere: true, now),
        (Calling or Dialling, AgentPhoneReplaced r) when call.Engages.Any(held => held == (r.Who, true)) =>
            End(call, new(What.AgentLost, Whose.Agent), now),

        (AgentAway { Rings: false } a, AgentLineBack or AgentPhoneReplaced) when AgentOf(happened) == a.With => Comes(a),
        (AgentAway { Rings: true } a, AgentPhoneReplaced r) when r.Who == a.With => Stays(a, isHere: true),
        (AgentAway { Rings: true } a, AgentLineLost l) when l.Who == a.With => Stays(a, isHere: false),
        (AgentAway a, AgentLineLost l) when l.Who == a.With => Step.To(a with { Here = false }),
        (AgentAway { Rings: true } a, PickedUp p) when p.By == a.With => Rejoin(a, now),
        // She could not be connected, by a microphone that is gone or a second death: the others are asked when the time is up.
        (AgentAway { Rings: true } a, AgentGone g) when g.Who == a.With => Step.To(a with { Here = false, Rings = false }),
        (AgentAway { Rings: true } a, CommandFailed { What: Ring r }) when r.Agent == a.With => Step.To(a with { Here = false, Rings = false }),
        (AgentAway a, TimeUp { Which: Deadline.Rejoin }) => Forsake(a, now),
        (AgentAway, CustomerGone) => End(call, Waited(call), now, Leg.Customer),

        (Parked { Fetcher: null } p, FetchAsked f) when !p.Leaving.Contains(f.By) =>
            Step.To(p with { Fetcher = f.By }, new Ring(f.By, AnswersItself: true)),
        (Parked p, PickedUp u) when u.By == p.Fetcher => Fetch(p, u.By, now),
        (Parked p, AgentGone g) when g.Who == p.Fetcher => Step.To(p with { Fetcher = null }),
        (Parked p, CommandFailed { What: Ring r }) when r.Agent == p.Fetcher => Step.To(p with { Fetcher = null }),
        (Parked p, AgentLineLost or AgentPhoneReplaced) when p.Fetcher is { } fetcher && AgentOf(happened) == fetcher =>
            Step.To(p with { Fetcher = null, Leaving = p.Leaving.Add(fetcher) }, new HangUpLeg(Leg.Of(fetcher), Normal)),
        (Parked p, TimeUp { Which: Deadline.Park }) => Unpark(p, now),
        (Parked, CustomerGone g) => End(call, Heard(g.Why), now, Leg.Customer),

        // A leg that cannot be answered or joined leaves somebody in silence: end it, and say whose fault it was.
        (not Arriving, CommandFailed { What: Answer or Join or OpenBridge }) => End(call, new(What.Failed, Whose.Asterisk), now),

        // A late or doubled event is normal on a network; it changes nothing.
        _ => Step.To(call),
    };
}
