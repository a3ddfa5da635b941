using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Ringway.Asterisk;

namespace Ringway.Tests.Switch;

/// <summary>Calls to WhatsApp, as far as the first answer of the other side.</summary>
[Trait("needs", "asterisk")]
public sealed class TrunkOut
{
    [Fact]
    public async Task The_request_goes_to_the_configured_address_and_still_names_the_host()
    {
        var ct = TestContext.Current.CancellationToken;
        using var whatsApp = new TcpListener(IPAddress.Loopback, 0);
        whatsApp.Start();
        await using var asterisk = await RealSwitch.StartAsync(
            c => c with { WhatsApp = c.WhatsApp with { Port = ((IPEndPoint)whatsApp.LocalEndpoint).Port } },
            WithoutDns);
        var files = DevelopmentCertificates.Ensure(Path.GetDirectoryName(asterisk.Configuration.Trunk.KeyFile)!, "wa", ["wa.meta.vc"]);

        var started = TimeProvider.System.GetTimestamp();
        await OriginateAsync(asterisk, "PJSIP/+15551234567@line-main", ct);
        await using var peer = await SipPeer.AcceptAsync(whatsApp, X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile), ct);
        var invite = await peer.ReceiveAsync(ct);
        var took = TimeProvider.System.GetElapsedTime(started);
        TestContext.Current.TestOutputHelper?.WriteLine(took.ToString());

        Assert.StartsWith($"INVITE sip:+15551234567@wa.meta.vc:{asterisk.Configuration.WhatsApp.Port};transport=tls SIP/2.0", invite, StringComparison.OrdinalIgnoreCase);
        await peer.AnswerAsync(invite, "486 Busy Here", ct: ct);
    }

    [Theory]
    [InlineData("SHA-256", "MD5")]
    [InlineData("MD5", "SHA-256")]
    [InlineData("MD5", null)]
    public async Task Metas_challenges_are_answered_with_the_number_without_its_plus(string first, string? second)
    {
        var ct = TestContext.Current.CancellationToken;
        using var whatsApp = new TcpListener(IPAddress.Loopback, 0);
        whatsApp.Start();
        await using var asterisk = await RealSwitch.StartAsync(c => c with { WhatsApp = c.WhatsApp with { Port = ((IPEndPoint)whatsApp.LocalEndpoint).Port } });
        var files = DevelopmentCertificates.Ensure(Path.GetDirectoryName(asterisk.Configuration.Trunk.KeyFile)!, "wa", ["wa.meta.vc"]);
        await OriginateAsync(asterisk, "PJSIP/US.13491208655302741918@line-main", ct);
        await using var peer = await SipPeer.AcceptAsync(whatsApp, X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile), ct);
        var invite = await peer.ReceiveAsync("INVITE", ct);

        string Challenge(string? algorithm) => algorithm is null ? ""
            : $"Proxy-Authenticate: Digest realm=\"wa.meta.vc\",nonce=\"{algorithm.ToLowerInvariant()}\",opaque=\"440badfc05072367\",algorithm={algorithm},qop=\"auth\"\r\n";
        await peer.AnswerAsync(invite, "407 Proxy Authentication Required", Challenge(first) + Challenge(second), ct);
        var again = await peer.ReceiveAsync("INVITE", ct);
        await peer.AnswerAsync(again, "486 Busy Here", ct: ct);

        var shown = SipPeer.Header(again, "Proxy-Authorization")!;
        Assert.Contains("username=\"17125550259\"", shown, StringComparison.Ordinal);
        Assert.Contains("realm=\"wa.meta.vc\"", shown, StringComparison.Ordinal);
        var algorithm = Regex.Match(shown, "algorithm=([A-Za-z0-9-]+)").Groups[1].Value;
        Assert.Contains($"nonce=\"{algorithm.ToLowerInvariant()}\"", shown, StringComparison.Ordinal); // never one challenge's nonce with the other's algorithm
        Assert.StartsWith("<sip:+17125550259@pbx.example.com>", SipPeer.Header(again, "From"), StringComparison.Ordinal); // no "Anonymous" before it
        Assert.StartsWith("INVITE sip:US.13491208655302741918@wa.meta.vc", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_whose_certificate_is_for_another_name_gets_no_call()
    {
        var ct = TestContext.Current.CancellationToken;
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();
        await using var asterisk = await RealSwitch.StartAsync(c => c with { WhatsApp = c.WhatsApp with { Port = ((IPEndPoint)stranger.LocalEndpoint).Port } });
        var files = DevelopmentCertificates.Ensure(Path.GetDirectoryName(asterisk.Configuration.Trunk.KeyFile)!, "stranger", ["wa.example.com"]);
        await OriginateAsync(asterisk, "PJSIP/+15551234567@line-main", ct);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var peer = await SipPeer.AcceptAsync(stranger, X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile), ct);
            await peer.ReceiveAsync("INVITE", ct);
        });
    }

    /// <summary>A name server that never answers (TEST-NET-1, RFC 5737): what a laptop in a train has.</summary>
    private static void WithoutDns(AsteriskFolders folders)
    {
        var resolv = Path.Combine(folders.Etc, "resolv");
        File.WriteAllText(resolv, "nameserver 192.0.2.1\n");
        var conf = Path.Combine(folders.Etc, "resolver_unbound.conf");
        File.WriteAllText(conf, File.ReadAllText(conf).Replace("resolv=system", "resolv=" + resolv, StringComparison.Ordinal));
    }

    private static async Task OriginateAsync(RealSwitch asterisk, string endpoint, CancellationToken ct)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{asterisk.Configuration.Ari.User}:{asterisk.Configuration.Ari.Password}")));
        using var answer = await http.PostAsync(new Uri($"http://127.0.0.1:{asterisk.Configuration.HttpPort}/ari/channels?app=ringway&formats=opus&callerId=%2B17125550259&endpoint={Uri.EscapeDataString(endpoint)}"), null, ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(ct));
    }
}
