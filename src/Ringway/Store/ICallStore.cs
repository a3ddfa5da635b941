namespace Ringway.Store;

/// <summary>
/// What must outlive the process: who may sign in, who is signed in, and one record per call. SQLite and PostgreSQL
/// keep the same promises; the same tests hold both to them.
/// </summary>
public partial interface ICallStore : IAsyncDisposable
{
    /// <summary>Brings the tables up to what this version needs. Safe to call again and from several machines at once.</summary>
    Task MigrateAsync(CancellationToken ct = default);

    /// <summary>Asks the database for nothing, to learn whether it is there.</summary>
    Task PingAsync(CancellationToken ct = default);

    /// <summary>Of this ringway, as sessions are: each machine marks passwords with a key of its own.</summary>
    Task<IReadOnlyList<AgentRow>> AgentsAsync(CancellationToken ct = default);

    Task<AgentRow?> FindAgentAsync(string id, CancellationToken ct = default);

    /// <summary>These are the agents now. Others go, with their sessions; a changed password ends its agent's sessions.</summary>
    Task ReplaceAgentsAsync(IReadOnlyCollection<AgentRow> agents, CancellationToken ct = default);

    /// <summary>Inserts the session, or updates the one with its token hash.</summary>
    Task SaveSessionAsync(SessionRow session, CancellationToken ct = default);

    Task DeleteSessionAsync(string tokenHash, CancellationToken ct = default);

    /// <summary>This ringway's sessions that are valid at that time; expired ones are removed.</summary>
    Task<IReadOnlyList<SessionRow>> SessionsAsync(DateTimeOffset now, CancellationToken ct = default);

    /// <summary>Writes the whole record, new or again. Writing the same one twice is writing it once.</summary>
    Task SaveCallAsync(CallRecord call, CancellationToken ct = default);

    /// <summary>This ringway's calls that have not ended as far as the store knows; after a crash Asterisk may know better.</summary>
    Task<IReadOnlyList<CallRecord>> OpenCallsAsync(CancellationToken ct = default);

    /// <summary>Calls that are over, newest first.</summary>
    /// <param name="limit">At most this many.</param>
    /// <param name="before">Only calls that arrived before this time; the last one's time asks for the next page.</param>
    /// <param name="agent">Only calls that this agent had or was offered.</param>
    Task<IReadOnlyList<CallRecord>> HistoryAsync(
        int limit, DateTimeOffset? before = null, string? agent = null, CancellationToken ct = default);
}

/// <summary>Who may sign in.</summary>
/// <param name="PasswordHash">Slow and salted, see <c>PasswordHash</c>.</param>
/// <param name="PasswordMark">Fast and keyed: tells whether the configured password is still the hashed one.</param>
public sealed record AgentRow(string Id, string Name, string PasswordHash, string PasswordMark)
{
    public override string ToString() => Id;
}

/// <summary>Who is signed in.</summary>
/// <param name="TokenHash">SHA-256 of the token that the browser holds.</param>
/// <param name="SipUser">The SIP user of this sign-in's line, if it has one.</param>
/// <param name="Ready">Whether the agent wanted calls when last heard of.</param>
/// <param name="PauseReason">Why not, if she has said so; an id of the configuration.</param>
public sealed record SessionRow(
    string TokenHash, string Agent, string? SipUser, bool Ready,
    DateTimeOffset Created, DateTimeOffset LastSeen, DateTimeOffset Expires, string? PauseReason = null, DateTimeOffset? PausedAt = null)
{
    public override string ToString() => $"session of {Agent}";
}
