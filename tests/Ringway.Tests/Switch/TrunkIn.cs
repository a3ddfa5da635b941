using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ringway.Asterisk;
using Ringway.Switch;

namespace Ringway.Tests.Switch;

/// <summary>Who gets in from the Internet's side, and how.</summary>
[Trait("needs", "asterisk")]
public sealed class TrunkIn
{
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_call_is_challenged_in_our_own_realm_over_either_version_of_TLS(SslProtocols version)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var asterisk = await RealSwitch.StartAsync();
        await using var whatsApp = await Caller.ConnectAsync(asterisk, ct, version);

        await whatsApp.CallAsync(ct);

        Assert.StartsWith("SIP/2.0 401", whatsApp.Challenge, StringComparison.Ordinal);
        Assert.Contains("realm=\"pbx.example.com\"", whatsApp.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_certificate_of_any_name_does_no_harm()
    {
        var ct = TestContext.Current.CancellationToken;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var ephemeral = new CertificateRequest("CN=some-inner-host", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var shown = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pfx), null);
        await using var asterisk = await RealSwitch.StartAsync();
        await using var whatsApp = await Caller.ConnectAsync(asterisk, ct, shown: shown);

        Assert.StartsWith("SIP/2.0 480", await whatsApp.CallAsync(ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_never_reaches_the_dialplan()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var asterisk = await RealSwitch.StartAsync();
        await using var stranger = await Caller.ConnectAsync(asterisk, ct);

        Assert.StartsWith("SIP/2.0 401", await stranger.CallAsync(ct, password: "guessed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_that_is_not_ours_gets_the_same_answer_as_a_wrong_password()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var asterisk = await RealSwitch.StartAsync();
        await using var stranger = await Caller.ConnectAsync(asterisk, ct);

        var answer = await stranger.CallAsync(ct, number: "+19995550000");

        Assert.StartsWith("SIP/2.0 401", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_lasted_too_long_ends_with_a_BYE_along_Metas_own_route()
    {
        var ct = TestContext.Current.CancellationToken;
        using var wa = new TcpListener(IPAddress.Loopback, 0);
        wa.Start();
        var port = ((IPEndPoint)wa.LocalEndpoint).Port;
        await using var asterisk = await RealSwitch.StartAsync(c => c with { WhatsApp = c.WhatsApp with { Port = port } });
        await using var ari = await AriStub.ConnectAsync(asterisk, ct);
        await using var whatsApp = await Caller.ConnectAsync(asterisk, ct);
        var answered = whatsApp.CallAsync(ct, proxy: $"wa.meta.vc:{port}");
        var start = await ari.WaitForAsync("StasisStart", ct);
        var (application, channel) = (start.GetProperty("application").GetString()!, start.GetProperty("channel").GetProperty("id").GetString()!);

        await ari.RequestAsync(application, "POST", $"channels/{channel}/answer", ct: ct);
        Assert.StartsWith("SIP/2.0 200", await answered, StringComparison.Ordinal);
        await ari.RequestAsync(application, "POST", $"channels/{channel}/variable?variable={Uri.EscapeDataString("TIMEOUT(absolute)")}&value=1", ct: ct);

        var files = DevelopmentCertificates.Ensure(Path.GetDirectoryName(asterisk.Configuration.Trunk.KeyFile)!, "wa", ["wa.meta.vc"]);
        await using var peer = await SipPeer.AcceptAsync(wa, X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile), ct);
        var bye = await peer.ReceiveAsync("BYE", ct);
        await peer.AnswerAsync(bye, "200 OK", ct: ct);

        Assert.Equal([$"<sip:wa.meta.vc:{port};transport=tls;lr>", "<sip:onevc-sip-proxy.fbinfra.net:8191;transport=tls;lr>"],
            bye.Split("\r\n").Where(l => l.StartsWith("Route:", StringComparison.Ordinal)).Select(l => l["Route:".Length..].Trim()));
        Assert.Contains("cause=16", SipPeer.Header(bye, "Reason"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MediaKeying.Sdes)]
    [InlineData(MediaKeying.Dtls)]
    public async Task The_line_that_was_called_is_known_by_the_number_in_the_request(MediaKeying media)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var asterisk = await RealSwitch.StartAsync(c => c with
        {
            Lines = [new("sales", "+12145551869", "Sales", MediaKeying.Sdes, "other; secret"), RealSwitch.OneLine[0] with { Media = media }],
        });

        var endpoint = await asterisk.ConsoleAsync("pjsip show endpoint line-main");
        var identifies = await asterisk.ConsoleAsync("pjsip show identifies");
        await using var whatsApp = await Caller.ConnectAsync(asterisk, ct);
        var answer = await whatsApp.CallAsync(ct, number: "+12145551869", password: "other; secret");

        Assert.Contains(media == MediaKeying.Sdes ? "sdes" : "dtls", endpoint, StringComparison.Ordinal);
        Assert.Contains("line-sales", identifies, StringComparison.Ordinal);
        Assert.StartsWith("SIP/2.0 480", answer, StringComparison.Ordinal);
    }
}
