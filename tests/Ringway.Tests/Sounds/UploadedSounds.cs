using System.Buffers.Binary;
using Ringway.Sounds;

namespace Ringway.Tests.Sounds;

/// <summary>What somebody may upload to be said to callers, and what becomes of it.</summary>
public class UploadedSounds
{
    [Theory]
    [InlineData(8000, 1)]
    [InlineData(16000, 1)]
    [InlineData(44100, 2)]
    [InlineData(48000, 2)]
    public void Whatever_its_rate_and_channels_it_becomes_what_Asterisk_plays(int rate, int channels)
    {
        var samples = UploadedSound.Read(Example(rate, channels, seconds: 1));

        Assert.InRange(samples.Length, 31980, 32000);
        Assert.InRange(UploadedSound.SecondsOf(samples.Length), 0.99, 1);
        var swings = samples.Chunk(2).Select(pair => BinaryPrimitives.ReadInt16LittleEndian(pair)).ToArray();
        Assert.InRange(swings.Zip(swings.Skip(1)).Count(pair => pair is { First: < 0, Second: >= 0 }), 298, 301);
    }

    [Theory]
    [InlineData(0.09, "shorter than 0.1 s")]
    [InlineData(301, "5.0 minutes long")]
    [InlineData(0, "shorter than 0.1 s")]
    public void What_is_too_short_or_too_long_is_refused_with_the_limit(double seconds, string why) =>
        Assert.Contains(why, Assert.Throws<InvalidDataException>(() => UploadedSound.Read(Example(8000, 1, seconds))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0.1)]
    [InlineData(300)]
    public void The_limits_themselves_are_taken(double seconds) => Assert.Equal(seconds, UploadedSound.SecondsOf(UploadedSound.Read(Example(8000, 1, seconds)).Length));

    [Fact]
    public void What_is_no_such_file_is_refused_in_words()
    {
        var eightBits = Example(8000, 1, 1);
        eightBits[34] = 8;

        Assert.Contains("no WAV file", Assert.Throws<InvalidDataException>(() => UploadedSound.Read("ID3 is of MP3"u8)).Message, StringComparison.Ordinal);
        Assert.Contains("no WAV file", Assert.Throws<InvalidDataException>(() => UploadedSound.Read([])).Message, StringComparison.Ordinal);
        Assert.Contains("PCM of 16 bits", Assert.Throws<InvalidDataException>(() => UploadedSound.Read(eightBits)).Message, StringComparison.Ordinal);
        Assert.Contains("no sound", Assert.Throws<InvalidDataException>(() => UploadedSound.Read(Example(8000, 1, 1).AsSpan(0, 40))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_we_write_is_one_that_we_read()
    {
        var samples = Enumerable.Range(0, 6400).Select(i => (byte)i).ToArray();

        Assert.Equal(samples, UploadedSound.Read(Wav.Write(samples, Prompts.Rate)));
    }

    /// <summary>A tone of 300 Hz.</summary>
    internal static byte[] Example(int rate, int channels, double seconds)
    {
        var samples = new short[(int)(rate * seconds) * channels];
        for (var i = 0; i < samples.Length; i++) samples[i] = (short)(8000 * Math.Sin(2 * Math.PI * 300 * (i / channels) / rate));
        var file = Wav.Write(Wav.ToBytes(samples), rate);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(22), (short)channels);
        return file;
    }
}
