using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ringway.Bench.Ari;
using Ringway.Bench.Plots;
using Spectre.Console;

// `./ringway bench ari [--json] [--repeats N] [--plot DIR] [--from FILE]`: the ARI client beside its peers, interleaved; medians, and
// ratios within a repeat. --plot draws them as SVG; --from measures nothing and takes the figures from what --json has printed.
var shape = new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
var json = args.Contains("--json");
var repeats = int.Parse(Option("--repeats") ?? "5", CultureInfo.InvariantCulture);
var data = Option("--data") ?? Environment.GetEnvironmentVariable("RINGWAY_DATA") ?? "data";
var packages = Option("--packages") ?? Environment.GetEnvironmentVariable("RINGWAY_PACKAGES") ?? Path.Combine(data, "packages");
const int events = 200_000, commands = 50_000, window = 64, lanes = 4;

try
{
    var report = Option("--from") is { } file
        ? JsonSerializer.Deserialize<Report>(await File.ReadAllTextAsync(file), shape) ?? throw new InvalidOperationException($"{file} has no report.")
        : await MeasureAsync();
    if (Option("--plot") is { } folder) Chart.Write(folder, Charts.Of(report));
    if (json)
        Console.WriteLine(JsonSerializer.Serialize(report, shape));
    else
        report.Show(AnsiConsole.Console);
    return 0;
}
catch (Exception fault) when (fault is InvalidOperationException or HttpRequestException or IOException or JsonException)
{
    Say(fault.Message); // Caught here, so that the Asterisk is stopped before we end.
    return 1;
}

async Task<Report> MeasureAsync()
{
    Say("Starting Asterisk and recording a call …");
    await using var asterisk = await BenchAsterisk.StartAsync(Path.GetFullPath(packages), FreePort());
    var node = await NodePeer.InstallAsync(Path.GetFullPath(Path.Combine(data, "cache")));
    var recorded = await Recorded.OneCallAsync(asterisk.Address);
    var types = recorded.Select(message => JsonDocument.Parse(message).RootElement.GetProperty("type").GetString()!).Distinct().ToList();
    await using var cannon = await Cannon.StartAsync(asterisk.Address, recorded, events);
    var taking = new EventsBench(cannon.Address, events, types, node);
    var asking = new CommandsBench(asterisk.Address, commands, window, node);

    var taken = new Dictionary<string, List<EventRate>>();
    var asked = new Dictionary<string, List<CommandRate>>();
    (string Name, Func<Task<EventRate>> Run)[] takers = [("bare loop", taking.BareAsync), ("client", taking.ClientAsync), ("node ari-client", taking.NodeAsync)];
    (string Name, Func<Task<CommandRate>> Run)[] askers =
    [
        ("bare socket", asking.BareAsync), ("client, event socket", asking.ClientAsync), ($"client, {lanes} command sockets", () => asking.LanesAsync(lanes)),
        ("client, HTTP", asking.HttpAsync), ("node ari-client", asking.NodeAsync),
        ("8 calls alone", () => asking.BesideASlowOneAsync(lanes, slow: false)), ("8 calls beside a slow command", () => asking.BesideASlowOneAsync(lanes, slow: true)),
    ];
    for (var round = 0; round <= repeats; round++) // The first is for warming up and not counted.
    {
        Say(round == 0 ? "Warming up …" : $"Repeat {round} of {repeats} …");
        for (var i = 0; i < takers.Length; i++) // In another order each time.
        {
            var (name, run) = takers[(i + round) % takers.Length];
            var rate = await run();
            if (round > 0)
                (taken.TryGetValue(name, out var list) ? list : taken[name] = []).Add(rate);
        }
        for (var i = 0; i < askers.Length; i++)
        {
            var (name, run) = askers[(i + round) % askers.Length];
            var rate = await run();
            if (round > 0)
                (asked.TryGetValue(name, out var list) ? list : asked[name] = []).Add(rate);
        }
    }

    return new Report(
        new(Environment.ProcessorCount, RuntimeInformation.FrameworkDescription, recorded.Count, recorded.Sum(message => message.Length) / recorded.Count, repeats),
        [.. takers.Select(taker => Summary.Of(taker.Name, taken[taker.Name], taken["bare loop"]))],
        [.. askers.Select(asker => Summary.Of(asker.Name, asked[asker.Name], asked["bare socket"]))],
        Summary.Ratios([.. asked["8 calls beside a slow command"].Select(rate => rate.P99Milliseconds)], [.. asked["8 calls alone"].Select(rate => rate.P99Milliseconds)]));
}

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

static void Say(string text) => Console.Error.WriteLine(text);

static int FreePort()
{
    using var listener = new TcpListener(IPAddress.Loopback, 0);
    listener.Start();
    return ((IPEndPoint)listener.LocalEndpoint).Port;
}
