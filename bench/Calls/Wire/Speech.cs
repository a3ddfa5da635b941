using System.Net;
using System.Net.Sockets;

namespace Ringway.Bench.Calls.Wire;

/// <summary>Both sides of held calls speak without a pause, a packet every 20 ms, spread evenly; what comes back is counted and thrown away.</summary>
public sealed class Speech : IAsyncDisposable
{
    private const double PacketsPerSecond = 50;

    private readonly CancellationTokenSource _end = new();
    private readonly Socket _socket;
    private readonly List<(Srtp Stream, SocketAddress To)> _legs;
    private readonly Task _talking;
    private readonly Task _listening;
    private long _sent, _received;

    public Speech(Socket socket, IEnumerable<CallTimes> held)
    {
        _socket = socket;
        _legs = [.. held.SelectMany(call => new[] { call.CallerLeg!, call.AgentLeg! })
            .Select(leg => (new Srtp(leg), new IPEndPoint(IPAddress.Loopback, leg.Port).Serialize()))];
        _socket.ReceiveBufferSize = 1 << 20;
        _talking = Task.Run(TalkAsync);
        _listening = Task.Run(ListenAsync);
    }

    public (long Sent, long Received) Counts => (Volatile.Read(ref _sent), Volatile.Read(ref _received));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_talking, _listening);
        foreach (var (stream, _) in _legs) stream.Dispose();
        _end.Dispose();
    }

    private async Task TalkAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!_end.IsCancellationRequested)
        {
            var due = (long)(TimeProvider.System.GetElapsedTime(began).TotalSeconds * PacketsPerSecond * _legs.Count);
            for (; _sent < due; Volatile.Write(ref _sent, _sent + 1))
            {
                var (stream, to) = _legs[(int)(_sent % _legs.Count)];
                _socket.SendTo(stream.Next(), SocketFlags.None, to);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }

    private async Task ListenAsync()
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveAsync(buffer, _end.Token);
                if (length > 12 && (buffer[1] & 0x7f) is < 64 or > 95) Volatile.Write(ref _received, _received + 1); // between: RTCP (RFC 5761)
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }
}
