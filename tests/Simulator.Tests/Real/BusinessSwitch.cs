using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Ringway.Ari;
using Ringway.Asterisk;
using Ringway.Simulator.Handsets;
using Ringway.Switch;

namespace Ringway.Simulator.Tests.Real;

/// <summary>
/// The business: a real Asterisk with the product's own trunk files, and a small ARI program in place of ringway that
/// answers each call (or makes one) and plays a tone into it.
/// </summary>
public sealed class BusinessSwitch : IAsyncDisposable
{
    public const string Host = "pbx.example.com", Password = "made-by-meta";

    private readonly AsteriskProcess _asterisk;
    private readonly AsteriskFolders _folders;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<AriApplication> _applications;
    private readonly List<Task> _tasks = [];
    private readonly ConcurrentDictionary<string, Voice> _voices = new();
    private readonly ConcurrentDictionary<string, bool> _entered = new();

    private BusinessSwitch(AsteriskProcess asterisk, AsteriskFolders folders, List<AriApplication> applications) =>
        (_asterisk, _folders, _applications) = (asterisk, folders, applications);

    /// <summary>What the business plays to its customers.</summary>
    public int PlayHz { get; set; } = 700;

    /// <summary>What was heard in all calls, oldest first.</summary>
    public ConcurrentQueue<Ear> Heard { get; } = new();

    public ConcurrentQueue<(int Cause, int? Status)> Failures { get; } = new();

    /// <summary>False: rings and never answers.</summary>
    public bool Answers { get; set; } = true;

    public AsteriskProcess Asterisk => _asterisk;

    public string MessagesLog => _folders.MessagesLog;

    public static SwitchConfiguration Configuration(int trunkPort, int edgePort, CertificateFiles files, params SwitchLine[] lines) => new()
    {
        Lines = [.. lines],
        WhatsApp = new() { Port = edgePort, Address = IPAddress.Loopback, CaFile = files.CaFile },
        Trunk = new() { HostName = Host, Bind = IPAddress.Loopback, Port = trunkPort, CertificateFile = files.CertificateFile, KeyFile = files.KeyFile },
        Ari = new() { Password = "secret", CallApplications = 1 },
        HttpPort = Edge.World.Free().Port,
        RtpPorts = (43300, 43399),
    };

    public static async Task<BusinessSwitch> StartAsync(string folder, SwitchConfiguration configuration, PackageTree tree)
    {
        var folders = new AsteriskFolders(folder);
        SwitchFiles.Write(configuration, folders, tree);
        CommonFiles.Modules([.. AsteriskModules.Standard, "chan_rtp", "res_rtp_multicast"]).Write(folders.Etc); // external media, for mouth and ear
        var applications = configuration.CallApplications.Prepend(SwitchConfiguration.ControlApplication)
            .Select(name => new AriApplication(name, new(), TimeProvider.System, NullLogger<AriApplication>.Instance)).ToList();
        var business = new BusinessSwitch(await AsteriskProcess.StartOrAdoptAsync(folders, tree), folders, applications);
        var ari = new Uri($"http://127.0.0.1:{configuration.HttpPort}/ari/");
        foreach (var application in applications)
        {
            business._tasks.Add(application.RunAsync(ari, configuration.Ari.User, configuration.Ari.Password, business._stopping.Token));
            business._tasks.Add(business.ReadAsync(application));
        }
        await Edge.World.Until(() => applications.All(a => a.IsConnected), "the business' ARI sockets");
        return business;
    }

    /// <summary>The business calls a WhatsApp user.</summary>
    public async Task<ChannelId> CallAsync(string user, string line = "main")
    {
        var id = new ChannelId($"out-{Guid.NewGuid():n}");
        await _applications[1].Client.OriginateAsync(id, new() { Endpoint = $"PJSIP/{user}@line-{line}", App = _applications[1].Name, AppArgs = "outbound", Formats = "opus", CallerId = "Ada <+12145551869>", TimeoutSeconds = 60 });
        return id;
    }

    public Task HangUpAsync(ChannelId id) => _applications[1].Client.HangUpAsync(id);

    /// <summary>Hangs up every call.</summary>
    public async Task HangUpAllAsync()
    {
        foreach (var channel in await _applications[0].Client.ListChannelsAsync()) await _applications[0].Client.HangUpAsync(channel.Id);
    }

    public async ValueTask DisposeAsync()
    {
        await _asterisk.StopAsync(TimeSpan.FromSeconds(3));
        await _stopping.CancelAsync();
        foreach (var application in _applications) await application.DisposeAsync();
        await Task.WhenAll(_tasks);
        foreach (var voice in _voices.Values) await voice.DisposeAsync();
    }

    private async Task ReadAsync(AriApplication application)
    {
        try
        {
            await foreach (var happened in application.ReadAsync(_stopping.Token))
            {
                if (happened is StasisStart entered) _entered[entered.Channel.Id.Value] = true;
                if (happened is StasisStart { Args: ["inbound" or "outbound", ..] } start) _ = TakeAsync(application.Client, start.Channel);
                if (happened is StasisEnd end && _voices.TryRemove(end.Channel.Id.Value, out var voice)) _ = EndAsync(application.Client, end.Channel.Id, voice);
                if (happened is ChannelDtmfReceived digit && _voices.TryGetValue(digit.Channel.Id.Value, out var ear)) ear.Ear.Press(digit.Digit);
                if (happened is ChannelDestroyed destroyed) Failures.Enqueue((destroyed.Cause, destroyed.TechCause));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task TakeAsync(AriClient ari, Channel channel)
    {
        if (!Answers)
        {
            await ari.RingAsync(channel.Id);
            return;
        }
        await ari.SetVariableAsync(channel.Id, "TIMEOUT(absolute)", "3600"); // the call is taken: the safety net lets go
        await ari.AnswerAsync(channel.Id);
        var voice = new Voice(IPAddress.Loopback, PlayHz, TimeProvider.System);
        _voices[channel.Id.Value] = voice;
        Heard.Enqueue(voice.Ear);
        var mouth = new ChannelId($"{channel.Id}.voice");
        await ari.ExternalMediaAsync(mouth, new() { App = _applications[1].Name, ExternalHost = voice.Address.ToString(), Format = Voice.Format });
        var port = await ari.GetVariableAsync(mouth, "UNICASTRTP_LOCAL_PORT");
        voice.SpeakTo(new(IPAddress.Loopback, int.Parse(port!)));
        await Edge.World.Until(() => _entered.ContainsKey(mouth.Value), "the mouth to enter"); // before that Asterisk may say 409
        var bridge = new BridgeId(channel.Id.Value);
        await ari.CreateBridgeAsync(bridge);
        await ari.AddToBridgeAsync(bridge, [channel.Id, mouth]);
    }

    private static async Task EndAsync(AriClient ari, ChannelId channel, Voice voice)
    {
        await voice.DisposeAsync();
        await ari.HangUpAsync(new($"{channel}.voice"));
        await ari.DestroyBridgeAsync(new(channel.Value));
    }
}
