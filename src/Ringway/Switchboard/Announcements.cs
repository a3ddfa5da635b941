using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>
/// The name of what a caller hears who waits: <c>{call}.waiting</c>, another than a greeting's, so that the end of one that was stopped
/// is not taken for the end of the other.
/// </summary>
public static class Announcements
{
    private const string Waiting = ".waiting";

    public static string PlaybackOf(CallId call) => call + Waiting;

    public static CallId? CallOf(string playback) => playback.EndsWith(Waiting, StringComparison.Ordinal) ? new(playback[..^Waiting.Length]) : null;
}
