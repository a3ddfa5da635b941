using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Ringway.Tests.Witness;

/// <summary>
/// Where the WhatsApp user's phone waits for audio. It never sends: Meta's side sends nothing before it has heard the business
/// (Meta, Calling: SIP, 15 Dec 2025), so whatever comes here the business sent of its own accord.
/// </summary>
internal sealed partial class FirstPacket : IDisposable
{
    /// <summary>Opus packets of 20 ms, counted by the 48 kHz clock (RFC 7587 section 4.1).</summary>
    private const uint TicksPerPacket = 960;

    private const int TagBytes = 10, HeaderBytes = 12;

    /// <summary>Enough to see whether sequence, clock and source go on as they began.</summary>
    private const int Enough = 3;

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly List<byte[]> _heard = [];

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    /// <summary>Waits for the first packets of audio; RTCP beside them (RFC 5761: types 64 to 95 after the marker bit) does not count.</summary>
    public async Task ListenAsync(TimeSpan patience, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        end.CancelAfter(patience);
        try
        {
            while (_heard.Count < Enough)
                if ((await _socket.ReceiveAsync(end.Token)).Buffer is { Length: >= HeaderBytes + TagBytes } packet && (packet[1] & 0x7F) is < 64 or > 95)
                    _heard.Add(packet);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // What did not come is the complaint.
        }
    }

    /// <summary>Null when the business sent first and as it had said in its SDP; else one sentence.</summary>
    /// <param name="sdp">The business' offer or answer.</param>
    /// <param name="digit">The payload type of a pressed key, when one was pressed instead of spoken: its packets share one time (RFC 4733 section 2.5.1.2).</param>
    public string? Complaint(string sdp, int? digit = null)
    {
        if (_heard.Count < Enough)
            return $"First packet: expected the business to send audio first, came {(_heard.Count == 0 ? "nothing" : $"{_heard.Count} packet(s)")}.";
        var (type, ticks) = (digit ?? int.Parse(OpusType().Match(sdp).Groups[1].Value, null), digit is null ? TicksPerPacket : 0);
        var key = Key().Match(sdp) is { Success: true } line ? Convert.FromBase64String(line.Groups[1].Value) : null;
        if (key is null)
            return "First packet: expected a key in the business' SDP, came none.";
        for (var i = 0; i < _heard.Count; i++)
        {
            var (packet, before) = (_heard[i], i == 0 ? null : _heard[i - 1]);
            if (packet[0] >> 6 != 2 || (packet[1] & 0x7F) != type)
                return $"First packet: expected RTP of payload type {type}, came {Convert.ToHexString(packet, 0, 2)}.";
            if (!IsSealedWith(key, packet))
                return "First packet: expected SRTP under the key of the business' SDP, came something else.";
            if (before is not null && Source(packet) != Source(before))
                return $"One SSRC: expected {Source(before):x8} to go on, came {Source(packet):x8}.";
            if (before is not null && Clock(packet) - Clock(before) != ticks * (ushort)(Number(packet) - Number(before)))
                return $"Packets of 20 ms: expected {ticks} ticks from packet to packet, came {Clock(packet) - Clock(before)}.";
        }
        return null;
    }

    public void Dispose() => _socket.Dispose();

    private static ushort Number(byte[] packet) => BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2));

    private static uint Clock(byte[] packet) => BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(4));

    private static uint Source(byte[] packet) => BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(8));

    /// <summary>RFC 3711 section 4.2: HMAC-SHA1 over the packet and its roll-over counter, which is zero in the first minutes of a call.</summary>
    private static bool IsSealedWith(byte[] master, byte[] packet)
    {
        byte[] signed = [.. packet.AsSpan(..^TagBytes), 0, 0, 0, 0];
#pragma warning disable CA5350 // AES_CM_128_HMAC_SHA1_80 is what Meta speaks.
        return HMACSHA1.HashData(AuthenticationKey(master), signed).AsSpan(0, TagBytes).SequenceEqual(packet.AsSpan(^TagBytes..));
#pragma warning restore CA5350
    }

    /// <summary>RFC 3711 section 4.3: AES in counter mode over the salt with label 1 in its eighth byte; 20 bytes of it.</summary>
    private static byte[] AuthenticationKey(byte[] master)
    {
        const int keyBytes = 16, saltBytes = 14;
        using var aes = Aes.Create();
        aes.Key = master[..keyBytes];
        Span<byte> counter = stackalloc byte[16];
        master.AsSpan(keyBytes, saltBytes).CopyTo(counter);
        counter[7] ^= 0x01;
        Span<byte> stream = stackalloc byte[32];
        aes.EncryptEcb(counter, stream[..16], PaddingMode.None);
        counter[15] = 1;
        aes.EncryptEcb(counter, stream[16..], PaddingMode.None);
        return stream[..20].ToArray();
    }

    [GeneratedRegex("a=rtpmap:([0-9]+) opus/48000/2")]
    private static partial Regex OpusType();

    [GeneratedRegex("a=crypto:[0-9]+ AES_CM_128_HMAC_SHA1_80 inline:([A-Za-z0-9+/]{40})")]
    private static partial Regex Key();
}
