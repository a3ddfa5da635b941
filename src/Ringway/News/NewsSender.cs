using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.News;

/// <summary>
/// Sends the outbox to the operator's webhooks. Each webhook has a loop of its own, so that a slow one holds up no other; the events
/// of one call, or about one user, go one after the other. Between tries it sleeps until something new is there or the next one is due.
/// </summary>
public sealed partial class NewsSender : BackgroundService
{
    /// <summary>How long a webhook may take to answer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait before each further try; the last one repeats.</summary>
    private static readonly TimeSpan[] Waits = [.. new[] { 1, 5, 30, 120, 600, 3600 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    /// <summary>How long dead events can be looked at and tried again.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    private static readonly TimeSpan WhenStoreIsAway = TimeSpan.FromSeconds(5);

    /// <summary>Calls, or users, whose events go to one webhook at the same time.</summary>
    private const int AtOnce = 8;

    private readonly ICallStore _store;
    private readonly RingwayOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<NewsSender> _log;
    private readonly HttpMessageInvoker _http;
    private readonly Dictionary<string, Channel<bool>> _bells;

    /// <param name="wire">For tests: what stands for the network.</param>
    public NewsSender(ICallStore store, RingwayOptions options, TimeProvider time, ILogger<NewsSender> log, HttpMessageHandler? wire = null)
    {
        (_store, _options, _time, _log) = (store, options, time, log);
        _bells = options.Webhooks.ToDictionary(
            hook => hook.Id, _ => Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }));
        // A redirect would carry users' numbers to where the operator has not said.
        _http = new(wire ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        });
    }

    /// <summary>There is something new for this webhook.</summary>
    public void Wake(string endpoint) => _bells.GetValueOrDefault(endpoint)?.Writer.TryWrite(true);

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TidyAsync(stoppingToken);
        await Task.WhenAll(_options.Webhooks.Select(hook => SendAllAsync(hook, stoppingToken)));
    }

    /// <summary>Webhooks that are not configured any more get nothing more.</summary>
    private async Task TidyAsync(CancellationToken ct)
    {
        try
        {
            var now = _time.GetUtcNow();
            await _store.ForgetDeadAsync(now - Remembered, ct);
            var killed = await _store.KillOutboxExceptAsync(
                _options.Node, [.. _options.Webhooks.Select(hook => hook.Id)], now, "This webhook is not configured any more.", ct);
            if (killed > 0) Log.NotConfigured(_log, killed);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            Log.Away(_log, fault.Message); // the next start does it
        }
    }

    private async Task SendAllAsync(WebhookOptions hook, CancellationToken ct)
    {
        var isWell = true;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var heads = await _store.OutboxHeadsAsync(_options.Node, hook.Id, AtOnce, ct);
                var now = _time.GetUtcNow();
                if (heads.Where(row => row.DueAt <= now).ToList() is not { Count: > 0 } due)
                {
                    await SleepAsync(_bells[hook.Id].Reader, heads is [var first, ..] ? first.DueAt - now : null, ct);
                    continue;
                }

                var errors = await Task.WhenAll(due.Select(row => SendAsync(hook, row, ct)));
                Tell(hook, errors.FirstOrDefault(error => error is not null), ref isWell);
            }
            catch (Exception) when (ct.IsCancellationRequested)
            {
                return; // What waits is in the store.
            }
            catch (Exception fault)
            {
                // Without this loop the webhook would be told nothing any more.
                Log.Away(_log, fault.Message);
                await Task.Delay(WhenStoreIsAway, _time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SleepAsync(ChannelReader<bool> bell, TimeSpan? longest, CancellationToken ct)
    {
        using var due = longest is { } wait ? new CancellationTokenSource(wait, _time) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, ct);
        Task rings = bell.WaitToReadAsync(either.Token).AsTask();
        await rings.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        bell.TryRead(out _);
    }

    /// <summary>One try.</summary>
    /// <returns>Why it was not taken; null when it was.</returns>
    private async Task<string?> SendAsync(WebhookOptions hook, OutboxRow row, CancellationToken ct)
    {
        var (isDone, error) = await TryAsync(hook, row, ct);
        if (isDone)
        {
            await _store.RemoveFromOutboxAsync(row.Id, ct);
            return null;
        }

        var now = _time.GetUtcNow();
        var failed = row with { Tries = row.Tries + 1, LastError = error };
        if (now < row.ExpiresAt)
        {
            var next = now + Waits[Math.Min(failed.Tries, Waits.Length) - 1];
            await _store.UpdateOutboxAsync(failed with { DueAt = next < row.ExpiresAt ? next : row.ExpiresAt }, ct);
            return error;
        }

        await _store.UpdateOutboxAsync(failed with { DeadAt = now }, ct);
        await _store.ForgetDeadAsync(now - Remembered, ct);
        Log.Dead(_log, row.Type, row.Masked, hook.Id, error!);
        return error;
    }

    private async Task<(bool IsDone, string? Error)> TryAsync(WebhookOptions hook, OutboxRow row, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            using var request = Request(hook, row);
            using var answer = await _http.SendAsync(request, either.Token);
            var status = (int)answer.StatusCode;
            return status is >= 200 and < 300 or 410 ? (true, null) : (false, string.Create(CultureInfo.InvariantCulture, $"HTTP {status}"));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (false, string.Create(CultureInfo.InvariantCulture, $"no answer within {Limit.TotalSeconds} s"));
        }
        catch (HttpRequestException fault)
        {
            // Of TLS the message only says that something inside says more.
            return (false, fault.HttpRequestError == HttpRequestError.SecureConnectionError ? fault.GetBaseException().Message : fault.Message);
        }
    }

    private HttpRequestMessage Request(WebhookOptions hook, OutboxRow row)
    {
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(row.Body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add("User-Agent", "Ringway");
        request.Headers.Add(NewsSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(NewsSignature.Header, NewsSignature.Of(hook.Secret.Reveal(), timestamp, row.Body));
        return request;
    }

    /// <summary>Once when it begins and once when it is over; the outbox has the rest.</summary>
    private void Tell(WebhookOptions hook, string? error, ref bool isWell)
    {
        if (error is not null && isWell) Log.Refuses(_log, hook.Id, error);
        else if (error is null && !isWell) Log.TakesAgain(_log, hook.Id);
        isWell = error is null;
    }

    private static partial class Log
    {
        [LoggerMessage(5411, LogLevel.Warning, "Webhook {Endpoint} does not take events ({Why}); they wait and are tried again for 24 hours.")]
        public static partial void Refuses(ILogger log, string endpoint, string why);

        [LoggerMessage(5412, LogLevel.Information, "Webhook {Endpoint} takes events again.")]
        public static partial void TakesAgain(ILogger log, string endpoint);

        [LoggerMessage(5413, LogLevel.Error, "The event '{Type}' of {About} is given up: webhook {Endpoint} has not taken it ({Why}). `GET /api/v1/outbox` shows it.")]
        public static partial void Dead(ILogger log, string type, string about, string endpoint, string why);

        [LoggerMessage(5414, LogLevel.Warning, "The outbox cannot be read or written ({Why}); webhooks are told when it can.")]
        public static partial void Away(ILogger log, string why);

        [LoggerMessage(5415, LogLevel.Warning, "{Count} events waited for webhooks that are not configured any more; they are given up.")]
        public static partial void NotConfigured(ILogger log, int count);
    }
}
