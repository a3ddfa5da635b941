using System.Data.Common;
using System.Globalization;
using Dapper;
using DbUp;
using Npgsql;

namespace Ringway.Store;

/// <summary>The store in PostgreSQL: for those who run one anyway, and for several machines.</summary>
public sealed class PostgresCallStore(string connection, string node = "n1") : SqlCallStore
{
    /// <summary>Any number that nobody else locks; two machines starting at once migrate one after the other.</summary>
    private const long MigrationLock = 0x52494E47574159; // "RINGWAY"

    /// <summary>Another one: whoever changes seats does so alone.</summary>
    private const long SeatsLock = MigrationLock + 1;

    /// <summary>A listener hears nothing for hours; so often it is asked whether the connection still stands.</summary>
    private const int KeepAliveSeconds = 10;

    /// <summary>What <c>tell_ringways()</c> notifies.</summary>
    private const string NewsChannel = "ringway";

    public override bool IsShared => true;

    protected override string Node => node;

    protected override string SeatsOneAtATime { get; } = string.Create(CultureInfo.InvariantCulture, $"select pg_advisory_xact_lock({SeatsLock});\n");

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

    public override async Task ListenAsync(Func<string?, Task> heard, CancellationToken ct)
    {
        var own = new NpgsqlConnectionStringBuilder(connection) { KeepAlive = KeepAliveSeconds, Pooling = false };
        await using var listener = new NpgsqlConnection(own.ConnectionString);
        await listener.OpenAsync(ct);
        Queue<string> news = new();
        listener.Notification += (_, told) => news.Enqueue(told.Payload);
        await listener.ExecuteAsync(new CommandDefinition($"listen {NewsChannel}", cancellationToken: ct));
        await heard(null);
        while (true)
        {
            while (news.TryDequeue(out var table)) await heard(table);
            await listener.WaitAsync(ct);
        }
    }
}
