using System.Net;
using System.Net.Sockets;
using Org.BouncyCastle.Tls;
using Ringway.Simulator.Media;

namespace Ringway.Bench.Calls.Wire;

/// <summary>
/// A browser's end of the sound on a port of its own: it answers Asterisk's checks (ICE, lite) and then opens DTLS, which gives the
/// keys of SRTP (RFC 5764). Once they are agreed the socket is the speaker's.
/// </summary>
public sealed class BrowserSound : DatagramTransport, IDisposable
{
    /// <summary>pjnath nominates within half a second; more is a path that does not work.</summary>
    private const int PatienceMs = 10_000;

    private const int Mtu = 1200;

    private readonly IceLite _ice = new();
    private readonly byte[] _packet = new byte[2048];
    private EndPoint _from = new IPEndPoint(IPAddress.Loopback, 0);
    private bool _nominated;

    public BrowserSound() => Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public Socket Socket { get; } = new(SocketType.Dgram, ProtocolType.Udp);

    public int Port => ((IPEndPoint)Socket.LocalEndPoint!).Port;

    public string Ufrag => _ice.Ufrag;

    public string Password => _ice.Password;

    public void Dispose() => Socket.Dispose();

    /// <summary>Blocks until Asterisk has chosen this path and keys are agreed.</summary>
    /// <param name="fingerprint">Of Asterisk's certificate, as its description gives it.</param>
    /// <returns>SRTP's master key and salt of what we send, 30 bytes.</returns>
    public byte[] AgreeOnKeys(string fingerprint)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!_nominated)
        {
            if (TimeProvider.System.GetElapsedTime(began).TotalMilliseconds > PatienceMs) throw new TimeoutException("Asterisk nominated no path.");
            Receive([], 100);
        }

        var keys = new SrtpKeys(fingerprint, PatienceMs);
        new DtlsClientProtocol().Connect(keys, this);
        return keys.Ours;
    }

    /// <summary>The next packet of DTLS (RFC 7983: its first byte is 20 to 63); checks are answered on the way, sound is not heard yet.</summary>
    /// <returns>Its length, or -1 when none came in time.</returns>
    public int Receive(Span<byte> buffer, int waitMillis)
    {
        if (!Socket.Poll(TimeSpan.FromMilliseconds(waitMillis), SelectMode.SelectRead)) return -1;
        var length = Socket.ReceiveFrom(_packet, ref _from);
        if (length == 0) return -1;
        var packet = _packet.AsSpan(0, length);
        if (packet[0] is >= 20 and <= 63 && length <= buffer.Length)
        {
            packet.CopyTo(buffer);
            return length;
        }

        if (_ice.Answer(packet, (IPEndPoint)_from, out _, out var nominated) is { } answer) Socket.SendTo(answer, _from);
        _nominated |= nominated;
        return -1;
    }

    public int Receive(byte[] buf, int off, int len, int waitMillis) => Receive(buf.AsSpan(off, len), waitMillis);

    public void Send(ReadOnlySpan<byte> buffer) => Socket.SendTo(buffer, SocketFlags.None, _from);

    public void Send(byte[] buf, int off, int len) => Send(buf.AsSpan(off, len));

    public int GetReceiveLimit() => _packet.Length;

    public int GetSendLimit() => Mtu;

    /// <summary>Nothing: the socket goes on with sound.</summary>
    public void Close()
    {
    }
}
