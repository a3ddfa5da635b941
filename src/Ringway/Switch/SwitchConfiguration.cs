using System.Collections.Immutable;
using System.Net;

namespace Ringway.Switch;

/// <summary>How audio on the trunk is encrypted; must equal <c>srtp_key_exchange_protocol</c> of the number at Meta.</summary>
public enum MediaKeying
{
    /// <summary>Keys in the SDP, no ICE and no handshake: the shortest set-up. Opt-in at Meta.</summary>
    Sdes,

    /// <summary>DTLS-SRTP with ICE, as browsers do. Meta's default.</summary>
    Dtls,
}

/// <summary>One WhatsApp business number.</summary>
/// <param name="Id">Our name for it, letters, digits, hyphens; endpoint <c>line-{Id}</c>.</param>
/// <param name="Number">E.164 with the plus sign.</param>
/// <param name="Name">What agents call it.</param>
/// <param name="SipPassword">The password that Meta made for this number; both directions show it.</param>
public sealed record SwitchLine(string Id, string Number, string Name, MediaKeying Media, string SipPassword)
{
    /// <summary>The PJSIP endpoint; a call out is <c>PJSIP/{customer}@{Endpoint}</c>.</summary>
    public string Endpoint => "line-" + Id;

    /// <summary>Meta's digest user is the number without its plus sign, in both directions.</summary>
    public string DigestUser => Number.TrimStart('+');

    /// <summary>Calls are led by what came with the user's button or link, so the dialplan hands it on; else the call's way in is shorter.</summary>
    public bool ReadsPayload { get; init; }
}

/// <summary>A program of the operator's that Asterisk opens a WebSocket to for each call.</summary>
public sealed record SwitchBot(string Id, string Url, string? User, string Password);

/// <summary>Meta's side of the trunk, or the simulator's.</summary>
public sealed record WhatsAppPeer
{
    /// <summary>Stands in every request URI and must be in the peer's certificate.</summary>
    public string Host { get; init; } = "wa.meta.vc";

    public int Port { get; init; } = 5061;

    /// <summary>Where the host name really is, when DNS shall not be asked: the simulator on 127.0.0.1. Null for the real one.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The authorities that its certificate may come from, PEM.</summary>
    public string CaFile { get; init; } = "/etc/ssl/certs/ca-certificates.crt";
}

/// <summary>Our side of the trunk.</summary>
public sealed record OwnTrunk
{
    /// <summary>The host name that is entered at Meta for our numbers; From's domain and our certificate's name.</summary>
    public required string HostName { get; init; }

    public IPAddress Bind { get; init; } = IPAddress.Any;

    public int Port { get; init; } = 5061;

    /// <summary>The certificate with its chain, PEM.</summary>
    public required string CertificateFile { get; init; }

    public required string KeyFile { get; init; }

    /// <summary>Our public address behind a one-to-one NAT; null when the machine has it itself.</summary>
    public IPAddress? ExternalAddress { get; init; }

    /// <summary>Networks on our side of that NAT, such as <c>10.0.0.0/8</c>.</summary>
    public ImmutableArray<string> LocalNets { get; init; } = [];
}

/// <summary>Who controls this Asterisk, and over how many sockets.</summary>
public sealed record AriAccess
{
    public string User { get; init; } = "ringway";

    /// <summary>Made by ringway at the first start, kept in secrets.json.</summary>
    public required string Password { get; init; }

    /// <summary>Applications that calls are spread over; each has a socket and, inside Asterisk, a thread of its own.</summary>
    public int CallApplications { get; init; } = 4;
}

/// <summary>
/// Everything that decides what is written into the switch's configuration. Nothing in it changes while Asterisk runs:
/// agents come and go through ARI (<see cref="AgentEndpoint"/>).
/// </summary>
public sealed record SwitchConfiguration
{
    /// <summary>This machine among several; every channel id begins with it. Letters and digits.</summary>
    public string Node { get; init; } = "n1";

    public required ImmutableArray<SwitchLine> Lines { get; init; }

    public ImmutableArray<SwitchBot> Bots { get; init; } = [];

    public WhatsAppPeer WhatsApp { get; init; } = new();

    public required OwnTrunk Trunk { get; init; }

    public required AriAccess Ari { get; init; }

    /// <summary>ARI over HTTP and the phones' SIP over WebSocket (<c>/ws</c>), on 127.0.0.1.</summary>
    public int HttpPort { get; init; } = 8088;

    /// <summary>First and last UDP port for audio; two a leg.</summary>
    public (int First, int Last) RtpPorts { get; init; } = (20000, 20999);

    /// <summary>How long the safety net rings the agents; Meta gives up after about a minute.</summary>
    public TimeSpan RingTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Nobody talks longer; a call that everybody forgot ends here.</summary>
    public TimeSpan LongestCall { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Ringway must have taken a call that it was given within this time, else the safety net gets it.</summary>
    public TimeSpan TakenWithin { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>The application for everything that is not one call: agents' lines, contacts, whom the safety net rings.</summary>
    public const string ControlApplication = "ringway";

    /// <summary>Global variable: whom the safety net rings, <c>PJSIP/a&amp;PJSIP/b</c>; empty when nobody is signed in.</summary>
    public const string AgentsVariable = "RINGWAY_AGENTS";

    /// <summary>Channel variable of an arriving call: the line's id.</summary>
    public const string LineVariable = "RINGWAY_LINE";

    /// <summary>The same: what came with the button or link, as a URI has it.</summary>
    public const string PayloadVariable = "RINGWAY_PAYLOAD";

    public IEnumerable<string> CallApplications => Enumerable.Range(1, Ari.CallApplications).Select(n => $"{ControlApplication}-{n}");
}
