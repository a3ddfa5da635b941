using CsCheck;
using Ringway.Recordings;

namespace Ringway.Tests.Recordings;

public class SealedFiles
{
    private const int Piece = 64 * 1024;

    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)], Other = new byte[32];

    /// <summary>Lengths around the edges of pieces, and others.</summary>
    private static readonly Gen<int> Length = Gen.OneOf(Gen.Const(0), Gen.Int[Piece - 1, Piece + 1], Gen.Const(2 * Piece), Gen.Int[0, 3 * Piece]);

    [Fact]
    public void Whatever_is_written_is_read_again_from_any_place() =>
        Gen.Select(Length, Gen.Double[0, 1], Gen.Int[1, Piece]).Sample((length, from, some) =>
        {
            var plain = Noise(length);
            using var file = SealedFile.Read(new MemoryStream(Sealed(plain, some)), Key);

            Assert.Equal(length, file.Length);
            file.Position = (int)(from * length);
            using var rest = new MemoryStream();
            file.CopyTo(rest);
            Assert.Equal(plain[(int)(from * length)..], rest.ToArray());
        }, iter: 100);

    [Fact]
    public void A_changed_byte_a_missing_end_and_another_key_are_noticed() =>
        Gen.Select(Length, Gen.Double[0, 1]).Sample((length, where) =>
        {
            var good = Sealed(Noise(length), Piece);
            var changed = good.ToArray();
            changed[(int)(where * (good.Length - 1))] ^= 1;

            Assert.Throws<InvalidDataException>(() => ReadAll(changed, Key));
            Assert.Throws<InvalidDataException>(() => ReadAll(good, Other));
            if (length > Piece) Assert.Throws<InvalidDataException>(() => ReadAll(good[..(24 + Piece + 16)], Key));
        }, iter: 100);

    [Fact]
    public void Nothing_of_what_was_said_stands_in_the_file() =>
        Assert.Equal(-1, Sealed("my credit card is 4711"u8.ToArray(), 5).AsSpan().IndexOf("credit"u8));

    private static byte[] Sealed(byte[] plain, int some)
    {
        using var file = new MemoryStream();
        using (var writer = SealedFile.Write(file, Key))
            foreach (var part in plain.Chunk(some)) writer.Write(part);
        return file.ToArray();
    }

    private static void ReadAll(byte[] file, byte[] key)
    {
        using var reader = SealedFile.Read(new MemoryStream(file), key);
        reader.CopyTo(Stream.Null);
    }

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(length).NextBytes(noise);
        return noise;
    }
}
