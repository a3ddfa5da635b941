using System.CommandLine;
using Ringway.Bench.Calls;
using Ringway.Bench.Calls.Variants;
using Ringway.Bench.Plots;
using Spectre.Console;

// `./ringway bench calls`: what a call costs beside plain Dial(), a bare ARI loop and node's ari-client; docs/performance.md.
if (args is ["bare", .. var more]) return await BareLoop.RunAsync(filtered: more.Contains("filtered"));

var json = new Option<bool>("--json") { Description = "Print all figures as one JSON object." };
var quick = new Option<bool>("--quick") { Description = "Few calls, two repeats: to see that it works." };
var repeats = new Option<int?>("--repeats") { Description = "How often each variant has its turn (default 5; 3 with all measures but latency).", HelpName = "N" };
var calls = new Option<int?>("--calls") { Description = "Calls of a variant in one repeat (default 200).", HelpName = "N" };
var lines = new Option<int?>("--lines") { Description = "Numbers, each with an agent of its own (default 10; with rate 300, memory, media and recording 40).", HelpName = "N" };
var measure = new Option<string>("--measure")
{
    Description = "What is measured: latency (set-up time and CPU), rate (calls a second until one fails), memory (of held calls), media (CPU of held calls with sound), recording (the same, recorded).",
    DefaultValueFactory = _ => "latency",
};
measure.AcceptOnlyFromAmong("latency", "rate", "memory", "media", "recording");
var plot = new Option<DirectoryInfo?>("--plot") { Description = "Draw the figures into this folder, as SVG.", HelpName = "DIR" };
var from = new Option<FileInfo?>("--from") { Description = "Measure nothing: take the figures from what --json has printed.", HelpName = "FILE" };
var variantsOnly = new Option<string[]>("--variants") { Description = "Only these variants: dial, mixmonitor, bare, bare-filtered, node, ringway.", AllowMultipleArgumentsPerToken = true };
var root = new RootCommand("What a call costs beside plain Dial(), a bare ARI loop and node's ari-client.") { json, quick, repeats, calls, lines, measure, variantsOnly, plot, from };
root.SetAction(async (parsed, ct) =>
{
    void Tell(Report report)
    {
        if (parsed.GetValue(plot) is { } folder) Chart.Write(folder.FullName, Charts.Of(report));
        if (parsed.GetValue(json)) Console.WriteLine(report.ToJson());
        else report.Show(AnsiConsole.Console);
    }

    if (parsed.GetValue(from) is { } figures)
    {
        Tell(Report.FromJson(await File.ReadAllTextAsync(figures.FullName, ct)));
        return 0;
    }

    var amount = parsed.GetValue(quick) ? Amount.Quick : Amount.Of(parsed.GetValue(measure)!);
    amount = amount with
    {
        Repeats = parsed.GetValue(repeats) ?? amount.Repeats,
        Calls = parsed.GetValue(calls) ?? amount.Calls,
        Lines = parsed.GetValue(lines) ?? amount.Lines,
    };
    string[] usual = parsed.GetValue(measure) switch
    {
        "rate" => ["dial", "bare-filtered", "node", "ringway"],
        "memory" => ["bare-filtered", "node", "ringway"],
        "media" => ["dial", "bare-filtered", "ringway"],
        "recording" => ["dial", "mixmonitor", "ringway"],
        _ => ["dial", "bare", "bare-filtered", "node", "ringway"],
    };
    bool Wanted(string name) => (parsed.GetValue(variantsOnly) is { Length: > 0 } some ? some : usual).Contains(name);
    var bench = Path.Combine(AppContext.BaseDirectory, "Ringway.Bench.Calls.dll");
    var variants = new List<Variant>();
    if (Wanted("dial")) variants.Add(new PlainDial());
    if (Wanted("mixmonitor")) variants.Add(new RecordedDial());
    if (Wanted("bare")) variants.Add(new AriProgram("bare", "bare", "dotnet", bench, "bare"));
    if (Wanted("bare-filtered")) variants.Add(new AriProgram("bare+filter", "bare-filtered", "dotnet", bench, "bare", "filtered"));
    if (Wanted("node")) variants.Add(new AriProgram("node", "node", "node", "--expose-gc", await NodePeer.InstallAsync(ct)));
    if (Wanted("ringway")) variants.Add(new TheProduct());
    void Say(string line) => Console.Error.WriteLine($"  {line}");
    Say($"starting ringway with {amount.Lines} lines");
    await using var product = await ProductUnderTest.StartAsync(amount.Lines, recorded: parsed.GetValue(measure) == "recording", ct);
    Say("signing the agents in");
    await using var floor = await Floor.OpenAsync(product, proxied: false, ct);
    foreach (var variant in variants) await variant.StartAsync(product, ct);
    try
    {
        var run = new Bench(product, floor, variants, amount, Say);
        Tell(parsed.GetValue(measure) switch
        {
            "rate" => Report.Of(amount, await run.RatesAsync(ct)),
            "memory" => Report.Of(amount, await run.HeldAsync(ct)),
            "media" or "recording" => Report.Of(amount, await run.SoundAsync(ct)),
            _ => Report.Of(amount, await run.LatencyAsync(ct)),
        });
        return 0;
    }
    finally
    {
        foreach (var variant in variants) await variant.DisposeAsync();
    }
});
// Ending takes longer than the library's two seconds: the product hangs up and stops its Asterisk.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
