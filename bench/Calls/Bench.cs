using Ringway.Bench.Calls.Measures;
using Ringway.Bench.Calls.Variants;

namespace Ringway.Bench.Calls;

/// <summary>How much is measured.</summary>
/// <param name="Repeats">Each repeat runs all variants, each time in another order.</param>
/// <param name="Calls">Calls of a variant in one repeat, one after another.</param>
/// <param name="Lines">Numbers, each with an agent of its own; as many calls are possible at once.</param>
public sealed record Amount(int Repeats, int Calls, int Lines, int Held, TimeSpan RateStep)
{
    public static Amount Whole { get; } = new(5, 200, 120, 200, TimeSpan.FromSeconds(4));

    public static Amount Quick { get; } = new(2, 40, 40, 40, TimeSpan.FromSeconds(2));
}

/// <summary>What was found.</summary>
public sealed record Findings(Amount Amount, IReadOnlyList<Batch> Batches, IReadOnlyList<(string Variant, Rate Rate)> Rates);

/// <summary>One Asterisk, one trunk, the same phones; the dialplan alone says which variant gets the next calls.</summary>
public sealed class Bench(ProductUnderTest product, Floor floor, IReadOnlyList<Variant> variants, Amount amount, Action<string> say)
{
    /// <summary>Enough for the compilers at run time, Asterisk's caches and node's.</summary>
    private const int WarmUp = 150;

    private const string Included = "bench.conf";

    /// <summary>Calls and CPU, all variants in turn.</summary>
    public async Task<IReadOnlyList<Batch>> LatencyAsync(CancellationToken ct)
    {
        foreach (var variant in variants)
        {
            await SwitchToAsync(variant, ct);
            say($"warming up {variant.Name}");
            var warm = await Batch.RunAsync(variant, floor, product.AsteriskPid, Math.Min(WarmUp, amount.Calls * 2), new IdleCost());
            if (warm.Failures.Count > 0) say($"  {warm.Failures.Count} failed: {warm.Failures[0]}");
        }

        var batches = new List<Batch>();
        for (var repeat = 0; repeat < amount.Repeats; repeat++)
        {
            var idle = await IdleCost.LookAsync([product.AsteriskPid, .. variants.Select(variant => variant.Pid).OfType<int>()], ct);
            foreach (var variant in Turn(repeat))
            {
                await SwitchToAsync(variant, ct);
                await variant.BeginTurnAsync(product, ct);
                var batch = await Batch.RunAsync(variant, floor, product.AsteriskPid, amount.Calls, idle);
                await variant.EndTurnAsync(product, ct);
                batches.Add(batch);
                say(FormattableString.Invariant(
                    $"{repeat + 1}/{amount.Repeats} {variant.Name,-12} set-up p50 {batch.SetUp(0.5):0.00} p99 {batch.SetUp(0.99):0.00} ms; to ring {batch.ToRing(0.5):0.00}; to end {batch.ToEnd(0.5):0.00}; CPU Asterisk {batch.AsteriskMs:0.00}, application {batch.ApplicationMs ?? 0:0.00} ms a call; failed {batch.Failures.Count} {string.Join("; ", batch.Failures.Distinct())}"));
            }
        }

        return batches;
    }

    public async Task<IReadOnlyList<(string Variant, Rate Rate)>> RatesAsync(double first, CancellationToken ct)
    {
        var rates = new List<(string, Rate)>();
        for (var repeat = 0; repeat < amount.Repeats; repeat++)
        {
            foreach (var variant in Turn(repeat))
            {
                await SwitchToAsync(variant, ct);
                var rate = await Rate.FindAsync(floor, first, 1000, amount.RateStep, ct);
                rates.Add((variant.Name, rate));
                say(FormattableString.Invariant($"{repeat + 1}/{amount.Repeats} {variant.Name,-12} {rate.Good:0} calls/s went well, {rate.Broke:0} did not: {rate.Why}"));
                await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, ct); // what broke has to drain
            }
        }

        return rates;
    }

    /// <summary>Memory that a held call costs the product.</summary>
    public async Task<IReadOnlyList<Held>> HeldAsync(TheProduct own, CancellationToken ct)
    {
        await SwitchToAsync(own, ct);
        await Batch.RunAsync(own, floor, product.AsteriskPid, Math.Min(WarmUp, amount.Calls * 2), new IdleCost());
        var found = new List<Held>();
        for (var repeat = 0; repeat < amount.Repeats; repeat++)
        {
            var held = await Held.LookAsync(floor, product, Math.Min(amount.Held, amount.Lines), ct);
            found.Add(held);
            say(FormattableString.Invariant(
                $"{repeat + 1}/{amount.Repeats} {held.Calls} calls held: {held.Heap / 1000:0.0} kB of heap a call, {held.Resident / 1000:0.0} kB of pages; {held.LeftOver / 1000:0.0} kB stay behind"));
        }

        return found;
    }

    /// <summary>From now on calls belong to this variant. Ringway's own dialplan stays; exact numbers win over its pattern.</summary>
    public async Task SwitchToAsync(Variant variant, CancellationToken ct)
    {
        var main = Path.Combine(product.Folders.Etc, "extensions.conf");
        if (!(await File.ReadAllTextAsync(main, ct)).Contains(Included, StringComparison.Ordinal))
            await File.AppendAllTextAsync(main, $"\n#include \"{Included}\"\n", ct);
        var lines = floor.Desks.Select(desk => (desk.Line.Number, What: variant.Dialplan($"PJSIP/{desk.Account.User}")))
            .Where(line => line.What is not null).Select(line => $"exten => {line.Number},1,{line.What}\n same => n,Hangup()\n");
        await File.WriteAllTextAsync(Path.Combine(product.Folders.Etc, Included), "[arriving](+)\n" + string.Concat(lines), ct);
        await product.ConsoleAsync("dialplan reload", ct);
    }

    /// <summary>Every repeat in another order, so that none always comes after the same one.</summary>
    private IEnumerable<Variant> Turn(int repeat) => variants.Skip(repeat % variants.Count).Concat(variants.Take(repeat % variants.Count));
}
