using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Agents;
using Ringway.Calls;

namespace Ringway.WhatsApp.Permissions;

/// <summary>
/// What the book hears besides webhooks: the time, because Meta says nothing when a permission runs out, and the calls, which
/// are told here after the fact and never wait for it.
/// </summary>
public sealed partial class PermissionClock(PermissionBook book, CallBoard board, ICallPermissionSource meta, TimeProvider time, ILogger<PermissionClock> log)
    : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly Channel<CallView> _told = System.Threading.Channels.Channel.CreateUnbounded<CallView>(new() { SingleReader = true });

    /// <summary>From before the first call can be told.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        board.Changed += Take;
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        board.Changed -= Take;
        await base.StopAsync(cancellationToken);
    }

    /// <summary>What a call means for the permission; a call that says nothing new is told again and does no harm.</summary>
    public static IEnumerable<PermissionEvent> Meaning(CallView call)
    {
        if (call.Direction == Direction.Inbound)
        {
            yield return new PermissionEvent.UserCame(call.ArrivedAt);
            if (call.AnsweredAt is { } answered) yield return new PermissionEvent.CallAnswered(answered, Ours: false);
            yield break;
        }

        if (call.AnsweredAt is { } at) yield return new PermissionEvent.CallAnswered(at, Ours: true);
        else if (call is { EndedAt: { } ended, Outcome.What: "noAnswer" or "declined" or "unreachable", Outcome.Whose: "customer" })
            yield return new PermissionEvent.CallMissed(ended);
        else if (call is { EndedAt: { } refused, Outcome.What: "noPermission" })
            yield return new PermissionEvent.CallRefused(refused);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(BeatAsync(stoppingToken), HearAsync(stoppingToken));

    private void Take(CallView call)
    {
        // Other states than these say nothing of permissions.
        if (call.State is "offered" or "arriving" or "talking" or "over" && meta.Knows(call.Line.Id)) _told.Writer.TryWrite(call);
    }

    private async Task BeatAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Beat, time);
        while (await timer.WaitForNextTickAsync(ct)) await book.TickAsync();
    }

    private async Task HearAsync(CancellationToken ct)
    {
        await foreach (var call in _told.Reader.ReadAllAsync(ct))
        {
            if (User(call) is not { } user) continue;
            foreach (var happened in Meaning(call)) await HearAsync(call, user, happened, ct);
        }
    }

    private async Task HearAsync(CallView call, WhatsAppUser user, PermissionEvent happened, CancellationToken ct)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await book.HearAsync(call.Line.Id, user, call.Customer.Number is null ? null : call.Customer.UserId, happened, ct);
                return;
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                if (isFirst) Log.Waits(log, call.Id, fault.Message);
                await Task.Delay(Beat, time, ct);
            }
        }
    }

    private static WhatsAppUser? User(CallView call) =>
        call.Customer.Number is { } number ? WhatsAppUser.Of(number) : WhatsAppUser.OfWebhook(null, call.Customer.UserId);

    private static partial class Log
    {
        [LoggerMessage(5206, LogLevel.Warning, "What call {Call} means for the user's permission cannot be saved ({Why}); it is tried again.")]
        public static partial void Waits(ILogger log, string call, string why);
    }
}
