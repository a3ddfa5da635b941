using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Ringway.Simulator.Edge;

/// <summary>Where the edge stands and how long it waits.</summary>
public sealed record EdgeOptions
{
    /// <summary>TLS, towards the business: plays wa.meta.vc.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>TCP, towards the handsets' Asterisk.</summary>
    public required IPEndPoint ListenInner { get; init; }

    /// <summary>SIP over TCP of the handsets' Asterisk.</summary>
    public required IPEndPoint Handsets { get; init; }

    /// <summary>Must cover wa.meta.vc; with its key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>The authorities behind it, sent along in the handshake.</summary>
    public X509Certificate2Collection Chain { get; init; } = [];

    /// <summary>How long a handset rings before the business hears 480. Meta tells no number; 45 s is a guess between 30 and 60.</summary>
    public TimeSpan RingTime { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long the business may take to answer a user. Meta says 30 to 60 s.</summary>
    public TimeSpan AnswerTime { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Meta's edge is reported not to answer OPTIONS; true answers 200.</summary>
    public bool AnswerOptions { get; init; }
}
