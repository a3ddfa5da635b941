using System.Net;
using Ringway.Asterisk;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Graph;

namespace Ringway.Simulator;

/// <summary>Where the simulator stands, what it plays, and for which business numbers.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Holds the handsets' Asterisk and, unless told otherwise, the certificates.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where Debian's packages are kept; used when <see cref="Tree"/> is null.</summary>
    public string? PackagesFolder { get; init; }

    /// <summary>The Asterisk to run; null fetches it into <see cref="PackagesFolder"/>.</summary>
    public PackageTree? Tree { get; init; }

    /// <summary>Folder with the development authority (<c>ca.pem</c>) and the certificate of wa.meta.vc; the product trusts the former.</summary>
    public string? TlsFolder { get; init; }

    /// <summary>All listeners; loopback, because nothing here is protected.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>API, events and the handset's page.</summary>
    public int WebPort { get; init; } = 8090;

    /// <summary>TLS: plays wa.meta.vc.</summary>
    public int SipPort { get; init; } = 5071;

    /// <summary>TCP between edge and handsets: the edge's end.</summary>
    public int InnerPort { get; init; } = 5072;

    /// <summary>TCP between edge and handsets: the handsets' Asterisk.</summary>
    public int HandsetsSipPort { get; init; } = 5073;

    /// <summary>HTTP of the handsets' Asterisk, where pages register.</summary>
    public int HandsetsHttpPort { get; init; } = 8098;

    /// <summary>UDP of the handsets' Asterisk.</summary>
    public (int First, int Last) RtpPorts { get; init; } = (21000, 21999);

    /// <summary>UDP of the relay, two a call.</summary>
    public (int First, int Last) RelayPorts { get; init; } = (22000, 22999);

    /// <summary>Numbers of businesses that may be called and may call; more can come through the API.</summary>
    public IReadOnlyList<BusinessNumber> Businesses { get; init; } = [];

    /// <summary>Who may speak for those numbers through Graph.</summary>
    public IReadOnlyList<SimulatedAccount> Accounts { get; init; } = [];

    /// <summary>Where webhooks are delivered, as an app's owner would enter it; null until somebody does.</summary>
    public Uri? WebhookUrl { get; init; }

    /// <summary>Built page of the handset; null serves the API only.</summary>
    public string? PageFolder { get; init; }

    /// <inheritdoc cref="EdgeOptions.RingTime"/>
    public TimeSpan RingTime { get; init; } = TimeSpan.FromSeconds(45);

    /// <inheritdoc cref="EdgeOptions.AnswerTime"/>
    public TimeSpan AnswerTime { get; init; } = TimeSpan.FromSeconds(45);

    /// <inheritdoc cref="EdgeOptions.AnswerOptions"/>
    public bool AnswerOptions { get; init; }

    internal string Tls => TlsFolder ?? Path.Combine(DataFolder, "tls");
}
