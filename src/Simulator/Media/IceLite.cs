using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Ringway.Simulator.Media;

/// <summary>
/// WhatsApp's end of ICE: a lite agent, always controlled (RFC 8445 section 2.5; Meta, Calling: SIP). It sends no checks;
/// it answers those of the business and tells one that believes itself controlled too so with 487, as Meta does
/// (github.com/signalwire/freeswitch/issues/2783).
/// </summary>
public sealed class IceLite
{
    private const ushort BindingRequest = 0x0001, BindingSuccess = 0x0101, BindingError = 0x0111;
    private const ushort Username = 0x0006, MessageIntegrity = 0x0008, ErrorCode = 0x0009, XorMappedAddress = 0x0020, UseCandidate = 0x0025;
    private const ushort Fingerprint = 0x8028, IceControlled = 0x8029;
    private const uint MagicCookie = 0x2112A442, FingerprintXor = 0x5354554E;
    private const int HeaderBytes = 20, IntegrityBytes = 24, FingerprintBytes = 8;

    private static readonly uint[] Crc = [.. Enumerable.Range(0, 256).Select(n =>
    {
        var value = (uint)n;
        for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320 ^ value >> 1 : value >> 1;
        return value;
    })];

    /// <summary>16 characters, as in Meta's samples.</summary>
    public string Ufrag { get; } = RandomNumberGenerator.GetHexString(16, lowercase: true);

    public string Password { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The answer to a check, or null when it is none of ours to answer.</summary>
    /// <param name="valid">True when the check was good: from now on media may go to where it came from.</param>
    /// <param name="nominated">True when the business chose this path.</param>
    public byte[]? Answer(ReadOnlySpan<byte> packet, IPEndPoint source, out bool valid, out bool nominated)
    {
        (valid, nominated) = (false, false);
        if (packet.Length < HeaderBytes || BinaryPrimitives.ReadUInt16BigEndian(packet) != BindingRequest
            || BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) != MagicCookie) return null;
        var transaction = packet.Slice(8, 12);
        if (!Find(packet, Username, out var user) || !Encoding.UTF8.GetString(user).StartsWith(Ufrag + ":", StringComparison.Ordinal) || !IsIntact(packet))
            return Seal(BindingError, transaction, ErrorOf(401, "Unauthorized"));
        if (Find(packet, IceControlled, out _)) return Seal(BindingError, transaction, ErrorOf(487, "Role Conflict"));
        valid = true;
        nominated = Find(packet, UseCandidate, out _);
        return Seal(BindingSuccess, transaction, Attribute(XorMappedAddress, Mapped(source)));
    }

    private static byte[] ErrorOf(int code, string reason) =>
        Attribute(ErrorCode, [0, 0, (byte)(code / 100), (byte)(code % 100), .. Encoding.ASCII.GetBytes(reason)]);

    private static byte[] Mapped(IPEndPoint source)
    {
        var address = source.Address.MapToIPv4().GetAddressBytes();
        for (var i = 0; i < 4; i++) address[i] ^= (byte)(MagicCookie >> (24 - 8 * i));
        var port = source.Port ^ (int)(MagicCookie >> 16);
        return [0, 1, (byte)(port >> 8), (byte)port, .. address];
    }

    private static byte[] Attribute(ushort type, byte[] value)
    {
        var padded = (value.Length + 3) / 4 * 4;
        var attribute = new byte[4 + padded];
        BinaryPrimitives.WriteUInt16BigEndian(attribute, type);
        BinaryPrimitives.WriteUInt16BigEndian(attribute.AsSpan(2), (ushort)value.Length);
        value.CopyTo(attribute, 4);
        return attribute;
    }

    /// <summary>Header, attribute, MESSAGE-INTEGRITY, FINGERPRINT (RFC 8489 sections 14.5 and 14.7).</summary>
    private byte[] Seal(ushort type, ReadOnlySpan<byte> transaction, byte[] attribute)
    {
        var message = new byte[HeaderBytes + attribute.Length + IntegrityBytes + FingerprintBytes];
        BinaryPrimitives.WriteUInt16BigEndian(message, type);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), MagicCookie);
        transaction.CopyTo(message.AsSpan(8));
        attribute.CopyTo(message, HeaderBytes);

        var end = HeaderBytes + attribute.Length;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)(end + IntegrityBytes - HeaderBytes));
        Attribute(MessageIntegrity, Hash(message.AsSpan(0, end))).CopyTo(message, end);
        end += IntegrityBytes;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)(end + FingerprintBytes - HeaderBytes));
        var check = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(check, Crc32(message.AsSpan(0, end)) ^ FingerprintXor);
        Attribute(Fingerprint, check).CopyTo(message, end);
        return message;
    }

    /// <summary>The HMAC covers everything before it, with a length that ends just behind it.</summary>
    private bool IsIntact(ReadOnlySpan<byte> packet)
    {
        var at = IndexOf(packet, MessageIntegrity);
        if (at < 0 || at + IntegrityBytes > packet.Length) return false;
        var covered = packet[..at].ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(covered.AsSpan(2), (ushort)(at + IntegrityBytes - HeaderBytes));
        return CryptographicOperations.FixedTimeEquals(Hash(covered), packet.Slice(at + 4, 20));
    }

#pragma warning disable CA5350 // SHA-1 is what STUN's MESSAGE-INTEGRITY is made of.
    private byte[] Hash(ReadOnlySpan<byte> bytes) => HMACSHA1.HashData(Encoding.ASCII.GetBytes(Password), bytes);
#pragma warning restore CA5350

    private static bool Find(ReadOnlySpan<byte> packet, ushort type, out ReadOnlySpan<byte> value)
    {
        var at = IndexOf(packet, type);
        value = at < 0 ? default : packet.Slice(at + 4, BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]));
        return at >= 0;
    }

    private static int IndexOf(ReadOnlySpan<byte> packet, ushort type)
    {
        for (var at = HeaderBytes; at + 4 <= packet.Length;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]);
            if (at + 4 + length > packet.Length) return -1;
            if (BinaryPrimitives.ReadUInt16BigEndian(packet[at..]) == type) return at;
            at += 4 + (length + 3) / 4 * 4;
        }
        return -1;
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFF;
        foreach (var b in bytes) crc = Crc[(byte)(crc ^ b)] ^ crc >> 8;
        return ~crc;
    }
}
