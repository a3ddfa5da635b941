using System.Globalization;
using Ringway.Bench.Calls.Measures;
using Spectre.Console;

namespace Ringway.Bench.Calls;

/// <summary>A report's figures for the terminal.</summary>
public static class Tables
{
    public static void Show(this Report report, IAnsiConsole console)
    {
        if (report.Rates is not null) ShowRates(console, report, report.Rates);
        if (report.Held is not null) ShowHeld(console, report, report.Held);
        if (report.Sound is not null) ShowSound(console, report, report.Sound);
        if (report.Lines is not null) ShowLines(console, report, report.Lines);
    }

    private static void ShowRates(IAnsiConsole console, Report report, IReadOnlyList<RateLine> rates)
    {
        var table = new Table().AddColumns("", "calls a second", "beside bare+filter", "never failed", "failures");
        foreach (var line in rates)
            table.AddRow(line.Variant, Text(line.PerSecond), Text(line.ToBare), Whole(line.Unbroken), Markup.Escape(string.Join("; ", line.Reasons)));
        console.Write(table);
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{report.Cores} cores, which the generator shares; {report.Repeats} interleaved repeats; medians with 95 % intervals.");
    }

    private static void ShowHeld(IAnsiConsole console, Report report, IReadOnlyList<HeldLine> held)
    {
        var table = new Table().AddColumns("", "heap kB a call", "pages kB a call", "heap left behind kB a call");
        foreach (var line in held) table.AddRow(line.Variant, Text(line.Heap), Text(line.Resident), Text(line.LeftOver));
        console.Write(table);
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{held[0].Calls} calls held at once; {report.Repeats} interleaved repeats; medians with 95 % intervals; after full collections.");
    }

    private static void ShowSound(IAnsiConsole console, Report report, IReadOnlyList<SoundLine> sound)
    {
        var table = new Table().AddColumns("", "CPU Asterisk ms a second and call", "beside Dial()", "beside MixMonitor()", "packets through");
        foreach (var line in sound)
            table.AddRow(line.Variant, Text(line.AsteriskCpu), Text(line.ToDial), Text(line.ToMixMonitor), line.Through.ToString("P1", CultureInfo.InvariantCulture));
        console.Write(table);
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{report.Cores} cores; {sound[0].Calls} calls held at once; {report.Repeats} interleaved repeats; medians with 95 % intervals.");
    }

    private static void ShowLines(IAnsiConsole console, Report report, IReadOnlyList<Line> lines)
    {
        var table = new Table().AddColumns("", "set-up p50 ms", "p99 ms", "more than Dial() ms", "CPU Asterisk ms", "CPU application ms", "failed");
        foreach (var line in lines)
            table.AddRow(line.Variant, Text(line.SetUpP50), Text(line.SetUpP99), Text(line.ToDial), Text(line.AsteriskCpu), Text(line.ApplicationCpu),
                Whole(line.Failed));
        console.Write(table);
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{report.Cores} cores, {report.Repeats} interleaved repeats of {report.Calls} calls each; medians with 95 % intervals; CPU per call.");
    }

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(Estimate? figure) => figure is { } some
        ? string.Create(CultureInfo.InvariantCulture, $"{some.Median:0.00} ({some.Low:0.00} to {some.High:0.00})") : "";
}
