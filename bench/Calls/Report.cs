using System.Text.Json;
using System.Text.Json.Serialization;
using Ringway.Bench.Calls.Measures;

namespace Ringway.Bench.Calls;

/// <summary>One variant over the repeats; times in milliseconds.</summary>
/// <param name="ToDial">Its median set-up less that of <c>Dial()</c> in the same repeat; null without <c>Dial()</c>.</param>
public sealed record Line(string Variant, Estimate SetUpP50, Estimate SetUpP99, Estimate AsteriskCpu, Estimate? ApplicationCpu, Estimate? ToDial, int Failed);

/// <summary>Calls a second until the first failure, over the repeats.</summary>
/// <param name="ToBare">Beside the bare loop with the filter in the same repeat; null without it.</param>
/// <param name="Unbroken">Repeats in which no step failed: there the true figure is higher.</param>
/// <param name="Reasons">How the steps failed.</param>
public sealed record RateLine(string Variant, Estimate PerSecond, Estimate? ToBare, int Unbroken, IReadOnlyList<string> Reasons);

/// <summary>Memory of a held call in kB (1000 bytes).</summary>
public sealed record HeldLine(string Variant, int Calls, Estimate Heap, Estimate Resident, Estimate LeftOver);

/// <summary>CPU of Asterisk for a held call with sound, in milliseconds a second.</summary>
/// <param name="ToDial">Beside <c>Dial()</c> in the same repeat; null without it.</param>
/// <param name="Through">The least part of the packets that came through.</param>
/// <param name="ToMixMonitor">Beside <c>MixMonitor()</c>; null without it.</param>
public sealed record SoundLine(string Variant, int Calls, Estimate AsteriskCpu, Estimate? ToDial, double Through, Estimate? ToMixMonitor = null);

/// <summary>What `ringway bench calls` says: medians over the repeats with their 95 % intervals.</summary>
public sealed record Report(
    int Repeats, int Calls, int Cores,
    IReadOnlyList<Line>? Lines = null, IReadOnlyList<RateLine>? Rates = null, IReadOnlyList<HeldLine>? Held = null, IReadOnlyList<SoundLine>? Sound = null)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static Report Of(Amount amount, IReadOnlyList<Batch> batches)
    {
        var byVariant = batches.GroupBy(batch => batch.Variant).ToDictionary(group => group.Key, group => group.ToList());
        var dial = byVariant.GetValueOrDefault("Dial()");
        return new(amount.Repeats, amount.Calls, Environment.ProcessorCount, [.. byVariant.Select(variant => Of(variant.Key, variant.Value, dial))]);
    }

    public static Report Of(Amount amount, IReadOnlyList<Rate> rates)
    {
        var bare = rates.Where(rate => rate.Variant == "bare+filter").ToList();
        return new(amount.Repeats, amount.Calls, Environment.ProcessorCount, Rates: [.. rates.GroupBy(rate => rate.Variant).Select(of => new RateLine(
            of.Key, Over(of, rate => rate.Good), bare.Count == 0 ? null : Over(of.Zip(bare), pair => pair.First.Good / pair.Second.Good),
            of.Count(rate => rate.Broke is null), [.. of.Select(rate => rate.Why).OfType<string>().Distinct()]))]);
    }

    public static Report Of(Amount amount, IReadOnlyList<Held> held) =>
        new(amount.Repeats, amount.Calls, Environment.ProcessorCount, Held: [.. held.GroupBy(one => one.Variant).Select(of => new HeldLine(
            of.Key, of.First().Calls, Over(of, one => one.Heap), Over(of, one => one.Resident), Over(of, one => one.LeftOver)))]);

    public static Report Of(Amount amount, IReadOnlyList<Sound> sound)
    {
        Estimate? Beside(IEnumerable<Sound> some, string peer) => sound.Where(one => one.Variant == peer).ToList() is { Count: > 0 } peers
            ? Over(some.Zip(peers), pair => pair.First.CpuMs / pair.Second.CpuMs) : null;
        return new(amount.Repeats, amount.Calls, Environment.ProcessorCount, Sound: [.. sound.GroupBy(one => one.Variant).Select(of => new SoundLine(
            of.Key, of.First().Calls, Over(of, one => one.CpuMs), Beside(of, "Dial()"), of.Min(one => one.Through), Beside(of, "MixMonitor()")))]);
    }

    public string ToJson() => JsonSerializer.Serialize(this, Indented);

    /// <summary>What <see cref="ToJson"/> has written.</summary>
    public static Report FromJson(string json) => JsonSerializer.Deserialize<Report>(json, Indented) ?? throw new InvalidDataException("There is no report in it.");

    private static Line Of(string variant, List<Batch> batches, List<Batch>? dial) => new(
        variant,
        Statistics.Estimate([.. batches.Select(batch => batch.SetUp(0.5))]), Statistics.Estimate([.. batches.Select(batch => batch.SetUp(0.99))]),
        Statistics.Estimate([.. batches.Select(batch => batch.AsteriskMs)]),
        batches[0].ApplicationMs is null ? null : Statistics.Estimate([.. batches.Select(batch => batch.ApplicationMs ?? 0)]),
        dial is null ? null : Statistics.Estimate([.. batches.Zip(dial, (one, plain) => one.SetUp(0.5) - plain.SetUp(0.5))]),
        batches.Sum(batch => batch.Failures.Count));

    private static Estimate Over<T>(IEnumerable<T> repeats, Func<T, double> figure) => Statistics.Estimate([.. repeats.Select(figure)]);
}
