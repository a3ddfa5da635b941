namespace Ringway.Ari;

/// <summary>A channel that Asterisk makes and dials at once; once answered it enters an application or a place in the dialplan.</summary>
public sealed record OriginateRequest
{
    /// <summary>Whom: <c>PJSIP/ada</c>, <c>PJSIP/+15551230001@line-main</c>, <c>Local/600@echo</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>
    /// The application that gets it, once answered, and is told of it from the start. An inactive one: ARI says 200, and the channel dies
    /// in silence. Null if it is to enter the dialplan.
    /// </summary>
    public string? App { get; init; }

    /// <summary>Comma-separated arguments for its StasisStart.</summary>
    public string? AppArgs { get; init; }

    /// <summary>Where in the dialplan it goes on, once answered; not together with <see cref="App"/>.</summary>
    public string? Extension { get; init; }

    /// <summary>Null is Asterisk's <c>default</c>.</summary>
    public string? Context { get; init; }

    /// <summary>Null is 1.</summary>
    public long? Priority { get; init; }

    /// <summary>A priority's name; goes before <see cref="Priority"/>.</summary>
    public string? Label { get; init; }

    /// <summary><c>Name &lt;number&gt;</c>; without one the call goes out as Anonymous.</summary>
    public string? CallerId { get; init; }

    /// <summary>Seconds until Asterisk gives up; null is Asterisk's 30, -1 never.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Comma-separated codecs to offer; with <see cref="Originator"/> it must be null.</summary>
    public string? Formats { get; init; }

    /// <summary>The channel for whose sake it is made: its codecs are offered first.</summary>
    public ChannelId? Originator { get; init; }

    /// <summary>The id of a Local channel's other half; null is ours with <c>;2</c> behind it.</summary>
    public ChannelId? OtherChannel { get; init; }

    /// <summary>Channel variables and dialplan functions, set before dialling.</summary>
    public IReadOnlyDictionary<string, string>? Variables { get; init; }

    /// <summary>Variables that every event of the channel carries from then on (<see cref="Channel.ChannelVars"/>; 22.10).</summary>
    public IReadOnlyDictionary<string, string>? ReportedVariables { get; init; }
}

/// <summary>A channel that enters the application at once, state Down, to be dialled with <see cref="AriClient.DialAsync"/>.</summary>
public sealed record CreateRequest
{
    /// <inheritdoc cref="OriginateRequest.Endpoint"/>
    public required string Endpoint { get; init; }

    public required string App { get; init; }

    /// <inheritdoc cref="OriginateRequest.AppArgs"/>
    public string? AppArgs { get; init; }

    /// <inheritdoc cref="OriginateRequest.Formats"/>
    public string? Formats { get; init; }

    /// <inheritdoc cref="OriginateRequest.Originator"/>
    public ChannelId? Originator { get; init; }

    /// <inheritdoc cref="OriginateRequest.OtherChannel"/>
    public ChannelId? OtherChannel { get; init; }

    /// <summary>Set before dialling. CALLERID has no effect here; CONNECTEDLINE(all,i) has, or the caller given to dial.</summary>
    public IReadOnlyDictionary<string, string>? Variables { get; init; }

    /// <inheritdoc cref="OriginateRequest.ReportedVariables"/>
    public IReadOnlyDictionary<string, string>? ReportedVariables { get; init; }
}

/// <summary>A channel whose sound comes from and goes to another program.</summary>
public sealed record ExternalMediaRequest
{
    public required string App { get; init; }

    /// <summary><c>host:port</c>, or for a WebSocket the name of a client in websocket_client.conf or <c>INCOMING</c>.</summary>
    public string? ExternalHost { get; init; }

    /// <summary>A codec: <c>opus</c>, <c>slin48</c>, <c>ulaw</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Null is RTP. A WebSocket takes <see cref="Ari.Encapsulation.None"/> only.</summary>
    public Encapsulation? Encapsulation { get; init; }

    /// <summary>Null is UDP. RTP goes over UDP (chan_rtp), AudioSocket over TCP (chan_audiosocket), nothing else over a WebSocket (chan_websocket).</summary>
    public MediaTransport? Transport { get; init; }

    /// <summary>Who connects; null is we, Asterisk. Only a WebSocket can wait to be connected.</summary>
    public ConnectionType? ConnectionType { get; init; }

    /// <summary>Null is both ways, which is all there is.</summary>
    public MediaDirection? Direction { get; init; }

    /// <summary>For AudioSocket the connection's UUID, which it must have.</summary>
    public string? Data { get; init; }

    /// <summary>For a WebSocket: appended to its dial string, <c>f(json)</c>.</summary>
    public string? TransportData { get; init; }

    public IReadOnlyDictionary<string, string>? Variables { get; init; }

    /// <inheritdoc cref="OriginateRequest.ReportedVariables"/>
    public IReadOnlyDictionary<string, string>? ReportedVariables { get; init; }
}

/// <summary>What a frame of sound is wrapped in.</summary>
public enum Encapsulation
{
    Rtp,

    /// <summary>Asterisk's AudioSocket: a type, a length and signed linear sound.</summary>
    Audiosocket,
    None,
}

public enum MediaTransport
{
    Udp,
    Tcp,
    Websocket,
}

/// <summary>Which part Asterisk plays.</summary>
public enum ConnectionType
{
    Client,
    Server,
}

public enum MediaDirection
{
    Both,
}

/// <summary>A channel that listens to another one, or whispers to it. It enters the application itself.</summary>
public sealed record SnoopRequest
{
    public required string App { get; init; }

    public string? AppArgs { get; init; }

    /// <summary>What to listen to; null is nothing.</summary>
    public SnoopDirection? Spy { get; init; }

    /// <summary>Where to speak into; null is nowhere.</summary>
    public SnoopDirection? Whisper { get; init; }
}

/// <summary>What the channel says (in), what it hears (out).</summary>
public enum SnoopDirection
{
    None,
    Both,
    Out,
    In,
}

/// <summary>Which way sound is stopped: what the channel says (in), what it hears (out).</summary>
public enum MuteDirection
{
    Both,
    In,
    Out,
}

/// <summary>Why a channel is ended, in a word of ARI's; each stands for a Q.850 cause.</summary>
public enum HangUpReason
{
    /// <summary>16.</summary>
    Normal,

    /// <summary>17.</summary>
    Busy,

    /// <summary>34.</summary>
    Congestion,

    /// <summary>19.</summary>
    NoAnswer,

    /// <summary>18.</summary>
    Timeout,

    /// <summary>21.</summary>
    Rejected,

    /// <summary>1.</summary>
    Unallocated,

    /// <summary>31.</summary>
    NormalUnspecified,

    /// <summary>28.</summary>
    NumberIncomplete,

    /// <summary>58.</summary>
    CodecMismatch,

    /// <summary>127.</summary>
    Interworking,

    /// <summary>38.</summary>
    Failure,

    /// <summary>26.</summary>
    AnsweredElsewhere,
}

/// <summary>How far a transfer is that a phone asked for and we carry out; the phone is told with SIP's NOTIFY.</summary>
public enum TransferProgress
{
    /// <summary>It rings there.</summary>
    Progress,

    /// <summary>It is done: the phone may leave the call.</summary>
    Answered,

    /// <summary>Nobody is there.</summary>
    Unavailable,

    /// <summary>They did not want to.</summary>
    Declined,
}
