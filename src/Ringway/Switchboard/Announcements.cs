using System.Globalization;
using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>
/// Names of what a caller hears who waits: <c>{call}.waiting</c> is the last sentence, <c>{call}.waiting-1</c> the one before it. They are
/// others than a greeting's, so that the end of one that was stopped is not taken for the end of the other. And each sentence is a
/// playback of its own: when one of several sounds is stopped, Asterisk goes on with the next (seen on 22.10.1).
/// </summary>
public static class Announcements
{
    private const string Waiting = ".waiting";

    /// <summary>The operator's words, the place, the wait, and the key.</summary>
    private const int MostSentences = 4;

    /// <param name="before">How many sentences come after it.</param>
    public static string PlaybackOf(CallId call, int before = 0) =>
        before == 0 ? call + Waiting : string.Create(CultureInfo.InvariantCulture, $"{call}{Waiting}-{before}");

    /// <summary>In the order in which they are stopped: from the last, so that none begins meanwhile.</summary>
    public static IEnumerable<string> PlaybacksOf(CallId call) => Enumerable.Range(0, MostSentences).Select(before => PlaybackOf(call, before));

    /// <summary>Null for what is not the last sentence.</summary>
    public static CallId? CallOf(string playback) => playback.EndsWith(Waiting, StringComparison.Ordinal) ? new(playback[..^Waiting.Length]) : null;
}
