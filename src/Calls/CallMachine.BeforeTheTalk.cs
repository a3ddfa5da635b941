using System.Collections.Immutable;
using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;
using static Ringway.Calls.Command;

namespace Ringway.Calls;

/// <content>Who rings, who waits, who is asked or greeted; and who is called.</content>
public static partial class CallMachine
{
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
            new InMenu(call.Story with { MenuAt = since }, menu, tries) { Leaving = call.Leaving },
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
            ? new(new Queued(story) { Leaving = m.Leaving }, [.. wait, .. m.Leaving.IsEmpty ? ImmutableArray.Create<Command>(new Seek()) : []])
            : new(
                new Offered(Asked(story, chosen.Agents, now), chosen.Agents, SomebodyDeclined: false, chosen.MayWait) { Leaving = m.Leaving },
                [.. chosen.Agents.Select(agent => new Ring(agent)), .. wait, new Start(Deadline.Offer)]);
    }

    /// <summary>Where routing has led the call.</summary>
    private static Story Led(Story story, AgentsChosen chosen) => story with
    {
        Team = chosen.Team ?? story.Team, MayLeaveMessage = chosen.MayLeaveMessage, MayPassOn = chosen.MayPassOn, CallBackKey = chosen.CallBackKey,
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
            new Talking(o.Story with { Agent = by, AnsweredAt = answered, Forsaken = false, GivenOn = false }, by) { Leaving = o.Leaving.AddRange(others) },
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
    /// just let go, unless she has lost her agent or was given on.</summary>
    private static Step GiveUp(Call call, Outcome because, DateTimeOffset now)
    {
        var waits = call.Story is { AnsweredAt: null } or { Forsaken: true } or { GivenOn: true };
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
}
