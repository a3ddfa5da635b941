using System.Collections.Immutable;
using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;
using static Ringway.Calls.Command;

namespace Ringway.Calls;

/// <content>
/// Colleagues in a call: asked while the WhatsApp user hears music, together with her, and the agent who leaves the call to them. All of it in the
/// call's one bridge; see docs/decisions/0005.
/// </content>
public static partial class CallMachine
{
    /// <summary>Null for what is not about them.</summary>
    private static Step? OfColleagues(Talking t, CallEvent happened, DateTimeOffset now) => happened switch
    {
        ConsultAsked c when c.By == t.With && !t.IsIn(c.To) && t is { Ringing: null, SomebodyWaits: false, IsFull: false } => Consult(t, c.To, now),
        PickedUp p when t.Ringing == p.By => Step.To(Now(t, p.By, ColleagueState.Talking), new Join([Leg.Of(p.By)]), new Stop(Deadline.Consult)),
        SwapAsked s when s.By == t.With => Swap(t),
        MergeAsked m when m.By == t.With => Merge(t),
        ConsultCompleted c when c.By == t.With && !t.IsAlone => HandOver(t, isGone: false, now),
        ConsultCancelled c when Dropped(t, c) is { } colleague => Drop(t, colleague.Who),

        AgentGone g when t.Find(g.Who) is not null => Without(t, g.Who),
        CommandFailed { What: Ring r } when t.Find(r.Agent) is not null => Without(t, r.Agent),
        AgentPhoneReplaced r when t.Find(r.Who) is not null => Drop(t, r.Who),
        DeclineAsked d when t.Ringing == d.By => Drop(t, d.By),
        TimeUp { Which: Deadline.Consult } when t.Ringing is { } rings => Drop(t, rings),
        AgentLineLost l when t.Ringing == l.Who => Drop(t, l.Who),
        AgentLineLost l when t.Find(l.Who) is not null => Step.To(t, new Listen(l.Who)),
        AgentSilent s when t.Find(s.Who) is { State: not ColleagueState.Ringing } => Drop(t, s.Who),
        _ => null,
    };

    /// <summary>The first is asked while the WhatsApp user hears music; who comes after joins those who talk.</summary>
    private static Step Consult(Talking t, AgentId to, DateTimeOffset now) => new(
        t with
        {
            Story = Asked(t.Story, [to], now), OnHold = t.OnHold || t.IsAlone, Colleagues = t.Colleagues.Add(new(to, ColleagueState.Ringing)),
        },
        [.. t is { IsAlone: true, OnHold: false } ? ImmutableArray.Create<Command>(Music(t)) : [], new Ring(to), new Start(Deadline.Consult)]);

    /// <summary>Between one colleague and the WhatsApp user; with more there is no other side to turn to.</summary>
    private static Step? Swap(Talking t) => t.Colleagues switch
    {
        [{ State: ColleagueState.Waiting } one] => new(
            Now(t, one.Who, ColleagueState.Talking) with { OnHold = true }, [Music(t), .. Fetch(one)]),
        [{ State: ColleagueState.Talking } one] when t.OnHold => new(
            Now(t, one.Who, ColleagueState.Waiting) with { OnHold = false },
            [new PlayMusic(Leg.Of(one.Who), InBridge: true), new StopMusic(Leg.Customer), new Join([Leg.Customer])]),
        _ => null,
    };

    private static Step? Merge(Talking t) => t switch
    {
        { Colleagues: [{ State: ColleagueState.Waiting } one] } => new(Now(t, one.Who, ColleagueState.Talking), Fetch(one)),
        { OnHold: true, Heir: not null } => Resume(t),
        _ => null,
    };

    /// <summary>A colleague who hears music comes back into the bridge.</summary>
    private static ImmutableArray<Command> Fetch(Colleague colleague) =>
        colleague.State == ColleagueState.Waiting ? [new StopMusic(Leg.Of(colleague.Who)), new Join([Leg.Of(colleague.Who)])] : [];

    private static Colleague? Dropped(Talking t, ConsultCancelled c) =>
        c.By != t.With ? t.Find(c.By) : c.Whom is { } whom ? t.Find(whom) : t.Colleagues.LastOrDefault();

    private static Step Drop(Talking t, AgentId who) => Without(t, who) is { Next: var rest, Do: var stops }
        ? new(rest with { Leaving = rest.Leaving.Add(who) }, [new HangUpLeg(Leg.Of(who), Normal), .. stops])
        : Step.To(t);

    /// <summary>A colleague whose leg has ended, or never was.</summary>
    private static Step Without(Talking t, AgentId who) => new(
        t with { Colleagues = t.Colleagues.RemoveAll(one => one.Who == who) }, t.Ringing == who ? [new Stop(Deadline.Consult)] : []);

    /// <summary>The agent leaves: to a colleague who talks, and all who are left are together then; or to one who rings and then takes it as from a blind transfer.</summary>
    private static Step HandOver(Talking t, bool isGone, DateTimeOffset now)
    {
        var story = t.Story with { TransferredBy = t.With };
        var leaving = isGone ? t.Leaving : t.Leaving.Add(t.With);
        ImmutableArray<Command> leave = isGone ? [] : [new HangUpLeg(Leg.Of(t.With), Normal)];
        if (t.Heir is not { } heir)
            return new(
                new Offered(story, [.. t.Colleagues.Select(rings => rings.Who)], SomebodyDeclined: false, ReturnTo: isGone ? null : t.With, MayWait: true) { Leaving = leaving },
                [
                    .. t.OnHold ? ImmutableArray<Command>.Empty : [Music(t)],
                    .. leave, .. Stops(t), new RememberWait(now), new Start(Deadline.Offer), new Start(Deadline.Wait),
                ]);
        return new(
            new Talking(story with { Agent = heir.Who }, heir.Who) { Leaving = leaving, Colleagues = t.Colleagues.Remove(heir) },
            [
                .. t.OnHold ? ImmutableArray.Create<Command>(new StopMusic(Leg.Customer), new Join([Leg.Customer])) : [],
                .. Fetch(heir),
                new Remember(heir.Who, story.AnsweredAt ?? now), .. leave,
            ]);
    }

    private static Talking Now(Talking t, AgentId who, ColleagueState state) =>
        t with { Colleagues = [.. t.Colleagues.Select(one => one.Who == who ? one with { State = state } : one)] };
}
