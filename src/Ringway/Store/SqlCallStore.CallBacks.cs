using Dapper;

namespace Ringway.Store;

public abstract partial class SqlCallStore
{
    public async Task AddCallBackAsync(CallBackRow callBack, CancellationToken ct = default)
    {
        const string sql = """
            insert into call_backs (id, line, number, name, message, asked_at, taken_by, taken_at)
            values (@Id, @Line, @Number, @Name, @Message, @AskedAt, @TakenBy, @TakenAt)
            on conflict do nothing
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, CallBackColumns.Of(callBack), cancellationToken: ct));
    }

    public async Task<IReadOnlyList<CallBackRow>> CallBacksAsync(CancellationToken ct = default)
    {
        const string sql = """
            select id, line, number, name, message, asked_at, taken_by, taken_at,
                case when taken_on in (select node from nodes) then taken_on end as taken_on
            from call_backs order by asked_at, id
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        return [.. (await connection.QueryAsync<CallBackColumns>(new CommandDefinition(sql, cancellationToken: ct))).Select(row => row.ToRow())];
    }

    public async Task<bool> TakeCallBackAsync(string id, string agent, DateTimeOffset at, CancellationToken ct = default)
    {
        const string sql = "update call_backs set taken_by = @agent, taken_at = @at, taken_on = @Node where id = @id and taken_by is null";
        await using var connection = await Database.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(sql, new { id, agent, at, Node }, cancellationToken: ct)) > 0;
    }

    public async Task FreeCallBackAsync(string id, string agent, CancellationToken ct = default)
    {
        const string sql = "update call_backs set taken_by = null, taken_at = null, taken_on = null where id = @id and taken_by = @agent";
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, new { id, agent }, cancellationToken: ct));
    }

    public async Task<bool> RemoveCallBackAsync(string id, CancellationToken ct = default)
    {
        await using var connection = await Database.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition("delete from call_backs where id = @id", new { id }, cancellationToken: ct)) > 0;
    }

    private sealed class CallBackColumns
    {
        public string Id { get; init; } = "";
        public string Line { get; init; } = "";
        public string Number { get; init; } = "";
        public string? Name { get; init; }
        public bool Message { get; init; }
        public DateTimeOffset AskedAt { get; init; }
        public string? TakenBy { get; init; }
        public DateTimeOffset? TakenAt { get; init; }
        public string? TakenOn { get; init; }

        public static CallBackColumns Of(CallBackRow row) => new()
        {
            Id = row.Id, Line = row.Line, Number = row.Number.E164, Name = row.Name, Message = row.LeftMessage, AskedAt = row.AskedAt, TakenBy = row.TakenBy, TakenAt = row.TakenAt,
        };

        public CallBackRow ToRow() => new(Id, Line, PhoneNumber.Parse(Number), Name, AskedAt, TakenBy, TakenAt, Message, TakenOn);
    }
}
