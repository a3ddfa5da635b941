using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.News;

/// <summary>
/// Hears what happens to calls and puts it into the outbox, for each webhook that wants it. Hearing returns at once; one writer
/// saves behind the calls and waits when the store is away, as the journal does.
/// </summary>
public sealed partial class NewsWriter(
    CallBoard board, CallJournal journal, ICallStore store, NewsPost post, RingwayOptions options, TimeProvider time,
    ILogger<NewsWriter> log) : IHostedService, IDisposable
{
    /// <summary>How long an event waits for others, to share a commit with them; see <see cref="CallJournal"/>.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    // Only touched under the board's lock.
    private readonly Dictionary<string, CallView> _before = [];

    // Unbounded on purpose, as the journal's: an event is about a kilobyte, and none may be lost.
    private readonly Channel<Heard> _heard = Channel.CreateUnbounded<Heard>(new() { SingleReader = true });
    private readonly CancellationTokenSource _hurry = new();
    private readonly CancellationTokenSource _giveUp = new();
    private Task _writer = Task.CompletedTask;
    private int _depth;

    /// <param name="Written">Somebody waits until all before this is saved; then there is no event.</param>
    private readonly record struct Heard(NewsKind Kind, DateTimeOffset At, CallView? Call, TaskCompletionSource? Written = null);

    /// <summary>Events that wait to be saved.</summary>
    public int Depth => Volatile.Read(ref _depth);

    /// <summary>From before the first call can be told. Without webhooks nothing is heard.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Webhooks.IsEmpty) return Task.CompletedTask;
        board.Changed += Take;
        _writer = Task.Run(() => WriteAllAsync(_giveUp.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>What is told of a recording, to be saved together with it; written when the end of its call is safely told.</summary>
    public async Task<ImmutableArray<OutboxRow>> RecordedAsync(CallId call, RecordingFact recording, CancellationToken ct)
    {
        if (!post.IsWanted(NewsKind.Recorded)) return [];
        await Task.WhenAll(journal.WrittenAsync(ct), WrittenAsync(ct));
        return await store.FindCallAsync(call.Value, ct) is { } record
            ? post.Write(NewsKind.Recorded, time.GetUtcNow(), CallView.From(record) with { Recorded = recording }) : [];
    }

    /// <summary>Saves what waits, for as long as the host allows.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        board.Changed -= Take;
        _heard.Writer.TryComplete();
        await _hurry.CancelAsync();
        await using var stop = cancellationToken.Register(_giveUp.Cancel);
        await _writer;
        if (Depth > 0) Log.Unsaved(log, Depth);
    }

    public void Dispose()
    {
        _hurry.Dispose();
        _giveUp.Dispose();
    }

    private void Take(CallView call)
    {
        var news = CallNews.Between(_before.GetValueOrDefault(call.Id), call);
        if (call.IsOver) _before.Remove(call.Id);
        else _before[call.Id] = call;
        foreach (var kind in news)
        {
            Interlocked.Increment(ref _depth);
            if (!_heard.Writer.TryWrite(new(kind, time.GetUtcNow(), call))) Interlocked.Decrement(ref _depth);
        }
    }

    /// <summary>All that was heard before is saved then.</summary>
    private Task WrittenAsync(CancellationToken ct)
    {
        if (Depth == 0) return Task.CompletedTask;
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _heard.Writer.TryWrite(new(default, default, null, written)) ? written.Task.WaitAsync(ct) : _writer;
    }

    private async Task WriteAllAsync(CancellationToken ct)
    {
        try
        {
            while (await _heard.Reader.WaitToReadAsync(ct))
            {
                await Task.Delay(Gathering, time, _hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                var all = new List<Heard>();
                while (_heard.Reader.TryRead(out var news)) all.Add(news);
                var rows = all.SelectMany(news => news.Call is { } call ? post.Write(news.Kind, news.At, call) : []).ToList();
                if (rows.Count > 0) await SaveAsync(rows, ct);
                Interlocked.Add(ref _depth, -all.Count(news => news.Call is not null));
                foreach (var news in all) news.Written?.TrySetResult();
                post.Posted(rows);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host's patience ended; StopAsync says how many are left.
        }
    }

    private async Task SaveAsync(List<OutboxRow> rows, CancellationToken ct)
    {
        if (await store.PersevereAsync(() => store.AddToOutboxAsync(rows, ct), fault => Log.Away(log, fault.Message, Depth), time, ct) is { } refused)
            Log.Refused(log, refused, rows.Count);
    }

    private static partial class Log
    {
        [LoggerMessage(5401, LogLevel.Warning, "The store does not answer ({Why}); {Depth} events of calls wait for their webhooks and will be saved when it does.")]
        public static partial void Away(ILogger log, string why, int depth);

        [LoggerMessage(5402, LogLevel.Error, "The store refuses {Count} events for webhooks though it is well; they are left out.")]
        public static partial void Refused(ILogger log, Exception fault, int count);

        [LoggerMessage(5403, LogLevel.Error, "{Depth} events for webhooks could not be saved before ringway ended.")]
        public static partial void Unsaved(ILogger log, int depth);
    }
}
