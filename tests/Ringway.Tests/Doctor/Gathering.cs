using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Ringway.Asterisk;
using Ringway.Doctor;
using Ringway.Switch;

namespace Ringway.Tests.Doctor;

/// <summary>Facts come from real listeners and real files.</summary>
public sealed class Gathering : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-doctor-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_good_trunk_is_seen_whole_over_either_version()
    {
        var files = DevelopmentCertificates.Ensure(_folder, "trunk", ["pbx.example.com"]);
        using var server = new TlsServer(Load(files));

        var sight = await LookAsync(server, files.CaFile, SslProtocols.None);

        Assert.Null(sight.Fault);
        Assert.True(sight.CoversHost);
        Assert.Null(sight.ChainFault);
        Assert.Equal(["pbx.example.com"], sight.Names);
        Assert.Null((await LookAsync(server, files.CaFile, SslProtocols.Tls12)).Fault);
        Assert.Null((await LookAsync(server, files.CaFile, SslProtocols.Tls13)).Fault);
    }

    [Fact]
    public async Task A_chain_that_the_system_does_not_trust_and_a_name_that_is_another_are_seen_in_spite_of_them()
    {
        var files = DevelopmentCertificates.Ensure(_folder, "trunk", ["other.example.com"]);
        using var server = new TlsServer(Load(files));

        var sight = await LookAsync(server, trusted: null, SslProtocols.None);

        Assert.Null(sight.Fault);
        Assert.False(sight.CoversHost);
        Assert.NotNull(sight.ChainFault);
    }

    [Fact]
    public async Task An_intermediate_certificate_that_is_not_sent_is_missed()
    {
        using var root = Authority("CN=Root", null);
        using var between = Authority("CN=Between", root);
        using var leaf = Leaf(between);
        File.WriteAllText(Path.Combine(_folder, "root.pem"), root.ExportCertificatePem());
        using var alone = new TlsServer(SslStreamCertificateContext.Create(leaf, [], offline: true));
        using var whole = new TlsServer(SslStreamCertificateContext.Create(leaf, [between], offline: true));

        Assert.NotNull((await LookAsync(alone, Path.Combine(_folder, "root.pem"), SslProtocols.None)).ChainFault);
        Assert.Null((await LookAsync(whole, Path.Combine(_folder, "root.pem"), SslProtocols.None)).ChainFault);
    }

    [Fact]
    public async Task Nobody_at_the_port_is_told_from_somebody_who_speaks_no_TLS()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var port = ((IPEndPoint)mute.LocalEndpoint).Port;
        var answering = Task.Run(async () =>
        {
            using var caller = await mute.AcceptTcpClientAsync();
            await caller.GetStream().WriteAsync("SIP/2.0 400 What?\r\n\r\n"u8.ToArray());
        });

        var wrong = await TlsLook.AtAsync(new IPEndPoint(IPAddress.Loopback, port), "pbx.example.com", null, SslProtocols.None, TimeProvider.System, Ct);
        await answering;
        mute.Stop();
        var nobody = await TlsLook.AtAsync(new IPEndPoint(IPAddress.Loopback, port), "pbx.example.com", null, SslProtocols.None, TimeProvider.System, Ct);

        Assert.True(wrong is { Fault: not null, NoConnection: false });
        Assert.True(nobody is { Fault: not null, NoConnection: true });
        Assert.Equal("nobody listens there", await Knock.AtAsync(new IPEndPoint(IPAddress.Loopback, port), TimeProvider.System, Ct));
    }

    [Fact]
    public async Task A_check_that_hangs_or_breaks_is_unknown_and_says_so()
    {
        var clock = new FakeTimeProvider();
        var hangs = Check.Of<int>("hangs", "Hangs", TimeSpan.FromSeconds(8), clock, async ct =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, ct);
            return 0;
        }, _ => Finding.Pass("never"));
        var breaks = Check.Of<int>("breaks", "Breaks", TimeSpan.FromSeconds(8), clock, _ => throw new InvalidOperationException("the disk is on fire"), _ => Finding.Pass("never"));

        var hanging = hangs.LookAsync(Ct);
        clock.Advance(TimeSpan.FromSeconds(9));
        var (late, broken) = (await hanging, await breaks.LookAsync(Ct));

        Assert.Equal(("hangs", Verdict.Unknown), (late.Check, late.Result));
        Assert.Contains("8 s", late.Evidence, StringComparison.Ordinal);
        Assert.Equal(("breaks", Verdict.Unknown), (broken.Check, broken.Result));
        Assert.Contains("the disk is on fire", broken.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_means_a_check_by_its_name_or_by_the_part_before_the_colon()
    {
        var check = new Check("settings:main", "", _ => Task.FromResult(Finding.Pass("")));

        Assert.True(check.IsNamed("settings") && check.IsNamed("settings:main"));
        Assert.False(check.IsNamed("setting") || check.IsNamed("settings:other"));
    }

    [Fact]
    public void A_tone_is_heard_among_silence_and_noise_is_not_one()
    {
        var tone = Tone.Wav(1000, TimeSpan.FromSeconds(1));
        var noise = (byte[])tone.Clone();
        new Random(7).NextBytes(noise.AsSpan(44));

        Assert.True(Tone.In(tone, 1000).IsHeard);
        Assert.True(Tone.In([.. tone[..44], .. new byte[16000], .. tone[44..], .. new byte[16000]], 1000).IsHeard);
        Assert.False(Tone.In(tone, 440).IsHeard);
        Assert.False(Tone.In(noise, 1000).IsHeard);
        Assert.False(Tone.In([.. tone[..44], .. new byte[16000]], 1000).IsHeard);
        Assert.Equal(Tone.None, Tone.In("no wav"u8, 1000));
    }

    [Fact]
    public void The_objects_of_pjsip_conf_are_read_with_their_templates()
    {
        var configuration = new SwitchConfiguration
        {
            Lines = [new("main", "+17125550259", "Main; number", MediaKeying.Sdes, "a;b")],
            Trunk = new() { HostName = "pbx.example.com", CertificateFile = "/c.pem", KeyFile = "/c.key" },
            Ari = new() { Password = "x" },
        };

        var objects = PjsipObjects.Of(SwitchFiles.Of(configuration, "/etc/asterisk").Single(file => file.Name == "pjsip.conf"));

        var line = Assert.Single(objects, one => one is { Type: "endpoint", Id: "line-main" });
        Assert.Equal(("sdes", "no", "+17125550259"), (line.Fields["media_encryption"], line.Fields["rewrite_contact"], line.Fields["from_user"]));
        Assert.Equal("a;b", Assert.Single(objects, one => one is { Type: "auth", Id: "line-main" }).Fields["password"]);
        Assert.Equal("sip:wa.meta.vc;transport=tls", Assert.Single(objects, one => one.Type == "aor").Fields["contact"]);
    }

    [Fact]
    public void What_Asterisk_shows_otherwise_is_named_and_a_secret_only_by_its_name()
    {
        var wanted = new PjsipObject("auth", "line-main", new Dictionary<string, string>
        {
            ["password"] = "right", ["realm"] = "*", ["timers"] = "no", ["allow"] = "opus", ["supported_algorithms_uac"] = "SHA-256,MD5",
        });

        var found = RunningCheck.Compare(wanted, new Dictionary<string, string>
        {
            ["password"] = "wrong", ["realm"] = "pbx", ["timers"] = "false", ["allow"] = "(opus)", ["supported_algorithms_uac"] = "MD5, SHA-256",
        });

        Assert.Equal(["auth line-main: password is another one", "auth line-main: realm is pbx, should be *"], found);
    }

    [Fact]
    public void A_phones_answer_to_a_challenge_is_RFC_7616s()
    {
        const string challenge = "SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"ringway\",nonce=\"abc\",opaque=\"xyz\",algorithm=MD5,qop=\"auth\"\r\n\r\n";

        var authorization = SipDigest.Authorization(challenge, "doctor-1", "secret")!;

        var expected = Md5($"{Md5("doctor-1:ringway:secret")}:abc:00000001:doctor:auth:{Md5("REGISTER:sip:ringway")}");
        Assert.Contains($"response=\"{expected}\"", authorization, StringComparison.Ordinal);
        Assert.Contains("opaque=\"xyz\"", authorization, StringComparison.Ordinal);
        Assert.Null(SipDigest.Authorization("SIP/2.0 403 Forbidden\r\n\r\n", "doctor-1", "secret"));
        Assert.StartsWith("SIP/2.0 200 OK\r\nVia: x\r\n", SipDigest.Answer("OPTIONS sip:a SIP/2.0\r\nVia: x\r\nMax-Forwards: 70\r\n\r\n"), StringComparison.Ordinal);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Task<TlsSight> LookAsync(TlsServer server, string? trusted, SslProtocols version) =>
        TlsLook.AtAsync(server.Place, "pbx.example.com", trusted, version, TimeProvider.System, Ct);

    private static SslStreamCertificateContext Load(CertificateFiles files) => SslStreamCertificateContext.Create(
        Usable(X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile)), [], offline: true);

    private static X509Certificate2 Usable(X509Certificate2 made) => X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);

    private static X509Certificate2 Authority(string name, X509Certificate2? by)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var (from, until) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(30));
        return by is null ? request.CreateSelfSigned(from, until) : request.Create(by, from, until.AddDays(-1), [1, 2]).CopyWithPrivateKey(key);
    }

    private static X509Certificate2 Leaf(X509Certificate2 by)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=pbx.example.com", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("pbx.example.com");
        request.CertificateExtensions.Add(names.Build());
        return Usable(request.Create(by, TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(20), [3, 4]).CopyWithPrivateKey(key));
    }

#pragma warning disable CA5351 // What the protocol demands.
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    /// <summary>Shakes hands with everybody, one after the other, until it is thrown away.</summary>
    private sealed class TlsServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public TlsServer(SslStreamCertificateContext shown)
        {
            _listener.Start();
            _ = Task.Run(async () =>
            {
                while (true)
                {
                    try
                    {
                        using var caller = await _listener.AcceptTcpClientAsync();
                        await using var tls = new SslStream(caller.GetStream());
                        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = shown });
                        await tls.CopyToAsync(Stream.Null); // until the caller has gone
                    }
                    catch (Exception gone) when (gone is IOException or AuthenticationException)
                    {
                        // It has seen enough, or did not like us; the next one may.
                    }
                }
            });
        }

        public IPEndPoint Place => (IPEndPoint)_listener.LocalEndpoint;

        public void Dispose() => _listener.Dispose();
    }
}
