using Dapper;

namespace Ringway.Store;

public abstract partial class SqlCallStore
{
    public async Task<CallRecord?> FindCallAsync(string id, CancellationToken ct = default)
    {
        const string sql = CallsWithWhatsApp + " where calls.id = @id";
        await using var connection = await Database.OpenConnectionAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<CallColumns>(new CommandDefinition(sql, new { id }, cancellationToken: ct));
        return row?.ToRecord();
    }
}
