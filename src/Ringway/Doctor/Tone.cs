using System.Buffers.Binary;

namespace Ringway.Doctor;

/// <summary>How much of a tone is in a recording. Pure.</summary>
/// <param name="Seconds">How long the recording is.</param>
/// <param name="Share">The tone's part of all the energy, 0 to 1, in the loudest half second.</param>
/// <param name="Loudness">Mean square of that half second, of a full scale of 1.</param>
public sealed record Tone(double Seconds, double Share, double Loudness)
{
    public static readonly Tone None = new(0, 0, 0);

    /// <summary>Opus keeps a pure tone at more than 0.95; speech or noise has a few hundredths of it at one frequency.</summary>
    public bool IsHeard => Share > 0.7 && Loudness > 1e-5;

    /// <summary>A file that holds the tone, at a quarter of full scale: 8000 samples a second, 16 bit, one channel.</summary>
    public static byte[] Wav(double hz, TimeSpan length)
    {
        const int rate = 8000, head = 44;
        var count = (int)(rate * length.TotalSeconds);
        var wav = new byte[head + (count * 2)];
        "RIFF"u8.CopyTo(wav);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(4), wav.Length - 8);
        "WAVEfmt "u8.CopyTo(wav.AsSpan(8));
        foreach (var (at, value) in ((int, int)[])[(16, 16), (20, 1 | (1 << 16)), (24, rate), (28, rate * 2), (32, 2 | (16 << 16)), (40, count * 2)])
            BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(at), value); // PCM, one channel; two bytes a sample, 16 bit
        "data"u8.CopyTo(wav.AsSpan(36));
        for (var i = 0; i < count; i++)
            BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(head + (2 * i)), (short)(8000 * Math.Sin(2 * Math.PI * hz * i / rate)));
        return wav;
    }

    /// <param name="wav">A file as Asterisk records it: 16 bit, one channel.</param>
    public static Tone In(ReadOnlySpan<byte> wav, double hz)
    {
        if (wav.Length < 44 || !wav[..4].SequenceEqual("RIFF"u8))
            return None;
        var rate = BinaryPrimitives.ReadInt32LittleEndian(wav[24..]);
        var data = wav[44..];
        var (count, half) = (data.Length / 2, rate / 2);
        var best = None with { Seconds = (double)count / rate };
        for (var from = 0; from + half <= count; from += half / 2)
        {
            var (share, loudness) = Measure(data.Slice(from * 2, half * 2), hz / rate);
            if (loudness > best.Loudness)
                best = best with { Share = share, Loudness = loudness };
        }

        return best;
    }

    /// <summary>The energy at one frequency by its sum with a turning pointer, against all the energy (Parseval).</summary>
    private static (double Share, double Loudness) Measure(ReadOnlySpan<byte> samples, double turnsPerSample)
    {
        double re = 0, im = 0, energy = 0;
        var n = samples.Length / 2;
        for (var i = 0; i < n; i++)
        {
            var x = BinaryPrimitives.ReadInt16LittleEndian(samples[(2 * i)..]) / 32768.0;
            var angle = 2 * Math.PI * turnsPerSample * i;
            (re, im, energy) = (re + (x * Math.Cos(angle)), im + (x * Math.Sin(angle)), energy + (x * x));
        }

        return energy == 0 ? (0, 0) : (2 * ((re * re) + (im * im)) / n / energy, energy / n);
    }
}
