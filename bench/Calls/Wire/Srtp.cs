using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ringway.Bench.Calls.Wire;

/// <summary>One stream of RTP, sealed with AES_CM_128_HMAC_SHA1_80 (RFC 3711).</summary>
public sealed class Srtp : IDisposable
{
    private const int Header = 12, Tag = 10, Block = 16;

    /// <summary>20 ms of Opus at 20 kbit/s are about this many bytes.</summary>
    private const int Payload = 50;

    /// <summary>Samples of 20 ms at 48 kHz.</summary>
    private const uint Samples = 960;

    private readonly SoundLeg _leg;
    private readonly Aes _cipher = Aes.Create();
    private readonly byte[] _salt;
    private readonly byte[] _authentication;
    private readonly byte[] _sound = RandomNumberGenerator.GetBytes(Payload);
    private readonly byte[] _packet = new byte[Header + Payload + Tag];
    private readonly byte[] _counters = new byte[(Payload + Block - 1) / Block * Block];
    private readonly byte[] _stream = new byte[(Payload + Block - 1) / Block * Block];
    private uint _sent;

    public Srtp(SoundLeg leg)
    {
        _leg = leg;
        _sound[0] = 0x48; // SILK, wide band, 20 ms, one frame (RFC 6716 section 3.1)
        _cipher.Key = leg.Key[..16];
        (_salt, _authentication) = (Derive(2, 14), Derive(1, 20));
        _cipher.Key = Derive(0, 16);
    }

    public void Dispose() => _cipher.Dispose();

    /// <summary>The next 20 ms; valid until the next call.</summary>
    public ReadOnlySpan<byte> Next()
    {
        var head = _packet.AsSpan();
        head[0] = 0x80;
        head[1] = (byte)(_leg.PayloadType | (_sent == 0 ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)_sent);
        BinaryPrimitives.WriteUInt32BigEndian(head[4..], _sent * Samples);
        BinaryPrimitives.WriteUInt32BigEndian(head[8..], _leg.Ssrc);
        Seal(_sent++);
        return _packet;
    }

    private void Seal(uint index)
    {
        Span<byte> start = stackalloc byte[Block];
        _salt.CopyTo(start);
        Xor(start[4..8], _leg.Ssrc);
        Xor(start[10..14], index);
        KeyStream(start, _counters, _stream);
        for (var i = 0; i < Payload; i++) _packet[Header + i] = (byte)(_sound[i] ^ _stream[i]);

        Span<byte> signed = stackalloc byte[Header + Payload + 4];
        Span<byte> tag = stackalloc byte[HMACSHA1.HashSizeInBytes];
        _packet.AsSpan(0, Header + Payload).CopyTo(signed);
        BinaryPrimitives.WriteUInt32BigEndian(signed[^4..], index >> 16);
#pragma warning disable CA5350 // What the suite's name says.
        HMACSHA1.HashData(_authentication, signed, tag);
#pragma warning restore CA5350
        tag[..Tag].CopyTo(_packet.AsSpan(Header + Payload));
    }

    /// <summary>RFC 3711 section 4.3: with the master key and its salt.</summary>
    private byte[] Derive(byte label, int length)
    {
        Span<byte> start = stackalloc byte[Block];
        _leg.Key.AsSpan(16, 14).CopyTo(start);
        start[7] ^= label;
        var (counters, stream) = (new byte[2 * Block], new byte[2 * Block]);
        KeyStream(start, counters, stream);
        return stream[..length];
    }

    private void KeyStream(ReadOnlySpan<byte> start, byte[] counters, byte[] stream)
    {
        for (var block = 0; block < counters.Length / Block; block++)
        {
            start.CopyTo(counters.AsSpan(block * Block));
            counters[block * Block + Block - 1] = (byte)block;
        }

#pragma warning disable CA5358 // The counters are enciphered one by one: that is the counter mode.
        _cipher.EncryptEcb(counters, stream, PaddingMode.None);
#pragma warning restore CA5358
    }

    private static void Xor(Span<byte> bytes, uint with) =>
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) ^ with);
}
