using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ringway.Ari;

/// <summary>
/// Something that happened in Asterisk. One record per type of Asterisk 22.10.1's events.json, under the same name; a type
/// that is newer than this file arrives as a plain <see cref="AriEvent"/> with its <see cref="Type"/> and <see cref="Json"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", IgnoreUnrecognizedTypeDiscriminators = true,
    UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FallBackToBaseType)]
[JsonDerivedType(typeof(ApplicationMoveFailed), nameof(ApplicationMoveFailed))]
[JsonDerivedType(typeof(ApplicationRegistered), nameof(ApplicationRegistered))]
[JsonDerivedType(typeof(ApplicationReplaced), nameof(ApplicationReplaced))]
[JsonDerivedType(typeof(ApplicationUnregistered), nameof(ApplicationUnregistered))]
[JsonDerivedType(typeof(BridgeAttendedTransfer), nameof(BridgeAttendedTransfer))]
[JsonDerivedType(typeof(BridgeBlindTransfer), nameof(BridgeBlindTransfer))]
[JsonDerivedType(typeof(BridgeCreated), nameof(BridgeCreated))]
[JsonDerivedType(typeof(BridgeDestroyed), nameof(BridgeDestroyed))]
[JsonDerivedType(typeof(BridgeMerged), nameof(BridgeMerged))]
[JsonDerivedType(typeof(BridgeVideoSourceChanged), nameof(BridgeVideoSourceChanged))]
[JsonDerivedType(typeof(CallBroadcast), nameof(CallBroadcast))]
[JsonDerivedType(typeof(CallClaimed), nameof(CallClaimed))]
[JsonDerivedType(typeof(ChannelCallerId), nameof(ChannelCallerId))]
[JsonDerivedType(typeof(ChannelConnectedLine), nameof(ChannelConnectedLine))]
[JsonDerivedType(typeof(ChannelCreated), nameof(ChannelCreated))]
[JsonDerivedType(typeof(ChannelDestroyed), nameof(ChannelDestroyed))]
[JsonDerivedType(typeof(ChannelDialplan), nameof(ChannelDialplan))]
[JsonDerivedType(typeof(ChannelDtmfReceived), nameof(ChannelDtmfReceived))]
[JsonDerivedType(typeof(ChannelEnteredBridge), nameof(ChannelEnteredBridge))]
[JsonDerivedType(typeof(ChannelHangupRequest), nameof(ChannelHangupRequest))]
[JsonDerivedType(typeof(ChannelHold), nameof(ChannelHold))]
[JsonDerivedType(typeof(ChannelLeftBridge), nameof(ChannelLeftBridge))]
[JsonDerivedType(typeof(ChannelStateChange), nameof(ChannelStateChange))]
[JsonDerivedType(typeof(ChannelTalkingFinished), nameof(ChannelTalkingFinished))]
[JsonDerivedType(typeof(ChannelTalkingStarted), nameof(ChannelTalkingStarted))]
[JsonDerivedType(typeof(ChannelToneDetected), nameof(ChannelToneDetected))]
[JsonDerivedType(typeof(ChannelTransfer), nameof(ChannelTransfer))]
[JsonDerivedType(typeof(ChannelUnhold), nameof(ChannelUnhold))]
[JsonDerivedType(typeof(ChannelUserevent), nameof(ChannelUserevent))]
[JsonDerivedType(typeof(ChannelVarset), nameof(ChannelVarset))]
[JsonDerivedType(typeof(ContactStatusChange), nameof(ContactStatusChange))]
[JsonDerivedType(typeof(DeviceStateChanged), nameof(DeviceStateChanged))]
[JsonDerivedType(typeof(Dial), nameof(Dial))]
[JsonDerivedType(typeof(EndpointStateChange), nameof(EndpointStateChange))]
[JsonDerivedType(typeof(MissingParams), nameof(MissingParams))]
[JsonDerivedType(typeof(PeerStatusChange), nameof(PeerStatusChange))]
[JsonDerivedType(typeof(PlaybackContinuing), nameof(PlaybackContinuing))]
[JsonDerivedType(typeof(PlaybackFinished), nameof(PlaybackFinished))]
[JsonDerivedType(typeof(PlaybackStarted), nameof(PlaybackStarted))]
[JsonDerivedType(typeof(RecordingFailed), nameof(RecordingFailed))]
[JsonDerivedType(typeof(RecordingFinished), nameof(RecordingFinished))]
[JsonDerivedType(typeof(RecordingStarted), nameof(RecordingStarted))]
[JsonDerivedType(typeof(RestResponse), "RESTResponse")]
[JsonDerivedType(typeof(StasisEnd), nameof(StasisEnd))]
[JsonDerivedType(typeof(StasisStart), nameof(StasisStart))]
[JsonDerivedType(typeof(TextMessageReceived), nameof(TextMessageReceived))]
public record AriEvent
{
    private readonly string? _unknownType;

    /// <summary>The Stasis application that is told; empty for what our side says itself.</summary>
    public string Application { get; init => field = value ?? ""; } = "";

    /// <summary>When it happened, by Asterisk's clock; replayed events keep the time they happened at.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>Which Asterisk says it (asterisk.conf's <c>entityid</c>, by default a MAC address).</summary>
    public string AsteriskId { get; init => field = value ?? ""; } = "";

    /// <summary>Asterisk's name of the event.</summary>
    [JsonIgnore]
    public string Type
    {
        get => _unknownType ?? GetType().Name;
        init => _unknownType = value;
    }

    /// <summary>The whole message, for a type that this client does not know; else null.</summary>
    [JsonIgnore]
    public string? Json { get; init; }
}

// --- What our own side says, in line with the events.

/// <summary>
/// The socket is there, and what follows comes over it. The first event after a gap: ask Asterisk what it has before
/// believing what you remember.
/// </summary>
public sealed record AriConnected : AriEvent
{
    /// <summary>1 for the first connection of this application's life.</summary>
    public int Number { get; init; }
}

/// <summary>
/// The socket is gone; all commands under way have failed. When Asterisk connects to us it keeps the events and replays
/// them later, all but what it wrote before it noticed; when we connect to Asterisk, events are lost until
/// <see cref="AriConnected"/>.
/// </summary>
public sealed record AriDisconnected : AriEvent
{
    /// <summary>Why, in a sentence for the log.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    /// <summary>Another connection has the application now; this one will not come back.</summary>
    public bool Replaced { get; init; }
}

// --- The application.

/// <summary>Asterisk knows the application from now on; after a replay it is the first fresh event.</summary>
public sealed record ApplicationRegistered : AriEvent;

/// <summary>The application was taken out of Asterisk's configuration.</summary>
public sealed record ApplicationUnregistered : AriEvent;

/// <summary>Another connection took the application over: this one is deaf from now on.</summary>
public sealed record ApplicationReplaced : AriEvent;

/// <summary>A channel that was to move to another application could not.</summary>
public sealed record ApplicationMoveFailed : AriEvent
{
    public required Channel Channel { get; init; }

    public string Destination { get; init => field = value ?? ""; } = "";

    public ImmutableArray<string> Args { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>Asterisk missed parameters in what we sent.</summary>
public sealed record MissingParams : AriEvent
{
    public ImmutableArray<string> Params { get; init => field = value.IsDefault ? [] : value; } = [];
}

// --- A channel comes into our hands and leaves them.

/// <summary>A channel entered the application: from now on it does what we say.</summary>
public sealed record StasisStart : AriEvent
{
    /// <summary>The arguments after the application's name in the dialplan's Stasis(), or <c>appArgs</c>.</summary>
    public ImmutableArray<string> Args { get; init => field = value.IsDefault ? [] : value; } = [];

    public required Channel Channel { get; init; }

    /// <summary>The channel whose place this one takes, in a transfer.</summary>
    public Channel? ReplaceChannel { get; init; }
}

/// <summary>
/// A channel left the application, to the dialplan or for good. Without an own subscription nothing more is told of a
/// channel that came from outside, not even its end.
/// </summary>
public sealed record StasisEnd : AriEvent
{
    public required Channel Channel { get; init; }
}

/// <summary>A channel is offered to several applications; the first to claim it gets it (Asterisk 22.10).</summary>
public sealed record CallBroadcast : AriEvent
{
    public required Channel Channel { get; init; }

    public string? Caller { get; init; }

    public string? Called { get; init; }
}

/// <summary>An application claimed a broadcast channel.</summary>
public sealed record CallClaimed : AriEvent
{
    public required Channel Channel { get; init; }

    public string WinnerApp { get; init => field = value ?? ""; } = "";
}

// --- A channel's life.

public sealed record ChannelCreated : AriEvent
{
    public required Channel Channel { get; init; }
}

/// <summary>The channel is gone. Told to those who are subscribed to it.</summary>
public sealed record ChannelDestroyed : AriEvent
{
    /// <summary>Q.850 cause.</summary>
    public int Cause { get; init; }

    public string CauseTxt { get; init => field = value ?? ""; } = "";

    /// <summary>The technology's own last word: for PJSIP the final SIP status, when there was one.</summary>
    public int? TechCause { get; init; }

    public required Channel Channel { get; init; }
}

public sealed record ChannelStateChange : AriEvent
{
    public required Channel Channel { get; init; }
}

/// <summary>Somebody wants the channel to end: the far side hung up, or we asked for it.</summary>
public sealed record ChannelHangupRequest : AriEvent
{
    /// <summary>Q.850 cause, where known.</summary>
    public int? Cause { get; init; }

    /// <summary>For PJSIP the final SIP status, where there was one.</summary>
    public int? TechCause { get; init; }

    public bool? Soft { get; init; }

    public required Channel Channel { get; init; }
}

/// <summary>
/// A call attempt's progress. <c>Dialstatus</c> is empty when it begins, then RINGING, PROGRESS, ANSWER, BUSY, NOANSWER,
/// CANCEL, CONGESTION, CHANUNAVAIL. Do not build on its order relative to <see cref="ChannelStateChange"/>.
/// </summary>
public sealed record Dial : AriEvent
{
    public Channel? Caller { get; init; }

    public required Channel Peer { get; init; }

    public string? Forward { get; init; }

    public Channel? Forwarded { get; init; }

    [JsonPropertyName("dialstring")]
    public string? Dialstring { get; init; }

    [JsonPropertyName("dialstatus")]
    public string Dialstatus { get; init => field = value ?? ""; } = "";
}

public sealed record ChannelDialplan : AriEvent
{
    public required Channel Channel { get; init; }

    public string DialplanApp { get; init => field = value ?? ""; } = "";

    public string DialplanAppData { get; init => field = value ?? ""; } = "";
}

/// <summary>A variable was set: on a channel, or a global one when there is no channel.</summary>
public sealed record ChannelVarset : AriEvent
{
    public string Variable { get; init => field = value ?? ""; } = "";

    public string Value { get; init => field = value ?? ""; } = "";

    public Channel? Channel { get; init; }
}

public sealed record ChannelCallerId : AriEvent
{
    public int CallerPresentation { get; init; }

    public string CallerPresentationTxt { get; init => field = value ?? ""; } = "";

    public required Channel Channel { get; init; }
}

public sealed record ChannelConnectedLine : AriEvent
{
    public required Channel Channel { get; init; }
}

/// <summary>A digit's end.</summary>
public sealed record ChannelDtmfReceived : AriEvent
{
    public string Digit { get; init => field = value ?? ""; } = "";

    /// <summary>Milliseconds the key was down.</summary>
    public int DurationMs { get; init; }

    public required Channel Channel { get; init; }
}

/// <summary>The party put us on hold.</summary>
public sealed record ChannelHold : AriEvent
{
    public required Channel Channel { get; init; }

    [JsonPropertyName("musicclass")]
    public string? MusicClass { get; init; }
}

public sealed record ChannelUnhold : AriEvent
{
    public required Channel Channel { get; init; }
}

/// <summary>Needs TALK_DETECT on the channel.</summary>
public sealed record ChannelTalkingStarted : AriEvent
{
    public required Channel Channel { get; init; }
}

/// <summary>Needs TALK_DETECT on the channel.</summary>
public sealed record ChannelTalkingFinished : AriEvent
{
    public required Channel Channel { get; init; }

    /// <summary>Milliseconds of talk.</summary>
    public int Duration { get; init; }
}

/// <summary>Needs TONE_DETECT on the channel.</summary>
public sealed record ChannelToneDetected : AriEvent
{
    public required Channel Channel { get; init; }
}

/// <summary>A party wants to transfer its peer, and the transfer is ours to do (PJSIP_TRANSFER_HANDLING=ari-only).</summary>
public sealed record ChannelTransfer : AriEvent
{
    public string? State { get; init; }

    public ReferTo ReferTo { get; init => field = value ?? new(); } = new();

    public ReferredBy? ReferredBy { get; init; }
}

/// <summary>Dialplan's UserEvent() or ARI's user event.</summary>
public sealed record ChannelUserevent : AriEvent
{
    [JsonPropertyName("eventname")]
    public string EventName { get; init => field = value ?? ""; } = "";

    public Channel? Channel { get; init; }

    public Bridge? Bridge { get; init; }

    public Endpoint? Endpoint { get; init; }

    /// <summary>The event's own members, and its <c>eventname</c>.</summary>
    [JsonPropertyName("userevent")]
    public JsonElement UserEvent { get; init; }
}

// --- Bridges.

public sealed record BridgeCreated : AriEvent
{
    public required Bridge Bridge { get; init; }
}

public sealed record BridgeDestroyed : AriEvent
{
    public required Bridge Bridge { get; init; }
}

public sealed record BridgeMerged : AriEvent
{
    public required Bridge Bridge { get; init; }

    public required Bridge BridgeFrom { get; init; }
}

public sealed record BridgeVideoSourceChanged : AriEvent
{
    public required Bridge Bridge { get; init; }

    public string? OldVideoSourceId { get; init; }
}

public sealed record ChannelEnteredBridge : AriEvent
{
    public required Bridge Bridge { get; init; }

    public Channel? Channel { get; init; }
}

public sealed record ChannelLeftBridge : AriEvent
{
    public required Bridge Bridge { get; init; }

    public required Channel Channel { get; init; }
}

public sealed record BridgeBlindTransfer : AriEvent
{
    public required Channel Channel { get; init; }

    public Channel? ReplaceChannel { get; init; }

    public Channel? Transferee { get; init; }

    public string Exten { get; init => field = value ?? ""; } = "";

    public string Context { get; init => field = value ?? ""; } = "";

    public string Result { get; init => field = value ?? ""; } = "";

    public bool IsExternal { get; init; }

    public Bridge? Bridge { get; init; }
}

public sealed record BridgeAttendedTransfer : AriEvent
{
    public required Channel TransfererFirstLeg { get; init; }

    public required Channel TransfererSecondLeg { get; init; }

    public Channel? ReplaceChannel { get; init; }

    public Channel? Transferee { get; init; }

    public Channel? TransferTarget { get; init; }

    public string Result { get; init => field = value ?? ""; } = "";

    public bool IsExternal { get; init; }

    public Bridge? TransfererFirstLegBridge { get; init; }

    public Bridge? TransfererSecondLegBridge { get; init; }

    public string DestinationType { get; init => field = value ?? ""; } = "";

    public string? DestinationBridge { get; init; }

    public string? DestinationApplication { get; init; }

    public Channel? DestinationLinkFirstLeg { get; init; }

    public Channel? DestinationLinkSecondLeg { get; init; }

    public Channel? DestinationThreewayChannel { get; init; }

    public Bridge? DestinationThreewayBridge { get; init; }
}

// --- Sound.

public sealed record PlaybackStarted : AriEvent
{
    public required Playback Playback { get; init; }
}

/// <summary>The next sound of a list begins.</summary>
public sealed record PlaybackContinuing : AriEvent
{
    public required Playback Playback { get; init; }
}

/// <summary>Played to its end, stopped, or failed: see <see cref="Playback.State"/>.</summary>
public sealed record PlaybackFinished : AriEvent
{
    public required Playback Playback { get; init; }
}

public sealed record RecordingStarted : AriEvent
{
    public required LiveRecording Recording { get; init; }
}

public sealed record RecordingFinished : AriEvent
{
    public required LiveRecording Recording { get; init; }
}

public sealed record RecordingFailed : AriEvent
{
    public required LiveRecording Recording { get; init; }
}

// --- Endpoints and devices.

/// <summary>A registration came, went, or answered its OPTIONS or not.</summary>
public sealed record ContactStatusChange : AriEvent
{
    public required Endpoint Endpoint { get; init; }

    public ContactInfo ContactInfo { get; init => field = value ?? new(); } = new();
}

public sealed record EndpointStateChange : AriEvent
{
    public required Endpoint Endpoint { get; init; }
}

public sealed record PeerStatusChange : AriEvent
{
    public required Endpoint Endpoint { get; init; }

    public Peer Peer { get; init => field = value ?? new(); } = new();
}

public sealed record DeviceStateChanged : AriEvent
{
    public required DeviceState DeviceState { get; init; }
}

public sealed record TextMessageReceived : AriEvent
{
    public required TextMessage Message { get; init; }

    public Endpoint? Endpoint { get; init; }
}

// --- The answer to a command. Never yielded: it ends the command's task.

internal sealed record RestResponse : AriEvent
{
    public string RequestId { get; init => field = value ?? ""; } = "";

    public int StatusCode { get; init; }

    public string ReasonPhrase { get; init => field = value ?? ""; } = "";

    public string Uri { get; init => field = value ?? ""; } = "";

    /// <summary>JSON within a JSON string; null when there is no body.</summary>
    public string? MessageBody { get; init; }
}
