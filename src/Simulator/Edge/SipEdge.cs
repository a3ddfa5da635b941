using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Ringway.Simulator.Handsets;
using Ringway.Simulator.Media;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Edge;

/// <summary>
/// Meta's SIP edge, wa.meta.vc: TLS towards the business, plain TCP towards the handsets' Asterisk, and a call between
/// them for each pair of dialogs.
/// </summary>
public sealed partial class SipEdge : IAsyncDisposable
{
    public const string UserAgent = "Facebook SipGateway";

    /// <summary>How long a business may take to answer a challenge before its call is forgotten.</summary>
    private static readonly TimeSpan ChallengePatience = SipTransport.TransactionDeadline;

    private readonly RelayPorts _ports;
    private readonly ProxyAuthentication _authentication;
    private readonly ConcurrentDictionary<string, EdgeCall> _outer = new();
    private readonly ConcurrentDictionary<string, EdgeCall> _inner = new();
    private readonly Lock _businessLock = new();
    private ImmutableArray<BusinessNumber> _businesses;
    private readonly CancellationTokenSource _stopping = new();
    private int _relays;

    public SipEdge(
        EdgeOptions options, IEnumerable<BusinessNumber> businesses, Users users, CallBook calls, RuleBook rules, RelayPorts ports,
        TimeProvider time, ILogger<SipEdge> logger)
    {
        (Options, Users, Calls, Rules, Time, Logger, _ports) = (options, users, calls, rules, time, logger, ports);
        _businesses = [.. businesses];
        _authentication = new(time);
        Outer = new("TLS", "[2803:6080:f934:8894:7eb5:24f9:300:0]:33819", time, logger)
        {
            Requested = FromBusinessAsync,
            Observed = calls.Saw,
            Turned = (from, why) => calls.Stray(MetaRules.TlsOnly, $"{from}: {why}"),
            ClientTls = host => TrustFor(host),
        };
        Headers = new(options.Listen.Port);
        Inner = new("TCP", options.ListenInner.ToString(), time, logger) { Requested = FromHandsetsAsync };
        InnerContact = $"<sip:edge@{options.ListenInner};transport=tcp>";
    }

    public EdgeOptions Options { get; }

    /// <summary>What a business and a user have agreed on, asked before anything rings; null lets everybody call everybody.</summary>
    public Func<BusinessNumber, string, Refusal?>? Permission { get; set; }

    public Misbehaviours Misbehaviours { get; init; } = new();

    internal Users Users { get; }

    internal CallBook Calls { get; }

    internal RuleBook Rules { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal SipTransport Outer { get; }

    internal SipTransport Inner { get; }

    internal MetaHeaders Headers { get; }

    internal string InnerContact { get; }

    /// <summary>In the order in which they were given.</summary>
    public ImmutableArray<BusinessNumber> Businesses => _businesses;

    /// <summary>0 when nothing is under way: nothing may stay behind after a call.</summary>
    public int LiveCalls => _outer.Count;

    public int LiveRelays => Volatile.Read(ref _relays);

    public void Start()
    {
        Outer.Listen(Options.Listen, new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(Options.Certificate, Options.Chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = false,
            // Whoever offers ALPN finds no protocol in common and gets alert 120, as at Meta; without ALPN nobody asks.
            ApplicationProtocols = [new("none")],
        });
        Inner.Listen(Options.ListenInner);
        Log.Listening(Logger, Options.Listen, Options.ListenInner);
    }

    /// <summary>Adds a number, or changes the one that is there.</summary>
    public void SetBusiness(BusinessNumber business)
    {
        lock (_businessLock)
            _businesses = _businesses.FirstOrDefault(b => b.Number == business.Number) is { } old ? _businesses.Replace(old, business) : _businesses.Add(business);
    }

    public BusinessNumber? FindBusiness(string number) => _businesses.FirstOrDefault(b => b.Number == number);

    /// <summary>Ends a call from WhatsApp's side: hangs up, declines or gives up, whatever fits its state.</summary>
    /// <returns>False when it does not live.</returns>
    public bool End(CallRecord call, string why)
    {
        if (!_outer.TryGetValue(call.SipCallId, out var live)) return false;
        live.End(new("user", why));
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        foreach (var call in _outer.Values) call.End(new("simulator", "stopped"));
        for (var waited = 0; waited < 20 && !_outer.IsEmpty; waited++) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        await _stopping.CancelAsync();
        await Outer.DisposeAsync();
        await Inner.DisposeAsync();
    }

    internal MediaRelay OpenRelay(IceLite? ice)
    {
        Interlocked.Increment(ref _relays);
        return new(_ports, Time, ice, Rules.IsOn(MetaRules.FirstPacket)) 
        {
            Closed = () => Interlocked.Decrement(ref _relays), IsMute = () => Misbehaviours.IsOn(Misbehaviours.NoMedia),
        };
    }

    /// <summary>A connection of ours to the business' SIP server, its certificate checked.</summary>
    internal Task<SipConnection> ConnectAsync(BusinessNumber business, CancellationToken ct) =>
        Outer.ConnectAsync(new(business.Trunk, business.HostName), ct);

    internal string NewInnerCallId(EdgeCall call)
    {
        var id = $"edge-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        _inner[id] = call;
        return id;
    }

    private SslClientAuthenticationOptions TrustFor(string host)
    {
        // Read anew for each connection: the business may have renewed its authority meanwhile.
        var trusted = new X509Certificate2Collection();
        foreach (var file in _businesses.Where(b => b.HostName == host).Select(b => b.TrunkCaFile).Distinct().Where(File.Exists))
            trusted.ImportFromPemFile(file);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(trusted);
        return new() { TargetHost = host, CertificateChainPolicy = policy, EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 };
    }

    private static partial class Log
    {
        [LoggerMessage(3102, LogLevel.Information, "wa.meta.vc answers on {Tls} (TLS); handsets on {Tcp} (TCP)")]
        public static partial void Listening(ILogger logger, IPEndPoint tls, IPEndPoint tcp);

        [LoggerMessage(3103, LogLevel.Information, "{Call}: refused with {Status} {Reason}")]
        public static partial void Refused(ILogger logger, string call, int status, string reason);
    }
}
