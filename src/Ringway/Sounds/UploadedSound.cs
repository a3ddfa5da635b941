using System.Globalization;

namespace Ringway.Sounds;

/// <summary>What somebody uploads to be said to callers: what it may be, and how it becomes what Asterisk plays. Pure.</summary>
public static class UploadedSound
{
    /// <summary>Five minutes at 16 kHz and one channel, or 55 s as studios have it.</summary>
    public const int MostBytes = 10 * 1024 * 1024;

    /// <summary>Longer than anybody listens to an announcement.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Less is a click.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.1);

    private const int BytesASecond = Prompts.Rate * 2;

    /// <exception cref="InvalidDataException">It cannot be used; the message says why, as the end of a sentence.</exception>
    public static byte[] Read(ReadOnlySpan<byte> wav)
    {
        var length = Wav.LengthOf(wav);
        if (length < Shortest) throw new InvalidDataException("it is shorter than 0.1 s.");
        if (length > Longest) throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"it is {length.TotalMinutes:0.0} minutes long; at most {Longest.TotalMinutes} are played."));
        return Wav.ToBytes(Wav.ToLinear(wav, Prompts.Rate));
    }

    public static double SecondsOf(long bytes) => Math.Round((double)bytes / BytesASecond, 2);
}
