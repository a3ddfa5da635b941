using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;

namespace Ringway.Store;

public abstract partial class SqlCallStore
{
    /// <summary>A call of ours is the one that Meta tells of when it began at most so long before; an agent's phone is rung first.</summary>
    private static readonly TimeSpan JoinBefore = TimeSpan.FromSeconds(60);

    /// <summary>Meta's clock and ours.</summary>
    private static readonly TimeSpan JoinAfter = TimeSpan.FromSeconds(10);

    private const string CallsWithWhatsApp = """
        select calls.*, w.created_at as meta_created_at, w.started_at as meta_started_at, w.ended_at as meta_ended_at,
            w.duration_seconds as meta_duration_seconds, w.status as meta_status, w.error_code as meta_error_code, w.error as meta_error,
            w.payload as meta_payload, w.voicemail as meta_voicemail, w.heard_at as meta_heard_at,
            r.seconds as recording_seconds, r.file as recording_file, r.fault as recording_fault, r.deleted_at as recording_deleted_at
        from calls left join whatsapp_calls w on w.wacid = calls.wacid left join recordings r on r.call_id = calls.id
        """;

    public async Task<bool> HasWebhookAsync(string id, CancellationToken ct = default)
    {
        await using var connection = await Database.OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<long>(
            new CommandDefinition("select count(*) from webhooks where id = @id", new { id }, cancellationToken: ct)) > 0;
    }

    public async Task SaveWebhookAsync(WebhookRow webhook, CancellationToken ct = default)
    {
        const string sql = """
            insert into webhooks (id, field, kind, is_known, happened_at, received_at, body)
            values (@Id, @Field, @Kind, @IsKnown, @HappenedAt, @ReceivedAt, @Body) on conflict (id) do nothing
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, webhook, cancellationToken: ct));
    }

    public async Task<IReadOnlyList<WebhookCount>> WebhookCountsAsync(CancellationToken ct = default)
    {
        const string sql = """
            select field, kind, is_known, count(*) as count, max(received_at) as last_at from webhooks
            group by field, kind, is_known order by field, kind, is_known
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<WebhookCountColumns>(new CommandDefinition(sql, cancellationToken: ct));
        return [.. rows.Select(row => new WebhookCount(row.Field, row.Kind, row.IsKnown, row.Count, row.LastAt))];
    }

    public async Task<IReadOnlyList<WebhookRow>> WebhooksAsync(string field, int limit, CancellationToken ct = default)
    {
        const string sql = """
            select id, field, kind, is_known, happened_at, received_at, body from webhooks
            where field = @field and body is not null order by happened_at desc, id limit @limit
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<WebhookColumns>(new CommandDefinition(sql, new { field, limit }, cancellationToken: ct));
        return [.. rows.Select(row => new WebhookRow(row.Id, row.Field, row.Kind, row.IsKnown, row.HappenedAt, row.ReceivedAt, row.Body))];
    }

    public async Task ForgetWebhooksAsync(DateTimeOffset before, IReadOnlyCollection<string> except, CancellationToken ct = default)
    {
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            "delete from webhooks where received_at < @before and @except not like '%,' || field || ',%'",
            new { before, except = $",{string.Join(',', except)}," }, cancellationToken: ct)); // a list in SQL is written otherwise in each database
    }

    public async Task SaveWhatsAppCallAsync(WhatsAppCallRow call, CancellationToken ct = default)
    {
        const string upsert = """
            insert into whatsapp_calls (
                wacid, line, who, by_user, user_id, name, created_at, started_at, ended_at, duration_seconds, status, error_code, error,
                payload, voicemail, heard_at)
            values (
                @Wacid, @Line, @User, @ByUser, @UserId, @Name, @CreatedAt, @StartedAt, @EndedAt, @DurationSeconds, @Status, @ErrorCode, @Error,
                @Payload, @Voicemail, @HeardAt)
            on conflict (wacid) do update set
                user_id = coalesce(excluded.user_id, whatsapp_calls.user_id), name = coalesce(excluded.name, whatsapp_calls.name),
                created_at = coalesce(excluded.created_at, whatsapp_calls.created_at),
                started_at = coalesce(excluded.started_at, whatsapp_calls.started_at),
                ended_at = coalesce(excluded.ended_at, whatsapp_calls.ended_at),
                duration_seconds = coalesce(excluded.duration_seconds, whatsapp_calls.duration_seconds),
                status = coalesce(excluded.status, whatsapp_calls.status),
                error_code = coalesce(excluded.error_code, whatsapp_calls.error_code), error = coalesce(excluded.error, whatsapp_calls.error),
                payload = coalesce(excluded.payload, whatsapp_calls.payload), voicemail = coalesce(excluded.voicemail, whatsapp_calls.voicemail),
                heard_at = excluded.heard_at
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(upsert, call, transaction, cancellationToken: ct));
        if (call.CreatedAt is { } created)
            await connection.ExecuteAsync(new CommandDefinition(GiveWacid, Fitting(call, created), transaction, cancellationToken: ct));
        await transaction.CommitAsync(ct);
    }

    public async Task<IReadOnlyList<WhatsAppCallRow>> UnseenCallsAsync(
        DateTimeOffset endedBefore, DateTimeOffset createdBefore, CancellationToken ct = default)
    {
        const string sql = """
            select * from whatsapp_calls w
            where by_user = @yes and (ended_at < @endedBefore and heard_at < @endedBefore or ended_at is null and created_at < @createdBefore)
              and not exists (select 1 from calls where calls.wacid = w.wacid)
            order by coalesce(created_at, ended_at), wacid limit 100
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<WhatsAppCallColumns>(
            new CommandDefinition(sql, new { endedBefore, createdBefore, yes = true }, cancellationToken: ct));
        List<WhatsAppCallRow> unseen = [];
        foreach (var row in rows.Select(row => row.ToRow()))
        {
            // Its record may have been written after we were told, and may have no wacid: an INVITE without one in its Call-ID.
            var given = row.CreatedAt is { } created
                ? await connection.ExecuteAsync(new CommandDefinition(GiveWacid, Fitting(row, created), cancellationToken: ct)) : 0;
            if (given == 0) unseen.Add(row);
        }

        return unseen;
    }

    /// <summary>The newest call of ours that fits and has no wacid yet; calls with one user come one after the other.</summary>
    private const string GiveWacid = """
        update calls set wacid = @wacid
        where id = (
                select id from calls
                where wacid is null and line_id = @line and direction = @direction and (customer_number = @user or customer_user_id = @user or customer_user_id = @userId)
                  and arrived_at >= @from and arrived_at <= @to
                order by arrived_at desc limit 1)
          and not exists (select 1 from calls where wacid = @wacid)
        """;

    private static object Fitting(WhatsAppCallRow call, DateTimeOffset created) => new
    {
        wacid = call.Wacid,
        line = call.Line,
        direction = call.ByUser ? "inbound" : "outbound",
        user = call.User,
        userId = call.UserId ?? call.User,
        from = created - JoinBefore,
        to = created + JoinAfter,
    };

    private sealed class WebhookColumns
    {
        public string Id { get; init; } = "";
        public string Field { get; init; } = "";
        public string Kind { get; init; } = "";
        public bool IsKnown { get; init; }
        public DateTimeOffset HappenedAt { get; init; }
        public DateTimeOffset ReceivedAt { get; init; }
        public string? Body { get; init; }
    }

    private sealed class WebhookCountColumns
    {
        public string Field { get; init; } = "";
        public string Kind { get; init; } = "";
        public bool IsKnown { get; init; }
        public long Count { get; init; }
        public DateTimeOffset LastAt { get; init; }
    }

    private sealed class WhatsAppCallColumns
    {
        public string Wacid { get; init; } = "";
        public string Line { get; init; } = "";
        public string Who { get; init; } = "";
        public bool ByUser { get; init; }
        public string? UserId { get; init; }
        public string? Name { get; init; }
        public DateTimeOffset? CreatedAt { get; init; }
        public DateTimeOffset? StartedAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
        public int? DurationSeconds { get; init; }
        public string? Status { get; init; }
        public int? ErrorCode { get; init; }
        public string? Error { get; init; }
        public string? Payload { get; init; }
        public string? Voicemail { get; init; }
        public DateTimeOffset HeardAt { get; init; }

        public WhatsAppCallRow ToRow() => new(Wacid, Line, Who, ByUser, HeardAt)
        {
            UserId = UserId,
            Name = Name,
            CreatedAt = CreatedAt,
            StartedAt = StartedAt,
            EndedAt = EndedAt,
            DurationSeconds = DurationSeconds,
            Status = Status,
            ErrorCode = ErrorCode,
            Error = Error,
            Payload = Payload,
            Voicemail = Voicemail,
        };
    }

    private sealed partial class CallColumns
    {
        public DateTimeOffset? MetaCreatedAt { get; init; }
        public DateTimeOffset? MetaStartedAt { get; init; }
        public DateTimeOffset? MetaEndedAt { get; init; }
        public int? MetaDurationSeconds { get; init; }
        public string? MetaStatus { get; init; }
        public int? MetaErrorCode { get; init; }
        public string? MetaError { get; init; }
        public string? MetaPayload { get; init; }
        public string? MetaVoicemail { get; init; }
        public DateTimeOffset? MetaHeardAt { get; init; }

        /// <summary>The call's own detail, and under <c>whatsapp</c> what Meta told of it.</summary>
        private string? DetailWithWhatsApp()
        {
            if (MetaHeardAt is null) return Detail;
            var detail = Detail is null ? [] : JsonNode.Parse(Detail) as JsonObject ?? [];
            var told = new JsonObject();
            void Add(string name, JsonNode? value)
            {
                if (value is not null) told[name] = value;
            }

            Add("createdAt", MetaCreatedAt);
            Add("startedAt", MetaStartedAt);
            Add("endedAt", MetaEndedAt);
            Add("durationSeconds", MetaDurationSeconds);
            Add("status", MetaStatus);
            Add("errorCode", MetaErrorCode);
            Add("error", MetaError);
            Add("payload", MetaPayload);
            Add("voicemail", MetaVoicemail);
            detail["whatsapp"] = told;
            return detail.ToJsonString(Plain);
        }

        private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    }
}
