namespace Ringway.Store;

public partial interface ICallStore
{
    /// <summary>Events to be sent, in their order; all of them or none.</summary>
    Task AddToOutboxAsync(IReadOnlyCollection<OutboxRow> events, CancellationToken ct = default);

    /// <summary>The first event about each call, or each user of a line, that waits for this endpoint; those that are due first in front.</summary>
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
/// <param name="About">Events about the same go one after the other: the id of a call, or <see cref="OfUser"/>.</param>
/// <param name="Type">A <c>NewsKind</c> as JSON has it: ringing, ended, permission.</param>
/// <param name="Body">JSON, as it is sent.</param>
/// <param name="DueAt">The next try.</param>
/// <param name="ExpiresAt">A try that fails then is the last one.</param>
/// <param name="DeadAt">Null: it waits.</param>
public sealed record OutboxRow(
    string Id, string Node, string Endpoint, string About, string Type, string Body, DateTimeOffset CreatedAt, DateTimeOffset DueAt,
    DateTimeOffset ExpiresAt, int Tries = 0, string? LastError = null, DateTimeOffset? DeadAt = null)
{
    /// <summary>Ids of calls and of lines have no space.</summary>
    public static string OfUser(string line, string user) => $"{line} {user}";

    /// <summary>The line and the WhatsApp user that it is about; null when it is about a call.</summary>
    public (string Line, string User)? User => About.Split(' ', 2) is [var line, var user] ? (line, user) : null;

    /// <summary>What it is about, for logs.</summary>
    public string Masked => User is { } user ? $"user {PhoneNumber.Mask(user.User)} of line {user.Line}" : $"call {About}";

    public override string ToString() => $"{Type} of {Masked} for {Endpoint}";
}

/// <summary>How many events wait, and how many are dead.</summary>
public sealed record OutboxCount(long Waiting, long Dead);
