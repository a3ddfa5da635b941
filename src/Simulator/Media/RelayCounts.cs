namespace Ringway.Simulator.Media;

/// <summary>What went through a relay so far. Packets are RTP unless named otherwise.</summary>
/// <param name="DroppedBeforeFirst">From WhatsApp's side before the business had sent anything: never forwarded.</param>
public sealed record RelayCounts(
    long FromBusiness, long FromWhatsApp, long DroppedBeforeFirst, long RtcpFromBusiness, long RtcpFromWhatsApp,
    long Stun, long Dtls, IReadOnlyList<uint> BusinessSsrcs, IReadOnlyList<uint> WhatsAppSsrcs, DateTimeOffset? FirstFromBusinessAt);

/// <summary>What a packet is, by its first two bytes (RFC 7983, RFC 5761 section 4).</summary>
public enum PacketKind
{
    Stun,
    Dtls,
    Rtp,
    Rtcp,
    Other,
}

public static class Packet
{
    public static PacketKind Kind(ReadOnlySpan<byte> packet) => packet switch
    {
        { Length: < 2 } => PacketKind.Other,
        [<= 3, ..] => PacketKind.Stun,
        [>= 20 and <= 63, ..] => PacketKind.Dtls,
        [>= 128 and <= 191, >= 192 and <= 223, ..] => PacketKind.Rtcp,
        [>= 128 and <= 191, ..] => packet.Length >= 12 ? PacketKind.Rtp : PacketKind.Other,
        _ => PacketKind.Other,
    };

    /// <summary>The stream of an RTP packet; SRTP leaves the header in clear (RFC 3711 section 3.1).</summary>
    public static uint Ssrc(ReadOnlySpan<byte> rtp) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(rtp[8..]);
}
