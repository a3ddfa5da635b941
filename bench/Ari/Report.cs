using System.Globalization;
using Spectre.Console;

namespace Ringway.Bench.Ari;

internal sealed record Surroundings(int Cores, string Runtime, int EventsOfACall, int BytesOfAnEvent, int Repeats);

/// <param name="Low">The least of the repeats.</param>
/// <param name="High">The greatest of the repeats.</param>
internal sealed record Spread(double Median, double Low, double High)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Median:0.00} ({Low:0.00} to {High:0.00})");
}

/// <summary>One contender: medians over the repeats, and its speed as a ratio to the bare one's in the same repeat.</summary>
internal sealed record Summary(string Name, double PerSecond, double? BytesEach, double? P50Milliseconds, double? P99Milliseconds, Spread? ToBare)
{
    public static Summary Of(string name, List<EventRate> rates, List<EventRate> bare) => new(
        name, Median([.. rates.Select(rate => rate.PerSecond)]), rates[0].BytesEach is null ? null : Median([.. rates.Select(rate => rate.BytesEach!.Value)]), null, null,
        Ratios([.. rates.Select(rate => rate.PerSecond)], [.. bare.Select(rate => rate.PerSecond)]));

    public static Summary Of(string name, List<CommandRate> rates, List<CommandRate> bare) => new(
        name, Median([.. rates.Select(rate => rate.PerSecond)]), null, Median([.. rates.Select(rate => rate.P50Milliseconds)]), Median([.. rates.Select(rate => rate.P99Milliseconds)]),
        rates[0].PerSecond == 0 ? null : Ratios([.. rates.Select(rate => rate.PerSecond)], [.. bare.Select(rate => rate.PerSecond)]));

    public static Spread Ratios(double[] ours, double[] theirs)
    {
        var ratios = ours.Zip(theirs, (one, other) => one / other).ToArray();
        return new(Median(ratios), ratios.Min(), ratios.Max());
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}

/// <param name="BesideSlow">p99 of other calls' commands while one is slow, to their p99 without it.</param>
internal sealed record Report(Surroundings Surroundings, IReadOnlyList<Summary> Events, IReadOnlyList<Summary> Commands, Spread BesideSlow)
{
    public void Show(IAnsiConsole console)
    {
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"{Surroundings.Cores} cores, {Surroundings.Runtime}; a call has {Surroundings.EventsOfACall} events of {Surroundings.BytesOfAnEvent} bytes; medians of {Surroundings.Repeats} interleaved repeats, ratios with their range");
        var events = new Table().Title("Events").AddColumns("", "a second", "bytes each", "to the bare loop");
        foreach (var row in Events)
            events.AddRow(row.Name, Whole(row.PerSecond), row.BytesEach is { } bytes ? Whole(bytes) : "", row.ToBare!.ToString());
        console.Write(events);
        var commands = new Table().Title("Commands").AddColumns("", "a second", "p50 ms", "p99 ms", "to the bare socket");
        foreach (var row in Commands)
            commands.AddRow(row.Name, row.PerSecond == 0 ? "" : Whole(row.PerSecond), Short(row.P50Milliseconds!.Value), Short(row.P99Milliseconds!.Value), row.ToBare?.ToString() ?? "");
        console.Write(commands);
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Other calls' p99 while a command is slow, to without it: {BesideSlow}");
    }

    private static string Whole(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Short(double number) => number.ToString("0.000", CultureInfo.InvariantCulture);
}
