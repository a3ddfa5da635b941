using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Ringway.Bench.Calls.Measures;

/// <summary>What a call that is held costs the application's memory, in bytes a call.</summary>
/// <param name="Heap">Objects that live, after a full collection before and while the calls are held.</param>
/// <param name="Resident">Pages of the process, collected likewise. With few calls mostly the noise of the collector.</param>
/// <param name="LeftOver">Of the heap, when the calls are over again.</param>
public sealed record Held(int Calls, double Heap, double Resident, double LeftOver)
{
    public static async Task<Held> LookAsync(Floor floor, ProductUnderTest product, int calls, CancellationToken ct)
    {
        var before = await LookAsync(product, ct);
        var held = await floor.HoldAsync(calls, ct);
        if (held.FirstOrDefault(call => call.Failure is not null) is { } broken) throw new InvalidOperationException($"A call to be held {broken.Failure}.");
        var during = await LookAsync(product, ct);
        await floor.HangUpAsync(held);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ct); // records are written behind
        var after = await LookAsync(product, ct);
        return new Held(held.Count, PerCall(before.Heap, during.Heap), PerCall(before.Resident, during.Resident), PerCall(before.Heap, after.Heap));

        double PerCall(long a, long b) => (double)(b - a) / held.Count;
    }

    private static async Task<(long Heap, long Resident)> LookAsync(ProductUnderTest product, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(product.HeapSocket), ct);
        var answer = new byte[32];
        var heap = long.Parse(Encoding.ASCII.GetString(answer, 0, await socket.ReceiveAsync(answer, ct)), CultureInfo.InvariantCulture);
        var resident = File.ReadLines($"/proc/{product.RingwayPid.ToString(CultureInfo.InvariantCulture)}/status")
            .First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2];
        return (heap, long.Parse(resident, CultureInfo.InvariantCulture) * 1024);
    }
}
