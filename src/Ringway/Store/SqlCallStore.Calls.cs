using System.Runtime.CompilerServices;
using Dapper;

namespace Ringway.Store;

public abstract partial class SqlCallStore
{
    /// <summary>Calls that are read at a time; between two pages no connection is held, however slow the reader is.</summary>
    private const int CallsPerPage = 500;

    public async Task<CallRecord?> FindCallAsync(string id, CancellationToken ct = default)
    {
        const string sql = CallsWithWhatsApp + " where calls.id = @id";
        await using var connection = await Database.OpenConnectionAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<CallColumns>(new CommandDefinition(sql, new { id }, cancellationToken: ct));
        return row?.ToRecord();
    }

    public async IAsyncEnumerable<CallRecord> CallsBetweenAsync(
        DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken ct = default)
    {
        // Every id is greater than none.
        for (var (at, id) = (from, ""); ;)
        {
            var page = await PageAsync(at, id, to, ct);
            foreach (var call in page) yield return call;
            if (page.Count < CallsPerPage) yield break;
            (at, id) = (page[^1].ArrivedAt, page[^1].Id);
        }
    }

    private async Task<List<CallRecord>> PageAsync(DateTimeOffset at, string id, DateTimeOffset to, CancellationToken ct)
    {
        const string sql = """
            select id, direction, state, line_id, line_number, line_name, customer_name, customer_number, customer_user_id,
                wacid, agent, offered_to, arrived_at, offered_at, answered_at, ended_at, outcome_what, outcome_whose, outcome_sentence, sip_status
            from calls where ended_at is not null and (arrived_at, id) > (@at, @id) and arrived_at < @to
            order by arrived_at, id limit @limit
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<CallColumns>(
            new CommandDefinition(sql, new { at, id, to, limit = CallsPerPage }, cancellationToken: ct));
        return [.. rows.Select(row => row.ToRecord())];
    }
}
