using System.Buffers.Binary;
using Ringway.Calls;

namespace Ringway.Recordings;

/// <summary>Two tapes of a call as one sound: left what the customer said, right what she heard. Read piece by piece, whatever its length.</summary>
public sealed class StereoTape(string folder, CallId call)
{
    /// <summary>Asterisk's <c>sln48</c>: samples of 16 bits and nothing else.</summary>
    private const int BytesASecond = Taps.Rate * 2;

    private const int WavHead = 44;

    private const int Samples = 16 * 1024;

    public bool Exists => Taps.Sides.Any(side => File.Exists(Taps.FileOf(folder, call, side)));

    /// <summary>Of the longer side.</summary>
    public double Seconds => Taps.Sides.Max(side => (double)LengthOf(side) / BytesASecond);

    /// <summary>Whether one side has nothing at all, or much less than the other.</summary>
    public bool IsLame => Math.Abs(LengthOf(Side.Said) - LengthOf(Side.Heard)) > BytesASecond;

    /// <summary>Interleaved samples; the shorter side ends with silence.</summary>
    public async Task WriteAsync(Stream to, CancellationToken ct)
    {
        await using var said = Open(Side.Said);
        await using var heard = Open(Side.Heard);
        byte[] left = new byte[Samples * 2], right = new byte[Samples * 2], both = new byte[Samples * 4];
        while (true)
        {
            var (l, r) = (await said.ReadAtLeastAsync(left, left.Length, false, ct), await heard.ReadAtLeastAsync(right, right.Length, false, ct));
            var samples = Math.Max(l, r) / 2;
            if (samples == 0) return;
            left.AsSpan(l).Clear();
            right.AsSpan(r).Clear();
            Interleave(left, right, both, samples);
            await to.WriteAsync(both.AsMemory(0, samples * 4), ct);
        }
    }

    /// <summary>The same as a WAV file.</summary>
    public async Task WriteWavAsync(Stream to, CancellationToken ct)
    {
        var bytes = (uint)Math.Min(uint.MaxValue - 36, Taps.Sides.Max(LengthOf) / 2 * 4);
        var head = new byte[WavHead];
        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), bytes + 36);
        "WAVEfmt "u8.CopyTo(head.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(22), 2);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(24), Taps.Rate);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(28), BytesASecond * 2);
        BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(32), 4);
        BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(34), 16);
        "data"u8.CopyTo(head.AsSpan(36));
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(40), bytes);
        await to.WriteAsync(head, ct);
        await WriteAsync(to, ct);
    }

    public void Delete()
    {
        foreach (var side in Taps.Sides) File.Delete(Taps.FileOf(folder, call, side));
    }

    private long LengthOf(Side side) => new FileInfo(Taps.FileOf(folder, call, side)) is { Exists: true } file ? file.Length : 0;

    private Stream Open(Side side) => LengthOf(side) == 0 ? Stream.Null
        : new FileStream(Taps.FileOf(folder, call, side), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, useAsync: true);

    private static void Interleave(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> both, int samples)
    {
        for (var i = 0; i < samples; i++)
        {
            left.Slice(i * 2, 2).CopyTo(both[(i * 4)..]);
            right.Slice(i * 2, 2).CopyTo(both[(i * 4 + 2)..]);
        }
    }
}
