using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ringway.Agents;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.News;

/// <summary>
/// Hears what happens to calls and puts it into the outbox, for each webhook that wants it. Hearing returns at once; one writer
/// saves behind the calls and waits when the store is away, as the journal does.
/// </summary>
public sealed partial class NewsWriter(
    CallBoard board, ICallStore store, NewsSender sender, RingwayOptions options, IOptions<JsonOptions> json, TimeProvider time,
    ILogger<NewsWriter> log) : IHostedService, IDisposable
{
    /// <summary>How long a webhook may be away before an event for it is dead.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>How long an event waits for others, to share a commit with them; see <see cref="CallJournal"/>.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    // Only touched under the board's lock.
    private readonly Dictionary<string, CallView> _before = [];

    // Unbounded on purpose, as the journal's: an event is about a kilobyte, and none may be lost.
    private readonly Channel<(CallNewsKind Kind, DateTimeOffset At, CallView Call)> _heard =
        Channel.CreateUnbounded<(CallNewsKind, DateTimeOffset, CallView)>(new() { SingleReader = true });
    private readonly CancellationTokenSource _hurry = new();
    private readonly CancellationTokenSource _giveUp = new();
    private Task _writer = Task.CompletedTask;
    private int _depth;

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
            if (!_heard.Writer.TryWrite((kind, time.GetUtcNow(), call))) Interlocked.Decrement(ref _depth);
        }
    }

    private async Task WriteAllAsync(CancellationToken ct)
    {
        try
        {
            while (await _heard.Reader.WaitToReadAsync(ct))
            {
                await Task.Delay(Gathering, time, _hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                var (rows, count) = (new List<OutboxRow>(), 0);
                for (; _heard.Reader.TryRead(out var news); count++) rows.AddRange(Rows(news.Kind, news.At, news.Call));
                if (rows.Count > 0) await SaveAsync(rows, ct);
                Interlocked.Add(ref _depth, -count);
                foreach (var endpoint in rows.Select(row => row.Endpoint).Distinct()) sender.Wake(endpoint);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host's patience ended; StopAsync says how many are left.
        }
    }

    private IEnumerable<OutboxRow> Rows(CallNewsKind kind, DateTimeOffset at, CallView call)
    {
        foreach (var hook in options.Webhooks.Where(hook => hook.Wants(kind)))
        {
            var id = Guid.CreateVersion7(at).ToString("N");
            var body = JsonSerializer.Serialize(new NewsBody(id, kind, at, call), json.Value.SerializerOptions);
            yield return new(id, options.Node, hook.Id, call.Id, Word(kind), body, at, at, at + Lifetime);
        }
    }

    private async Task SaveAsync(List<OutboxRow> rows, CancellationToken ct)
    {
        if (await store.PersevereAsync(() => store.AddToOutboxAsync(rows, ct), fault => Log.Away(log, fault.Message, Depth), time, ct) is { } refused)
            Log.Refused(log, refused, rows.Count);
    }

    private static string Word(CallNewsKind kind) => OptionsReader.Camel(kind.ToString());

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

/// <summary>What a webhook of the operator's is sent.</summary>
/// <param name="Id">The same on each try.</param>
/// <param name="At">When it happened.</param>
/// <param name="Call">The call then, as the API gives it.</param>
public sealed record NewsBody(string Id, CallNewsKind Type, DateTimeOffset At, CallView Call);
