using System.Collections.Immutable;
using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;

namespace Ringway.Store;

/// <summary>
/// The store in SQL that both databases understand. What differs is the kind of their columns (times, booleans), which
/// <see cref="TimeColumn"/> evens out, and how they are migrated, which each says for itself.
/// </summary>
public abstract partial class SqlCallStore : ICallStore
{
    static SqlCallStore()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new TimeColumn());
    }

    protected abstract DbDataSource Database { get; }

    public abstract Task MigrateAsync(CancellationToken ct = default);

    public async Task PingAsync(CancellationToken ct = default)
    {
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition("select 1", cancellationToken: ct));
    }

    public async Task<IReadOnlyList<AgentRow>> AgentsAsync(CancellationToken ct = default)
    {
        const string sql = "select id, name, password_hash, password_mark from agents where node = @Node order by id";
        await using var connection = await Database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<AgentRow>(new CommandDefinition(sql, new { Node }, cancellationToken: ct))];
    }

    public async Task<AgentRow?> FindAgentAsync(string id, CancellationToken ct = default)
    {
        const string sql = "select id, name, password_hash, password_mark from agents where node = @Node and id = @id";
        await using var connection = await Database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<AgentRow>(new CommandDefinition(sql, new { id, Node }, cancellationToken: ct));
    }

    public async Task ReplaceAgentsAsync(IReadOnlyCollection<AgentRow> agents, CancellationToken ct = default)
    {
        // What was written before machines were told apart is whose who comes first.
        const string adopt = """
            update agents set node = @Node where node = '' and not exists (select 1 from agents mine where mine.node = @Node);
            update sessions set node = @Node where node = ''
            """;
        const string remove = """
            delete from sessions where node = @Node and agent = @id;
            delete from agents where node = @Node and id = @id
            """;
        const string endSessions = """
            delete from sessions where node = @Node and agent = @Id
               and exists (select 1 from agents where node = @Node and id = @Id and password_mark <> @PasswordMark)
            """;
        const string upsert = """
            insert into agents (node, id, name, password_hash, password_mark) values (@Node, @Id, @Name, @PasswordHash, @PasswordMark)
            on conflict (node, id) do update set
                name = excluded.name, password_hash = excluded.password_hash, password_mark = excluded.password_mark
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(adopt, new { Node }, transaction, cancellationToken: ct));
        var known = await connection.QueryAsync<string>(new CommandDefinition("select id from agents where node = @Node", new { Node }, transaction, cancellationToken: ct));
        foreach (var id in known.Except(agents.Select(agent => agent.Id)))
            await connection.ExecuteAsync(new CommandDefinition(remove, new { id, Node }, transaction, cancellationToken: ct));
        foreach (var agent in agents)
        {
            var values = new { Node, agent.Id, agent.Name, agent.PasswordHash, agent.PasswordMark };
            await connection.ExecuteAsync(new CommandDefinition(endSessions, values, transaction, cancellationToken: ct));
            await connection.ExecuteAsync(new CommandDefinition(upsert, values, transaction, cancellationToken: ct));
        }

        await transaction.CommitAsync(ct);
    }

    public async Task SaveSessionAsync(SessionRow session, CancellationToken ct = default)
    {
        const string sql = """
            insert into sessions (node, token_hash, agent, sip_user, ready, created, last_seen, expires, pause_reason, paused_at)
            values (@Node, @TokenHash, @Agent, @SipUser, @Ready, @Created, @LastSeen, @Expires, @PauseReason, @PausedAt)
            on conflict (token_hash) do update set
                sip_user = excluded.sip_user, ready = excluded.ready, pause_reason = excluded.pause_reason, paused_at = excluded.paused_at,
                last_seen = excluded.last_seen, expires = excluded.expires
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, new
        {
            Node, session.TokenHash, session.Agent, session.SipUser, session.Ready, session.Created, session.LastSeen, session.Expires, session.PauseReason, session.PausedAt,
        }, cancellationToken: ct));
    }

    public async Task DeleteSessionAsync(string tokenHash, CancellationToken ct = default)
    {
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            "delete from sessions where token_hash = @tokenHash", new { tokenHash }, cancellationToken: ct));
    }

    public async Task<IReadOnlyList<SessionRow>> SessionsAsync(DateTimeOffset now, CancellationToken ct = default)
    {
        const string sql = """
            select token_hash, agent, sip_user, ready, created, last_seen, expires, pause_reason, paused_at
            from sessions where node = @Node order by created, token_hash
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition("delete from sessions where expires <= @now", new { now }, cancellationToken: ct));
        var rows = await connection.QueryAsync<SessionColumns>(new CommandDefinition(sql, new { Node }, cancellationToken: ct));
        return [.. rows.Select(row => row.ToRow())];
    }

    public async Task SaveCallAsync(CallRecord call, CancellationToken ct = default)
    {
        const string sql = """
            insert into calls (
                id, direction, state, line_id, line_number, line_name, customer_name, customer_number, customer_user_id,
                wacid, agent, offered_to, arrived_at, offered_at, answered_at, ended_at,
                outcome_what, outcome_whose, outcome_sentence, sip_status, detail)
            values (
                @Id, @Direction, @State, @LineId, @LineNumber, @LineName, @CustomerName, @CustomerNumber, @CustomerUserId,
                @Wacid, @Agent, @OfferedTo, @ArrivedAt, @OfferedAt, @AnsweredAt, @EndedAt,
                @OutcomeWhat, @OutcomeWhose, @OutcomeSentence, @SipStatus, @Detail)
            on conflict (id) do update set
                direction = excluded.direction, state = excluded.state, line_id = excluded.line_id,
                line_number = excluded.line_number, line_name = excluded.line_name,
                customer_name = excluded.customer_name, customer_number = excluded.customer_number,
                customer_user_id = excluded.customer_user_id, agent = excluded.agent,
                wacid = coalesce(excluded.wacid, calls.wacid), -- of a call that we placed only Meta's webhook knows it
                offered_to = excluded.offered_to, arrived_at = excluded.arrived_at, offered_at = excluded.offered_at,
                answered_at = excluded.answered_at, ended_at = excluded.ended_at, outcome_what = excluded.outcome_what,
                outcome_whose = excluded.outcome_whose, outcome_sentence = excluded.outcome_sentence,
                sip_status = excluded.sip_status, detail = coalesce(excluded.detail, calls.detail)
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, CallColumns.Of(call), cancellationToken: ct));
    }

    public async Task<IReadOnlyList<CallRecord>> OpenCallsAsync(CancellationToken ct = default)
    {
        var sql = $"{CallsWithWhatsApp} where calls.ended_at is null and {IsOurs("calls.id")} order by arrived_at, id";
        await using var connection = await Database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<CallColumns>(new CommandDefinition(sql, new { Node }, cancellationToken: ct));
        return [.. rows.Select(row => row.ToRecord())];
    }

    public async Task<IReadOnlyList<CallRecord>> HistoryAsync(
        int limit, DateTimeOffset? before = null, string? agent = null, CancellationToken ct = default)
    {
        // Ids of agents are small letters, digits and dashes, so an id in quotes matches in the JSON list as a whole word.
        var sql = $"""
            {CallsWithWhatsApp} where calls.ended_at is not null
            {(before is null ? "" : "and arrived_at < @before")}
            {(agent is null ? "" : "and (agent = @agent or offered_to like '%\"' || @agent || '\"%')")}
            order by arrived_at desc, id desc limit @limit
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<CallColumns>(
            new CommandDefinition(sql, new { before, agent, limit }, cancellationToken: ct));
        return [.. rows.Select(row => row.ToRecord())];
    }

    /// <summary>Ids of calls begin with their ringway. Where there is only one, all are its own, whatever it was called.</summary>
    private string IsOurs(string call) => IsShared ? $"substr({call}, 1, length(@Node) + 1) = @Node || '-'" : "1 = 1";

    public virtual async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private sealed class SessionColumns
    {
        public string TokenHash { get; init; } = "";
        public string Agent { get; init; } = "";
        public string? SipUser { get; init; }
        public bool Ready { get; init; }
        public DateTimeOffset Created { get; init; }
        public DateTimeOffset LastSeen { get; init; }
        public DateTimeOffset Expires { get; init; }
        public string? PauseReason { get; init; }
        public DateTimeOffset? PausedAt { get; init; }

        public SessionRow ToRow() => new(TokenHash, Agent, SipUser, Ready, Created, LastSeen, Expires, PauseReason, PausedAt);
    }

    /// <summary>The columns of a call, flat.</summary>
    private sealed partial class CallColumns
    {
        public string Id { get; init; } = "";
        public string Direction { get; init; } = "";
        public string State { get; init; } = "";
        public string LineId { get; init; } = "";
        public string LineNumber { get; init; } = "";
        public string LineName { get; init; } = "";
        public string? CustomerName { get; init; }
        public string? CustomerNumber { get; init; }
        public string? CustomerUserId { get; init; }
        public string? Wacid { get; init; }
        public string? Agent { get; init; }
        public string OfferedTo { get; init; } = "[]";
        public DateTimeOffset ArrivedAt { get; init; }
        public DateTimeOffset? OfferedAt { get; init; }
        public DateTimeOffset? AnsweredAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
        public string? OutcomeWhat { get; init; }
        public string? OutcomeWhose { get; init; }
        public string? OutcomeSentence { get; init; }
        public int? SipStatus { get; init; }
        public string? Detail { get; init; }

        public static CallColumns Of(CallRecord call) => new()
        {
            Id = call.Id,
            Direction = call.Direction == Calls.Direction.Inbound ? "inbound" : "outbound",
            State = call.State,
            LineId = call.Line.Id,
            LineNumber = call.Line.Number.E164,
            LineName = call.Line.Name,
            CustomerName = call.Customer.Name,
            CustomerNumber = call.Customer.Number?.E164,
            CustomerUserId = call.Customer.UserId,
            Wacid = call.Wacid,
            Agent = call.Agent,
            OfferedTo = JsonSerializer.Serialize(call.OfferedTo),
            ArrivedAt = call.ArrivedAt,
            OfferedAt = call.OfferedAt,
            AnsweredAt = call.AnsweredAt,
            EndedAt = call.EndedAt,
            OutcomeWhat = call.Outcome?.What,
            OutcomeWhose = call.Outcome?.Whose,
            OutcomeSentence = call.Outcome?.Sentence,
            SipStatus = call.Outcome?.Sip,
            Detail = call.Detail,
        };

        public CallRecord ToRecord() => new()
        {
            Id = Id,
            Direction = Direction == "inbound" ? Calls.Direction.Inbound : Calls.Direction.Outbound,
            State = State,
            Line = new LineFact(LineId, PhoneNumber.Parse(LineNumber), LineName),
            Customer = new CustomerFact(
                CustomerName, CustomerNumber is null ? null : PhoneNumber.Parse(CustomerNumber), CustomerUserId),
            Wacid = Wacid,
            Agent = Agent,
            OfferedTo = JsonSerializer.Deserialize<ImmutableArray<string>>(OfferedTo),
            ArrivedAt = ArrivedAt,
            OfferedAt = OfferedAt,
            AnsweredAt = AnsweredAt,
            EndedAt = EndedAt,
            Outcome = OutcomeWhat is null
                ? null : new OutcomeFact(OutcomeWhat, OutcomeWhose ?? "unknown", OutcomeSentence ?? "", SipStatus),
            Detail = DetailWithWhatsApp(),
            Recording = Recording,
        };
    }

    /// <summary>A point in time: <c>timestamptz</c> in PostgreSQL, microseconds since 1970 in SQLite; both to the microsecond.</summary>
    private sealed class TimeColumn : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
            parameter.Value = parameter is Npgsql.NpgsqlParameter
                ? value.UtcDateTime
                : (value - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

        public override DateTimeOffset Parse(object value) => value switch
        {
            DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
            long microseconds => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond),
            _ => throw new DataException(string.Create(CultureInfo.InvariantCulture, $"A time came as {value.GetType()}.")),
        };
    }
}
