using System.CommandLine;
using Ringway.Bench.Calls;
using Ringway.Bench.Calls.Variants;

// `./ringway bench calls`: what a call costs beside plain Dial(), a bare ARI loop and node's ari-client; docs/performance.md.
if (args is ["bare", .. var more]) return await BareLoop.RunAsync(filtered: more.Contains("filtered"));

var json = new Option<bool>("--json") { Description = "Print all figures as one JSON object." };
var quick = new Option<bool>("--quick") { Description = "Few calls, two repeats: to see that it works." };
var repeats = new Option<int?>("--repeats") { Description = "How often each variant has its turn (default 5).", HelpName = "N" };
var calls = new Option<int?>("--calls") { Description = "Calls of a variant in one repeat (default 200).", HelpName = "N" };
var lines = new Option<int?>("--lines") { Description = "Numbers, each with an agent of its own (default 120).", HelpName = "N" };
var proxied = new Option<bool>("--proxied") { Description = "Phones reach Asterisk through ringway's /sip, as browsers do." };
var only = new Option<string[]>("--only") { Description = "Only these parts: latency, rate, held.", AllowMultipleArgumentsPerToken = true };
var variantsOnly = new Option<string[]>("--variants") { Description = "Only these variants: dial, bare, bare-filtered, node, ringway.", AllowMultipleArgumentsPerToken = true };
var settings = new Option<bool>("--settings") { Description = "Instead: what single settings of Asterisk are worth, each turned the other way for a while." };
var root = new RootCommand("What a call costs beside plain Dial(), a bare ARI loop and node's ari-client.") { json, quick, repeats, calls, lines, proxied, only, variantsOnly, settings };
root.SetAction(async (parsed, ct) =>
{
    var amount = parsed.GetValue(quick) ? Amount.Quick : Amount.Whole;
    amount = amount with
    {
        Repeats = parsed.GetValue(repeats) ?? amount.Repeats,
        Calls = parsed.GetValue(calls) ?? amount.Calls,
        Lines = parsed.GetValue(lines) ?? amount.Lines,
    };
    bool Wanted(Option<string[]> option, string name) => parsed.GetValue(option) is not { Length: > 0 } some || some.Contains(name);
    var bench = Path.Combine(AppContext.BaseDirectory, "Ringway.Bench.Calls.dll");
    var variants = new List<Variant>();
    if (Wanted(variantsOnly, "dial")) variants.Add(new PlainDial());
    if (Wanted(variantsOnly, "bare")) variants.Add(new AriProgram("bare", "bare", "dotnet", bench, "bare"));
    if (Wanted(variantsOnly, "bare-filtered")) variants.Add(new AriProgram("bare+filter", "bare-filtered", "dotnet", bench, "bare", "filtered"));
    if (Wanted(variantsOnly, "node")) variants.Add(new AriProgram("node", "node", "node", Path.Combine(AppContext.BaseDirectory, "node", "app.js")));
    if (Wanted(variantsOnly, "ringway")) variants.Add(new TheProduct());
    if (parsed.GetValue(settings))
    {
        var (dial, own) = (new PlainDial(), new TheProduct());
        variants = [dial, own];
        variants.AddRange(Setting.All(dial, own).Select(one => new WithSetting(one.Plain, one.Setting)));
    }

    void Say(string line) => Console.Error.WriteLine($"  {line}");
    Say($"starting ringway with {amount.Lines} lines");
    await using var product = await ProductUnderTest.StartAsync(amount.Lines, ct);
    Say("signing the agents in");
    await using var floor = await Floor.OpenAsync(product, parsed.GetValue(proxied), ct);
    foreach (var variant in variants) await variant.StartAsync(product, ct);
    try
    {
        var run = new Bench(product, floor, variants, amount, Say);
        var batches = Wanted(only, "latency") ? await run.LatencyAsync(ct) : [];
        var held = Wanted(only, "held") && variants.OfType<TheProduct>().FirstOrDefault() is { } own ? await run.HeldAsync(own, ct) : [];
        var rates = Wanted(only, "rate") ? await run.RatesAsync(20, ct) : [];
        return 0;
    }
    finally
    {
        foreach (var variant in variants) await variant.DisposeAsync();
    }
});
// Ending takes longer than the library's two seconds: the product hangs up and stops its Asterisk.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
