using System.Collections.Immutable;
using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;
using static Ringway.Calls.Command;

namespace Ringway.Calls;

/// <content>Hold, transfer, a browser that vanishes, and park.</content>
public static partial class CallMachine
{
    private static PlayMusic Music(Talking t) => new(Leg.Customer, InBridge: !t.OnHold);

    private static Step Resume(Talking t) =>
        Step.To(t with { OnHold = false }, new StopMusic(Leg.Customer), new Join([Leg.Customer]));

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

    private static Step Transfer(Talking t, TeamTransferAsked to, DateTimeOffset now) => new(
        new Queued(t.Story with { Team = to.Team, MayPassOn = to.MayPassOn, GivenOn = true, TransferredBy = t.With, QueuedAt = t.Story.QueuedAt ?? now })
        {
            Leaving = t.Leaving.Add(t.With),
        },
        [
            .. t.OnHold ? ImmutableArray<Command>.Empty : [Music(t)],
            new HangUpLeg(Leg.Of(t.With), Normal), .. Stops(t), new RememberWait(now), new Start(Deadline.Wait),
        ]);

    private static Step Transfer(Talking t, MenuTransferAsked to, DateTimeOffset now) => new(
        new InMenu(t.Story with { MenuAt = now, GivenOn = true, TransferredBy = t.With }, to.Menu, Tries: 1) { Leaving = t.Leaving.Add(t.With) },
        [
            .. t.OnHold ? ImmutableArray<Command>.Empty : [Music(t)],
            new StopMusic(Leg.Customer), new HangUpLeg(Leg.Of(t.With), Normal), .. Stops(t),
            new AskMenu(to.Menu, now), new Start(Deadline.Prompt),
        ]);

    /// <summary>The agent's browser is gone. A colleague who talks has the call; else the WhatsApp user hears music until she is back.</summary>
    private static Step GoAway(Talking t, bool isGone, bool isHere, DateTimeOffset now)
    {
        if (t.Heir is not null) return HandOver(t, isGone, now);
        ImmutableArray<AgentId> ending = [.. isGone ? [] : new[] { t.With }, .. t.Colleagues.Select(rings => rings.Who)];
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
}
