using System.Net;
using System.Net.Sockets;

namespace Ringway.Simulator.Media;

/// <summary>
/// Carries the packets of one call between the business' Asterisk and the handsets'. It opens no envelope: SRTP and DTLS
/// pass as they are; ICE ends here, as Meta's does. What it adds is Meta's rule: WhatsApp sends no media before the
/// business has.
/// </summary>
public sealed class MediaRelay : IAsyncDisposable
{
    /// <summary>Without a first packet the WhatsApp client gives up (Meta, Troubleshooting).</summary>
    public static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(20);

    /// <summary>Without RTP and RTCP in mid-call the same (Meta, Troubleshooting).</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private const int MaxPacketBytes = 2048;

    /// <summary>A stream that changes its SSRC with every packet shall not fill the memory.</summary>
    private const int MaxSsrcs = 16;

    /// <summary>One flight of a DTLS handshake.</summary>
    private const int MaxHeld = 8;

    private readonly Socket _toBusiness;
    private readonly Socket _toHandset;
    private readonly TimeProvider _time;
    private readonly bool _firstPacketRule;
    private readonly IceLite? _ice;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<uint> _businessSsrcs = [];
    private readonly List<uint> _whatsAppSsrcs = [];
    private readonly Queue<byte[]> _held = new();
    private readonly Queue<byte[]> _heldForHandset = new();
    private readonly Task _forwarding;
    private ITimer? _watchdog;
    private EndPoint? _business;
    private EndPoint? _handset;
    private bool _pathIsGood;
    private bool _holdsDtls;
    private long _fromBusiness, _fromWhatsApp, _dropped, _rtcpFromBusiness, _rtcpFromWhatsApp, _stun, _dtls;
    private DateTimeOffset? _firstAt;
    private DateTimeOffset _lastAt;

    /// <param name="ice">Our end of ICE; null when the number's keys are in the SDP, which needs none.</param>
    /// <param name="firstPacketRule">False lets WhatsApp's side speak first; only to show what the rule does.</param>
    public MediaRelay(RelayPorts ports, TimeProvider time, IceLite? ice = null, bool firstPacketRule = true)
    {
        (_time, _ice, _firstPacketRule) = (time, ice, firstPacketRule);
        _pathIsGood = ice is null;
        _toBusiness = ports.Bind();
        _toHandset = ports.Bind();
        // What the other side sees as our address: a wildcard in the socket would be of no use in an SDP.
        ForBusiness = new(ports.Address, ((IPEndPoint)_toBusiness.LocalEndPoint!).Port);
        ForHandset = new(ports.Address, ((IPEndPoint)_toHandset.LocalEndPoint!).Port);
        _forwarding = Task.WhenAll(ForwardAsync(_toBusiness, FromBusiness), ForwardAsync(_toHandset, FromHandset));
    }

    /// <summary>Where the business is told to send.</summary>
    public IPEndPoint ForBusiness { get; }

    public IPEndPoint ForHandset { get; }

    /// <summary>Completes with a sentence when the business has been silent too long.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>While true no media of WhatsApp goes out; the business' goes in.</summary>
    public Func<bool> IsMute { get; init; } = () => false;

    /// <summary>Called once, when both sockets are free again.</summary>
    public Action? Closed { get; init; }

    /// <summary>Called for each SSRC of the business, the first among them; the count so far comes with it.</summary>
    public Action<uint, int>? BusinessSsrc { get; set; }

    public RelayCounts Counts
    {
        get
        {
            lock (_lock)
                return new(_fromBusiness, _fromWhatsApp, _dropped, _rtcpFromBusiness, _rtcpFromWhatsApp, _stun, _dtls, [.. _businessSsrcs], [.. _whatsAppSsrcs], _firstAt);
        }
    }

    /// <summary>Addresses from the SDPs; a packet that comes from elsewhere moves them, as NAT does.</summary>
    public void PointTo(IPEndPoint? business = null, IPEndPoint? handset = null)
    {
        lock (_lock)
        {
            if (_ice is null) _business ??= business; // with ICE the checks say where it is
            _handset ??= handset;
        }
    }

    /// <summary>Keeps the business' handshake away from the handset until <see cref="ReleaseDtls"/>.</summary>
    public void HoldDtls()
    {
        lock (_lock) _holdsDtls = true;
    }

    public void ReleaseDtls()
    {
        lock (_lock)
        {
            _holdsDtls = false;
            try
            {
                while (_handset is not null && _heldForHandset.TryDequeue(out var packet)) _toHandset.SendTo(packet, _handset);
            }
            catch (SocketException)
            {
                // An older ICMP "port unreachable" shows up here; DTLS repeats itself.
            }
        }
    }

    /// <summary>From now on silence of the business is counted.</summary>
    public void Watch()
    {
        lock (_lock)
        {
            _lastAt = _time.GetUtcNow();
            _watchdog ??= _time.CreateTimer(_ => LookForSilence(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync();
        if (_watchdog is not null) await _watchdog.DisposeAsync();
        await _forwarding;
        _toBusiness.Dispose();
        _toHandset.Dispose();
        Closed?.Invoke();
    }

    private async Task ForwardAsync(Socket socket, Func<ReadOnlyMemory<byte>, IPEndPoint, ValueTask> take)
    {
        var buffer = new byte[MaxPacketBytes];
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any, _stopping.Token);
                await take(buffer.AsMemory(0, received.ReceivedBytes), (IPEndPoint)received.RemoteEndPoint);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // ICMP "port unreachable" of a peer that is not there yet, or no longer; UDP goes on.
            }
        }
    }

    private async ValueTask FromBusiness(ReadOnlyMemory<byte> packet, IPEndPoint source)
    {
        var kind = Packet.Kind(packet.Span);
        if (kind == PacketKind.Stun)
        {
            await CheckAsync(packet, source);
            return;
        }
        if (kind == PacketKind.Other) return;
        var known = 0;
        EndPoint? to;
        lock (_lock)
        {
            if (_pathIsGood) _business = source;
            if (kind == PacketKind.Dtls) _dtls++;
            else _lastAt = _time.GetUtcNow();
            if (kind == PacketKind.Rtcp) _rtcpFromBusiness++;
            if (kind == PacketKind.Rtp)
            {
                _fromBusiness++;
                _firstAt ??= _lastAt;
                if (Note(_businessSsrcs, packet)) known = _businessSsrcs.Count;
            }
            to = _handset;
            if (kind == PacketKind.Dtls && _holdsDtls)
            {
                if (_heldForHandset.Count < MaxHeld) _heldForHandset.Enqueue(packet.ToArray());
                to = null;
            }
        }
        if (known > 0) BusinessSsrc?.Invoke(Packet.Ssrc(packet.Span), known);
        if (to is not null) await _toHandset.SendToAsync(packet, SocketFlags.None, to, _stopping.Token);
    }

    /// <summary>A connectivity check: answered here. With the first good one the way to the business is open.</summary>
    private async ValueTask CheckAsync(ReadOnlyMemory<byte> packet, IPEndPoint source)
    {
        var (answer, held) = Judge(packet.Span, source);
        if (answer is not null) await _toBusiness.SendToAsync(answer, SocketFlags.None, source, _stopping.Token);
        foreach (var one in held) await _toBusiness.SendToAsync(one, SocketFlags.None, source, _stopping.Token);
    }

    private (byte[]? Answer, byte[][] Held) Judge(ReadOnlySpan<byte> packet, IPEndPoint source)
    {
        lock (_lock)
        {
            _stun++;
            var answer = _ice?.Answer(packet, source, out var valid, out _) is { } said ? (said, valid) : default;
            if (!answer.valid) return (answer.said, []);
            (_pathIsGood, _business) = (true, source);
            byte[][] held = [.. _held];
            _held.Clear();
            return (answer.said, held);
        }
    }

    private async ValueTask FromHandset(ReadOnlyMemory<byte> packet, IPEndPoint source)
    {
        var kind = Packet.Kind(packet.Span);
        EndPoint? to;
        lock (_lock)
        {
            _handset = source;
            to = Admit(kind, packet);
        }
        if (to is not null) await _toBusiness.SendToAsync(packet, SocketFlags.None, to, _stopping.Token);
    }

    /// <summary>Where a packet of the handset goes; null when it goes nowhere, or not yet.</summary>
    private EndPoint? Admit(PacketKind kind, ReadOnlyMemory<byte> packet)
    {
        switch (kind)
        {
            case PacketKind.Rtp or PacketKind.Rtcp when (_firstPacketRule && _firstAt is null) || IsMute():
                _dropped++;
                return null;
            case PacketKind.Rtp:
                _fromWhatsApp++;
                Note(_whatsAppSsrcs, packet);
                return _business;
            case PacketKind.Rtcp:
                _rtcpFromWhatsApp++;
                return _business;
            case PacketKind.Dtls:
                _dtls++;
                if (_pathIsGood) return _business;
                // Before ICE has found a path nothing may go out; DTLS would repeat itself only after a second.
                if (_held.Count < MaxHeld) _held.Enqueue(packet.ToArray());
                return null;
            default:
                return null;
        }
    }

    private static bool Note(List<uint> ssrcs, ReadOnlyMemory<byte> packet)
    {
        var ssrc = Packet.Ssrc(packet.Span);
        if (ssrcs.Contains(ssrc) || ssrcs.Count >= MaxSsrcs) return false;
        ssrcs.Add(ssrc);
        return true;
    }

    private void LookForSilence()
    {
        lock (_lock)
        {
            var silent = _time.GetUtcNow() - _lastAt;
            if (_firstAt is null && _rtcpFromBusiness == 0 && silent >= LongestStart)
                _lost.TrySetResult($"not receiving any media for a long time: none in the first {LongestStart.TotalSeconds:0} s");
            else if (silent >= LongestPause)
                _lost.TrySetResult($"not receiving any media for a long time: none for {LongestPause.TotalSeconds:0} s");
        }
    }
}
