using Dapper;

namespace Ringway.Store;

public abstract partial class SqlCallStore
{
    private const string RecordingsOf =
        "select call_id, began_at, announced_at, seconds, bytes, file, fault, ended_at, deleted_at from recordings";

    public Task SaveRecordingAsync(RecordingRow recording, IReadOnlyCollection<OutboxRow>? news = null, CancellationToken ct = default)
    {
        const string sql = """
            insert into recordings (call_id, began_at, announced_at, seconds, bytes, file, fault, ended_at, deleted_at)
            values (@Call, @BeganAt, @AnnouncedAt, @Seconds, @Bytes, @File, @Fault, @EndedAt, @DeletedAt)
            on conflict (call_id) do update set
                began_at = excluded.began_at, announced_at = excluded.announced_at, seconds = excluded.seconds, bytes = excluded.bytes,
                file = excluded.file, fault = excluded.fault, ended_at = excluded.ended_at, deleted_at = excluded.deleted_at
            """;
        return WithNewsAsync(sql, recording, news ?? [], ct);
    }

    public async Task<RecordingRow?> FindRecordingAsync(string call, CancellationToken ct = default)
    {
        await using var connection = await Database.OpenConnectionAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<RecordingColumns>(
            new CommandDefinition(RecordingsOf + " where call_id = @call", new { call }, cancellationToken: ct));
        return row?.ToRow();
    }

    public async Task<IReadOnlyList<RecordingRow>> RecordingsBeforeAsync(DateTimeOffset ended, int limit, CancellationToken ct = default)
    {
        var sql = $"{RecordingsOf} where deleted_at is null and ended_at < @ended and {IsOurs("call_id")} order by ended_at limit @limit"; // files lie on the machine that made them
        await using var connection = await Database.OpenConnectionAsync(ct);
        return [.. (await connection.QueryAsync<RecordingColumns>(new CommandDefinition(sql, new { ended, limit, Node }, cancellationToken: ct))).Select(row => row.ToRow())];
    }

    public async Task AddAuditAsync(AuditRow row, CancellationToken ct = default)
    {
        const string sql = "insert into audit (at, agent, action, call_id) values (@At, @Agent, @Action, @Call)";
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, row, cancellationToken: ct));
    }

    public async Task<IReadOnlyList<AuditRow>> AuditAsync(string call, CancellationToken ct = default)
    {
        const string sql = "select at, agent, action, call_id from audit where call_id = @call order by seq";
        await using var connection = await Database.OpenConnectionAsync(ct);
        return [.. (await connection.QueryAsync<AuditColumns>(new CommandDefinition(sql, new { call }, cancellationToken: ct)))
            .Select(row => new AuditRow(row.At, row.Agent, row.Action, row.CallId))];
    }

    private sealed class RecordingColumns
    {
        public string CallId { get; init; } = "";
        public DateTimeOffset? BeganAt { get; init; }
        public DateTimeOffset? AnnouncedAt { get; init; }
        public double Seconds { get; init; }
        public long Bytes { get; init; }
        public string? File { get; init; }
        public string? Fault { get; init; }
        public DateTimeOffset EndedAt { get; init; }
        public DateTimeOffset? DeletedAt { get; init; }

        public RecordingRow ToRow() => new(CallId, BeganAt, AnnouncedAt, Seconds, Bytes, File, Fault, EndedAt, DeletedAt);
    }

    private sealed class AuditColumns
    {
        public DateTimeOffset At { get; init; }
        public string Agent { get; init; } = "";
        public string Action { get; init; } = "";
        public string CallId { get; init; } = "";
    }

    /// <summary>What the history shows of a call's recording.</summary>
    private sealed partial class CallColumns
    {
        public double? RecordingSeconds { get; init; }
        public string? RecordingFile { get; init; }
        public string? RecordingFault { get; init; }
        public DateTimeOffset? RecordingDeletedAt { get; init; }

        private RecordingFact? Recording => RecordingSeconds is { } seconds
            ? new(seconds, CanBeHeard: RecordingFile is not null && RecordingDeletedAt is null, RecordingFault) : null;
    }
}
