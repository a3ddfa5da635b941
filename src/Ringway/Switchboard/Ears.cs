using Ringway.Ari;
using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>
/// Names that tie a supervisor's ear to its call: the ear at ada's leg is the channel <c>{call}.ear.ada</c>, one that whispers, too,
/// <c>{call}.whisper.ada</c>, and the bridge in which it meets the supervisor's leg is <c>{call}.ear</c>.
/// </summary>
/// <remarks>
/// A snoop channel that is hung up waits, locked, until the next sound passes the leg that it listens to (<c>ast_audiohook_detach</c>; tried on
/// 22.10.1); where the customer is on hold and the agent's page is gone that is the end of the agent's leg.
/// </remarks>
public static class Ears
{
    /// <summary>What the supervisor's leg is told to be, so that it is known for one after a restart.</summary>
    public const string SupervisorArgument = "supervisor";

    private const string Mark = ".ear";

    private const string WhisperMark = ".whisper";

    public static ChannelId ChannelOf(CallId call, AgentId of, SupervisionMode mode) => new($"{call}{(mode == SupervisionMode.Whisper ? WhisperMark : Mark)}.{of}");

    public static BridgeId BridgeOf(CallId call) => new(call + Mark);

    /// <summary>It hears what the agent says and what she hears; one that whispers speaks into what she hears.</summary>
    public static SnoopRequest Request(string application, SupervisionMode mode) => new()
    {
        App = application, AppArgs = "ear", Spy = SnoopDirection.Both, Whisper = mode == SupervisionMode.Whisper ? SnoopDirection.Out : SnoopDirection.None,
    };

    public static (CallId Call, AgentId Of, SupervisionMode Mode)? OfChannel(ChannelId channel) =>
        channel.Value.Split(Mark + ".") is [var call, var of] ? (new(call), new(of), SupervisionMode.Listen)
        : channel.Value.Split(WhisperMark + ".") is [var heard, var by] ? (new(heard), new(by), SupervisionMode.Whisper)
        : null;

    public static CallId? OfBridge(BridgeId bridge) =>
        bridge.Value.EndsWith(Mark, StringComparison.Ordinal) ? new(bridge.Value[..^Mark.Length]) : null;
}
