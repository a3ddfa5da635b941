namespace Ringway.Store;

public partial interface ICallStore
{
    /// <summary>Puts a caller on the list. Who is on it for the same line already keeps her place.</summary>
    Task AddCallBackAsync(CallBackRow callBack, CancellationToken ct = default);

    /// <summary>All who are on the list, the longest first.</summary>
    Task<IReadOnlyList<CallBackRow>> CallBacksAsync(CancellationToken ct = default);

    /// <summary>The agent is about to call. Of several who want to, one may.</summary>
    /// <returns>False when somebody else has taken it, or it is not on the list any more.</returns>
    Task<bool> TakeCallBackAsync(string id, string agent, DateTimeOffset at, CancellationToken ct = default);

    /// <summary>The call did not come about: the next one may. Only who has taken it can let go of it.</summary>
    Task FreeCallBackAsync(string id, string agent, CancellationToken ct = default);

    /// <returns>False when it is not on the list any more.</returns>
    Task<bool> RemoveCallBackAsync(string id, CancellationToken ct = default);
}

/// <summary>Somebody who wants to be called back.</summary>
/// <param name="Id">Of the call in which she asked.</param>
/// <param name="TakenBy">The agent who is calling just now.</param>
/// <param name="TakenOn">The ringway where that agent is; null when it does not live any more, or there is only one.</param>
/// <param name="LeftMessage">She did not ask, but left a message in that call.</param>
public sealed record CallBackRow(
    string Id, string Line, PhoneNumber Number, string? Name, DateTimeOffset AskedAt, string? TakenBy = null, DateTimeOffset? TakenAt = null,
    bool LeftMessage = false, string? TakenOn = null)
{
    public override string ToString() => $"{Number} on {Line}";
}
