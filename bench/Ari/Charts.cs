using System.Globalization;
using Ringway.Bench.Plots;

namespace Ringway.Bench.Ari;

/// <summary>A report's figures as pictures.</summary>
internal static class Charts
{
    public static IEnumerable<(string File, Chart Chart)> Of(Report report)
    {
        var repeats = string.Create(CultureInfo.InvariantCulture, $"{report.Surroundings.Cores} cores, {report.Surroundings.Repeats} interleaved repeats; medians, ratios with their range");
        yield return ("ari-events.svg", new Chart("Events, beside the bare loop", "ratio", $"{repeats}; events a second in words", [""], [.. report.Events.Select(Ratio)]));
        yield return ("ari-commands.svg", new Chart("Commands, beside the bare socket", "ratio", $"{repeats}; commands a second in words", [""],
            [.. report.Commands.Where(row => row.ToBare is not null).Select(Ratio)]));
        yield return ("ari-latency.svg", new Chart("Time until a command is answered", "milliseconds", $"{repeats}; 64 under way", ["p50", "p99"],
            [.. report.Commands.Where(row => row.ToBare is not null).Select(row => new Contender(row.Name, Time(row.P50Milliseconds!.Value), Time(row.P99Milliseconds!.Value)))]));
    }

    private static Contender Ratio(Summary row) => new(row.Name, Bar.Of(row.ToBare!.Median, row.ToBare.Low, row.ToBare.High) with
    {
        Text = string.Create(CultureInfo.InvariantCulture, $"{row.ToBare.Median:0.00}: {row.PerSecond:#,0} a second"),
    });

    private static Bar Time(double milliseconds) => new(milliseconds, null, null, milliseconds.ToString("0.0", CultureInfo.InvariantCulture));
}
