using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Ringway.Ari;

namespace Ringway.Bench.Ari;

/// <param name="PerSecond">Events a second.</param>
/// <param name="BytesEach">Bytes allocated for each; null where it cannot be seen.</param>
internal sealed record EventRate(double PerSecond, double? BytesEach);

/// <summary>How fast events are taken from one socket: by the least that one can write, by the client, by the node peer.</summary>
internal sealed class EventsBench(Uri cannon, int count, IReadOnlyList<string> types, NodePeer node)
{
    /// <summary>Receive and parse, to the same types; no hand-over, no order to keep, no end to find out.</summary>
    public async Task<EventRate> BareAsync()
    {
        using var socket = await BenchAsterisk.OpenAsync(cannon, "bench");
        var buffer = new byte[64 * 1024];
        var (filled, seen, since, before) = (0, 0, 0L, 0L);
        while (seen <= count)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(filled), default);
            filled += received.Count;
            if (!received.EndOfMessage)
                continue;
            GC.KeepAlive(AriJson.ReadEvent(buffer.AsSpan(0, filled)));
            filled = 0;
            if (seen++ == 0)
                (since, before) = (Stopwatch.GetTimestamp(), GC.GetTotalAllocatedBytes());
        }
        return Rate(since, before);
    }

    public async Task<EventRate> ClientAsync()
    {
        await using var application = new AriApplication("bench", new(), TimeProvider.System, NullLogger<AriApplication>.Instance);
        using var over = new CancellationTokenSource();
        var running = application.RunAsync(cannon, BenchAsterisk.User, BenchAsterisk.Password, over.Token);
        var (seen, since, before) = (0, 0L, 0L);
        EventRate? rate = null;
        await foreach (var happened in application.ReadAsync())
        {
            if (happened is AriConnected)
                continue;
            if (seen++ == 0)
                (since, before) = (Stopwatch.GetTimestamp(), GC.GetTotalAllocatedBytes());
            if (seen <= count)
                continue;
            rate = Rate(since, before);
            break;
        }
        await over.CancelAsync();
        await running;
        return rate ?? throw new InvalidOperationException("The events ended early.");
    }

    public async Task<EventRate> NodeAsync()
    {
        var said = await node.RunAsync("events", cannon, count, 0, new() { ["TYPES"] = string.Join(',', types) });
        return new(count / said.GetProperty("seconds").GetDouble(), null);
    }

    private EventRate Rate(long since, long before) =>
        new(count / Stopwatch.GetElapsedTime(since).TotalSeconds, (double)(GC.GetTotalAllocatedBytes() - before) / count);
}
