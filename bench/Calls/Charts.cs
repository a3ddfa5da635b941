using Ringway.Bench.Calls.Measures;
using Ringway.Bench.Plots;

namespace Ringway.Bench.Calls;

/// <summary>A report's figures as pictures.</summary>
public static class Charts
{
    public static IEnumerable<(string File, Chart Chart)> Of(Report report)
    {
        var repeats = FormattableString.Invariant($"{report.Cores} cores, {report.Repeats} interleaved repeats; medians with 95 % intervals");
        if (report.Lines is { } lines)
        {
            yield return ("set-up.svg", new Chart("Set-up time of a call", "milliseconds", $"{repeats}; the caller's INVITE to her 200", ["p50", "p99"],
                [.. lines.Select(line => new Contender(Name(line.Variant), Of(line.SetUpP50), Of(line.SetUpP99)))]));
            yield return ("cpu.svg", new Chart("CPU of a call", "milliseconds a call", repeats, ["Asterisk", "application"],
                [.. lines.Select(line => new Contender(Name(line.Variant), Of(line.AsteriskCpu), line.ApplicationCpu is { } own ? Of(own) : null))]));
        }

        if (report.Rates is { } rates)
            yield return ("rate.svg", new Chart("Calls a second until one fails", "calls a second", repeats, [""],
                [.. rates.Select(rate => new Contender(Name(rate.Variant), OrMore(Of(rate.PerSecond, "0"), rate.Unbroken > 0)))]));
        if (report.Held is { } held)
            yield return ("memory.svg", new Chart("Memory of a held call", "kB a call", FormattableString.Invariant($"{held[0].Calls} calls held; {repeats}"), ["heap", "pages"],
                [.. held.Select(one => new Contender(Name(one.Variant), Of(one.Heap, "0.0"), Of(one.Resident, "0.0")))]));
        if (report.Sound is { } sound)
            yield return (sound.Any(one => one.ToMixMonitor is not null) ? "recording.svg" : "media.svg", new Chart("Asterisk's CPU for a held call with sound", "ms a second and call", FormattableString.Invariant($"{sound[0].Calls} calls, SDES to DTLS; {repeats}"), [""],
                [.. sound.Select(one => new Contender(Name(one.Variant), Of(one.AsteriskCpu)))]));
    }

    private static string Name(string variant) => variant switch { "bare" => "bare loop", "bare+filter" => "bare loop, filter", _ => variant };

    private static Bar Of(Estimate figure, string format = "0.00") => Bar.Of(figure.Median, figure.Low, figure.High, format);

    private static Bar OrMore(Bar bar, bool more) => more ? bar with { Text = bar.Text + ", or more" } : bar;
}
