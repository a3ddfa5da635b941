namespace Ringway.Store;

/// <summary>What writes behind the calls waits for as long as the store is away, and gives up only what a well store refuses.</summary>
internal static class Perseverance
{
    /// <summary>What is refused this often in a row by a store that is well is at fault itself.</summary>
    private const int RefusalsOfWhatIsBad = 5;

    /// <summary>How long to wait before each further try; the last one repeats.</summary>
    private static readonly TimeSpan[] Waits = [.. new[] { 0.1, 0.5, 1, 2, 5 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    /// <summary>Does it, and again until it is done.</summary>
    /// <param name="work">May be done twice without harm.</param>
    /// <param name="waits">Hears once why it has to wait.</param>
    /// <returns>Null when it is done; why a well store refused it, when it did so again and again.</returns>
    public static async Task<Exception?> PersevereAsync(
        this ICallStore store, Func<Task> work, Action<Exception> waits, TimeProvider time, CancellationToken ct)
    {
        for (var (tries, refusals) = (1, 0); ; tries++)
        {
            try
            {
                await work();
                return null;
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                // A store that comes back between a try and this question was away all the same, so one refusal says nothing.
                refusals = await IsWellAsync(store, ct) ? refusals + 1 : 0;
                if (refusals >= RefusalsOfWhatIsBad) return fault;
                if (tries == 1) waits(fault);
                await Task.Delay(Waits[Math.Min(tries, Waits.Length) - 1], time, ct);
            }
        }
    }

    private static async Task<bool> IsWellAsync(ICallStore store, CancellationToken ct)
    {
        try
        {
            await store.PingAsync(ct);
            return true;
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
