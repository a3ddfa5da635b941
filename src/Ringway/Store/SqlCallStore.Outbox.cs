using Dapper;

namespace Ringway.Store;

public abstract partial class SqlCallStore
{
    private const string OutboxColumnsOf =
        "select id, node, endpoint, call_id, type, body, created_at, due_at, expires_at, tries, last_error, dead_at from outbox o";

    public Task AddToOutboxAsync(IReadOnlyCollection<OutboxRow> events, CancellationToken ct = default) => WithNewsAsync(null, null, events, ct);

    /// <summary>Writes what has changed, and the events that tell of it: both or neither, so that none is lost and none told twice.</summary>
    /// <param name="change">SQL; null when the events are all there is.</param>
    private async Task WithNewsAsync(string? change, object? parameters, IReadOnlyCollection<OutboxRow> events, CancellationToken ct)
    {
        // The column is older than events that are about a user.
        const string sql = """
            insert into outbox (id, node, endpoint, call_id, type, body, created_at, due_at, expires_at, tries, last_error, dead_at)
            values (@Id, @Node, @Endpoint, @About, @Type, @Body, @CreatedAt, @DueAt, @ExpiresAt, @Tries, @LastError, @DeadAt)
            on conflict (id) do nothing
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (change is not null) await connection.ExecuteAsync(new CommandDefinition(change, parameters, transaction, cancellationToken: ct));
        foreach (var row in events)
            await connection.ExecuteAsync(new CommandDefinition(sql, row, transaction, cancellationToken: ct));
        await transaction.CommitAsync(ct);
    }

    public async Task<IReadOnlyList<OutboxRow>> OutboxHeadsAsync(string node, string endpoint, int limit, CancellationToken ct = default)
    {
        const string sql = OutboxColumnsOf + """
             where node = @node and endpoint = @endpoint and dead_at is null and not exists (
                select 1 from outbox before where before.node = o.node and before.endpoint = o.endpoint
                    and before.call_id = o.call_id and before.dead_at is null and before.seq < o.seq)
            order by due_at, seq limit @limit
            """;
        return await OutboxRowsAsync(sql, new { node, endpoint, limit }, ct);
    }

    public async Task UpdateOutboxAsync(OutboxRow row, CancellationToken ct = default)
    {
        const string sql = """
            update outbox set due_at = @DueAt, expires_at = @ExpiresAt, tries = @Tries, last_error = @LastError, dead_at = @DeadAt
            where id = @Id
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, row, cancellationToken: ct));
    }

    public async Task RemoveFromOutboxAsync(string id, CancellationToken ct = default)
    {
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition("delete from outbox where id = @id", new { id }, cancellationToken: ct));
    }

    public async Task<OutboxRow?> FindInOutboxAsync(string id, CancellationToken ct = default) =>
        await OutboxRowsAsync(OutboxColumnsOf + " where id = @id", new { id }, ct) is [var row] ? row : null;

    public Task<IReadOnlyList<OutboxRow>> OutboxAsync(int limit, CancellationToken ct = default) =>
        OutboxRowsAsync(OutboxColumnsOf + " order by seq desc limit @limit", new { limit }, ct);

    public async Task<OutboxCount> OutboxCountAsync(CancellationToken ct = default)
    {
        const string sql = "select count(*) - count(dead_at) as waiting, count(dead_at) as dead from outbox";
        await using var connection = await Database.OpenConnectionAsync(ct);
        return await connection.QuerySingleAsync<OutboxCount>(new CommandDefinition(sql, cancellationToken: ct));
    }

    public async Task<int> KillOutboxExceptAsync(
        string node, IReadOnlyCollection<string> endpoints, DateTimeOffset now, string why, CancellationToken ct = default)
    {
        const string sql = """
            update outbox set dead_at = @now, last_error = @why
            where node = @node and dead_at is null and @kept not like '%,' || endpoint || ',%'
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            sql, new { node, now, why, kept = $",{string.Join(',', endpoints)}," }, cancellationToken: ct)); // as in ForgetWebhooksAsync
    }

    public async Task ForgetDeadAsync(DateTimeOffset before, CancellationToken ct = default)
    {
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition("delete from outbox where dead_at < @before", new { before }, cancellationToken: ct));
    }

    private async Task<IReadOnlyList<OutboxRow>> OutboxRowsAsync(string sql, object parameters, CancellationToken ct)
    {
        await using var connection = await Database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<OutboxColumns>(new CommandDefinition(sql, parameters, cancellationToken: ct));
        return [.. rows.Select(row => row.ToRow())];
    }

    private sealed class OutboxColumns
    {
        public string Id { get; init; } = "";
        public string Node { get; init; } = "";
        public string Endpoint { get; init; } = "";
        public string CallId { get; init; } = "";
        public string Type { get; init; } = "";
        public string Body { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset DueAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
        public int Tries { get; init; }
        public string? LastError { get; init; }
        public DateTimeOffset? DeadAt { get; init; }

        public OutboxRow ToRow() => new(Id, Node, Endpoint, CallId, Type, Body, CreatedAt, DueAt, ExpiresAt, Tries, LastError, DeadAt);
    }
}
