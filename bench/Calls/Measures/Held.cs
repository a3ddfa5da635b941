using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Ringway.Bench.Calls.Variants;

namespace Ringway.Bench.Calls.Measures;

/// <summary>What a call that is held costs the application's memory, in kB (1000 bytes) a call.</summary>
/// <param name="Heap">
/// Objects that live after a full collection, more than the mean of before and after: what grows or shrinks by itself falls out.
/// </param>
/// <param name="Resident">Anonymous pages of the process, likewise. With few calls mostly the noise of the collector.</param>
/// <param name="LeftOver">Of the heap, when the calls are over again.</param>
public sealed record Held(string Variant, int Calls, double Heap, double Resident, double LeftOver)
{
    /// <summary>Records are written behind.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    public static async Task<Held> LookAsync(Variant variant, Floor floor, ProductUnderTest product, int calls, CancellationToken ct)
    {
        var (pid, heap) = (variant.Pid!.Value, variant.HeapSocket(product)!);
        await Task.Delay(Settled, TimeProvider.System, ct);
        var before = await LookAsync(pid, heap, ct);
        var held = await floor.HoldAsync(calls, sound: false, ct);
        await Task.Delay(Settled, TimeProvider.System, ct);
        var during = await LookAsync(pid, heap, ct);
        await floor.HangUpAsync(held);
        await Task.Delay(Settled, TimeProvider.System, ct);
        var after = await LookAsync(pid, heap, ct);
        return new Held(
            variant.Name, calls, PerCall(during.Heap - (before.Heap + after.Heap) / 2), PerCall(during.Resident - (before.Resident + after.Resident) / 2),
            PerCall(after.Heap - before.Heap));

        double PerCall(long bytes) => (double)bytes / calls / 1000;
    }

    private static async Task<(long Heap, long Resident)> LookAsync(int pid, string heapSocket, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(heapSocket), ct);
        var answer = new byte[32];
        var heap = long.Parse(Encoding.ASCII.GetString(answer, 0, await socket.ReceiveAsync(answer, ct)), CultureInfo.InvariantCulture);
        var resident = File.ReadLines($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/status")
            .First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2];
        return (heap, long.Parse(resident, CultureInfo.InvariantCulture) * 1024);
    }
}
