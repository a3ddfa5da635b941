using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;
using static Ringway.Calls.Command;

namespace Ringway.Calls;

/// <summary>
/// A leg that is listened to, by an ear or by the taps of a recording, hears a moment of silence when the two in the bridge are others than before, or
/// are two again; and one with an ear also when a third joins two.
/// </summary>
/// <remarks>
/// Asterisk decodes for listeners by the numbers of the packets. Those of another speaker, or the first after a third was in the bridge or something was
/// played into it, it takes for packets that come too late, up to half of all numbers: then a listener hears nothing of them for up to eleven minutes
/// (Debian's Asterisk 22.10.1, <c>2016_opus_plc.patch</c>). Sound in another format in between makes it count anew. What an ear that whispers passes on
/// is decoded by these numbers, too: the packets of a whole conference would be made up, and sent to the agent, with the first one after it.
/// </remarks>
public static class HushRules
{
    public static Step Follow(Call before, CallEvent happened, Step step)
    {
        if (before is not Talking earlier || step.Next is not Talking now) return step;
        if (happened is HushFailed failed) return step with { Do = [.. step.Do, new Hush(failed.Leg, Again: true)] };
        var (then, all) = (Company(earlier), Company(now));
        var hushed = all.Where(leg => then.Contains(leg) && (HasEar(leg, now.Story) || all.Count == 2 && IsTaped(leg, now.Story)));
        if (happened is RecordingAnnounced && all.Count == 2 || !all.SetEquals(then) && (all.Count == 2 || then.Count == 2 && all.Count == 3))
            return step with { Do = [.. step.Do, .. hushed.Select(leg => new Hush(leg))] };
        return step;
    }

    /// <summary>Who hears each other in the bridge of the call; whose leg is ending may do so until it has.</summary>
    private static HashSet<Leg> Company(Talking t) =>
    [
        .. t.Leaving.Select(Leg.Of), Leg.Of(t.With), .. t.OnHold ? [] : new[] { Leg.Customer },
        .. t.Colleagues.Where(one => one.State == ColleagueState.Talking).Select(one => Leg.Of(one.Who)),
    ];

    private static bool IsTaped(Leg leg, Story story) =>
        leg == Leg.Customer && story.Recording is { Stage: RecordingStage.Running or RecordingStage.Paused };

    private static bool HasEar(Leg leg, Story story) => story.Supervision is { Stage: not SupervisionStage.Connecting } s && leg == Leg.Of(s.Of);
}
