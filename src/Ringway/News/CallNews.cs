using System.Collections.Immutable;
using Ringway.Agents;
using Ringway.Calls;

namespace Ringway.News;

/// <summary>What happened to a call, told by how it was and how it is.</summary>
public static class CallNews
{
    /// <param name="before">Null: nothing is known. A call that then talks already was found again after a restart, and what
    /// led there has been told.</param>
    /// <returns>In the order in which it happened.</returns>
    public static ImmutableArray<NewsKind> Between(CallView? before, CallView now) =>
        before?.IsOver == true ? [] : [.. InOrder(before, now)];

    private static IEnumerable<NewsKind> InOrder(CallView? before, CallView now)
    {
        if (now.IsOver)
        {
            if (now is { Direction: Direction.Inbound, AnsweredAt: null } && now.Outcome?.What != "told") yield return NewsKind.Missed;
            if (now.Outcome?.What == "voicemail") yield return NewsKind.Voicemail;
            yield return NewsKind.Ended;
            yield break;
        }

        if (now.State == "parked" && Talks(before) && !before!.OnHold) yield return NewsKind.Held;
        if (now.State != "parked" && Talks(before) && !before!.Away && (!Talks(now) || before.Agent != now.Agent)) yield return NewsKind.Transferred;
        if (now.State == "queued" && before?.State != "queued") yield return NewsKind.Queued;
        if (Rings(before, now)) yield return NewsKind.Ringing;
        if (before is not null && !Talks(before) && Talks(now)) yield return before.State == "parked" ? NewsKind.Resumed : NewsKind.Answered;
        if (Talks(now) && before is not null && now.OnHold && !before.OnHold) yield return NewsKind.Held;
        if (Talks(before) && Talks(now) && before!.OnHold && !now.OnHold) yield return NewsKind.Resumed;
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
