using Ringway.Ari;
using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>
/// Names that tie a supervisor's ear to its call: the ear at ada's leg is the channel <c>{call}.ear.ada</c>, and the bridge in which it meets
/// the supervisor's leg is <c>{call}.ear</c>.
/// </summary>
/// <remarks>
/// An ear is let out of that bridge and left alone; it ends with the agent's leg. A snoop channel that is hung up waits, locked, until the next
/// sound passes the leg that it listens to (<c>ast_audiohook_detach</c>; tried on 22.10.1), and there is none where the customer is on hold and
/// the agent's page is gone. Once Asterisk stood still for ten seconds from the moment in which an ear was to be hung up; why is not known.
/// </remarks>
public static class Ears
{
    /// <summary>What the supervisor's leg is told to be, so that it is known for one after a restart.</summary>
    public const string SupervisorArgument = "supervisor";

    private const string Mark = ".ear";

    public static ChannelId ChannelOf(CallId call, AgentId of) => new($"{call}{Mark}.{of}");

    public static BridgeId BridgeOf(CallId call) => new(call + Mark);

    /// <summary>It hears what the agent says and what she hears, and speaks into what she hears.</summary>
    public static SnoopRequest Request(string application) => new() { App = application, AppArgs = "ear", Spy = SnoopDirection.Both, Whisper = SnoopDirection.Out };

    public static (CallId Call, AgentId Of)? OfChannel(ChannelId channel) =>
        channel.Value.Split(Mark + ".") is [var call, var of] ? (new(call), new(of)) : null;

    public static CallId? OfBridge(BridgeId bridge) =>
        bridge.Value.EndsWith(Mark, StringComparison.Ordinal) ? new(bridge.Value[..^Mark.Length]) : null;
}
