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

    public static Step On(Call call, CallEvent happened, DateTimeOffset now) =>
        RecordingRules.On(call, happened, now) ?? RecordingRules.Follow(call, OfCall(call, happened, now));

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

        (Talking, CustomerGone g) => End(call, Heard(g.Why), now, Leg.Customer),
        (Talking { Third: null } t, HoldAsked h) when h.By == t.With && !t.OnHold => Step.To(t with { OnHold = true }, Music(t)),
        (Talking { Third: { Talks: true, Waits: false } } t, HoldAsked h) when h.By == t.With && !t.OnHold => Step.To(t with { OnHold = true }, Music(t)),
        (Talking { OnHold: true, Third: null } t, ResumeAsked r) when r.By == t.With => Resume(t),
        (Talking { OnHold: true, Third.Talks: true } t, MergeAsked m) when m.By == t.With => Resume(t),
        (Talking { Third: { Waits: true } third } t, MergeAsked m) when m.By == t.With => new(
            t with { Third = third with { Waits = false } }, Fetch(third)),
        (Talking { Third: { Waits: true } third } t, SwapAsked s) when s.By == t.With => new(
            t with { OnHold = true, Third = third with { Waits = false } }, [Music(t), .. Fetch(third)]),
        (Talking { OnHold: true, Third: { Talks: true } third } t, SwapAsked s) when s.By == t.With => new(
            t with { OnHold = false, Third = third with { Waits = true } },
            [new PlayMusic(Leg.Of(third.Who), InBridge: true), new StopMusic(Leg.Customer), new Join([Leg.Customer])]),
        (Talking { Third: null } t, ParkAsked p) when p.By == t.With => Park(t, now),
        (Talking { Third: null } t, ConsultAsked c) when c.By == t.With && c.To != t.With => Consult(t, c.To, now),
        (Talking { Third: null } t, TransferAsked a) when a.By == t.With && a.To != t.With => Transfer(t, a.To, now),
        (Talking { Third: { Talks: false } third } t, PickedUp p) when p.By == third.Who =>
            Step.To(t with { Third = third with { Talks = true } }, new Join([Leg.Of(p.By)]), new Stop(Deadline.Consult)),
        (Talking { Third: { } third } t, AgentGone g) when g.Who == third.Who => Step.To(t with { Third = null }, new Stop(Deadline.Consult)),
        (Talking { Third: { } third } t, CommandFailed { What: Ring r }) when r.Agent == third.Who => Step.To(t with { Third = null }, new Stop(Deadline.Consult)),
        (Talking { Third: { } third } t, ConsultCancelled c) when c.By == t.With || c.By == third.Who => DropThird(t, third),
        (Talking { Third: { } third } t, AgentPhoneReplaced r) when r.Who == third.Who => DropThird(t, third),
        (Talking { Third: { Talks: true } third } t, AgentSilent s) when s.Who == third.Who => DropThird(t, third),
        (Talking { Third: { Talks: true } third } t, AgentLineLost l) when l.Who == third.Who => Step.To(t, new Listen(l.Who)),
        (Talking { Third: { Talks: false } third } t, DeclineAsked d) when d.By == third.Who => DropThird(t, third),
        (Talking { Third: { Talks: false } third } t, AgentLineLost l) when l.Who == third.Who => DropThird(t, third),
        (Talking { Third: { Talks: false } third } t, TimeUp { Which: Deadline.Consult }) => DropThird(t, third),
        (Talking { Third: { } third } t, ConsultCompleted c) when c.By == t.With => HandOver(t, third, isGone: false, now),
        (Talking t, AgentGone g) when g.Who == t.With && (t.LineLost || g.Why.FellSilent) => GoAway(t, isGone: true, isHere: !t.LineLost, now),
        (Talking { Third: { } third } t, AgentGone g) when g.Who == t.With => HandOver(t, third, isGone: true, now),
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

    private static Step Offer(Arriving a, AgentsChosen chosen, DateTimeOffset now) => new(
        new Offered(Asked(a.Story, chosen.Agents, now), chosen.Agents, SomebodyDeclined: false, chosen.MayWait),
        [.. chosen.Agents.Select(agent => new Ring(agent)), new Claim(), new RingBack(), new OpenBridge(), new Start(Deadline.Offer)]);

    /// <summary>Answered, because WhatsApp itself ends a call that only rings after half a minute, and lets nothing be heard before.</summary>
    private static Step LetWait(Arriving a, DateTimeOffset now) => Step.To(
        new Queued(a.Story with { QueuedAt = now }),
        new Answer(), new PlayMusic(Leg.Customer), new RememberWait(now), new OpenBridge(), new Start(Deadline.Wait), new Seek());

    private static Step Ask(Call call, string menu, int tries, DateTimeOffset now)
    {
        var since = call.Story.MenuAt ?? now;
        return new(
            new InMenu(call.Story with { MenuAt = since }, menu, tries),
            [.. call is Arriving ? ImmutableArray.Create<Command>(new Answer()) : [.. Stops(call)], new AskMenu(menu, since), new Start(Deadline.Prompt)]);
    }

    private static Step Tell(Arriving a, string announcement, DateTimeOffset now) => Step.To(
        new Told(a.Story with { MenuAt = a.Story.MenuAt ?? now }, announcement),
        new Answer(), new Tell(announcement, a.Story.MenuAt ?? now), new Start(Deadline.Prompt));

    /// <summary>The caller is answered already, so she hears music where another would hear the ringing.</summary>
    private static Step Chosen(InMenu m, AgentsChosen chosen, DateTimeOffset now)
    {
        var story = Led(m.Story, chosen);
        if (chosen.Agents.IsEmpty && !chosen.MayWait) return GiveUp(m with { Story = story }, new(chosen.Otherwise, Whose.Agent), now);
        ImmutableArray<Command> wait = [.. Stops(m), new PlayMusic(Leg.Customer), new RememberWait(now), new OpenBridge(), new Start(Deadline.Wait)];
        story = story with { QueuedAt = now };
        return chosen.Agents.IsEmpty
            ? new(new Queued(story), [.. wait, new Seek()])
            : new(
                new Offered(Asked(story, chosen.Agents, now), chosen.Agents, SomebodyDeclined: false, chosen.MayWait),
                [.. chosen.Agents.Select(agent => new Ring(agent)), .. wait, new Start(Deadline.Offer)]);
    }

    /// <summary>Where routing has led the call.</summary>
    private static Story Led(Story story, AgentsChosen chosen) => story with
    {
        Team = chosen.Team ?? story.Team, MayLeaveMessage = chosen.MayLeaveMessage, MayPassOn = chosen.MayPassOn,
    };

    private static IEnumerable<Command> Stops(Call call) => WaitsOf(call).Select(wait => new Stop(wait));

    private static Step OfferAgain(Queued q, AgentsChosen chosen, DateTimeOffset now) => new(
        new Offered(Asked(q.Story, chosen.Agents, now), chosen.Agents, SomebodyDeclined: false, MayWait: true) { Leaving = q.Leaving },
        [.. chosen.Agents.Select(agent => new Ring(agent)), new Start(Deadline.Offer)]);

    private static Story Asked(Story story, ImmutableArray<AgentId> agents, DateTimeOffset now) => story with
    {
        OfferedTo = [.. story.OfferedTo, .. agents.Except(story.OfferedTo)],
        OfferedAt = story.OfferedAt ?? now,
    };

    private static Step Take(Offered o, AgentId by, DateTimeOffset now)
    {
        var (answered, others) = (o.Story.AnsweredAt ?? now, o.Ringing.Remove(by));
        return new(
            new Talking(o.Story with { Agent = by, AnsweredAt = answered, Forsaken = false }, by) { Leaving = o.Leaving.AddRange(others) },
            [
                o.Story.CustomerUp ? new StopMusic(Leg.Customer) : new Answer(),
                new Join([Leg.Customer, Leg.Of(by)]), new Remember(by, answered),
                .. others.Select(other => new HangUpLeg(Leg.Of(other), AnsweredElsewhere)),
                .. Stops(o),
            ]);
    }

    private static Step Withdraw(Offered o, AgentId who, bool declined, DateTimeOffset now)
    {
        var rest = o with { Ringing = o.Ringing.Remove(who), SomebodyDeclined = o.SomebodyDeclined || declined };
        return rest.Ringing.IsEmpty
            ? NobodyTook(rest, rest.Story.Forsaken ? Untaken(rest) : new(rest.SomebodyDeclined ? What.Declined : What.Unreachable, Whose.Agent), now)
            : Step.To(rest);
    }

    private static Step StopRinging(Offered o, AgentId who, bool declined, DateTimeOffset now)
    {
        var step = Withdraw(o with { Leaving = o.Leaving.Add(who) }, who, declined, now);
        return step with { Do = step.Do.Insert(0, new HangUpLeg(Leg.Of(who), Normal)) };
    }

    /// <summary>Back to who gave it away, or into the queue; where there is none, it ends.</summary>
    private static Step NobodyTook(Offered o, Outcome otherwise, DateTimeOffset now)
    {
        if (o.LastChance || !o.MayWait && o.ReturnTo is null) return GiveUp(o, otherwise, now);
        var leaving = o.Leaving.AddRange(o.Ringing);
        return new(
            new Queued(o.Story with { QueuedAt = o.Story.QueuedAt ?? now }) { Leaving = leaving, First = o.ReturnTo },
            [
                .. o.Ringing.Select(agent => new HangUpLeg(Leg.Of(agent), Normal)),
                .. o.Story.CustomerUp ? ImmutableArray<Command>.Empty
                    : [new Answer(), new PlayMusic(Leg.Customer), new RememberWait(now), new Start(Deadline.Wait)],
                new Stop(Deadline.Offer),
                .. leaving.IsEmpty ? ImmutableArray.Create<Command>(new Seek(o.ReturnTo)) : [],
            ]);
    }

    /// <summary>To the next team. Whoever still rings is answered: WhatsApp does not let a call ring for the time of two teams.</summary>
    private static Step PassOn(Call call, DateTimeOffset now)
    {
        var ringing = call is Offered o ? o.Ringing : [];
        return new(
            new Queued(call.Story with { QueuedAt = call.Story.QueuedAt ?? now }) { Leaving = call.Leaving.AddRange(ringing) },
            [
                .. ringing.Select(agent => new HangUpLeg(Leg.Of(agent), Normal)),
                .. Stops(call),
                .. call.Story.CustomerUp ? ImmutableArray<Command>.Empty : [new Answer(), new PlayMusic(Leg.Customer), new RememberWait(now)],
                new Start(Deadline.Wait), new Command.PassOn(),
            ]);
    }

    /// <summary>The next team has it: its agents ring, or the caller waits there in the place that the wait so far gives her.</summary>
    private static Step PassedOn(Queued q, AgentsChosen chosen, DateTimeOffset now)
    {
        var next = q with { Story = Led(q.Story, chosen) };
        if (chosen.Agents.IsEmpty && !chosen.MayWait) return GiveUp(next, new(chosen.Otherwise, Whose.Agent), now);
        ImmutableArray<Command> wait = [new RememberWait(q.Story.QueuedAt ?? now), new Start(Deadline.Wait)];
        if (chosen.Agents.IsEmpty) return new(next, [.. wait, .. q.Leaving.IsEmpty ? ImmutableArray.Create<Command>(new Seek()) : []]);
        var step = OfferAgain(next, chosen, now);
        return step with { Do = [.. wait, .. step.Do] };
    }

    /// <summary>Nobody takes it: the next team, a message where the line has a voicemail, else the end. Who has talked already is
    /// just let go, unless she has lost her agent.</summary>
    private static Step GiveUp(Call call, Outcome because, DateTimeOffset now)
    {
        var waits = call.Story is { AnsweredAt: null } or { Forsaken: true };
        if (call is Offered or Queued && waits && call.Story.MayPassOn) return PassOn(call, now);
        if (!call.Story.MayLeaveMessage || !waits) return End(call, because, now);
        var ringing = call is Offered o ? o.Ringing : [];
        return new(
            new TakingMessage(call.Story, because) { Leaving = call.Leaving.AddRange(ringing) },
            [
                .. ringing.Select(agent => new HangUpLeg(Leg.Of(agent), Normal)),
                .. Stops(call),
                call.Story.CustomerUp ? new StopMusic(Leg.Customer) : new Answer(),
                new Greet(because.What), new Start(Deadline.Message),
            ]);
    }

    /// <summary>Shorter than a word is no message.</summary>
    private static Outcome Left(TakingMessage t, DateTimeOffset now) =>
        now - t.Story.MessageSince >= TimeSpan.FromSeconds(2) ? new(What.Voicemail, Whose.Customer) : t.Because;

    /// <summary>A leg that was told to end has ended; only now may its agent be asked again.</summary>
    private static Step Left(Call call, AgentId who) => (call with { Leaving = call.Leaving.Remove(who) }) switch
    {
        Queued { Leaving.IsEmpty: true } q => Step.To(q, new Seek(q.First)),
        AgentAway { Here: true, Rings: false } a when a.With == who => Comes(a),
        var rest => Step.To(rest),
    };

    private static Step Dial(Calling c) => Step.To(
        new Dialling(c.Story, c.By, Rings: false),
        new Command.Dial(), new Join([Leg.Of(c.By)]), new Stop(Deadline.AgentConnect), new Start(Deadline.Dial));

    private static Step Connect(Dialling d, DateTimeOffset now) => Step.To(
        new Talking(d.Story with { AnsweredAt = now }, d.By),
        new Join([Leg.Customer]), new Remember(d.By, now), new Stop(Deadline.Dial));

    private static PlayMusic Music(Talking t) => new(Leg.Customer, InBridge: !t.OnHold);

    private static Step Resume(Talking t) =>
        Step.To(t with { OnHold = false }, new StopMusic(Leg.Customer), new Join([Leg.Customer]));

    /// <summary>A colleague who hears music comes back into the bridge.</summary>
    private static ImmutableArray<Command> Fetch(Third third) => third.Waits ? [new StopMusic(Leg.Of(third.Who)), new Join([Leg.Of(third.Who)])] : [];

    private static Step Consult(Talking t, AgentId to, DateTimeOffset now) => new(
        t with { Story = Asked(t.Story, [to], now), OnHold = true, Third = new(to, Talks: false) },
        [.. t.OnHold ? ImmutableArray<Command>.Empty : [Music(t)], new Ring(to), new Start(Deadline.Consult)]);

    private static Step DropThird(Talking t, Third third) => Step.To(
        t with { Third = null, Leaving = t.Leaving.Add(third.Who) }, new HangUpLeg(Leg.Of(third.Who), Normal), new Stop(Deadline.Consult));

    /// <summary>The agent leaves: to the colleague who talks, or who rings and then takes it as from a blind transfer.</summary>
    private static Step HandOver(Talking t, Third third, bool isGone, DateTimeOffset now)
    {
        var story = t.Story with { TransferredBy = t.With };
        var leaving = isGone ? t.Leaving : t.Leaving.Add(t.With);
        ImmutableArray<Command> leave = isGone ? [] : [new HangUpLeg(Leg.Of(t.With), Normal)];
        ImmutableArray<Command> stops = [.. Stops(t)];
        if (!third.Talks)
            return new(
                new Offered(story, [third.Who], SomebodyDeclined: false, ReturnTo: isGone ? null : t.With, MayWait: true) { Leaving = leaving },
                [.. leave, .. stops, new RememberWait(now), new Start(Deadline.Offer), new Start(Deadline.Wait)]);
        return new(
            new Talking(story with { Agent = third.Who }, third.Who) { Leaving = leaving },
            [
                .. t.OnHold ? ImmutableArray.Create<Command>(new StopMusic(Leg.Customer), new Join([Leg.Customer])) : [],
                .. Fetch(third),
                new Remember(third.Who, story.AnsweredAt ?? now), .. leave, .. stops,
            ]);
    }

    private static Step Transfer(Talking t, AgentId to, DateTimeOffset now) => new(
        new Offered(Asked(t.Story, [to], now) with { TransferredBy = t.With }, [to], SomebodyDeclined: false, MayWait: true, ReturnTo: t.With)
        {
            Leaving = t.Leaving.Add(t.With),
        },
        [
            .. t.OnHold ? ImmutableArray<Command>.Empty : [Music(t)],
            new Ring(to), new HangUpLeg(Leg.Of(t.With), Normal),
            .. Stops(t),
            new RememberWait(now), new Start(Deadline.Offer), new Start(Deadline.Wait),
        ]);

    /// <summary>The agent's browser is gone. A colleague who talks has the call; else the WhatsApp user hears music until she is back.</summary>
    private static Step GoAway(Talking t, bool isGone, bool isHere, DateTimeOffset now)
    {
        if (t.Third is { Talks: true } colleague) return HandOver(t, colleague, isGone, now);
        ImmutableArray<AgentId> ending = [.. isGone ? [] : new[] { t.With }, .. t.Third is { } rings ? new[] { rings.Who } : []];
        var away = new AgentAway(t.Story, t.With, t.OnHold, isHere) { Leaving = t.Leaving.AddRange(ending) };
        ImmutableArray<Command> wait =
        [
            .. t.OnHold ? ImmutableArray<Command>.Empty : [Music(t)],
            .. ending.Select(agent => new HangUpLeg(Leg.Of(agent), Normal)), .. Stops(t), new Start(Deadline.Rejoin),
        ];
        var step = isHere ? Comes(away) : Step.To(away);
        return step with { Do = [.. wait, .. step.Do] };
    }

    /// <summary>Her phone is there: it is rung, and answers by itself, as soon as her dead leg has ended.</summary>
    private static Step Comes(AgentAway a) => a.Leaving.Contains(a.With)
        ? Step.To(a with { Here = true })
        : Step.To(a with { Here = true, Rings = true }, new Ring(a.With, AnswersItself: true));

    /// <summary>The phone that was rung is gone too.</summary>
    private static Step Stays(AgentAway a, bool isHere) => Step.To(
        a with { Here = isHere, Rings = false, Leaving = a.Leaving.Add(a.With) }, new HangUpLeg(Leg.Of(a.With), Normal));

    private static Step Rejoin(AgentAway a, DateTimeOffset now) => new(
        new Talking(a.Story, a.With, OnHold: a.OnHold) { Leaving = a.Leaving },
        [
            .. a.OnHold ? ImmutableArray.Create<Command>(new Join([Leg.Of(a.With)])) : [new StopMusic(Leg.Customer), new Join([Leg.Customer, Leg.Of(a.With)])],
            new Remember(a.With, a.Story.AnsweredAt ?? now), new Stop(Deadline.Rejoin),
        ]);

    /// <summary>She did not come back in time: others are asked, and then as for any caller who waits.</summary>
    private static Step Forsake(AgentAway a, DateTimeOffset now)
    {
        var leaving = a.Rings ? a.Leaving.Add(a.With) : a.Leaving;
        return new(
            new Queued(a.Story with { Forsaken = true, QueuedAt = a.Story.QueuedAt ?? now }) { Leaving = leaving },
            [
                .. a.Rings ? ImmutableArray.Create<Command>(new HangUpLeg(Leg.Of(a.With), Normal)) : [],
                new RememberWait(now), new Start(Deadline.Wait),
                .. leaving.IsEmpty ? ImmutableArray.Create<Command>(new Seek()) : [],
            ]);
    }

    private static Step Park(Talking t, DateTimeOffset now) => new(
        new Parked(t.Story with { ParkedBy = t.With, ParkedAt = now, QueuedAt = t.Story.QueuedAt ?? now }, t.With) { Leaving = t.Leaving.Add(t.With) },
        [
            .. t.OnHold ? ImmutableArray<Command>.Empty : [Music(t)],
            new HangUpLeg(Leg.Of(t.With), Normal), new RememberPark(t.With, now), new Start(Deadline.Park),
        ]);

    private static Step Fetch(Parked p, AgentId by, DateTimeOffset now) => new(
        new Talking(p.Story with { Agent = by, TransferredBy = by == p.By ? p.Story.TransferredBy : p.By, ParkedBy = null, ParkedAt = null }, by) { Leaving = p.Leaving },
        [
            new StopMusic(Leg.Customer), new Join([Leg.Customer, Leg.Of(by)]),
            new Remember(by, p.Story.AnsweredAt ?? now), new Stop(Deadline.Park),
        ]);

    /// <summary>Nobody picked it up: it rings who parked it, and then as for any caller who waits.</summary>
    private static Step Unpark(Parked p, DateTimeOffset now)
    {
        var leaving = p.Fetcher is { } late ? p.Leaving.Add(late) : p.Leaving;
        return new(
            new Queued(p.Story with { ParkedBy = null, ParkedAt = null }, First: p.By) { Leaving = leaving },
            [
                .. p.Fetcher is { } fetcher ? ImmutableArray.Create<Command>(new HangUpLeg(Leg.Of(fetcher), Normal)) : [],
                new RememberWait(now), new Start(Deadline.Wait),
                .. leaving.IsEmpty ? ImmutableArray.Create<Command>(new Seek(p.By)) : [],
            ]);
    }

    private static AgentId? AgentOf(CallEvent happened) => happened switch
    {
        AgentLineLost l => l.Who,
        AgentLineBack b => b.Who,
        AgentPhoneReplaced r => r.Who,
        _ => null,
    };

    /// <summary>Nobody took the call; when it had an agent who vanished, that is why.</summary>
    private static Outcome Untaken(Call call) => call.Story.Forsaken ? new(What.AgentLost, Whose.Agent) : new(What.NoAnswer, Whose.Agent);

    /// <summary>The WhatsApp user hung up while nobody talked with her.</summary>
    private static Outcome Waited(Call call) =>
        call is AgentAway || call.Story.Forsaken ? new(What.AgentLost, Whose.Agent) : new(What.Abandoned, Whose.Customer);

    private static Outcome BeforeDialling(HangUp why) =>
        why.Declined ? new(What.Abandoned, Whose.Agent) : new(What.Unreachable, Whose.Agent);

    private static Outcome Heard(HangUp why) => why.FellSilent ? new(What.Failed, Whose.WhatsApp) : new(What.Completed, Whose.Customer);

    private static Outcome Given(Call call) => call switch
    {
        Talking or AgentAway or Parked => new(What.Completed, Whose.Agent),
        Offered or Queued when call.Story.AnsweredAt is not null => new(What.Completed, Whose.Agent),
        TakingMessage t => t.Because,
        Told => new(What.Told, Whose.Agent),
        Arriving or InMenu or Offered or Queued => new(What.Declined, Whose.Agent),
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
            .. Stops(call),
        ]);

    private static int CauseFor(Call call, Leg leg, Outcome outcome) =>
        leg == Leg.Customer && !call.Story.CustomerUp && call is Arriving or Offered ? outcome.CauseForCustomer : Normal;

    /// <summary>The legs that exist in a state, as far as the rules know.</summary>
    public static ImmutableArray<Leg> LegsOf(Call call) => call switch
    {
        Arriving => [Leg.Customer],
        InMenu or Told => [Leg.Customer],
        Queued or TakingMessage => [Leg.Customer, .. Leaving(call)],
        AgentAway { Rings: true } a => [Leg.Customer, Leg.Of(a.With), .. Leaving(call)],
        Parked { Fetcher: { } fetcher } => [Leg.Customer, Leg.Of(fetcher), .. Leaving(call)],
        AgentAway or Parked => [Leg.Customer, .. Leaving(call)],
        Offered o => [Leg.Customer, .. o.Ringing.Select(Leg.Of), .. Leaving(call)],
        Calling c => [Leg.Of(c.By)],
        Dialling d => [Leg.Customer, Leg.Of(d.By)],
        Talking { Third: { } third } t => [Leg.Customer, Leg.Of(t.With), Leg.Of(third.Who), .. Leaving(call)],
        Talking t => [Leg.Customer, Leg.Of(t.With), .. Leaving(call)],
        _ => [],
    };

    private static IEnumerable<Leg> Leaving(Call call) => call.Leaving.Select(Leg.Of);

    private static ImmutableArray<Deadline> WaitsOf(Call call) => call switch
    {
        Offered { Story.CustomerUp: true } => [Deadline.Offer, Deadline.Wait],
        Offered => [Deadline.Offer],
        Queued => [Deadline.Wait],
        InMenu => [Deadline.Prompt, Deadline.Menu],
        Told => [Deadline.Prompt],
        TakingMessage => [Deadline.Message],
        Calling => [Deadline.AgentConnect],
        Dialling => [Deadline.Dial],
        Talking { Third.Talks: false } => [Deadline.Consult],
        AgentAway => [Deadline.Rejoin],
        Parked => [Deadline.Park],
        _ => [],
    };
}
