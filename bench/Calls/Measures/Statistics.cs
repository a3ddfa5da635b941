namespace Ringway.Bench.Calls.Measures;

/// <summary>A figure over the repeats: the median, and the interval in which it lies with 95 %.</summary>
public readonly record struct Estimate(double Median, double Low, double High);

public static class Statistics
{
    private const int Resamples = 2000;

    /// <summary>The value below which this part of the values lies; nearest rank.</summary>
    public static double Quantile(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Bootstrap by percentiles over the repeats; a fixed seed, so that the same figures give the same interval.</summary>
    public static Estimate Estimate(IReadOnlyList<double> perRepeat)
    {
        var random = new Random(1);
        var medians = Enumerable.Range(0, Resamples)
            .Select(_ => Median(Enumerable.Range(0, perRepeat.Count).Select(_ => perRepeat[random.Next(perRepeat.Count)]))).Order().ToArray();
        return new Estimate(Median(perRepeat), medians[(int)(Resamples * 0.025)], medians[(int)(Resamples * 0.975)]);
    }
}
