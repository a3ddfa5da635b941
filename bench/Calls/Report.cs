using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ringway.Bench.Calls.Measures;
using Spectre.Console;

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
public sealed record SoundLine(string Variant, int Calls, Estimate AsteriskCpu, Estimate? ToDial, double Through);

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
        var dial = sound.Where(one => one.Variant == "Dial()").ToList();
        return new(amount.Repeats, amount.Calls, Environment.ProcessorCount, Sound: [.. sound.GroupBy(one => one.Variant).Select(of => new SoundLine(
            of.Key, of.First().Calls, Over(of, one => one.CpuMs), dial.Count == 0 ? null : Over(of.Zip(dial), pair => pair.First.CpuMs / pair.Second.CpuMs),
            of.Min(one => one.Through)))]);
    }

    public string ToJson() => JsonSerializer.Serialize(this, Indented);

    public void Show(IAnsiConsole console)
    {
        if (Rates is not null) ShowRates(console, Rates);
        if (Held is not null) ShowHeld(console, Held);
        if (Sound is not null) ShowSound(console, Sound);
        if (Lines is not null) ShowLines(console, Lines);
    }

    private void ShowRates(IAnsiConsole console, IReadOnlyList<RateLine> rates)
    {
        var table = new Table().AddColumns("", "calls a second", "beside bare+filter", "never failed", "failures");
        foreach (var line in rates)
            table.AddRow(line.Variant, Text(line.PerSecond), Text(line.ToBare), Whole(line.Unbroken), Markup.Escape(string.Join("; ", line.Reasons)));
        console.Write(table);
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{Cores} cores, which the generator shares; {Repeats} interleaved repeats; medians with 95 % intervals.");
    }

    private void ShowHeld(IAnsiConsole console, IReadOnlyList<HeldLine> held)
    {
        var table = new Table().AddColumns("", "heap kB a call", "pages kB a call", "heap left behind kB a call");
        foreach (var line in held) table.AddRow(line.Variant, Text(line.Heap), Text(line.Resident), Text(line.LeftOver));
        console.Write(table);
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{held[0].Calls} calls held at once; {Repeats} interleaved repeats; medians with 95 % intervals; after full collections.");
    }

    private void ShowSound(IAnsiConsole console, IReadOnlyList<SoundLine> sound)
    {
        var table = new Table().AddColumns("", "CPU Asterisk ms a second and call", "beside Dial()", "packets through");
        foreach (var line in sound)
            table.AddRow(line.Variant, Text(line.AsteriskCpu), Text(line.ToDial), line.Through.ToString("P1", CultureInfo.InvariantCulture));
        console.Write(table);
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{Cores} cores; {sound[0].Calls} calls held at once; {Repeats} interleaved repeats; medians with 95 % intervals.");
    }

    private void ShowLines(IAnsiConsole console, IReadOnlyList<Line> lines)
    {
        var table = new Table().AddColumns("", "set-up p50 ms", "p99 ms", "more than Dial() ms", "CPU Asterisk ms", "CPU application ms", "failed");
        foreach (var line in lines)
            table.AddRow(line.Variant, Text(line.SetUpP50), Text(line.SetUpP99), Text(line.ToDial), Text(line.AsteriskCpu), Text(line.ApplicationCpu),
                Whole(line.Failed));
        console.Write(table);
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{Cores} cores, {Repeats} interleaved repeats of {Calls} calls each; medians with 95 % intervals; CPU per call.");
    }

    private static Line Of(string variant, List<Batch> batches, List<Batch>? dial) => new(
        variant,
        Statistics.Estimate([.. batches.Select(batch => batch.SetUp(0.5))]), Statistics.Estimate([.. batches.Select(batch => batch.SetUp(0.99))]),
        Statistics.Estimate([.. batches.Select(batch => batch.AsteriskMs)]),
        batches[0].ApplicationMs is null ? null : Statistics.Estimate([.. batches.Select(batch => batch.ApplicationMs ?? 0)]),
        dial is null ? null : Statistics.Estimate([.. batches.Zip(dial, (one, plain) => one.SetUp(0.5) - plain.SetUp(0.5))]),
        batches.Sum(batch => batch.Failures.Count));

    private static Estimate Over<T>(IEnumerable<T> repeats, Func<T, double> figure) => Statistics.Estimate([.. repeats.Select(figure)]);

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(Estimate? figure) => figure is { } some
        ? string.Create(CultureInfo.InvariantCulture, $"{some.Median:0.00} ({some.Low:0.00} to {some.High:0.00})") : "";
}
