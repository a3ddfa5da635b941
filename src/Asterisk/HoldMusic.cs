using System.Buffers.Binary;

namespace Ringway.Asterisk;

/// <summary>
/// What a caller on hold hears: a quiet broken chord, made here because no music comes with the packages. Debian leaves its
/// classes empty, and then ARI answers 204 and nothing is heard.
/// </summary>
public static class HoldMusic
{
    /// <summary>Asterisk's name for it is <c>sln16</c>: signed 16-bit linear at this rate.</summary>
    private const int Rate = 16000;

    /// <summary>Of 32767: -23 dB, so that nobody is startled and the agent who comes back is louder.</summary>
    private const double Loudness = 2400;

    private const double SecondsOfANote = 0.375;

    /// <summary>C, A minor, F, G: in Hz, from below.</summary>
    private static readonly double[][] Chords =
    [
        [261.63, 329.63, 392.00, 523.25], [220.00, 261.63, 329.63, 440.00], [174.61, 220.00, 261.63, 349.23], [196.00, 246.94, 293.66, 392.00],
    ];

    private static readonly int[] Up = [0, 1, 2, 3, 2, 1, 2, 1];

    /// <summary>One time round, 12 s; the last notes fade into the first, so that it can go on for ever.</summary>
    public static byte[] Make()
    {
        var notes = Chords.SelectMany(chord => Up.Select(step => chord[step])).ToArray();
        var samples = new double[(int)(notes.Length * SecondsOfANote * Rate)];
        for (var n = 0; n < notes.Length; n++) Pluck(samples, (int)(n * SecondsOfANote * Rate), notes[n]);
        var bytes = new byte[samples.Length * 2];
        for (var i = 0; i < samples.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(i * 2), (short)samples[i]);
        return bytes;
    }

    private static void Pluck(double[] samples, int start, double hz)
    {
        for (var i = 0; i < Rate * 3 / 2; i++)
        {
            var t = (double)i / Rate;
            var (attack, decay) = (Math.Min(1, t / 0.008), Math.Exp(-3 * t));
            samples[(start + i) % samples.Length] += Loudness * attack * decay * (Math.Sin(2 * Math.PI * hz * t) + 0.2 * Math.Sin(4 * Math.PI * hz * t));
        }
    }
}
