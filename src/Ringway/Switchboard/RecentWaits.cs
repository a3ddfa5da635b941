using Ringway.Calls;
using Ringway.Options;

namespace Ringway.Switchboard;

/// <summary>
/// How long the last callers waited whom a team took, for those who wait now. In memory: what was true before a restart may not be
/// true after it, and a few calls later it is known again.
/// </summary>
public sealed class RecentWaits(TimeProvider time)
{
    /// <summary>So few that a busy hour is noticed soon, so many that one odd call does not count.</summary>
    private const int Most = 10;

    /// <summary>Of fewer nothing can be said.</summary>
    private const int Fewest = 3;

    /// <summary>What is longer ago says nothing of now.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<(CallId Call, DateTimeOffset At, TimeSpan Waited)>> _waits = [];

    /// <summary>Somebody of the team talks with the caller. Hearing it again of the same call changes nothing, nor that of one who did not wait.</summary>
    public void Note(string team, Story story)
    {
        if (story is not { QueuedAt: { } since, AnsweredAt: { } taken } || taken < since) return;
        lock (_gate)
        {
            if (!_waits.TryGetValue(team, out var waits)) _waits[team] = waits = [];
            if (waits.Any(wait => wait.Call == story.Id)) return;
            waits.Add((story.Id, taken, taken - since));
            if (waits.Count > Most) waits.Remove(waits.MinBy(wait => wait.At));
        }
    }

    /// <summary>
    /// For how many minutes more somebody waits who waits as long as the middle one of the last: as spoken, rounded up. Null when too
    /// little is known, and for who has waited longer already.
    /// </summary>
    public int? MinutesLeft(string team, DateTimeOffset since)
    {
        var now = time.GetUtcNow();
        TimeSpan[] waits;
        lock (_gate) waits = [.. (_waits.GetValueOrDefault(team) ?? []).Where(wait => now - wait.At <= Recent).Select(wait => wait.Waited).Order()];
        if (waits.Length < Fewest) return null;
        var left = waits[waits.Length / 2] - (now - since);
        return left <= TimeSpan.Zero ? null
            : AnnouncementOptions.SpokenMinutes.Where(minutes => left <= TimeSpan.FromMinutes(minutes)).Select(minutes => (int?)minutes).FirstOrDefault();
    }
}
