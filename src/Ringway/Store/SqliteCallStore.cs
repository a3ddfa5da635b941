using System.Data.Common;
using Dapper;
using DbUp;
using Microsoft.Data.Sqlite;

namespace Ringway.Store;

/// <summary>The store in one file, the default: nothing to install, and enough for one machine.</summary>
public sealed class SqliteCallStore : SqlCallStore
{
    private readonly string _connection;

    public SqliteCallStore(string file)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) Directory.CreateDirectory(folder);
        _connection = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            ForeignKeys = true,
            DefaultTimeout = 5, // seconds that a write waits for another; ours take well under a millisecond
        }.ConnectionString;
        Database = SqliteFactory.Instance.CreateDataSource(_connection);
    }

    protected override DbDataSource Database { get; }

    public override bool IsShared => false;

    protected override string Node => "";

    protected override string SeatsOneAtATime => "select 1;\n"; // the file has one writer at a time anyway

    public override Task ListenAsync(Func<string?, Task> heard, CancellationToken ct) =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);

    public override async Task MigrateAsync(CancellationToken ct = default)
    {
        await using (var connection = await Database.OpenConnectionAsync(ct))
        {
            // Readers do not wait for the writer, and a crash loses nothing that was committed. Stays with the file.
            await connection.ExecuteAsync(new CommandDefinition("pragma journal_mode = wal", cancellationToken: ct));
        }

        Migrations.Run(DeployChanges.To.SqliteDatabase(_connection), "Sqlite");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        // Pooled connections keep the file open; nobody could remove or move it.
        using var connection = new SqliteConnection(_connection);
        SqliteConnection.ClearPool(connection);
    }
}
