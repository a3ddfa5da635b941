using System.Collections.Immutable;
using Ringway.Agents;
using Ringway.Calls;

namespace Ringway.News;

/// <summary>What a webhook of the operator's can be told of a call.</summary>
public enum CallNewsKind
{
    /// <summary>Phones ring: agents' for a call that came, the WhatsApp user's for one that was placed.</summary>
    Ringing,

    /// <summary>The caller waits with music until an agent is free.</summary>
    Queued,

    /// <summary>Somebody took the call; again when a colleague takes it after a transfer.</summary>
    Answered,

    /// <summary>The WhatsApp user hears music.</summary>
    Held,

    /// <summary>The WhatsApp user is back in the talk.</summary>
    Resumed,

    /// <summary>An agent gave the call away.</summary>
    Transferred,

    /// <summary>A WhatsApp user's call ended before anybody answered; <see cref="Ended"/> follows.</summary>
    Missed,

    /// <summary>The last word of every call.</summary>
    Ended,
}

/// <summary>What happened to a call, told by how it was and how it is.</summary>
public static class CallNews
{
    /// <param name="before">Null: nothing is known. A call that then talks already was found again after a restart, and what
    /// led there has been told.</param>
    /// <returns>In the order in which it happened.</returns>
    public static ImmutableArray<CallNewsKind> Between(CallView? before, CallView now) =>
        before?.IsOver == true ? [] : [.. InOrder(before, now)];

    private static IEnumerable<CallNewsKind> InOrder(CallView? before, CallView now)
    {
        if (now.IsOver)
        {
            if (now is { Direction: Direction.Inbound, AnsweredAt: null } && now.Outcome?.What != "told") yield return CallNewsKind.Missed;
            yield return CallNewsKind.Ended;
            yield break;
        }

        if (now.State == "parked" && Talks(before) && !before!.OnHold) yield return CallNewsKind.Held;
        if (now.State != "parked" && Talks(before) && !before!.Away && (!Talks(now) || before.Agent != now.Agent)) yield return CallNewsKind.Transferred;
        if (now.State == "queued" && before?.State != "queued") yield return CallNewsKind.Queued;
        if (Rings(before, now)) yield return CallNewsKind.Ringing;
        if (before is not null && !Talks(before) && Talks(now)) yield return before.State == "parked" ? CallNewsKind.Resumed : CallNewsKind.Answered;
        if (Talks(now) && before is not null && now.OnHold && !before.OnHold) yield return CallNewsKind.Held;
        if (Talks(before) && Talks(now) && before!.OnHold && !now.OnHold) yield return CallNewsKind.Resumed;
    }

    /// <summary>The next agent in turn is news; one who stops ringing is not.</summary>
    private static bool Rings(CallView? before, CallView now) => now.State switch
    {
        "offered" => before?.State != "offered" || now.Ringing.Except(before.Ringing).Any(),
        "ringing" => before?.State != "ringing",
        _ => false,
    };

    private static bool Talks(CallView? call) => call?.State == "talking";
}
