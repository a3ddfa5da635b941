using System.Buffers.Binary;

namespace Ringway.Asterisk.Tests;

public class HoldMusicTests
{
    private static readonly short[] Samples =
        [.. HoldMusic.Make().Chunk(2).Select(pair => BinaryPrimitives.ReadInt16LittleEndian(pair))];

    [Fact]
    public void It_is_soft_and_never_silent_for_long()
    {
        Assert.Equal(12 * 16000, Samples.Length);
        Assert.InRange(Samples.Max(sample => Math.Abs((int)sample)), 2000, 9000);
        Assert.All(Samples.Chunk(8000), half => Assert.True(half.Max(sample => Math.Abs((int)sample)) > 500));
    }

    [Fact]
    public void Its_end_goes_over_into_its_beginning() => Assert.InRange(Math.Abs(Samples[^1] - Samples[0]), 0, 600);
}
