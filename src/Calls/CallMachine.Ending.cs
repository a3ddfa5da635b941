using System.Collections.Immutable;
using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;
using static Ringway.Calls.Command;

namespace Ringway.Calls;

/// <content>How a call ends, and what a state holds that must end with it.</content>
public static partial class CallMachine
{
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

    /// <summary>The caller hung up in the moment in which the agent took the call, and the two never met.</summary>
    private static Talking NotTaken(Talking talking) => talking with { Story = talking.Story with { Agent = null, AnsweredAt = null } };

    private static Outcome BeforeDialling(HangUp why) =>
        why.Declined ? new(What.Abandoned, Whose.Agent) : new(What.Unreachable, Whose.Agent);

    private static Outcome Heard(HangUp why) => why.FellSilent ? new(What.Failed, Whose.WhatsApp) : new(What.Completed, Whose.Customer);

    private static Outcome Given(Call call) => call switch
    {
        Talking or AgentAway or Parked => new(What.Completed, Whose.Agent),
        Offered or Queued when call.Story.AnsweredAt is not null => new(What.Completed, Whose.Agent),
        TakingMessage t => t.Because,
        Promised => AskedToBeCalledBack,
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
    public static ImmutableArray<Leg> LegsOf(Call call) =>
        call is not Over && call.Story.Supervision is { } supervision ? [.. Own(call), Leg.Of(supervision.By)] : Own(call);

    private static ImmutableArray<Leg> Own(Call call) => call switch
    {
        Arriving => [Leg.Customer],
        Told => [Leg.Customer],
        InMenu or Queued or TakingMessage or Promised => [Leg.Customer, .. Leaving(call)],
        AgentAway { Rings: true } a => [Leg.Customer, Leg.Of(a.With), .. Leaving(call)],
        Parked { Fetcher: { } fetcher } => [Leg.Customer, Leg.Of(fetcher), .. Leaving(call)],
        AgentAway or Parked => [Leg.Customer, .. Leaving(call)],
        Offered o => [Leg.Customer, .. o.Ringing.Select(Leg.Of), .. Leaving(call)],
        Calling c => [Leg.Of(c.By)],
        Dialling d => [Leg.Customer, Leg.Of(d.By)],
        Talking t => [Leg.Customer, Leg.Of(t.With), .. t.Colleagues.Select(one => Leg.Of(one.Who)), .. Leaving(call)],
        _ => [],
    };

    private static IEnumerable<Leg> Leaving(Call call) => call.Leaving.Select(Leg.Of);

    private static ImmutableArray<Deadline> WaitsOf(Call call) => call switch
    {
        Offered { Story.CustomerUp: true } => [Deadline.Offer, Deadline.Wait, .. AnnouncementsOf(call)],
        Offered => [Deadline.Offer],
        Queued => [Deadline.Wait, .. AnnouncementsOf(call)],
        InMenu => [Deadline.Prompt, Deadline.Menu],
        Told or Promised => [Deadline.Prompt],
        TakingMessage => [Deadline.Message],
        Calling => [Deadline.AgentConnect],
        Dialling => [Deadline.Dial],
        Talking { Ringing: not null } => [Deadline.Consult],
        AgentAway => [Deadline.Rejoin],
        Parked => [Deadline.Park],
        _ => [],
    };
}
