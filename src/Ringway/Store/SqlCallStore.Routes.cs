using Dapper;

namespace Ringway.Store;

public abstract partial class SqlCallStore
{
    public async Task<bool> SaveRoutesAsync(RoutesRow routes, long before, CancellationToken ct = default)
    {
        // Of two who insert at the same time the second finds the first's row, which is not what it began from.
        const string insert = "insert into routes (line, rules, version, by_agent, at) values (@Line, @Rules, @Version, @By, @At) on conflict (line) do nothing";
        const string update = "update routes set rules = @Rules, version = @Version, by_agent = @By, at = @At where line = @Line and version = @before";
        await using var connection = await Database.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            before == 0 ? insert : update, new { routes.Line, routes.Rules, routes.Version, routes.By, routes.At, before }, cancellationToken: ct)) == 1;
    }

    public async Task<bool> RemoveRoutesAsync(string line, long before, CancellationToken ct = default)
    {
        await using var connection = await Database.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            "delete from routes where line = @line and version = @before", new { line, before }, cancellationToken: ct)) == 1;
    }

    public async Task<IReadOnlyList<RoutesRow>> RoutesAsync(CancellationToken ct = default)
    {
        const string sql = "select line, rules, version, by_agent, at from routes order by line";
        await using var connection = await Database.OpenConnectionAsync(ct);
        return [.. (await connection.QueryAsync<RoutesColumns>(new CommandDefinition(sql, cancellationToken: ct))).Select(row => row.ToRow())];
    }

    private sealed class RoutesColumns
    {
        public string Line { get; init; } = "";
        public string Rules { get; init; } = "";
        public long Version { get; init; }
        public string ByAgent { get; init; } = "";
        public DateTimeOffset At { get; init; }

        public RoutesRow ToRow() => new(Line, Rules, Version, ByAgent, At);
    }
}
