using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Handsets;
using Ringway.Simulator.Media;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Tests.Edge;

/// <summary>An authority and certificates that live as long as the test.</summary>
public sealed class Authority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;

    public Authority()
    {
        var request = new CertificateRequest("CN=test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(150));
        File.WriteAllText(CaFile, _authority.ExportCertificatePem());
    }

    public string CaFile { get; } = Path.GetTempFileName();

    public X509Certificate2Collection Roots => [_authority];

    public X509Certificate2 Issue(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(_authority, DateTimeOffset.UnixEpoch.AddYears(51), DateTimeOffset.UnixEpoch.AddYears(149), RandomNumberGenerator.GetBytes(8));
        // SslStream wants a key that outlives this method.
        return X509CertificateLoader.LoadPkcs12(leaf.CopyWithPrivateKey(key).Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose()
    {
        File.Delete(CaFile);
        _authority.Dispose();
        _key.Dispose();
    }
}

/// <summary>The edge on free ports, with a scripted business on one side and scripted handsets on the other.</summary>
public sealed class World : IAsyncDisposable
{
    public const string Number = "+12145551869", User = "+12195550714", Host = "pbx.example.com", Password = "made-by-meta";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Authority _authority = new();

    public World(MediaMode media = MediaMode.Sdes, string? trunkCertificateFor = null, TimeProvider? time = null, Func<EdgeOptions, EdgeOptions>? options = null,
        Func<BusinessNumber, BusinessNumber>? business = null)
    {
        time ??= TimeProvider.System;
        var (edge, inner, handsets, trunk) = (Free(), Free(), Free(), Free());
        Book = new(time);
        var settings = new EdgeOptions { Listen = edge, ListenInner = inner, Handsets = handsets, Certificate = _authority.Issue("wa.meta.vc") };
        var number = new BusinessNumber { Number = Number, HostName = Host, Trunk = trunk, TrunkCaFile = _authority.CaFile, Password = Password, Media = media };
        Edge = new(options?.Invoke(settings) ?? settings, [business?.Invoke(number) ?? number], Users, Book, Rules, new(IPAddress.Loopback, 43600, 43999), time, NullLogger<SipEdge>.Instance)
        {
            Misbehaviours = Misbehaviours,
        };
        Edge.Start();
        Business = new(this, edge, trunk, _authority, _authority.Issue(trunkCertificateFor ?? Host));
        Handsets = new(inner, handsets);
    }

    public SipEdge Edge { get; }

    public CallBook Book { get; }

    public RuleBook Rules { get; } = new();

    public Misbehaviours Misbehaviours { get; } = new();

    public Users Users { get; } = new();

    public ScriptedBusiness Business { get; }

    public ScriptedHandsets Handsets { get; }

    public CallRecord Call => Book.All.Last();

    public IEnumerable<string> Broken => Book.All.SelectMany(c => c.Violations).Concat(Book.Strays).Select(v => v.Rule);

    /// <summary>Nothing may stay behind after a call.</summary>
    public Task EmptyAsync() => Until(() => Edge.LiveCalls == 0 && Edge.LiveRelays == 0, "the edge to be empty");

    public static async Task Until(Func<bool> condition, string what, TimeSpan? patience = null)
    {
        using var deadline = new CancellationTokenSource(patience ?? Patience);
        while (!condition())
        {
            if (deadline.IsCancellationRequested) throw new TimeoutException($"Waited in vain for {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Edge.DisposeAsync();
        await Business.DisposeAsync();
        await Handsets.DisposeAsync();
        _authority.Dispose();
    }

    /// <summary>A port that nobody listens on now; other tests may run beside this one.</summary>
    public static IPEndPoint Free() => new(IPAddress.Loopback, Testing.FreePort.Take());
}

/// <summary>The business' side: a SIP peer over real TLS that does by default what Meta wants, and whatever a test wants.</summary>
public sealed class ScriptedBusiness : IAsyncDisposable
{
    public const string SdesOffer =
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\na=group:BUNDLE audio-0\r\nm=audio 43590 RTP/SAVP 107 101\r\na=mid:audio-0\r\n"
        + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\na=rtcp-mux\r\na=rtpmap:107 opus/48000/2\r\n"
        + "a=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\na=ssrc:1 cname:x\r\n";

    private readonly World _world;
    private readonly IPEndPoint _edge;
    private readonly X509Certificate2Collection _roots;

    public ScriptedBusiness(World world, IPEndPoint edge, IPEndPoint trunk, Authority authority, X509Certificate2 certificate)
    {
        (_world, _edge, _roots) = (world, edge, authority.Roots);
        Sip = new("TLS", trunk.ToString(), TimeProvider.System, NullLogger.Instance) { Requested = ReceiveAsync, ClientTls = Trust };
        Sip.Listen(trunk, new() { ServerCertificate = certificate });
    }

    public SipTransport Sip { get; }

    /// <summary>All requests that came, ACKs among them.</summary>
    public ConcurrentQueue<SipRequest> Received { get; } = new();

    /// <summary>How an INVITE of Meta is taken; by default challenged with 401 and answered.</summary>
    public Func<SipServerTransaction, Task> OnInvite { get; set; } = _ => Task.CompletedTask;

    public SslClientAuthenticationOptions Trust(string host)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(_roots);
        return new() { TargetHost = host, CertificateChainPolicy = policy };
    }

    public Task<SipConnection> ConnectAsync() => Sip.ConnectAsync(new(_edge, MetaHeaders.Domain), default);

    public async Task<SipResponse> SendAsync(SipRequest request) => await Sip.RequestAsync(await ConnectAsync(), request);

    public static SipRequest Invite(string to = $"sip:{World.User}@wa.meta.vc;transport=tls", string from = $"sip:{World.Number}@{World.Host}", string sdp = SdesOffer)
    {
        var request = new SipRequest("INVITE", to);
        request.Headers.Add("Max-Forwards", "70").Add("From", $"<{from}>;tag={SipTransport.NewTag()}")
            .Add("To", $"<{(to.Contains(';', StringComparison.Ordinal) ? to[..to.IndexOf(';', StringComparison.Ordinal)] : to)}>")
            .Add("Call-ID", Guid.NewGuid().ToString()).Add("CSeq", "7 INVITE").Add("Contact", $"<sip:{World.Number}@127.0.0.1;transport=tls>");
        request.SetBody("application/sdp", sdp);
        return request;
    }

    /// <summary>The INVITE again with credentials, and the chance to spoil them.</summary>
    public static SipRequest Answer(
        SipRequest first, SipResponse challenge, Func<DigestCredentials, DigestCredentials>? spoil = null, int which = 0, string password = World.Password, string? uri = null)
    {
        var asked = DigestChallenge.Parse(challenge.Headers.Lines("Proxy-Authenticate").ElementAt(which))!;
        var answer = asked.Answer(World.Number.TrimStart('+'), password, "INVITE", uri ?? first.RequestUri, "c");
        var again = new SipRequest("INVITE", first.RequestUri) { Headers = first.Headers.Copy(), Body = first.Body };
        again.Headers.Remove("Via").Set("CSeq", $"{first.CSeq.Number + 1} INVITE").Add("Proxy-Authorization", (spoil?.Invoke(answer) ?? answer).ToHeader());
        return again;
    }

    /// <summary>A whole call up to the final response, as a good client makes it.</summary>
    public async Task<(SipRequest Invite, SipResponse Final, List<SipResponse> Provisional)> CallAsync(SipRequest? invite = null, bool acknowledge = true)
    {
        invite ??= Invite();
        var challenge = await SendAsync(invite);
        if (challenge.Status != 407) return (invite, challenge, []);
        var again = Answer(invite, challenge);
        var provisional = new List<SipResponse>();
        var final = await (await Sip.BeginAsync(await ConnectAsync(), again, provisional.Add)).Final;
        if (final.IsSuccess && acknowledge) await Sip.SendAckAsync(await ConnectAsync(), SipDialog.OfCaller(again, final).Ack(again.CSeq.Number), default);
        return (again, final, provisional);
    }

    /// <summary>Challenges with 401, checks the answer, rings, answers with Meta's Record-Routes kept.</summary>
    public static async Task AnswerLikeAsteriskAsync(SipServerTransaction transaction, Action<SipResponse>? change = null)
    {
        var request = transaction.Request;
        var given = request.Headers["Authorization"] is { } line ? DigestCredentials.Parse(line) : null;
        if (given is null || !given.Proves(World.Password, "INVITE"))
        {
            var refusal = request.Respond(401, "Unauthorized", "t");
            refusal.Headers.Add("WWW-Authenticate", new DigestChallenge("asterisk", "n0nce", "op", DigestAlgorithm.Md5, true).ToHeader());
            await transaction.RespondAsync(refusal);
            return;
        }
        var ringing = request.Respond(180, "Ringing", "t");
        await transaction.RespondAsync(ringing);
        var ok = request.Respond(200, "OK", "t");
        ok.Headers.AddAll("Record-Route", request.Headers.Lines("Record-Route")).Add("Contact", $"<sip:{World.Number}@127.0.0.1;transport=tls>");
        ok.SetBody("application/sdp", SdesOffer.Replace("107", "111", StringComparison.Ordinal).Replace(" 101", " 126", StringComparison.Ordinal).Replace(":101 ", ":126 ", StringComparison.Ordinal));
        change?.Invoke(ok);
        await transaction.RespondAsync(ok);
    }

    public ValueTask DisposeAsync() => Sip.DisposeAsync();

    private Task ReceiveAsync(SipServerTransaction transaction)
    {
        Received.Enqueue(transaction.Request);
        return transaction.Request.Method == "INVITE" ? OnInvite(transaction) : transaction.RespondAsync(transaction.Request.Respond(200, "OK"));
    }
}

/// <summary>The handsets' Asterisk, scripted: takes INVITEs of the edge and makes some.</summary>
public sealed class ScriptedHandsets : IAsyncDisposable
{
    public const string Sdp =
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\na=group:BUNDLE audio-0\r\nm=audio 43592 RTP/SAVP 107 101\r\na=mid:audio-0\r\n"
        + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB\r\na=rtcp-mux\r\na=rtpmap:107 opus/48000/2\r\n"
        + "a=rtpmap:101 telephone-event/8000\r\na=ssrc:77 cname:y\r\n";

    private readonly IPEndPoint _edge;

    public ScriptedHandsets(IPEndPoint edge, IPEndPoint listen)
    {
        _edge = edge;
        OnInvite = AnswerAsync;
        Sip = new("TCP", listen.ToString(), TimeProvider.System, NullLogger.Instance) { Requested = ReceiveAsync };
        Sip.Listen(listen);
    }

    public SipTransport Sip { get; }

    public ConcurrentQueue<SipRequest> Received { get; } = new();

    public Func<SipServerTransaction, Task> OnInvite { get; set; }

    public static async Task AnswerAsync(SipServerTransaction transaction)
    {
        await transaction.RespondAsync(transaction.Request.Respond(180, "Ringing", "h"));
        var ok = transaction.Request.Respond(200, "OK", "h");
        ok.Headers.Add("Contact", "<sip:handsets@127.0.0.1;transport=tcp>");
        ok.SetBody("application/sdp", Sdp);
        await transaction.RespondAsync(ok);
    }

    /// <summary>The INVITE of a handset whose user has called; its answer is what the user hears.</summary>
    public async Task<SipClientTransaction> CallAsync(CallRecord call)
    {
        var request = new SipRequest("INVITE", $"sip:{call.Business}@{_edge};transport=tcp");
        request.Headers.Add("Max-Forwards", "70").Add("From", $"<sip:handset@127.0.0.1>;tag={SipTransport.NewTag()}").Add("To", $"<sip:{call.Business}@{_edge}>")
            .Add("Call-ID", Guid.NewGuid().ToString()).Add("CSeq", "1 INVITE").Add("Contact", "<sip:handsets@127.0.0.1;transport=tcp>").Add(InnerLeg.CallHeader, call.Id);
        request.SetBody("application/sdp", Sdp);
        var connection = await Sip.ConnectAsync(new(_edge), default);
        var ringing = await Sip.BeginAsync(connection, request);
        _ = AcknowledgeAsync(connection, ringing);
        return ringing;
    }

    private async Task AcknowledgeAsync(SipConnection connection, SipClientTransaction ringing)
    {
        var final = await ringing.Final;
        if (final.IsSuccess) await Sip.SendAckAsync(connection, SipDialog.OfCaller(ringing.Request, final).Ack(ringing.Request.CSeq.Number), default);
    }

    public ValueTask DisposeAsync() => Sip.DisposeAsync();

    private Task ReceiveAsync(SipServerTransaction transaction)
    {
        Received.Enqueue(transaction.Request);
        if (transaction.Request.Method != "INVITE") return transaction.RespondAsync(transaction.Request.Respond(200, "OK"));
        if (transaction.Request.To.Tag is null) return OnInvite(transaction);
        var ok = transaction.Request.Respond(200, "OK"); // the re-INVITE under Meta's payload types
        ok.Headers.Add("Contact", "<sip:handsets@127.0.0.1;transport=tcp>");
        ok.SetBody("application/sdp", Sdp);
        return transaction.RespondAsync(ok);
    }
}
