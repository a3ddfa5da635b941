using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Store;

namespace Ringway.WhatsApp.Webhooks;

/// <summary>
/// Works off the spool: bodies are taken apart, events put into the order of their own time, doubles left out, the rest carried out
/// and remembered. When the store is away everything waits and is tried again.
/// </summary>
public sealed partial class WebhookSorter(WebhookSpool spool, ICallStore store, WebhookEffects effects, TimeProvider time, ILogger<WebhookSorter> log)
    : BackgroundService
{
    /// <summary>Meta sends again for up to seven days (Meta, "Webhooks", read 2026-06-24); one more for clocks.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(8);

    /// <summary>Rare, and asked for by the doctor long afterwards.</summary>
    private static readonly string[] Kept = ["account_update", "account_settings_update"];

    /// <summary>Bodies that are put into order together; what waited while the store was away comes in rounds of this size.</summary>
    private const int MostTogether = 500;

    private static readonly TimeSpan AfterAFault = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAround = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Forgetting = TimeSpan.FromHours(1);

    private DateTimeOffset _lookedAt;
    private DateTimeOffset _forgotAt;
    private int _failed;

    /// <summary>Events that could not be carried out though the store was well; their bodies are kept.</summary>
    public int Failed => Volatile.Read(ref _failed);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (spool.Damage > 0) Log.Damage(log, spool.Damage);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await spool.WaitAsync(LookAround, time, stoppingToken);
                await WorkOffAsync(stoppingToken);
                await LookAroundAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return; // What waits is on the disk.
            }
            catch (Exception fault)
            {
                // Without this loop nothing that Meta says would be heard any more.
                Log.Stuck(log, fault, spool.Waiting);
                await Task.Delay(AfterAFault, time, stoppingToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    /// <summary>Everything that waits now.</summary>
    public async Task WorkOffAsync(CancellationToken ct)
    {
        while (spool.Peek(MostTogether) is { Count: > 0 } bodies)
        {
            var events = bodies
                .SelectMany(body => WebhookParser.Read(body.Body, body.Arrived).Select(happened => (Event: happened, Body: body)))
                .OrderBy(one => one.Event.Head.At); // and as they came within a second: Meta tells whole seconds
            foreach (var (happened, body) in events) await TakeInAsync(happened, body, ct);
            await spool.DoneAsync(bodies.Count);
        }
    }

    private async Task TakeInAsync(WebhookEvent happened, SpooledWebhook body, CancellationToken ct)
    {
        var refused = await store.PersevereAsync(() => CarryOutAsync(happened, body, ct), fault => Log.Waits(log, fault.Message, spool.Waiting), time, ct);
        if (refused is null) return;
        Interlocked.Increment(ref _failed);
        spool.PutAside("refused", body.Body);
        Log.Refused(log, refused, happened.Head.Field, happened.Head.Kind, happened.Head.Key);
    }

    private async Task CarryOutAsync(WebhookEvent happened, SpooledWebhook body, CancellationToken ct)
    {
        if (await store.HasWebhookAsync(happened.Head.Key, ct)) return;
        // First the effect, then the remembering: a kill between the two repeats the effect, which does no harm.
        var ours = await effects.ApplyAsync(happened, ct);
        await store.SaveWebhookAsync(Row(happened, body.Arrived, ours), ct);
    }

    private async Task LookAroundAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (now - _lookedAt < LookAround) return;
        try
        {
            await effects.RecordUnseenAsync(ct);
            _lookedAt = now;
            if (now - _forgotAt < Forgetting) return;
            await store.ForgetWebhooksAsync(now - Remembered, Kept, ct);
            _forgotAt = now;
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            Log.Waits(log, fault.Message, spool.Waiting);
        }
    }

    private static WebhookRow Row(WebhookEvent happened, DateTimeOffset arrived, bool ours)
    {
        var head = happened.Head;
        var body = happened switch
        {
            WebhookEvent.Unknown unknown => unknown.Json,
            WebhookEvent.AccountChanged account => account.Json,
            WebhookEvent.SettingsChanged settings => settings.Json,
            _ => null,
        };
        return new WebhookRow(head.Key, head.Field, ours ? head.Kind : $"{head.Kind} of another number", happened is not WebhookEvent.Unknown && ours, head.At, arrived, body);
    }

    private static partial class Log
    {
        [LoggerMessage(5105, LogLevel.Warning, "The store does not answer ({Why}); {Waiting} webhooks wait on the disk and are worked off when it does.")]
        public static partial void Waits(ILogger log, string why, int waiting);

        [LoggerMessage(5106, LogLevel.Error, "A webhook cannot be carried out though the store is well; {Field} {Kind} {Key} is left out; its delivery is in webhooks/refused.")]
        public static partial void Refused(ILogger log, Exception fault, string field, string kind, string key);

        [LoggerMessage(5107, LogLevel.Error, "Webhooks are not worked off; {Waiting} wait. It is tried again.")]
        public static partial void Stuck(ILogger log, Exception fault, int waiting);

        [LoggerMessage(5108, LogLevel.Warning, "{Bytes} bytes at the end of the webhook spool are no whole record, as after a kill; Meta delivers what was not answered. They are in webhooks/damaged.")]
        public static partial void Damage(ILogger log, long bytes);
    }
}
