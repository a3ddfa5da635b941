using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Ringway.Api;
using Ringway.Asterisk;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Sounds;
using Ringway.Store;
using Ringway.Switchboard;

namespace Ringway.Cli.Steps;

/// <summary>From an empty folder to a product that takes calls, step by step, and back to nothing at the end.</summary>
public sealed class UpJourney(
    RingwayOptions options, Secrets secrets, Places places, IReadOnlyList<string> settingsAgain, Narrator narrator, TimeProvider time)
{
    private static readonly TimeSpan AsteriskGrace = TimeSpan.FromSeconds(5);

    /// <summary>How long WhatsApp may keep us waiting; a handshake with Meta takes a tenth of a second.</summary>
    private static readonly TimeSpan TrunkPatience = TimeSpan.FromSeconds(4);

    /// <summary>Waits before an Asterisk or a simulator that died is brought back; the last one repeats.</summary>
    private static readonly TimeSpan[] RestartDelays =
        [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)];

    private readonly OwnSwitch _switch = new(options, secrets, places, time);

    private PackageTree? _tree;
    private PackageTree? _opusTools;
    private PackageTree? _voice;
    private SimulatorProcess? _simulator;
    private AsteriskProcess? _asterisk;
    private WebApplication? _host;
    private long? _withoutWhatsApp;

    private string Log => Path.Combine(places.Logs, "ringway.log");

    /// <summary>Where pages find us: the address we listen on, or this machine when we listen on all.</summary>
    private Uri Page => OwnAddress.Of(options.Listen);

    private Uri SimulatorPage => new($"http://127.0.0.1:{options.Simulator.Port}/");

    public async Task<int> RunAsync(Action<ReadyMessage> onReady, CancellationToken ct)
    {
        var ready = false;
        try
        {
            // 1. What has to be there. Ports last: fetching takes a while, and somebody may come meanwhile.
            _tree = await AsteriskProgramAsync(ct);
            await PagesAsync(ct);
            await GreetingsAsync(ct);
            _opusTools = await OpusToolsAsync(ct);
            _voice = await VoiceAsync(ct);
            FreePorts.Require(PortsWeOpen());

            // 2. Start, or adopt what a killed ringway left. The simulator first: it is the one that the trunk asks.
            if (options.WithSimulator)
                _simulator = await StartSimulatorAsync(ct);
            _asterisk = await StartAsteriskAsync(ct);
            _host = await StartHostAsync(ct);

            // 3. Ready means: a call would go through.
            await narrator.StepAsync("Waiting until a call would go through", _ => new Readiness(time).WaitAsync(
                new Uri(Page, "readyz"), "ringway", Log, _asterisk.Exited, ct, AllButWhatsApp));
            onReady(Message());
            ready = true;

            // 4. Until we are told to end.
            await Task.WhenAll(KeepAsteriskAsync(ct), KeepSimulatorAsync(ct));
            return 0;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested && ready)
        {
            return 0;
        }
        finally
        {
            await EndAsync(everything: ready || ct.IsCancellationRequested);
        }
    }

    /// <summary>
    /// What is ours stands. WhatsApp may be out of reach for a while: that is said, and is no reason not to be there when it
    /// comes back. Not at the first no, though: Asterisk has its trunk a moment after its control sockets.
    /// </summary>
    private bool AllButWhatsApp(string answer)
    {
        var fact = JsonSerializer.Deserialize<ReadyFact>(answer, JsonSerializerOptions.Web);
        if (fact is not { Asterisk: true, Store: true })
            return false;
        _withoutWhatsApp ??= time.GetTimestamp();
        if (time.GetElapsedTime(_withoutWhatsApp.Value) < TrunkPatience)
            return false;
        Narrator.Say($"ringway: {options.WhatsApp.Host} port {options.WhatsApp.Port} cannot be reached just now, so calls to " +
                     $"WhatsApp would fail. Check DNS, firewall and whatsapp.ca; {Log} says more.");
        return true;
    }

    private async Task<PackageTree> AsteriskProgramAsync(CancellationToken ct) =>
        options.Asterisk.Source == AsteriskSource.System
            ? await OwnSwitch.InstalledAsync(ct)
            : await new Packages(places, narrator, Packages.From(options.Asterisk)).EnsureAsync(PackageSet.Asterisk, "Fetching Asterisk", ct);

    /// <summary>Null when no line is recorded, or not as Opus.</summary>
    private async Task<PackageTree?> OpusToolsAsync(CancellationToken ct) =>
        options.Recordings.Format == RecordingFormat.Wav || options.Lines.All(line => line.Recording.When == RecordWhen.Never) ? null
            : await new Packages(places, narrator, Packages.From(options.Asterisk)).EnsureAsync(PackageSet.OpusTools, "Fetching the recordings' encoder", ct);

    /// <summary>Null when nobody may change rules while we run.</summary>
    private async Task<PackageTree?> VoiceAsync(CancellationToken ct) => options.Lines.All(line => line.Editors.IsEmpty) ? null
        : await new Packages(places, narrator, Packages.From(options.Asterisk)).EnsureAsync(PackageSet.Voice, "Fetching a voice for announcements", ct);

    private Task GreetingsAsync(CancellationToken ct) => new Greetings(
        options, new Prompts(new HostPaths(places.Data, "").Prompts, options), new Packages(places, narrator, Packages.From(options.Asterisk)), narrator).EnsureAsync(ct);

    private async Task PagesAsync(CancellationToken ct)
    {
        var pages = new WebPages(places, new Tool(time));
        if (!pages.AreBuilt)
            await narrator.StepAsync("Building the web phone", progress => pages.EnsureAsync(progress, ct));
    }

    private async Task<SimulatorProcess> StartSimulatorAsync(CancellationToken ct)
    {
        var found = SimulatorProcess.Find(places.Data, time) is not null;
        return await narrator.StepAsync(
            found ? "Adopting the simulated WhatsApp" : "Starting the simulated WhatsApp", async _ =>
            {
                var simulator = await SimulatorProcess.StartOrAdoptAsync(places.Data, settingsAgain, time, ct);
                await new Readiness(time).WaitAsync(
                    new Uri(SimulatorPage, "healthz"), "the simulated WhatsApp", SimulatorProcess.Log(places.Data), simulator.Exited, ct);
                return simulator;
            });
    }

    private async Task<AsteriskProcess> StartAsteriskAsync(CancellationToken ct)
    {
        var found = AsteriskProcess.FindPid(OwnSwitch.Folders(places.Data)) is not null;
        return await narrator.StepAsync(
            found ? "Adopting Asterisk" : "Starting Asterisk",
            _ => _switch.StartOrAdoptAsync(_tree!, Narrator.Say, ct),
            asterisk => $"{_tree!.Version}, pid {asterisk.Pid}");
    }

    private async Task<WebApplication> StartHostAsync(CancellationToken ct) =>
        await narrator.StepAsync("Starting ringway", async _ =>
        {
            var host = await BuildHostAsync(ct);
            await host.StartAsync(ct);
            return host;
        });

    private async Task<WebApplication> BuildHostAsync(CancellationToken ct)
    {
        try
        {
            return await RingwayHost.BuildAsync(
                options, new HostPaths(places.Data, Path.Combine(places.Web, "desk", "dist"), _opusTools, _voice), secrets, LogToFile, ct);
        }
        catch (StoreUnavailableException fault)
        {
            throw new ObstacleException(fault.Message, inner: fault);
        }
    }

    /// <summary>Everything into the file; what somebody should look at also onto the terminal, on stderr.</summary>
    private void LogToFile(WebApplicationBuilder builder)
    {
        builder.Logging.Configure(logging => logging.ActivityTrackingOptions = ActivityTrackingOptions.None);
        builder.Logging.AddProvider(new LogFile(Log, time));
        builder.Logging.AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private async Task KeepAsteriskAsync(CancellationToken ct)
    {
        for (var deaths = 0; ; deaths++)
        {
            await _asterisk!.Exited.WaitAsync(ct);
            Narrator.Say($"ringway: Asterisk (pid {_asterisk.Pid}) ended unexpectedly; its calls are lost. Starting it again. " +
                         $"Its log: {OwnSwitch.Folders(places.Data).MessagesLog}");
            _host!.Services.GetRequiredService<SwitchboardService>().AsteriskDied();
            await Task.Delay(RestartDelays[Math.Min(deaths, RestartDelays.Length - 1)], time, ct);
            _asterisk = await TryAgainAsync(() => _switch.StartOrAdoptAsync(_tree!, Narrator.Say, ct), ct);
        }
    }

    private async Task KeepSimulatorAsync(CancellationToken ct)
    {
        for (var deaths = 0; _simulator is not null; deaths++)
        {
            await _simulator.Exited.WaitAsync(ct);
            Narrator.Say($"ringway: the simulated WhatsApp (pid {_simulator.Pid}) ended unexpectedly. Starting it again. " +
                         $"Its log: {SimulatorProcess.Log(places.Data)}");
            await Task.Delay(RestartDelays[Math.Min(deaths, RestartDelays.Length - 1)], time, ct);
            _simulator = await TryAgainAsync(() => SimulatorProcess.StartOrAdoptAsync(places.Data, settingsAgain, time, ct), ct);
        }
    }

    private async Task<T> TryAgainAsync<T>(Func<Task<T>> start, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await start();
            }
            catch (ObstacleException obstacle)
            {
                Narrator.Say($"ringway: {obstacle.Message}");
                await Task.Delay(RestartDelays[^1], time, ct);
            }
        }
    }

    /// <summary>Ends what runs. After a start that failed, what was adopted goes on: its calls are none of the failure.</summary>
    private async Task EndAsync(bool everything)
    {
        if (everything)
            Narrator.Say("Ending …");
        if (_host is not null)
        {
            // First: it hangs up, writes the records of its calls and tells the pages.
            if (everything)
                await _host.Services.GetRequiredService<SwitchboardService>().EndCallsAsync();
            await _host.StopAsync(CancellationToken.None);
            await _host.DisposeAsync();
        }

        var simulator = everything || _simulator is { Adopted: false } ? _simulator : null;
        var asterisk = everything || _asterisk is { Adopted: false } ? _asterisk : null;
        await Task.WhenAll(
            simulator?.StopAsync(CancellationToken.None) ?? Task.CompletedTask,
            asterisk?.StopAsync(AsteriskGrace, CancellationToken.None) ?? Task.CompletedTask);
    }

    /// <summary>Only what does not run yet: an adopted Asterisk has its ports already.</summary>
    private IEnumerable<WantedPort> PortsWeOpen()
    {
        yield return new(options.Listen, "listen", "the agents' page");
        if (AsteriskProcess.FindPid(OwnSwitch.Folders(places.Data)) is null)
        {
            yield return Loopback(options.Asterisk.HttpPort, "asterisk.httpPort", "Asterisk's HTTP server");
            yield return new(new IPEndPoint(options.Trunk.Bind, options.Trunk.Port), "trunk.port", "the trunk from WhatsApp");
        }

        if (!options.WithSimulator || SimulatorProcess.Find(places.Data, time) is not null)
            yield break;
        var simulator = options.Simulator;
        yield return Loopback(simulator.Port, "simulator.port", "the simulated WhatsApp's page");
        yield return Loopback(simulator.SipPort, "simulator.sipPort", "the simulated WhatsApp's trunk");
        yield return Loopback(simulator.InnerPort, "simulator.innerPort", "the simulated WhatsApp's handsets");
        yield return Loopback(simulator.HandsetsSipPort, "simulator.handsetsSipPort", "the handsets' Asterisk");
        yield return Loopback(simulator.HandsetsHttpPort, "simulator.handsetsHttpPort", "the handsets' Asterisk");
    }

    private static WantedPort Loopback(int port, string key, string purpose) =>
        new(new IPEndPoint(IPAddress.Loopback, port), key, purpose);

    private ReadyMessage Message()
    {
        var generated = options.Agents
            .Where(agent => secrets.Agents.TryGetValue(agent.Id, out var made) && made == agent.Password.Reveal())
            .Select(agent => new GeneratedSignIn(agent.Id, agent.Password.Reveal()));
        return new ReadyMessage(
            Page,
            _simulator is null ? null : SimulatorPage,
            new Uri(Page, "api/v1"),
            _simulator is null ? null : SimulatorPage,
            [.. generated],
            new RunningPids(
                Environment.ProcessId,
                _asterisk!.Pid,
                _simulator?.Pid,
                _simulator is null ? null : AsteriskProcess.FindPid(SimulatorProcess.AsteriskFolders(places.Data))),
            places.Data);
    }
}
