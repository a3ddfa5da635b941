using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Ringway.Simulator.Handsets;

/// <summary>
/// Mouth and ear of a scripted user: plain RTP, mu-law, to and from an external-media channel of the handsets' Asterisk.
/// It sends a packet each 20 ms, tone or silence, because a telephone never stops sending. Mu-law and not 16 kHz: Asterisk
/// 22.10.1 sends slin16 under 118 and drops in silence what comes back under it (payload types above 95 are assigned
/// per call there, and external media has no SDP to say so).
/// </summary>
public sealed class Voice : IAsyncDisposable
{
    /// <summary>What ARI's externalMedia is told.</summary>
    public const string Format = "ulaw";

    /// <summary>PCMU, RFC 3551.</summary>
    private const byte PayloadType = 0;

    private const int SampleHz = 8000, SamplesPerPacket = SampleHz / 50, HeaderBytes = 12;

    /// <summary>A quarter of full scale: loud, and far from clipping.</summary>
    private const double Amplitude = 0.25;

    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _hearing;
    private Task _speaking = Task.CompletedTask;

    public Voice(IPAddress address, int? toneHz, TimeProvider time)
    {
        (_time, ToneHz) = (time, toneHz);
        _socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(new IPEndPoint(address, 0));
        _hearing = HearAsync();
    }

    public Ear Ear { get; } = new(SampleHz);

    /// <summary>What Asterisk is told as external host.</summary>
    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Null is silence; may change while it speaks.</summary>
    public int? ToneHz { get; set; }

    /// <param name="asterisk">UNICASTRTP_LOCAL_ADDRESS and _PORT of the external-media channel.</param>
    public void SpeakTo(IPEndPoint asterisk) => _speaking = SpeakAsync(asterisk);

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync();
        await Task.WhenAll(_hearing, _speaking);
        _socket.Dispose();
    }

    private async Task SpeakAsync(IPEndPoint asterisk)
    {
        var packet = new byte[HeaderBytes + SamplesPerPacket];
        var ssrc = (uint)Random.Shared.Next();
        var started = _time.GetTimestamp();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(20), _time);
        var sent = 0L;
        try
        {
            while (await beat.WaitForNextTickAsync(_stopping.Token))
            {
                // As many as are due: a late tick must not slow the tone down. After a long pause it does not catch up.
                var due = (long)(_time.GetElapsedTime(started).TotalMilliseconds / 20);
                if (due - sent > 10) sent = due - 1;
                for (; sent < due; sent++)
                {
                    Fill(packet, sent, ssrc);
                    await _socket.SendToAsync(packet, SocketFlags.None, asterisk, _stopping.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The call is over, or Asterisk closed its port before we did.
        }
    }

    private void Fill(byte[] packet, long number, uint ssrc)
    {
        packet[0] = 0x80;
        packet[1] = number == 0 ? (byte)(PayloadType | 0x80) : PayloadType;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)number);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), (uint)(number * SamplesPerPacket));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        var hz = ToneHz;
        for (var i = 0; i < SamplesPerPacket; i++)
        {
            var sample = hz is null ? 0 : Amplitude * Math.Sin(2 * Math.PI * hz.Value * ((number * SamplesPerPacket + i) % SampleHz) / SampleHz);
            packet[HeaderBytes + i] = MuLaw.Encode((short)(sample * short.MaxValue));
        }
    }

    private async Task HearAsync()
    {
        var buffer = new byte[2048];
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var length = await _socket.ReceiveAsync(buffer, SocketFlags.None, _stopping.Token);
                if (length > HeaderBytes && (buffer[1] & 0x7F) == PayloadType) Ear.Hear(buffer.AsSpan(HeaderBytes, length - HeaderBytes));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // "Port unreachable" of a channel that is gone; the next packet, if any, comes as ever.
            }
        }
    }
}
