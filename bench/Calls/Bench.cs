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

    public static Amount Of(string measure) => measure switch
    {
        "rate" => Whole with { Repeats = 3, Lines = 300 },
        "memory" or "media" => Whole with { Repeats = 3, Lines = 40 },
        _ => Whole,
    };

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
        foreach (var variant in variants) await WarmUpAsync(variant, ct);

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

    /// <summary>Calls a second until the first failure.</summary>
    public async Task<IReadOnlyList<Rate>> RatesAsync(CancellationToken ct)
    {
        foreach (var variant in variants) await WarmUpAsync(variant, ct);
        return await InTurnsAsync(
            (variant, _) => Rate.FindAsync(variant.Name, floor, () => QuietAsync(ct), ct),
            rate => $"{rate.Good:0.0} calls a second; at {rate.Broke:0.0}: {rate.Why ?? "no desks for more"}", ct);
    }

    /// <summary>Memory of held calls.</summary>
    public async Task<IReadOnlyList<Held>> HeldAsync(CancellationToken ct)
    {
        foreach (var variant in variants)
        {
            await WarmUpAsync(variant, ct);
            await floor.HangUpAsync(await floor.HoldAsync(amount.Lines, sound: false, ct)); // what grows with the most calls ever held has grown
        }

        return await InTurnsAsync(
            (variant, _) => Held.LookAsync(variant, floor, product, amount.Lines, ct),
            held => $"{held.Calls} calls held: {held.Heap:0.0} kB of heap a call, {held.Resident:0.0} kB of pages; {held.LeftOver:0.0} kB stay behind", ct);
    }

    /// <summary>CPU of held calls with sound.</summary>
    public async Task<IReadOnlyList<Sound>> SoundAsync(CancellationToken ct)
    {
        return await InTurnsAsync(
            async (variant, idle) => await Sound.LookAsync(variant.Name, floor, product.AsteriskPid, amount.Lines, idle, ct),
            sound => $"{sound.Calls} calls held: {sound.CpuMs:0.00} ms of Asterisk's CPU a second for each; {sound.Through * 100:0.0} % of the packets come through", ct);
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

    private async Task<IReadOnlyList<T>> InTurnsAsync<T>(
        Func<Variant, IdleCost, Task<T>> measure, Func<T, FormattableString> words, CancellationToken ct)
    {
        var found = new List<T>();
        for (var repeat = 0; repeat < amount.Repeats; repeat++)
        {
            var idle = await IdleCost.LookAsync([product.AsteriskPid], ct);
            foreach (var variant in Turn(repeat))
            {
                await SwitchToAsync(variant, ct);
                var one = await measure(variant, idle);
                found.Add(one);
                say($"{repeat + 1}/{amount.Repeats} {variant.Name,-12} {FormattableString.Invariant(words(one))}");
                await QuietAsync(ct);
            }
        }

        return found;
    }

    private async Task WarmUpAsync(Variant variant, CancellationToken ct)
    {
        await SwitchToAsync(variant, ct);
        say($"warming up {variant.Name}");
        var warm = await Batch.RunAsync(variant, floor, product.AsteriskPid, Math.Min(WarmUp, amount.Calls * 2), new IdleCost());
        if (warm.Failures.Count > 0) say($"  {warm.Failures.Count} failed: {warm.Failures[0]}");
    }

    /// <summary>Until Asterisk has no channel any more; what a failed step left must not fall upon the next.</summary>
    private async Task QuietAsync(CancellationToken ct)
    {
        for (var looks = 0; looks < 150; looks++)
        {
            if ((await product.ConsoleAsync("core show channels count", ct)).Contains("0 active channels", StringComparison.Ordinal)) return;
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, ct);
        }

        say("channels are left over");
    }

    /// <summary>Every repeat in another order, so that none always comes after the same one.</summary>
    private IEnumerable<Variant> Turn(int repeat) => variants.Skip(repeat % variants.Count).Concat(variants.Take(repeat % variants.Count));
}
