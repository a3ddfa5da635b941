using System.Data.Common;
using Dapper;
using DbUp;
using Npgsql;

namespace Ringway.Store;

/// <summary>The store in PostgreSQL: for those who run one anyway, and for several machines.</summary>
public sealed class PostgresCallStore(string connection) : SqlCallStore
{
    /// <summary>Any number that nobody else locks; two machines starting at once migrate one after the other.</summary>
    private const long MigrationLock = 0x52494E47574159; // "RINGWAY"

    protected override DbDataSource Database { get; } = NpgsqlDataSource.Create(connection);

    public override async Task MigrateAsync(CancellationToken ct = default)
    {
        await using var holder = await Database.OpenConnectionAsync(ct);
        await holder.ExecuteAsync(new CommandDefinition("select pg_advisory_lock(@key)", new { key = MigrationLock }, cancellationToken: ct));
        try
        {
            Migrations.Run(DeployChanges.To.PostgresqlDatabase(connection), "Postgres");
        }
        finally
        {
            await holder.ExecuteAsync("select pg_advisory_unlock(@key)", new { key = MigrationLock });
        }
    }
}
