namespace Ringway.Store;

public partial interface ICallStore
{
    /// <summary>The call of that id, over or not; null when there is none.</summary>
    Task<CallRecord?> FindCallAsync(string id, CancellationToken ct = default);

    /// <summary>Calls that are over and arrived in that time, oldest first and without their details; read piece by piece, however many they are.</summary>
    /// <param name="to">Not included.</param>
    IAsyncEnumerable<CallRecord> CallsBetweenAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct = default);
}

/// <summary>How people name a call.</summary>
public static class CallsByName
{
    /// <summary>The call of that id; <c>last</c> is the newest one that is over.</summary>
    public static async Task<CallRecord?> FindByIdOrLastAsync(this ICallStore store, string id, CancellationToken ct = default)
    {
        if (id != "last")
            return await store.FindCallAsync(id, ct);
        return await store.HistoryAsync(1, ct: ct) is [var newest, ..] ? newest : null;
    }
}
