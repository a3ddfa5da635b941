namespace Ringway.Simulator.Handsets;

/// <summary>
/// Listens for tones: cuts the sound into tenths of a second and asks for each how much of its energy lies at each of a
/// set of frequencies (Goertzel). A window of 100 ms tells frequencies apart that are 10 Hz from each other.
/// </summary>
public sealed class Ear(int sampleHz)
{
    public const int LowestHz = 200, HighestHz = 3400, StepHz = 20;

    /// <summary>Below that root mean square (of 1) a window is silence; Opus' comfort noise stays well under it.</summary>
    private const double Silence = 0.002;

    /// <summary>A window is a tone when that part of its energy is at one frequency.</summary>
    private const double Pure = 0.5;

    private readonly Lock _lock = new();
    private readonly double[] _window = new double[sampleHz / 10];
    private readonly double[] _coefficients =
        [.. Enumerable.Range(0, (HighestHz - LowestHz) / StepHz + 1).Select(i => 2 * Math.Cos(2 * Math.PI * (LowestHz + i * StepHz) / sampleHz))];
    private readonly double[] _energies = new double[(HighestHz - LowestHz) / StepHz + 1];
    private readonly Queue<double> _loudness = new();
    private readonly Queue<int> _recent = new();
    private int _filled;
    private long _packets;
    private double _energy;
    private string _digits = "";

    /// <summary>One packet of mu-law samples.</summary>
    public void Hear(ReadOnlySpan<byte> samples)
    {
        lock (_lock)
        {
            _packets++;
            foreach (var sample in samples)
            {
                _window[_filled++] = MuLaw.Decode(sample) / 32768.0;
                if (_filled < _window.Length) continue;
                _filled = 0;
                Judge();
            }
        }
    }

    public void Press(string digit)
    {
        lock (_lock) _digits += digit;
    }

    public Heard Report()
    {
        lock (_lock)
        {
            var dominant = _recent.GroupBy(hz => hz).OrderByDescending(group => group.Count()).FirstOrDefault()?.Key ?? 0;
            var levels = _energies.Select((energy, i) => new HeardTone(LowestHz + i * StepHz, _energy > 0 ? Math.Round(Math.Min(1, energy / _energy), 3) : 0))
                .OrderByDescending(t => t.Ratio).Take(5).Where(t => t.Ratio > 0.01).ToList();
            return new(
                dominant > 0 ? dominant : null, levels, _packets, _digits,
                _loudness.Count == 0 ? 0 : Math.Round(_loudness.Average(), 4));
        }
    }

    private void Judge()
    {
        var energy = _window.Sum(s => s * s);
        var loudness = Math.Sqrt(energy / _window.Length);
        _loudness.Enqueue(loudness);
        if (_loudness.Count > 10) _loudness.Dequeue();
        if (loudness < Silence) return;

        _energy += energy;
        var (best, bestEnergy) = (0, 0.0);
        for (var i = 0; i < _coefficients.Length; i++)
        {
            var at = Goertzel(_coefficients[i]);
            _energies[i] += at;
            if (at > bestEnergy) (best, bestEnergy) = (i, at);
        }
        _recent.Enqueue(bestEnergy / energy > Pure ? LowestHz + best * StepHz : 0);
        if (_recent.Count > 10) _recent.Dequeue();
    }

    /// <summary>Energy at one frequency, in the same unit as the sum of squares: a pure tone gives all of it.</summary>
    private double Goertzel(double coefficient)
    {
        double before = 0, last = 0;
        foreach (var sample in _window) (before, last) = (last, sample + coefficient * last - before);
        return (last * last + before * before - coefficient * last * before) * 2 / _window.Length;
    }
}
