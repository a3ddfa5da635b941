using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ringway.Store;

/// <summary>
/// Hears what other ringways on the same database change, and has whoever keeps it in memory read it again. After a gap everything is read again,
/// so nothing that was missed stays missed. A store of one's own has no news.
/// </summary>
public sealed partial class StoreWatch(ICallStore store, TimeProvider time, ILogger<StoreWatch> log) : BackgroundService
{
    /// <summary>How long to wait before each further try to listen; the last one repeats.</summary>
    private static readonly TimeSpan[] Waits = [.. new[] { 0.1, 0.5, 1, 2, 5 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    private readonly TaskCompletionSource _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableArray<(string Table, Func<CancellationToken, Task> ReadAgain)> _readers = [];

    /// <summary>Completes when changes are heard for the first time.</summary>
    public Task Listens => _listens.Task;

    /// <summary>
    /// Whoever keeps something of the store in memory says so here, and has given the table a trigger (Migrations/Postgres/0010_seats.sql). What this
    /// ringway has written itself is news, too.
    /// </summary>
    /// <param name="table">One of <see cref="StoreNews"/>.</param>
    /// <param name="readAgain">Reads what the store has now. One at a time; when it throws it is called again.</param>
    public void On(string table, Func<CancellationToken, Task> readAgain) =>
        ImmutableInterlocked.Update(ref _readers, readers => readers.Add((table, readAgain)));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var tries = 0; ;)
        {
            try
            {
                await store.ListenAsync(table =>
                {
                    if (table is null) tries = 0;
                    return ReadAgainAsync(table, stoppingToken);
                }, stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                if (tries == 1) Log.Deaf(log, fault.Message);
            }

            await Task.Delay(Waits[Math.Min(tries++, Waits.Length - 1)], time, stoppingToken);
        }
    }

    private async Task ReadAgainAsync(string? table, CancellationToken ct)
    {
        foreach (var reader in _readers.Where(reader => table is null || reader.Table == table)) await reader.ReadAgain(ct);
        if (table is null) _listens.TrySetResult();
    }

    private static partial class Log
    {
        [LoggerMessage(4211, LogLevel.Warning, "The store tells no news ({Why}); what other ringways change is known here when it does.")]
        public static partial void Deaf(ILogger log, string why);
    }
}
