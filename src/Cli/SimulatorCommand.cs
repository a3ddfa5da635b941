using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging;
using Ringway.Asterisk;
using Ringway.Cli.Steps;
using Ringway.Options;
using Ringway.Simulator;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Graph;
using SimulatorOptions = Ringway.Simulator.SimulatorOptions;

namespace Ringway.Cli;

/// <summary>`ringway simulator`: the simulated WhatsApp alone. `up` starts it as a process of its own.</summary>
public static class SimulatorCommand
{
    public static Command Create()
    {
        var settings = new Settings();
        var command = new Command("simulator", "Run the simulated WhatsApp alone, for the lines of the configuration.");
        settings.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var (options, places) = settings.Read(parsed);
            places.Prepare();
            var tree = options.Asterisk.Source == AsteriskSource.System
                ? await OwnSwitch.InstalledAsync(ct)
                : await new Packages(places, new Narrator(TimeProvider.System), Packages.From(options.Asterisk)).EnsureAsync(PackageSet.Asterisk, "Fetching Asterisk", ct);
            try
            {
                await SimulatorHost.RunAsync(Options(Settings.Complete(options, Settings.OpenSecrets(places), places), places, tree), ct, Log);
                return 0;
            }
            catch (AsteriskStartException fault)
            {
                throw new ObstacleException(fault.Message, inner: fault);
            }
        });
        return command;
    }

    private static SimulatorOptions Options(RingwayOptions options, Places places, PackageTree tree) => new()
    {
        DataFolder = SimulatorProcess.Folder(places.Data),
        TlsFolder = OwnSwitch.TlsFolder(places.Data),
        Tree = tree,
        PageFolder = Path.Combine(places.Web, "handset", "dist"),
        WebPort = options.Simulator.Port,
        SipPort = options.Simulator.SipPort,
        InnerPort = options.Simulator.InnerPort,
        HandsetsSipPort = options.Simulator.HandsetsSipPort,
        HandsetsHttpPort = options.Simulator.HandsetsHttpPort,
        RtpPorts = (options.Simulator.RtpStart, options.Simulator.RtpEnd),
        RelayPorts = (options.Simulator.RelayStart, options.Simulator.RelayEnd),
        Businesses = [.. options.Lines.Select(line => Business(line, options, places))],
        Accounts = [.. options.WhatsApp.Accounts.Select(account => new SimulatedAccount(
            account.BusinessAccountId, account.AppId ?? Demo.AppId, account.Token.Reveal(), account.AppSecret?.Reveal(), account.VerifyToken?.Reveal()))],
        WebhookUrl = options.WhatsApp.WebhookUrl is { } url ? new Uri(url) : null,
    };

    private static BusinessNumber Business(LineOptions line, RingwayOptions options, Places places) => new()
    {
        Number = line.Number.E164,
        Name = line.Name,
        HostName = options.Trunk.Host,
        Trunk = new IPEndPoint(IPAddress.Loopback, options.Trunk.Port),
        // An operator's own certificate comes from a public authority; ours from the one in the data folder.
        TrunkCaFile = options.Trunk.Certificate is null
            ? Path.Combine(OwnSwitch.TlsFolder(places.Data), "ca.pem")
            : "/etc/ssl/certs/ca-certificates.crt",
        Password = line.Password.Reveal(),
        PhoneNumberId = line.PhoneNumberId ?? Demo.PhoneNumberId,
        BusinessAccountId = options.AccountOf(line)?.BusinessAccountId,
        // As the number's owner would have set it up: who calls may be called back, and calls are told by webhook.
        CallbackPermission = true,
        CallWebhooks = true,
        Media = line.Media == LineMedia.Dtls ? MediaMode.Dtls : MediaMode.Sdes,
    };

    private static void Log(ILoggingBuilder logging) => logging.ClearProviders()
        .AddSimpleConsole(console =>
            (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ "))
        .AddFilter("Microsoft", LogLevel.Warning).AddFilter("Yarp", LogLevel.Warning);
}
