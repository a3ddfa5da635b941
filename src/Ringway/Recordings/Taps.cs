using Ringway.Ari;
using Ringway.Calls;

namespace Ringway.Recordings;

/// <summary>
/// Names that tie what listens at a call to the call: its channels are <c>{call}.tap.said</c> and <c>{call}.tap.heard</c>, which no agent's leg
/// can be called; its recordings <c>tape-{call}-said</c> and <c>-heard</c>; the announcement <c>{call}.notice</c>.
/// </summary>
public static class Taps
{
    /// <summary>Samples a second of a tape: those of Opus, so that nothing is converted while people talk.</summary>
    public const int Rate = 48000;

    private const string Mark = ".tap.", Tape = "tape-", Notice = ".notice", Format = "sln48";

    public static readonly Side[] Sides = [Side.Said, Side.Heard];

    public static ChannelId ChannelOf(CallId call, Side side) => new($"{call}{Mark}{Word(side)}");

    /// <summary>What the channel is told of: the customer's own voice comes in, what she hears goes out.</summary>
    public static SnoopRequest Request(string application, Side side) => new()
    {
        App = application, AppArgs = "tap", Spy = side == Side.Said ? SnoopDirection.In : SnoopDirection.Out,
    };

    public static RecordRequest TapeOf(CallId call, Side side) => new() { Name = NameOf(call, side), Format = Format };

    public static string NameOf(CallId call, Side side) => $"{Tape}{call}-{Word(side)}";

    public static string NoticeOf(CallId call) => call + Notice;

    public static CallId? CallOfNotice(string playback) => playback.EndsWith(Notice, StringComparison.Ordinal) ? new(playback[..^Notice.Length]) : null;

    public static (CallId Call, Side Side)? OfChannel(ChannelId channel) =>
        channel.Value.Split(Mark) is [var call, var word] && SideOf(word) is { } side ? (new(call), side) : null;

    /// <summary>By the name of a recording, or of its file without the extension.</summary>
    public static (CallId Call, Side Side)? OfTape(string name) =>
        name.StartsWith(Tape, StringComparison.Ordinal) && name.LastIndexOf('-') is var dash && SideOf(name[(dash + 1)..]) is { } side
            ? (new(name[Tape.Length..dash]), side) : null;

    /// <summary>Where Asterisk writes it.</summary>
    public static string FileOf(string folder, CallId call, Side side) => Path.Combine(folder, $"{NameOf(call, side)}.{Format}");

    /// <summary>Calls of which a tape lies in the folder.</summary>
    public static IEnumerable<CallId> CallsIn(string folder) => !Directory.Exists(folder) ? []
        : Directory.EnumerateFiles(folder, $"{Tape}*.{Format}").Select(file => OfTape(Path.GetFileNameWithoutExtension(file))?.Call).OfType<CallId>().Distinct();

    private static string Word(Side side) => side == Side.Said ? "said" : "heard";

    private static Side? SideOf(string word) => word switch { "said" => Side.Said, "heard" => Side.Heard, _ => null };
}
