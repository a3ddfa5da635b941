using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ringway.Store;

/// <summary>
/// Writes call records behind the calls: <see cref="Write"/> returns at once, one writer saves them in order, and waits
/// when the store is away. No call ever waits for a database. Of several states of one call that wait, the newest is saved.
/// </summary>
public sealed partial class CallJournal(ICallStore store, TimeProvider time, ILogger<CallJournal> logger) : IHostedService, IDisposable
{
    /// <summary>
    /// How long a record waits for the next one of its call. A call arrives and is offered within a millisecond, and each write is a
    /// commit that the disk must confirm: they were a third of what a call costs us (docs/performance.md). What a power cut may
    /// take is a tenth of a second of history; the calls themselves are in Asterisk.
    /// </summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    // Unbounded on purpose: a record is about a kilobyte, and none may be lost. The depth is a metric.
    private readonly Channel<Entry> _queue = Channel.CreateUnbounded<Entry>(new() { SingleReader = true });
    private readonly CancellationTokenSource _hurry = new();
    private readonly CancellationTokenSource _giveUp = new();
    private Task _writer = Task.CompletedTask;
    private int _depth;

    /// <param name="Written">Somebody waits until all before this is saved; then there is no record.</param>
    private readonly record struct Entry(CallRecord? Call, Func<string?>? Detail = null, TaskCompletionSource? Written = null);

    /// <summary>Records that wait to be saved.</summary>
    public int Depth => Volatile.Read(ref _depth);

    /// <summary>Takes the record; it will be saved after all that were taken before it.</summary>
    /// <param name="detail">Asked when the record's turn has come, on the writer's time and not on the call's.</param>
    public void Write(CallRecord call, Func<string?>? detail = null)
    {
        Interlocked.Increment(ref _depth);
        if (_queue.Writer.TryWrite(new(call, detail))) return;
        Interlocked.Decrement(ref _depth);
        Log.TooLate(logger, call.Id);
    }

    /// <summary>All that was taken before is saved then.</summary>
    public Task WrittenAsync(CancellationToken ct)
    {
        if (Depth == 0) return Task.CompletedTask;
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _queue.Writer.TryWrite(new(null, Written: written)) ? written.Task.WaitAsync(ct) : _writer;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writer = Task.Run(() => WriteAllAsync(_giveUp.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Saves what waits, for as long as the host allows.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        await _hurry.CancelAsync();
        await using var stop = cancellationToken.Register(_giveUp.Cancel);
        await _writer;
        if (Depth > 0) Log.Unsaved(logger, Depth);
    }

    public void Dispose()
    {
        _hurry.Dispose();
        _giveUp.Dispose();
    }

    private async Task WriteAllAsync(CancellationToken ct)
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(ct))
            {
                await Task.Delay(Gathering, time, _hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                var waiting = new List<TaskCompletionSource>();
                foreach (var (call, detail, states) in TakeAll(waiting))
                {
                    await SaveAsync(detail is null ? call : call with { Detail = detail() }, ct);
                    Interlocked.Add(ref _depth, -states);
                }

                foreach (var written in waiting) written.TrySetResult();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host's patience ended; StopAsync says how many are left.
        }
    }

    /// <summary>The newest state of each call that waits, in the order in which those came, and how many states it stands for.</summary>
    /// <param name="waiting">Takes those who wait for these.</param>
    private List<(CallRecord Call, Func<string?>? Detail, int States)> TakeAll(List<TaskCompletionSource> waiting)
    {
        var (newest, count) = (new List<(CallRecord Call, Func<string?>? Detail)>(), new Dictionary<string, int>());
        while (_queue.Reader.TryRead(out var next))
        {
            if (next.Written is { } written) waiting.Add(written);
            if (next.Call is not { } call) continue;
            newest.Add((call, next.Detail));
            count[call.Id] = count.GetValueOrDefault(call.Id) + 1;
        }

        newest.Reverse();
        var saved = newest.DistinctBy(one => one.Call.Id).Select(one => (one.Call, one.Detail, count[one.Call.Id])).ToList();
        saved.Reverse();
        return saved;
    }

    private async Task SaveAsync(CallRecord call, CancellationToken ct)
    {
        if (await store.PersevereAsync(() => store.SaveCallAsync(call, ct), fault => Log.Away(logger, fault.Message, Depth), time, ct) is { } refused)
            Log.Refused(logger, refused, call.Id);
    }

    private static partial class Log
    {
        [LoggerMessage(4201, LogLevel.Warning, "The store does not answer ({Why}); {Depth} call records wait and will be saved when it does.")]
        public static partial void Away(ILogger logger, string why, int depth);

        [LoggerMessage(4202, LogLevel.Error, "The store refuses the record of call {Call} though it is well; the record is left out.")]
        public static partial void Refused(ILogger logger, Exception fault, string call);

        [LoggerMessage(4203, LogLevel.Error, "{Depth} call records could not be saved before ringway ended.")]
        public static partial void Unsaved(ILogger logger, int depth);

        [LoggerMessage(4204, LogLevel.Warning, "A record of call {Call} came after the journal was closed and is not saved.")]
        public static partial void TooLate(ILogger logger, string call);
    }
}
