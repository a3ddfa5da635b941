namespace Ringway.Store;

public partial interface ICallStore
{
    /// <summary>Events to be sent, in their order; all of them or none.</summary>
    Task AddToOutboxAsync(IReadOnlyCollection<OutboxRow> events, CancellationToken ct = default);

    /// <summary>The first event of each call that waits for this endpoint, those that are due first in front.</summary>
    Task<IReadOnlyList<OutboxRow>> OutboxHeadsAsync(string node, string endpoint, int limit, CancellationToken ct = default);

    /// <summary>A try has failed: the row's due time, expiry, tries, error and death are these now.</summary>
    Task UpdateOutboxAsync(OutboxRow row, CancellationToken ct = default);

    /// <summary>The event was taken.</summary>
    Task RemoveFromOutboxAsync(string id, CancellationToken ct = default);

    Task<OutboxRow?> FindInOutboxAsync(string id, CancellationToken ct = default);

    /// <summary>What waits or is dead, newest first.</summary>
    Task<IReadOnlyList<OutboxRow>> OutboxAsync(int limit, CancellationToken ct = default);

    /// <summary>How many wait, and how many are dead.</summary>
    Task<OutboxCount> OutboxCountAsync(CancellationToken ct = default);

    /// <summary>Events of this node for other endpoints than these are dead.</summary>
    /// <returns>How many they were.</returns>
    Task<int> KillOutboxExceptAsync(string node, IReadOnlyCollection<string> endpoints, DateTimeOffset now, string why, CancellationToken ct = default);

    /// <summary>Forgets events that died before that time.</summary>
    Task ForgetDeadAsync(DateTimeOffset before, CancellationToken ct = default);
}

/// <summary>An event on its way to a webhook of the operator's.</summary>
/// <param name="Id">The same on each try.</param>
/// <param name="Node">The machine that sends it.</param>
/// <param name="Type">ringing, queued, answered, held, resumed, transferred, missed or ended.</param>
/// <param name="Body">JSON, as it is sent.</param>
/// <param name="DueAt">The next try.</param>
/// <param name="ExpiresAt">A try that fails then is the last one.</param>
/// <param name="DeadAt">Null: it waits.</param>
public sealed record OutboxRow(
    string Id, string Node, string Endpoint, string Call, string Type, string Body, DateTimeOffset CreatedAt, DateTimeOffset DueAt,
    DateTimeOffset ExpiresAt, int Tries = 0, string? LastError = null, DateTimeOffset? DeadAt = null)
{
    public override string ToString() => $"{Type} of {Call} for {Endpoint}";
}

/// <summary>How many events wait, and how many are dead.</summary>
public sealed record OutboxCount(long Waiting, long Dead);
