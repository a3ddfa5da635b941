using System.Net;
using System.Net.Sockets;

namespace Ringway.Bench.Calls.Wire;

/// <summary>Both sides of held calls speak without a pause, a packet every 20 ms, spread evenly; what comes back is counted and thrown away.</summary>
public sealed class Speech : IAsyncDisposable
{
    private const double PacketsPerSecond = 50;

    private readonly CancellationTokenSource _end = new();
    private readonly List<(Srtp Stream, Socket Through, SocketAddress To)> _legs;
    private readonly Task _talking;
    private readonly Task _listening;
    private long _sent, _received;

    private Speech(Socket common, IEnumerable<SoundLeg> legs)
    {
        _legs = [.. legs.Select(leg => (new Srtp(leg), leg.Own ?? common, new IPEndPoint(IPAddress.Loopback, leg.Port).Serialize()))];
        common.ReceiveBufferSize = 1 << 20;
        _talking = Task.Run(TalkAsync);
        _listening = Task.WhenAll(_legs.Select(leg => leg.Through).Distinct().Select(socket => Task.Run(() => ListenAsync(socket))));
    }

    /// <param name="common">The socket of legs that have none of their own.</param>
    /// <param name="held">Calls with sound.</param>
    public static async Task<Speech> BeginAsync(Socket common, IReadOnlyList<CallTimes> held) =>
        new(common, [.. held.Select(call => call.CallerLeg!), .. await Task.WhenAll(held.Select(call => call.AgentLeg!))]);

    public (long Sent, long Received) Counts => (Volatile.Read(ref _sent), Volatile.Read(ref _received));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_talking, _listening);
        foreach (var (stream, _, _) in _legs) stream.Dispose();
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
                var (stream, through, to) = _legs[(int)(_sent % _legs.Count)];
                through.SendTo(stream.Next(), SocketFlags.None, to);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }

    private async Task ListenAsync(Socket socket)
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer, _end.Token);
                // Not ICE's and DTLS's packets (RFC 7983), nor RTCP (RFC 5761).
                if (length > 12 && buffer[0] is >= 128 and <= 191 && (buffer[1] & 0x7f) is < 64 or > 95) Interlocked.Increment(ref _received);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }
}
