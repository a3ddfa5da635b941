using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ringway.Asterisk;
using Ringway.Switch;
using Ringway.Tests.Switch;

namespace Ringway.Tests.Witness;

/// <summary>The product's switch on one side, the witness as WhatsApp on the other, and as little as possible between them.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly List<SipWitness> _witnesses = [];
    private readonly CertificateFiles _certificates;
    private readonly Dictionary<string, string> _blanks;

    private Stage(RealSwitch asterisk, AriStub ari, string user)
    {
        (Switch, Ari) = (asterisk, ari);
        Ringway = new(this);
        var line = asterisk.Configuration.Lines[0];
        _certificates = DevelopmentCertificates.Ensure(Path.GetDirectoryName(asterisk.Configuration.Trunk.KeyFile)!, "wa", ["wa.meta.vc"]);
        Wacid = NewWacid(user, line.DigestUser);
        var sdes = line.Media == MediaKeying.Sdes;
        _blanks = new(StringComparer.Ordinal)
        {
            ["digits"] = line.DigestUser,
            ["host"] = "pbx.example.com",
            ["password"] = line.SipPassword,
            ["user"] = user,
            ["user-pattern"] = user.Replace("+", "[+]", StringComparison.Ordinal),
            ["shown"] = user.TrimStart('+'),
            ["uri-parameters"] = "",
            ["wacid"] = Wacid,
            ["more-headers"] = "x-wa-meta-wacid: " + Wacid,
            ["call-id-pattern"] = "outgoing:" + Wacid.Replace("+", "[+]", StringComparison.Ordinal),
            ["call"] = RandomNumberGenerator.GetHexString(24, lowercase: true),
            ["tag"] = Guid.NewGuid().ToString(),
            // The switch's WhatsApp is on a port of its own, so the port stands where Meta has none (docs/simulator.md).
            ["port"] = ":" + asterisk.Configuration.WhatsApp.Port.ToString(CultureInfo.InvariantCulture),
            ["media"] = Phone.Port.ToString(CultureInfo.InvariantCulture),
            ["offer"] = sdes ? "{{offer-sdes.sdp}}" : "{{offer-dtls.sdp}}",
            ["answer"] = sdes ? "{{answer-sdes.xml}}" : "{{answer-dtls.xml}}",
            ["offered"] = sdes ? "{{offered-sdes.xml}}" : "{{offered-dtls.xml}}",
            ["challenges"] = Challenges("SHA-256", "MD5"),
            ["rings"] = "{{whatsapp-rings.xml}}",
            ["talk"] = "200",
        };
    }

    public RealSwitch Switch { get; }

    public AriStub Ari { get; }

    public Answering Ringway { get; }

    /// <summary>Where WhatsApp wants its audio.</summary>
    public FirstPacket Phone { get; } = new();

    /// <summary>WhatsApp's own id of the call.</summary>
    public string Wacid { get; }

    /// <param name="user">Who calls or is called: a number with plus, or a business-scoped id.</param>
    /// <param name="change">Another configuration than that of one line with SDES.</param>
    /// <param name="broken">Breaks the generated pjsip.conf on purpose.</param>
    public static async Task<Stage> OpenAsync(
        CancellationToken ct, string user = "+12195550714", Func<SwitchConfiguration, SwitchConfiguration>? change = null, Func<string, string>? broken = null)
    {
        var asterisk = await RealSwitch.StartAsync(change, folders =>
        {
            var file = Path.Combine(folders.Etc, "pjsip.conf");
            if (broken is not null)
                File.WriteAllText(file, broken(File.ReadAllText(file)));
        });
        return new Stage(asterisk, await AriStub.ConnectAsync(asterisk, ct), user);
    }

    /// <summary>Meta's two challenges, or one of them; each has its own nonce and opaque.</summary>
    public static string Challenges(params IEnumerable<string> algorithms) => string.Join("\n", algorithms.Select(algorithm => algorithm == "MD5"
        ? "Proxy-Authenticate: Digest realm=\"wa.meta.vc\",nonce=\"419ac2415577f8e1\",opaque=\"440badfc05072367\",algorithm=MD5,qop=\"auth\""
        : "Proxy-Authenticate: Digest realm=\"wa.meta.vc\",nonce=\"5a1d0c2e9b7f4836\",opaque=\"7be21f90c3d4a518\",algorithm=SHA-256,qop=\"auth\""));

    /// <summary>The witness begins to play this scenario.</summary>
    public async Task<SipWitness> PlayAsync(string file, CancellationToken ct, params IEnumerable<(string Blank, string Value)> blanks)
    {
        var filled = new Dictionary<string, string>(_blanks, StringComparer.Ordinal);
        foreach (var (blank, value) in blanks)
            filled[blank] = value;
        var configuration = Switch.Configuration;
        var folder = Path.Combine(Path.GetDirectoryName(Switch.Folders.Root)!, $"witness-{_witnesses.Count + 1}");
        var witness = await SipWitness.StartAsync(
            new Scenario(file + ".xml", filled), folder, configuration.WhatsApp.Port, configuration.Trunk.Port, _certificates,
            "outgoing:" + Wacid, $"+{filled["digits"]}@{filled["host"]}", filled["password"], ct);
        _witnesses.Add(witness);
        return witness;
    }

    /// <summary>What the witnesses say when something never happened.</summary>
    public async Task<string> ComplaintsAsync(CancellationToken ct)
    {
        var complaints = await Task.WhenAll(_witnesses.Select(witness => witness.SoFarAsync(ct)));
        return string.Join(' ', complaints.OfType<string>().DefaultIfEmpty("The witness has no complaint."));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var witness in _witnesses)
            await witness.DisposeAsync();
        await Ari.DisposeAsync();
        Phone.Dispose();
        await Switch.DisposeAsync();
    }

    /// <summary>A WhatsApp call id as seven samples of Meta's pages have it; whoever reads it takes it as opaque.</summary>
    private static string NewWacid(string user, string business)
    {
        byte[] Party(string digits) => [0x1C, 0x18, (byte)digits.Length, .. Encoding.ASCII.GetBytes(digits), 0x15, 0x02, 0x00];
        byte[] id = [.. Party(user.TrimStart('+')), 0x12, 0x18, 0x20, .. Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(32)), .. Party(business), 0x00];
        return "wacid." + Convert.ToBase64String(id);
    }
}
