namespace Ringway.Bench.Plots;

/// <summary>Where a value stands, between marks at round numbers.</summary>
/// <param name="start">Where it begins, in units of the picture.</param>
/// <param name="length">How far it goes.</param>
public sealed class Axis(double least, double most, double start, double length)
{
    /// <summary>About so many marks.</summary>
    private const int Wanted = 5;

    private readonly double _step = Round((most - least) / Wanted);

    /// <summary>Zero and below and above it, to the first mark that has all values inside.</summary>
    public IEnumerable<double> Marks
    {
        get
        {
            for (var n = First; n <= Last; n++) yield return n * _step;
        }
    }

    private int First => (int)Math.Floor(least / _step);

    private int Last => (int)Math.Ceiling(most / _step);

    public double At(double value) => start + (value - First * _step) / ((Last - First) * _step) * length;

    /// <summary>1, 2 or 5 times a power of ten.</summary>
    private static double Round(double step)
    {
        if (step <= 0) return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        return (step / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
    }
}
