using Ringway.Bench.Calls.Wire;

namespace Ringway.Bench.Calls.Measures;

/// <summary>Calls per second until the first failure: the arrivals keep their beat, whatever becomes of the calls before.</summary>
/// <param name="Good">The highest rate at which every call of the step was answered within 2 s and ended.</param>
/// <param name="Broke">The rate of the first failure; null when the last step still went well.</param>
/// <param name="Why">The first failure.</param>
public sealed record Rate(double Good, double? Broke, string? Why)
{
    /// <summary>Each step is this much faster than the one before.</summary>
    private const double Growth = 1.1;

    public static async Task<Rate> FindAsync(Floor floor, double first, double last, TimeSpan step, CancellationToken ct)
    {
        var good = 0.0;
        for (var perSecond = first; perSecond <= last; perSecond *= Growth)
        {
            var failure = await StepAsync(floor, perSecond, step, ct);
            if (failure is not null) return new Rate(good, perSecond, failure);
            good = perSecond;
        }

        return new Rate(good, null, null);
    }

    private static async Task<string?> StepAsync(Floor floor, double perSecond, TimeSpan step, CancellationToken ct)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        var calls = new List<Task<CallTimes>>();
        while (time.GetElapsedTime(began) is var at && at < step)
        {
            while (calls.Count < at.TotalSeconds * perSecond) calls.Add(floor.CallAsync());
            if (calls.FirstOrDefault(call => call is { IsCompletedSuccessfully: true, Result.Failure: not null }) is { } broken)
            {
                await Task.WhenAll(calls);
                return broken.Result.Failure;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), time, ct);
        }

        return (await Task.WhenAll(calls)).FirstOrDefault(call => call.Failure is not null)?.Failure;
    }
}
