using System.Diagnostics;

namespace Ringway.EndToEnd.Harness;

/// <summary>Waits for a stated condition; what never comes fails with the condition in words and what was last seen.</summary>
public static class Eventually
{
    /// <summary>A loaded machine with two cores, a browser and two Asterisks; a healthy one needs a tenth of it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks until the answer satisfies, and returns it.</summary>
    public static async Task<T> SeeAsync<T>(
        string condition, Func<Task<T>> ask, Func<T, bool> satisfies, TimeSpan? within = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = await ask();
            if (satisfies(seen))
                return seen;
            if (Stopwatch.GetElapsedTime(began) > (within ?? Patience))
                throw new TimeoutException($"Never came: {condition}. Last seen: {seen}");
            await Task.Delay(AskEvery, TimeProvider.System);
        }
    }

    public static Task BeTrueAsync(string condition, Func<Task<bool>> ask, TimeSpan? within = null) =>
        SeeAsync(condition, ask, seen => seen, within);
}
