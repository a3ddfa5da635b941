using Ringway.Ari;
using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>
/// Names that tie a greeting and a message to their call, so that an event of either finds it: the playback is
/// <c>{call}.greeting</c>, the recording <c>message-{call}</c>.
/// </summary>
public static class Voicemail
{
    /// <summary>Whatever a greeting says, after this it is over.</summary>
    public static readonly TimeSpan LongestGreeting = TimeSpan.FromSeconds(60);

    /// <summary>Who says nothing for this long has finished.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(8);

    private const string Greeting = ".greeting", Message = "message-";

    /// <summary>16 kHz, one channel, 16 bits: as good as the call, and every browser plays it.</summary>
    private const string Format = "wav16";

    /// <summary>Two seconds of that, as for a message that we saw the end of.</summary>
    private const int ShortestBytes = 2 * 16_000 * 2;

    public static string GreetingOf(CallId call) => call + Greeting;

    /// <summary>The hash key ends it, as everywhere.</summary>
    public static RecordRequest Request(CallId call, TimeSpan longest) => new()
    {
        Name = Message + call, Format = Format, MaxDurationSeconds = (int)longest.TotalSeconds, MaxSilenceSeconds = (int)Silence.TotalSeconds,
        TerminateOn = TerminateOn.Pound, IfExists = IfRecordingExists.Overwrite,
    };

    /// <summary>Where Asterisk has put a call's message; null for what is no call's id, whoever gave it.</summary>
    public static string? FileOf(string recordings, string call) =>
        LegIds.IsCall(call) ? Path.Combine(recordings, $"{Message}{call}.{Format}") : null;

    /// <summary>Whether there is a message of the call; shorter than a word is none.</summary>
    public static bool IsLeft(string recordings, string call) =>
        FileOf(recordings, call) is { } file && new FileInfo(file) is { Exists: true, Length: >= ShortestBytes };

    /// <summary>Deletes messages that are older; one that cannot be deleted now is tried again the next time.</summary>
    /// <returns>How many are gone.</returns>
    public static int DeleteOlder(string recordings, DateTimeOffset than)
    {
        var old = Directory.Exists(recordings)
            ? Directory.EnumerateFiles(recordings, $"{Message}*.{Format}").Where(file => File.GetLastWriteTimeUtc(file) < than.UtcDateTime).ToList() : [];
        foreach (var file in old) File.Delete(file);
        return old.Count;
    }

    public static CallId? CallOfGreeting(string playback) => playback.EndsWith(Greeting, StringComparison.Ordinal) ? new(playback[..^Greeting.Length]) : null;

    public static CallId? CallOfMessage(string recording) => recording.StartsWith(Message, StringComparison.Ordinal) ? new(recording[Message.Length..]) : null;
}
