using Ringway.Bench.Calls.Measures;
using Ringway.Bench.Calls.Variants;

namespace Ringway.Bench.Calls;

/// <summary>How much is measured.</summary>
/// <param name="Repeats">Each repeat runs all variants, each time in another order.</param>
/// <param name="Calls">Calls of a variant in one repeat, one after another.</param>
/// <param name="Lines">Numbers, each with an agent of its own; as many calls are possible at once.</param>
public sealed record Amount(int Repeats, int Calls, int Lines)
{
    public static Amount Whole { get; } = new(5, 200, 10);

    public static Amount Quick { get; } = new(2, 40, 4);
}

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
                var batch = await Batch.RunAsync(variant, floor, product.AsteriskPid, amount.Calls, idle);
                batches.Add(batch);
                say(FormattableString.Invariant(
                    $"{repeat + 1}/{amount.Repeats} {variant.Name,-12} set-up p50 {batch.SetUp(0.5):0.00} p99 {batch.SetUp(0.99):0.00} ms; to ring {batch.ToRing(0.5):0.00}; to end {batch.ToEnd(0.5):0.00}; CPU Asterisk {batch.AsteriskMs:0.00}, application {batch.ApplicationMs ?? 0:0.00} ms a call; failed {batch.Failures.Count} {string.Join("; ", batch.Failures.Distinct())}"));
            }
        }

        return batches;
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
