using System.Runtime.CompilerServices;
using Dapper;

namespace Ringway.Store;

public abstract partial class SqlCallStore
{
    private const int PermissionsPerPage = 1000;

    public async Task<PermissionRow?> FindPermissionAsync(string line, string user, CancellationToken ct = default)
    {
        const string sql = """
            select line, who, user_id, facts, changed_at from permissions
            where line = @line and (who = @user or user_id = @user) order by case when who = @user then 0 else 1 end limit 1
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<PermissionColumns>(new CommandDefinition(sql, new { line, user }, cancellationToken: ct));
        return row?.ToRow();
    }

    public async IAsyncEnumerable<PermissionRow> PermissionsAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        const string sql = """
            select line, who, user_id, facts, changed_at from permissions where (line, who) > (@line, @who) order by line, who limit @PermissionsPerPage
            """;
        for (var (line, who) = ("", ""); ;)
        {
            List<PermissionColumns> page;
            await using (var connection = await Database.OpenConnectionAsync(ct))
                page = [.. await connection.QueryAsync<PermissionColumns>(new CommandDefinition(sql, new { line, who, PermissionsPerPage }, cancellationToken: ct))];
            foreach (var row in page) yield return row.ToRow();
            if (page.Count < PermissionsPerPage) yield break;
            (line, who) = (page[^1].Line, page[^1].Who);
        }
    }

    public Task SavePermissionAsync(PermissionRow permission, IReadOnlyCollection<OutboxRow>? news = null, CancellationToken ct = default)
    {
        const string sql = """
            insert into permissions (line, who, user_id, facts, changed_at) values (@Line, @User, @UserId, @Facts, @ChangedAt)
            on conflict (line, who) do update set
                user_id = coalesce(excluded.user_id, permissions.user_id), facts = excluded.facts, changed_at = excluded.changed_at
            """;
        return WithNewsAsync(sql, permission, news ?? [], ct);
    }

    private sealed class PermissionColumns
    {
        public string Line { get; init; } = "";
        public string Who { get; init; } = "";
        public string? UserId { get; init; }
        public string Facts { get; init; } = "";
        public DateTimeOffset ChangedAt { get; init; }

        public PermissionRow ToRow() => new(Line, Who, UserId, Facts, ChangedAt);
    }
}
