using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ringway.Ari;

// The source generator of System.Text.Json hands null (default) to the init accessor of what is missing in the JSON, over the
// property's initial value: hence "?? ..." in so many accessors. A member that says "= ..." is never null, whatever Asterisk sends.

/// <summary>One leg of a call in Asterisk, as it was when Asterisk wrote it down.</summary>
public sealed record Channel
{
    private static readonly ImmutableDictionary<string, string> NoVariables = ImmutableDictionary<string, string>.Empty;

    public required ChannelId Id { get; init; }

    /// <summary>The channel's technical name, <c>PJSIP/line-main-0000001a</c>. Changes in some transfers; the id does not.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>One of <see cref="ChannelState"/>.</summary>
    public string State { get; init => field = value ?? ChannelState.Unknown; } = ChannelState.Unknown;

    /// <summary>SIP's Call-ID for a PJSIP channel, else empty.</summary>
    public string ProtocolId { get; init => field = value ?? ""; } = "";

    public CallerId Caller { get; init => field = value ?? CallerId.None; } = CallerId.None;

    public CallerId Connected { get; init => field = value ?? CallerId.None; } = CallerId.None;

    public string Accountcode { get; init => field = value ?? ""; } = "";

    public Dialplan Dialplan { get; init => field = value ?? Dialplan.None; } = Dialplan.None;

    [JsonPropertyName("creationtime")]
    public DateTimeOffset CreationTime { get; init; }

    public string Language { get; init => field = value ?? ""; } = "";

    /// <summary>
    /// The variables that Asterisk reports with every channel: those of ari.conf's <c>channelvars</c>, and those set with
    /// <c>report_events</c>.
    /// </summary>
    [JsonPropertyName("channelvars")]
    public ImmutableDictionary<string, string> ChannelVars { get; init => field = value ?? NoVariables; } = NoVariables;

    public string? CallerRdnis { get; init; }

    [JsonPropertyName("tenantid")]
    public string? TenantId { get; init; }
}

/// <summary>The states of a channel (Asterisk 22: channels.json, <c>ast_state2str</c>).</summary>
public static class ChannelState
{
    public const string Down = "Down";
    public const string Reserved = "Rsrved";
    public const string OffHook = "OffHook";
    public const string Dialing = "Dialing";
    public const string Ring = "Ring";
    public const string Ringing = "Ringing";
    public const string Up = "Up";
    public const string Busy = "Busy";
    public const string DialingOffHook = "Dialing Offhook";
    public const string PreRing = "Pre-ring";
    public const string Unknown = "Unknown";
}

/// <summary>Who is on the line, as presented. Both may be empty.</summary>
public sealed record CallerId
{
    public static readonly CallerId None = new();

    public string Name { get; init => field = value ?? ""; } = "";

    public string Number { get; init => field = value ?? ""; } = "";
}

/// <summary>Where in the dialplan a channel is, and what runs there.</summary>
public sealed record Dialplan
{
    public static readonly Dialplan None = new();

    public string Context { get; init => field = value ?? ""; } = "";

    public string Exten { get; init => field = value ?? ""; } = "";

    public long Priority { get; init; }

    public string AppName { get; init => field = value ?? ""; } = "";

    /// <summary>The application's arguments: for a channel in Stasis its application and the arguments it came with.</summary>
    public string AppData { get; init => field = value ?? ""; } = "";
}

/// <summary>Channels that hear each other.</summary>
public sealed record Bridge
{
    private static readonly ImmutableDictionary<string, string> NoVariables = ImmutableDictionary<string, string>.Empty;

    public required BridgeId Id { get; init; }

    /// <summary>The mixing technology in use: <c>simple_bridge</c>, <c>native_rtp</c>, <c>softmix</c>, <c>holding_bridge</c>.</summary>
    public string Technology { get; init => field = value ?? ""; } = "";

    /// <summary>One of <see cref="BridgeTypes"/>.</summary>
    public string BridgeType { get; init => field = value ?? ""; } = "";

    /// <summary><c>stasis</c> for ours; <c>basic</c> for the dialplan's Dial().</summary>
    public string BridgeClass { get; init => field = value ?? ""; } = "";

    public string Creator { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    public ImmutableArray<ChannelId> Channels { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Whose picture is shown: <c>none</c>, <c>talker</c>, <c>sfu</c>, <c>single</c>.</summary>
    public string? VideoMode { get; init; }

    public string? VideoSourceId { get; init; }

    [JsonPropertyName("creationtime")]
    public DateTimeOffset CreationTime { get; init; }

    [JsonPropertyName("bridgevars")]
    public ImmutableDictionary<string, string> BridgeVars { get; init => field = value ?? NoVariables; } = NoVariables;
}

/// <summary>What a bridge is for (Asterisk 22: bridges.json).</summary>
public static class BridgeTypes
{
    /// <summary>All hear each other.</summary>
    public const string Mixing = "mixing";

    /// <summary>They wait, and hear only what is played to them.</summary>
    public const string Holding = "holding";
}

/// <summary>Something that can be called: for PJSIP one endpoint section.</summary>
public sealed record Endpoint
{
    public string Technology { get; init => field = value ?? ""; } = "";

    /// <summary>The endpoint's name within its technology.</summary>
    public string Resource { get; init => field = value ?? ""; } = "";

    /// <summary>One of <see cref="EndpointState"/>; null where the technology does not know.</summary>
    public string? State { get; init; }

    public ImmutableArray<ChannelId> ChannelIds { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>Whether an endpoint can be reached (Asterisk 22: endpoints.json).</summary>
public static class EndpointState
{
    public const string Unknown = "unknown";
    public const string Offline = "offline";
    public const string Online = "online";
}

/// <summary>A sound being played.</summary>
public sealed record Playback
{
    public string Id { get; init => field = value ?? ""; } = "";

    public string MediaUri { get; init => field = value ?? ""; } = "";

    public string? NextMediaUri { get; init; }

    /// <summary><c>channel:{id}</c> or <c>bridge:{id}</c>.</summary>
    public string TargetUri { get; init => field = value ?? ""; } = "";

    public string? Language { get; init; }

    /// <summary>One of <see cref="PlaybackState"/>.</summary>
    public string State { get; init => field = value ?? ""; } = "";
}

/// <summary>The states of a playback (Asterisk 22: playbacks.json).</summary>
public static class PlaybackState
{
    public const string Queued = "queued";
    public const string Playing = "playing";

    /// <summary>Between two sounds of a list.</summary>
    public const string Continuing = "continuing";

    /// <summary>Over, stopped or played to its end.</summary>
    public const string Done = "done";

    /// <summary>Over, and nothing was heard: there is no such sound, or none in a format that can be played.</summary>
    public const string Failed = "failed";
}

/// <summary>A recording under way.</summary>
public sealed record LiveRecording
{
    public string Name { get; init => field = value ?? ""; } = "";

    public string Format { get; init => field = value ?? ""; } = "";

    /// <summary><c>channel:{id}</c> or <c>bridge:{id}</c>.</summary>
    public string TargetUri { get; init => field = value ?? ""; } = "";

    /// <summary>One of <see cref="RecordingState"/>.</summary>
    public string State { get; init => field = value ?? ""; } = "";

    /// <summary>Seconds recorded.</summary>
    public int? Duration { get; init; }

    /// <summary>Seconds with somebody talking, when silence detection is on.</summary>
    public int? TalkingDuration { get; init; }

    /// <summary>Seconds of silence, when silence detection is on.</summary>
    public int? SilenceDuration { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Cause { get; init; }
}

/// <summary>The states of a recording (Asterisk 22: recordings.json).</summary>
public static class RecordingState
{
    public const string Queued = "queued";
    public const string Recording = "recording";
    public const string Paused = "paused";
    public const string Done = "done";
    public const string Failed = "failed";
    public const string Canceled = "canceled";
}

/// <summary>A finished recording on Asterisk's disk.</summary>
public sealed record StoredRecording
{
    public string Name { get; init => field = value ?? ""; } = "";

    public string Format { get; init => field = value ?? ""; } = "";
}

/// <summary>A Stasis application as Asterisk knows it: what it owns and what it is told.</summary>
public sealed record Application
{
    public string Name { get; init => field = value ?? ""; } = "";

    public ImmutableArray<ChannelId> ChannelIds { get; init => field = value.IsDefault ? [] : value; } = [];

    public ImmutableArray<BridgeId> BridgeIds { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary><c>PJSIP/ada</c>, or a whole technology <c>PJSIP</c>.</summary>
    public ImmutableArray<string> EndpointIds { get; init => field = value.IsDefault ? [] : value; } = [];

    public ImmutableArray<string> DeviceNames { get; init => field = value.IsDefault ? [] : value; } = [];

    public ImmutableArray<EventFilter> EventsAllowed { get; init => field = value.IsDefault ? [] : value; } = [];

    public ImmutableArray<EventFilter> EventsDisallowed { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>An event type that an application is told of, or not.</summary>
public sealed record EventFilter(string Type);

/// <summary>A device's state, as hints and queues see it.</summary>
public sealed record DeviceState
{
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>One of <see cref="DeviceStates"/>.</summary>
    public string State { get; init => field = value ?? ""; } = "";
}

/// <summary>The states of a device (Asterisk 22: deviceStates.json).</summary>
public static class DeviceStates
{
    public const string Unknown = "UNKNOWN";
    public const string NotInUse = "NOT_INUSE";
    public const string InUse = "INUSE";
    public const string Busy = "BUSY";
    public const string Invalid = "INVALID";
    public const string Unavailable = "UNAVAILABLE";
    public const string Ringing = "RINGING";
    public const string RingInUse = "RINGINUSE";
    public const string OnHold = "ONHOLD";
}

/// <summary>Where an endpoint is reached at the moment (a SIP registration, or a static contact).</summary>
public sealed record ContactInfo
{
    public string Uri { get; init => field = value ?? ""; } = "";

    /// <summary>One of <see cref="ContactStatus"/>.</summary>
    public string ContactStatus { get; init => field = value ?? ""; } = "";

    public string Aor { get; init => field = value ?? ""; } = "";

    /// <summary>Microseconds an OPTIONS took there and back, as Asterisk wrote it; see <see cref="RoundTrip"/>.</summary>
    public string? RoundtripUsec { get; init; }

    [JsonIgnore]
    public TimeSpan? RoundTrip =>
        long.TryParse(RoundtripUsec, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
}

/// <summary>What is known of a contact (Asterisk 22: events.json).</summary>
public static class ContactStatus
{
    public const string Unreachable = "Unreachable";
    public const string Reachable = "Reachable";
    public const string Unknown = "Unknown";

    /// <summary>Nobody asks whether it is there (<c>qualify_frequency=0</c>).</summary>
    public const string NonQualified = "NonQualified";
    public const string Removed = "Removed";
}

/// <summary>State of a peer in the old sense; PJSIP reports <see cref="ContactInfo"/> as well.</summary>
public sealed record Peer
{
    public string PeerStatus { get; init => field = value ?? ""; } = "";

    public string? Cause { get; init; }

    public string? Address { get; init; }

    public string? Port { get; init; }

    public string? Time { get; init; }
}

/// <summary>A SIP MESSAGE that came in.</summary>
public sealed record TextMessage
{
    public string From { get; init => field = value ?? ""; } = "";

    public string To { get; init => field = value ?? ""; } = "";

    public string Body { get; init => field = value ?? ""; } = "";

    public JsonElement? Variables { get; init; }
}

/// <summary>Where a transferring party wants its peer to go.</summary>
public sealed record ReferTo
{
    public RequiredDestination RequestedDestination { get; init => field = value ?? new(); } = new();

    public Channel? DestinationChannel { get; init; }

    public Channel? ConnectedChannel { get; init; }

    public Bridge? Bridge { get; init; }
}

/// <summary>The party that transfers.</summary>
public sealed record ReferredBy
{
    public required Channel SourceChannel { get; init; }

    public Channel? ConnectedChannel { get; init; }

    public Bridge? Bridge { get; init; }
}

/// <summary>A transfer's target: a number (blind) or another call (attended).</summary>
public sealed record RequiredDestination
{
    /// <summary>Call-ID of the call that is to be replaced, in an attended transfer.</summary>
    public string? ProtocolId { get; init; }

    public string? Destination { get; init; }

    public ImmutableArray<AdditionalParam> AdditionalProtocolParams { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>A parameter of Refer-To that Asterisk passes on unread.</summary>
public sealed record AdditionalParam
{
    public string ParameterName { get; init => field = value ?? ""; } = "";

    public string ParameterValue { get; init => field = value ?? ""; } = "";
}

/// <summary>What Asterisk tells about itself; each part only if it was asked for.</summary>
public sealed record AsteriskInfo
{
    public BuildInfo? Build { get; init; }

    public SystemInfo? System { get; init; }

    public ConfigInfo? Config { get; init; }

    public StatusInfo? Status { get; init; }
}

/// <summary>How Asterisk was built.</summary>
public sealed record BuildInfo
{
    public string Os { get; init => field = value ?? ""; } = "";

    public string Kernel { get; init => field = value ?? ""; } = "";

    public string Options { get; init => field = value ?? ""; } = "";

    public string Machine { get; init => field = value ?? ""; } = "";

    public string Date { get; init => field = value ?? ""; } = "";

    public string User { get; init => field = value ?? ""; } = "";
}

/// <summary>Which Asterisk it is.</summary>
public sealed record SystemInfo
{
    public string Version { get; init => field = value ?? ""; } = "";

    public string EntityId { get; init => field = value ?? ""; } = "";
}

/// <summary>Limits and names from asterisk.conf.</summary>
public sealed record ConfigInfo
{
    public string Name { get; init => field = value ?? ""; } = "";

    public string DefaultLanguage { get; init => field = value ?? ""; } = "";

    public int? MaxChannels { get; init; }

    public int? MaxOpenFiles { get; init; }

    public double? MaxLoad { get; init; }

    public SetId Setid { get; init => field = value ?? new(); } = new();
}

/// <summary>As whom it runs, when asterisk.conf says so; else empty.</summary>
public sealed record SetId
{
    public string User { get; init => field = value ?? ""; } = "";

    public string Group { get; init => field = value ?? ""; } = "";
}

/// <summary>Since when it runs: a startup time that changed means that Asterisk was restarted.</summary>
public sealed record StatusInfo
{
    public DateTimeOffset StartupTime { get; init; }

    public DateTimeOffset LastReloadTime { get; init; }
}

/// <summary>The answer to a ping.</summary>
public sealed record AsteriskPing
{
    public string AsteriskId { get; init => field = value ?? ""; } = "";

    public string Ping { get; init => field = value ?? ""; } = "";

    public DateTimeOffset Timestamp { get; init; }
}

/// <summary>A part of Asterisk that can be loaded.</summary>
public sealed record Module
{
    /// <summary>Its file, <c>res_musiconhold.so</c>; a part of the core has no extension.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    public string Description { get; init => field = value ?? ""; } = "";

    /// <summary>How much stands on it at the moment; above 0 it cannot be unloaded.</summary>
    public int UseCount { get; init; }

    /// <summary><c>Running</c>, <c>Not Running</c>.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    /// <summary><c>core</c>, <c>extended</c>, <c>deprecated</c>, <c>unknown</c>.</summary>
    public string SupportLevel { get; init => field = value ?? ""; } = "";
}

/// <summary>Where a part of Asterisk's log goes.</summary>
public sealed record LogChannel
{
    /// <summary>For a file its full path.</summary>
    public string Channel { get; init => field = value ?? ""; } = "";

    /// <summary><c>File</c>, <c>Console</c>, <c>Syslog</c>.</summary>
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary><c>Enabled</c> or <c>Disabled</c>.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    /// <summary>The levels, separated by blanks: <c>NOTICE WARNING ERROR</c>.</summary>
    public string Configuration { get; init => field = value ?? ""; } = "";
}

/// <summary>How many messages wait for somebody.</summary>
public sealed record Mailbox
{
    public string Name { get; init => field = value ?? ""; } = "";

    public int OldMessages { get; init; }

    public int NewMessages { get; init; }
}

/// <summary>A sound that comes with Asterisk.</summary>
public sealed record Sound
{
    /// <summary>Its name after <c>sound:</c>.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>What is said, where that is known.</summary>
    public string? Text { get; init; }

    public ImmutableArray<FormatLangPair> Formats { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>One file of a sound.</summary>
public sealed record FormatLangPair
{
    public string Language { get; init => field = value ?? ""; } = "";

    public string Format { get; init => field = value ?? ""; } = "";
}

/// <summary>One field of a pushed configuration object.</summary>
public sealed record ConfigTuple
{
    public string Attribute { get; init => field = value ?? ""; } = "";

    public string Value { get; init => field = value ?? ""; } = "";
}

// --- What only the client reads.

internal sealed record VariableAnswer
{
    public string Value { get; init => field = value ?? ""; } = "";
}

internal sealed record VariablesAnswer
{
    public Dictionary<string, string?> Variables { get; init => field = value ?? []; } = [];
}

/// <summary>An error's body; Asterisk uses either word.</summary>
internal sealed record ErrorAnswer
{
    public string? Message { get; init; }

    public string? Error { get; init; }
}
