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

    /// <summary><c>mixing</c> or <c>holding</c>.</summary>
    public string BridgeType { get; init => field = value ?? ""; } = "";

    /// <summary><c>stasis</c> for ours; <c>basic</c> for the dialplan's Dial().</summary>
    public string BridgeClass { get; init => field = value ?? ""; } = "";

    public string Creator { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    public ImmutableArray<ChannelId> Channels { get; init => field = value.IsDefault ? [] : value; } = [];

    public string? VideoMode { get; init; }

    public string? VideoSourceId { get; init; }

    [JsonPropertyName("creationtime")]
    public DateTimeOffset CreationTime { get; init; }

    [JsonPropertyName("bridgevars")]
    public ImmutableDictionary<string, string> BridgeVars { get; init => field = value ?? NoVariables; } = NoVariables;
}

/// <summary>Something that can be called: for PJSIP one endpoint section.</summary>
public sealed record Endpoint
{
    public string Technology { get; init => field = value ?? ""; } = "";

    /// <summary>The endpoint's name within its technology.</summary>
    public string Resource { get; init => field = value ?? ""; } = "";

    /// <summary><c>online</c>, <c>offline</c>, <c>unknown</c>; null where the technology does not know.</summary>
    public string? State { get; init; }

    public ImmutableArray<ChannelId> ChannelIds { get; init => field = value.IsDefault ? [] : value; } = [];
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

    /// <summary><c>queued</c>, <c>playing</c>, <c>continuing</c>, <c>done</c>, <c>failed</c>.</summary>
    public string State { get; init => field = value ?? ""; } = "";
}

/// <summary>A recording under way.</summary>
public sealed record LiveRecording
{
    public string Name { get; init => field = value ?? ""; } = "";

    public string Format { get; init => field = value ?? ""; } = "";

    /// <summary><c>channel:{id}</c> or <c>bridge:{id}</c>.</summary>
    public string TargetUri { get; init => field = value ?? ""; } = "";

    /// <summary><c>queued</c>, <c>recording</c>, <c>paused</c>, <c>done</c>, <c>failed</c>, <c>canceled</c>.</summary>
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

    /// <summary>
    /// <c>NOT_INUSE</c>, <c>INUSE</c>, <c>BUSY</c>, <c>INVALID</c>, <c>UNAVAILABLE</c>, <c>RINGING</c>, <c>RINGINUSE</c>,
    /// <c>ONHOLD</c>, <c>UNKNOWN</c>.
    /// </summary>
    public string State { get; init => field = value ?? ""; } = "";
}

/// <summary>Where an endpoint is reached at the moment (a SIP registration, or a static contact).</summary>
public sealed record ContactInfo
{
    public string Uri { get; init => field = value ?? ""; } = "";

    /// <summary><c>Unreachable</c>, <c>Reachable</c>, <c>Unknown</c>, <c>NonQualified</c>, <c>Removed</c>.</summary>
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

/// <summary>One field of a pushed configuration object.</summary>
public sealed record ConfigTuple
{
    public string Attribute { get; init => field = value ?? ""; } = "";

    public string Value { get; init => field = value ?? ""; } = "";
}

internal sealed record VariableAnswer
{
    public string? Value { get; init; }
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
