using Ringway.Bench.Calls.Wire;

namespace Ringway.Bench.Calls.Measures;

/// <summary>CPU of Asterisk while calls are held and both sides speak, keys from the description on Meta's side and from DTLS on the agents'.</summary>
/// <param name="CpuMs">Milliseconds of CPU a second for each call; what Asterisk uses without calls is taken off.</param>
/// <param name="Through">The part of the packets sent that came out on the other side.</param>
public sealed record Sound(string Variant, int Calls, double CpuMs, double Through)
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(8);

    public static async Task<Sound> LookAsync(string variant, Floor floor, int asterisk, int calls, IdleCost idle, CancellationToken ct)
    {
        var held = await floor.HoldAsync(calls, sound: true, ct);
        var speech = await Speech.BeginAsync(floor.Media, held);
        await Task.Delay(Settle, TimeProvider.System, ct);
        var (began, before, packets) = (TimeProvider.System.GetTimestamp(), ProcessClock.Of(asterisk), speech.Counts);
        await Task.Delay(Look, TimeProvider.System, ct);
        var (took, after, now) = (TimeProvider.System.GetElapsedTime(began).TotalSeconds, ProcessClock.Of(asterisk), speech.Counts);
        await speech.DisposeAsync(); // before the sockets that it listens to
        await floor.HangUpAsync(held);
        return new Sound(
            variant, calls, ((after - before).TotalMilliseconds / took - idle.Of(asterisk)) / calls,
            (double)(now.Received - packets.Received) / (now.Sent - packets.Sent));
    }
}
