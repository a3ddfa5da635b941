using Ringway.Bench.Calls.Wire;

namespace Ringway.Bench.Calls.Measures;

/// <summary>Calls a second until the first failure: the arrivals keep their beat, whatever becomes of the calls before.</summary>
/// <param name="Good">The highest rate at which every call of the step was answered in time and ended.</param>
/// <param name="Broke">The lowest rate that failed; null when the floor has no desks for more.</param>
/// <param name="Why">The first failure of that step.</param>
public sealed record Rate(string Variant, double Good, double? Broke, string? Why)
{
    private const double First = 40;

    /// <summary>Halvings between the last good step and the first bad one; with two they are 9 % apart in the end.</summary>
    private const int Halvings = 2;

    private static readonly double Growth = Math.Sqrt(2);

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Talk = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ShortTalk = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(5);

    /// <param name="quiet">Waits until nothing is left of the calls of the step before.</param>
    public static async Task<Rate> FindAsync(string variant, Floor floor, Func<Task> quiet, CancellationToken ct)
    {
        // A call takes its desk for a second and some; with the desks all in use the generator is at its end, not the variant.
        var last = floor.Desks.Count / (Talk.TotalSeconds + 0.3);
        var (good, broke, why) = (0.0, (double?)null, (string?)null);
        async Task<bool> GoesWellAsync(double perSecond)
        {
            var failure = await StepAsync(floor, perSecond, ct);
            await quiet();
            if (failure is null)
            {
                good = perSecond;
                return true;
            }

            (broke, why) = (perSecond, failure);
            await RecoverAsync(floor, ct);
            return false;
        }

        for (var perSecond = First; perSecond <= last && await GoesWellAsync(perSecond); perSecond *= Growth);
        for (var n = 0; n < Halvings && broke is { } bad && good > 0; n++) await GoesWellAsync(Math.Sqrt(good * bad));
        return new Rate(variant, good, broke, why);
    }

    /// <summary>An Asterisk that was overloaded refuses calls for some seconds more; that is not the next step's failure.</summary>
    private static async Task RecoverAsync(Floor floor, CancellationToken ct)
    {
        for (var tries = 0; tries < 30 && (await floor.CallAsync(ShortTalk, TooLong)).Failure is not null; tries++)
            await Task.Delay(Talk, TimeProvider.System, ct);
    }

    private static async Task<string?> StepAsync(Floor floor, double perSecond, CancellationToken ct)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        var calls = new List<Task<CallTimes>>();
        while (time.GetElapsedTime(began) is var at && at < Step && !calls.Any(Failed))
        {
            while (calls.Count < at.TotalSeconds * perSecond) calls.Add(floor.CallAsync(Talk, TooLong));
            await Task.Delay(TimeSpan.FromMilliseconds(1), time, ct);
        }

        await Task.WhenAll(calls);
        return calls.FirstOrDefault(Failed)?.Result.Failure;
    }

    private static bool Failed(Task<CallTimes> call) => call is { IsCompletedSuccessfully: true, Result.Failure: not null };
}
