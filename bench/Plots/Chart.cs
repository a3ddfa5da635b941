namespace Ringway.Bench.Plots;

/// <summary>A figure, and how sure it is.</summary>
/// <param name="Low">The lower end of its interval; null when none is known.</param>
/// <param name="Text">What stands beside the bar: the figure in words.</param>
public sealed record Bar(double Value, double? Low, double? High, string Text)
{
    public static Bar Of(double value, double low, double high, string format = "0.00") =>
        new(value, low, high, FormattableString.Invariant($"{value.ToString(format, null)} ({low.ToString(format, null)} to {high.ToString(format, null)})"));
}

/// <param name="Bars">One for each series of the chart; null where the contender has none.</param>
public sealed record Contender(string Name, params IReadOnlyList<Bar?> Bars);

/// <summary>Bars with the intervals of their figures, a group for each contender.</summary>
/// <param name="Unit">What the bars are measured in, in words, as it stands at the axis.</param>
/// <param name="Series">What the bars of a group are; one without a name needs no legend.</param>
/// <param name="Note">How it was measured, in one line.</param>
public sealed record Chart(string Title, string Unit, string Note, IReadOnlyList<string> Series, IReadOnlyList<Contender> Contenders)
{
    /// <summary>All figures in words, for those who do not see the picture.</summary>
    public string Description => $"{Unit}; {Note}. " + string.Join(". ", Contenders.Select(contender => $"{contender.Name}: " + string.Join(", ",
        contender.Bars.Zip(Series).Where(one => one.First is not null).Select(one => $"{one.Second} {one.First!.Text}".Trim())))) + ".";

    /// <summary>Writes <paramref name="charts"/> into the folder, which is made if it is not there.</summary>
    public static void Write(string folder, IEnumerable<(string File, Chart Chart)> charts)
    {
        Directory.CreateDirectory(folder);
        foreach (var (file, chart) in charts) File.WriteAllText(Path.Combine(folder, file), new Svg(chart).ToString() + "\n");
    }
}
