using Ringway.Bench.Calls.Variants;
using Ringway.Bench.Calls.Wire;

namespace Ringway.Bench.Calls.Measures;

/// <summary>One variant's calls of one repeat, one after another.</summary>
/// <param name="Calls">Those that went their way.</param>
/// <param name="Failures">What became of the others.</param>
/// <param name="AsteriskMs">CPU of Asterisk, per call.</param>
/// <param name="ApplicationMs">CPU of the application, per call; null when there is none.</param>
public sealed record Batch(string Variant, IReadOnlyList<CallTimes> Calls, IReadOnlyList<string> Failures, double AsteriskMs, double? ApplicationMs)
{
    public double SetUp(double part) => Statistics.Quantile(Calls.Select(call => call.SetUpMs), part);

    public double ToRing(double part) => Statistics.Quantile(Calls.Select(call => call.ToRingMs), part);

    public double ToEnd(double part) => Statistics.Quantile(Calls.Select(call => call.ToEndMs), part);

    /// <param name="idle">CPU without calls, per second of the clock, which is taken off.</param>
    public static async Task<Batch> RunAsync(Variant variant, Floor floor, int asterisk, int calls, IdleCost idle)
    {
        var (made, failures) = (new List<CallTimes>(calls), new List<string>());
        var began = TimeProvider.System.GetTimestamp();
        var (asteriskBefore, applicationBefore) = (ProcessClock.Of(asterisk), variant.Pid is { } pid ? ProcessClock.Of(pid) : default);
        for (var i = 0; i < calls; i++)
        {
            var call = await floor.CallAsync();
            if (call.Failure is { } why) failures.Add(why);
            else made.Add(call);
        }

        // What trails behind the last call (records, threads that end) belongs to it.
        await Task.Delay(IdleCost.Tail, TimeProvider.System);
        var took = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        double PerCall(TimeSpan used, double idlePerSecond) => (used.TotalMilliseconds - idlePerSecond * took) / calls;
        return new Batch(
            variant.Name, made, failures,
            PerCall(ProcessClock.Of(asterisk) - asteriskBefore, idle.Of(asterisk)),
            variant.Pid is { } own ? PerCall(ProcessClock.Of(own) - applicationBefore, idle.Of(own)) : null);
    }
}

/// <summary>What processes use of the CPU while nobody calls, in milliseconds a second.</summary>
public sealed class IdleCost
{
    public static readonly TimeSpan Tail = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);

    private readonly Dictionary<int, double> _perSecond = [];

    public double Of(int pid) => _perSecond.GetValueOrDefault(pid);

    public static async Task<IdleCost> LookAsync(IEnumerable<int> pids, CancellationToken ct)
    {
        var before = pids.Distinct().ToDictionary(pid => pid, ProcessClock.Of);
        var began = TimeProvider.System.GetTimestamp();
        await Task.Delay(Look, TimeProvider.System, ct);
        var took = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        var cost = new IdleCost();
        foreach (var (pid, at) in before) cost._perSecond[pid] = (ProcessClock.Of(pid) - at).TotalMilliseconds / took;
        return cost;
    }
}
