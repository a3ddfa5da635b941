using System.Buffers.Binary;
using System.Text;

namespace Ringway.Sounds;

/// <summary>Reads WAV files (RIFF, PCM of 16 bits) as people and speech programs make them.</summary>
public static class Wav
{
    private const int Pcm = 1, Extensible = 0xFFFE;

    private const int HeadLength = 44;

    /// <summary>One channel at <paramref name="rate"/>; of several channels the mean.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static short[] ToLinear(ReadOnlySpan<byte> file, int rate)
    {
        var body = Open(file, out var channels, out var from);
        return Resampled(Mixed(body, channels), from, rate);
    }

    /// <summary>How long it is.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static TimeSpan LengthOf(ReadOnlySpan<byte> file)
    {
        var body = Open(file, out var channels, out var rate);
        return TimeSpan.FromSeconds((double)(body.Length / 2 / channels) / rate);
    }

    /// <summary>As Asterisk plays it, and as it lies in WAV files: little endian.</summary>
    public static byte[] ToBytes(ReadOnlySpan<short> samples)
    {
        var bytes = new byte[samples.Length * 2];
        for (var i = 0; i < samples.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(i * 2), samples[i]);
        return bytes;
    }

    /// <summary>A file of one channel.</summary>
    public static byte[] Write(ReadOnlySpan<byte> samples, int rate)
    {
        var file = new byte[HeadLength + samples.Length];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        foreach (var (at, value) in ((int, int)[])[(16, 16), (20, Pcm | (1 << 16)), (24, rate), (28, rate * 2), (32, 2 | (16 << 16)), (40, samples.Length)])
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value); // two bytes a sample, 16 bit
        "data"u8.CopyTo(file.AsSpan(36));
        samples.CopyTo(file.AsSpan(HeadLength));
        return file;
    }

    private static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> file, out int channels, out int rate)
    {
        if (file.Length < 12 || Tag(file) != "RIFF" || Tag(file[8..]) != "WAVE") throw new InvalidDataException("it is no WAV file.");
        (channels, rate) = (0, 0);
        for (var at = 12; at + 8 <= file.Length;)
        {
            var (tag, length) = (Tag(file[at..]), BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]));
            // A program that writes into a pipe does not know the length beforehand and says the greatest there is.
            var body = file.Slice(at + 8, (int)Math.Min(length, file.Length - at - 8));
            if (tag == "fmt " && body.Length >= 16)
            {
                var (format, bits) = (BinaryPrimitives.ReadUInt16LittleEndian(body), BinaryPrimitives.ReadUInt16LittleEndian(body[14..]));
                (channels, rate) = (BinaryPrimitives.ReadUInt16LittleEndian(body[2..]), BinaryPrimitives.ReadInt32LittleEndian(body[4..]));
                if (format is not (Pcm or Extensible) || bits != 16 || channels is < 1 or > 8 || rate is < 4000 or > 192000)
                    throw new InvalidDataException($"it has {bits} bits, {channels} channels and {rate} Hz; save it as PCM of 16 bits.");
            }
            else if (tag == "data")
            {
                return channels == 0 ? throw new InvalidDataException("it has no format before its sound.") : body;
            }

            at += 8 + body.Length + body.Length % 2;
        }

        throw new InvalidDataException("it has no sound.");
    }

    private static string Tag(ReadOnlySpan<byte> at) => Encoding.ASCII.GetString(at[..4]);

    private static double[] Mixed(ReadOnlySpan<byte> body, int channels)
    {
        var samples = new double[body.Length / 2 / channels];
        for (var i = 0; i < samples.Length; i++)
            for (var channel = 0; channel < channels; channel++)
                samples[i] += BinaryPrimitives.ReadInt16LittleEndian(body[((i * channels + channel) * 2)..]) / (double)channels;
        return samples;
    }

    /// <summary>Straight lines between the samples; before that the mean of neighbours where there are more than we want, against aliasing.</summary>
    private static short[] Resampled(double[] samples, int from, int rate)
    {
        var step = (double)from / rate;
        var result = new short[(int)(samples.Length / step)];
        for (var i = 0; i < result.Length; i++) result[i] = (short)Math.Clamp(At(i * step), short.MinValue, short.MaxValue);
        return result;

        double At(double place)
        {
            var (low, fraction) = ((int)place, place - (int)place);
            return Smooth(low) * (1 - fraction) + Smooth(low + 1) * fraction;
        }

        double Smooth(int i) => step <= 1 ? samples[Math.Min(i, samples.Length - 1)]
            : (samples[Math.Clamp(i - 1, 0, samples.Length - 1)] + 2 * samples[Math.Min(i, samples.Length - 1)] + samples[Math.Min(i + 1, samples.Length - 1)]) / 4;
    }
}
