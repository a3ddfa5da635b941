using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Ringway.Asterisk;
using Ringway.Options;
using Ringway.Switch;
using Ringway.WhatsApp.Provisioning;

namespace Ringway.Cli.Steps;

/// <summary>The Asterisk that carries the calls: its program, its certificates, its configuration, its process.</summary>
public sealed partial class OwnSwitch(RingwayOptions options, Secrets secrets, Places places, TimeProvider time)
{
    private readonly NumbersFile _numbers = new(places.Data, secrets);

    /// <summary>Certificates of our own development authority, shared with the simulator.</summary>
    public static string TlsFolder(string data) => Path.Combine(data, "tls");

    public static AsteriskFolders Folders(string data) => new(Path.Combine(data, "asterisk"));

    /// <summary>Everything that decides what is written into Asterisk's files.</summary>
    /// <param name="touchCertificates">False for who only looks: our own certificate is neither made nor renewed.</param>
    public SwitchConfiguration Configuration(bool touchCertificates = true)
    {
        var own = options.Trunk.Certificate is not null ? null
            : touchCertificates ? DevelopmentCertificates.Ensure(TlsFolder(places.Data), "trunk", [options.Trunk.Host], time)
            : DevelopmentCertificates.Files(TlsFolder(places.Data), "trunk");
        return new SwitchConfiguration
        {
            Node = options.Node,
            Lines = [.. options.Lines.Select(line => Line(line, LinePasswords.Current(line, _numbers)))],
            Bots = [.. options.Bots.Select(bot => new SwitchBot(bot.Id, bot.Url, bot.User, bot.Password.Reveal()))],
            WhatsApp = Peer(),
            Trunk = new OwnTrunk
            {
                HostName = options.Trunk.Host,
                Bind = options.Trunk.Bind,
                Port = options.Trunk.Port,
                CertificateFile = options.Trunk.Certificate ?? own!.CertificateFile,
                KeyFile = options.Trunk.Key ?? own!.KeyFile,
                ExternalAddress = options.Trunk.ExternalAddress,
                LocalNets = [.. options.Trunk.LocalNets.Select(net => net.ToString())],
            },
            Ari = new AriAccess { Password = secrets.Ari, CallApplications = options.Asterisk.Applications },
            HttpPort = options.Asterisk.HttpPort,
            RtpPorts = (options.Asterisk.RtpStart, options.Asterisk.RtpEnd),
            RingTime = options.Calls.Ring,
            LongestCall = options.Calls.Longest,
        };
    }

    /// <summary>Writes the configuration and starts Asterisk with it, or adopts the one that a killed ringway left.</summary>
    /// <param name="warn">Told when a changed configuration has to wait for the end of calls.</param>
    public async Task<AsteriskProcess> StartOrAdoptAsync(PackageTree tree, Action<string> warn, CancellationToken ct)
    {
        var folders = Folders(places.Data);
        var changed = SwitchFiles.Write(Configuration(), folders, tree);
        try
        {
            var asterisk = await AsteriskProcess.StartOrAdoptAsync(folders, tree, time, ct);
            if (!asterisk.Adopted || changed.Count == 0)
                return asterisk;
            if (await HasCallsAsync(asterisk, ct))
            {
                warn($"Asterisk has calls, so it goes on with its old configuration; changed: {string.Join(", ", changed)}. " +
                     "It takes effect at the next start without calls.");
                return asterisk;
            }

            await asterisk.StopAsync(TimeSpan.FromSeconds(5), ct);
            return await AsteriskProcess.StartOrAdoptAsync(folders, tree, time, ct);
        }
        catch (AsteriskStartException fault)
        {
            throw new ObstacleException(fault.Message, inner: fault);
        }
    }

    /// <summary>
    /// Makes a running Asterisk take the lines' passwords of now. Only PJSIP reads its file anew: channels, registrations and the agents'
    /// pushed lines stay, and the listening socket is not touched (a transport is not reloaded).
    /// </summary>
    /// <returns>False when none runs; the next start takes them.</returns>
    public async Task<bool> TakePasswordsAsync(CancellationToken ct)
    {
        var folders = Folders(places.Data);
        if (AsteriskProcess.FindPid(folders) is null)
            return false;
        SwitchFiles.WriteTrunk(Configuration(), folders);
        try
        {
            await AsteriskConsole.RunAsync(folders, "module reload res_pjsip.so", ct);
            return true;
        }
        catch (SocketException fault)
        {
            throw new ObstacleException(
                $"Asterisk runs and does not listen on its control socket ({fault.Message}), so it goes on with the old SIP password. Start ringway anew.", inner: fault);
        }
    }

    /// <summary>The installed Asterisk, when the operator wants that one.</summary>
    public static async Task<PackageTree> InstalledAsync(CancellationToken ct)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("asterisk", "-V") { RedirectStandardOutput = true })!;
            var said = await process.StandardOutput.ReadToEndAsync(ct);
            var text = VersionNumber().Match(said).Value;
            return Version.TryParse(text, out var version) && version >= PackageSet.Asterisk.OldestVersion
                ? new PackageTree("/", text) { OwnLoader = false }
                : throw new ObstacleException(
                    $"the installed Asterisk says \"{said.Trim()}\"; ringway needs {PackageSet.Asterisk.OldestVersion} or newer. " +
                    "Update it, or let ringway fetch its own: asterisk.source: private.");
        }
        catch (Win32Exception missing)
        {
            throw new ObstacleException(
                "there is no installed Asterisk (asterisk.source is system). Install it, or let ringway fetch its own: " +
                "asterisk.source: private.", inner: missing);
        }
    }

    private static SwitchLine Line(LineOptions line, Secret password) => new(
        line.Id,
        line.Number.E164,
        line.Name,
        line.Media == LineMedia.Dtls ? MediaKeying.Dtls : MediaKeying.Sdes,
        password.Reveal()) { // What is edited in the desk may ask for it tomorrow, and Asterisk is not configured anew for that.
        ReadsPayload = !line.Editors.IsEmpty || line.Routes.Any(route => !route.Payloads.IsEmpty) };

    private WhatsAppPeer Peer()
    {
        var peer = new WhatsAppPeer
        {
            Host = options.WhatsApp.Host,
            Port = options.WhatsApp.Port,
            Address = options.WhatsApp.Address,
        };
        var ca = options.WhatsApp.Ca
                 ?? (options.WithSimulator ? Path.Combine(TlsFolder(places.Data), "ca.pem") : null);
        return ca is null ? peer : peer with { CaFile = ca };
    }

    private static async Task<bool> HasCallsAsync(AsteriskProcess asterisk, CancellationToken ct) =>
        !(await asterisk.ConsoleAsync("core show channels count", ct)).Contains("0 active channels", StringComparison.Ordinal);

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex VersionNumber();
}
