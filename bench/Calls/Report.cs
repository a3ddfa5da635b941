using System.Globalization;
using System.Text.Json;
using Ringway.Bench.Calls.Measures;
using Spectre.Console;

namespace Ringway.Bench.Calls;

/// <summary>One variant over the repeats; times in milliseconds.</summary>
/// <param name="ToDial">Its median set-up less that of <c>Dial()</c> in the same repeat; null without <c>Dial()</c>.</param>
public sealed record Line(string Variant, Estimate SetUpP50, Estimate SetUpP99, Estimate AsteriskCpu, Estimate? ApplicationCpu, Estimate? ToDial, int Failed);

/// <summary>What `ringway bench calls` says: medians over the repeats with their 95 % intervals.</summary>
public sealed record Report(int Repeats, int Calls, int Cores, IReadOnlyList<Line> Lines)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Report Of(Amount amount, IReadOnlyList<Batch> batches)
    {
        var byVariant = batches.GroupBy(batch => batch.Variant).ToDictionary(group => group.Key, group => group.ToList());
        var dial = byVariant.GetValueOrDefault("Dial()");
        return new(amount.Repeats, amount.Calls, Environment.ProcessorCount, [.. byVariant.Select(variant => Of(variant.Key, variant.Value, dial))]);
    }

    public string ToJson() => JsonSerializer.Serialize(this, Indented);

    public void Show(IAnsiConsole console)
    {
        var table = new Table().AddColumns("", "set-up p50 ms", "p99 ms", "more than Dial() ms", "CPU Asterisk ms", "CPU application ms", "failed");
        foreach (var line in Lines)
            table.AddRow(line.Variant, Text(line.SetUpP50), Text(line.SetUpP99), Text(line.ToDial), Text(line.AsteriskCpu), Text(line.ApplicationCpu),
                line.Failed.ToString(CultureInfo.InvariantCulture));
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

    private static string Text(Estimate? figure) => figure is { } some
        ? string.Create(CultureInfo.InvariantCulture, $"{some.Median:0.00} ({some.Low:0.00} to {some.High:0.00})") : "";
}
