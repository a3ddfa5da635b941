using Dapper;

namespace Ringway.Store;

public abstract partial class SqlCallStore
{
    public async Task SaveNightAsync(NightRow night, CancellationToken ct = default)
    {
        const string sql = """
            insert into nights (line, open, until, by_agent, at) values (@Line, @Open, @Until, @By, @At)
            on conflict (line) do update set open = excluded.open, until = excluded.until, by_agent = excluded.by_agent, at = excluded.at
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, night, cancellationToken: ct));
    }

    public async Task RemoveNightAsync(string line, CancellationToken ct = default)
    {
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition("delete from nights where line = @line", new { line }, cancellationToken: ct));
    }

    public async Task<IReadOnlyList<NightRow>> NightsAsync(CancellationToken ct = default)
    {
        const string sql = "select line, open, until, by_agent, at from nights order by line";
        await using var connection = await Database.OpenConnectionAsync(ct);
        return [.. (await connection.QueryAsync<NightColumns>(new CommandDefinition(sql, cancellationToken: ct))).Select(row => row.ToRow())];
    }

    private sealed class NightColumns
    {
        public string Line { get; init; } = "";
        public bool Open { get; init; }
        public DateTimeOffset? Until { get; init; }
        public string ByAgent { get; init; } = "";
        public DateTimeOffset At { get; init; }

        public NightRow ToRow() => new(Line, Open, Until, ByAgent, At);
    }
}
