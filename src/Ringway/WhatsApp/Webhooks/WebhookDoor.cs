using Microsoft.Extensions.Logging;
using Ringway.Options;

namespace Ringway.WhatsApp.Webhooks;

/// <summary>Where Meta's webhooks arrive: is it Meta, and is it on the disk? What is in them is read later.</summary>
public sealed partial class WebhookDoor(WebhookSpool spool, RingwayOptions options, TimeProvider time, ILogger<WebhookDoor> log)
{
    /// <summary>Anybody may knock; one line a minute is enough to notice.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private DateTimeOffset _complainedAt;

    public WebhookDoorFacts Facts { get; private set; } = new(0, null, 0, null, null);

    /// <summary>Meta verifies the address: it shows the token that the operator entered there.</summary>
    public bool Verifies(string? mode, string? token)
    {
        var fits = WebhookSignature.IsVerifyToken(token, options.WhatsApp.Accounts) && mode == "subscribe";
        if (fits)
        {
            Change(facts => facts with { VerifiedAt = time.GetUtcNow() });
            Log.Verified(log);
        }
        else
        {
            Complain("its verify token is none of ours");
        }

        return fits;
    }

    /// <summary>True when the body is Meta's and is on the disk; false when it is not Meta's.</summary>
    /// <exception cref="IOException">It could not be written; Meta must send it again.</exception>
    public async Task<bool> TakeAsync(byte[] body, string? signature)
    {
        if (!WebhookSignature.IsGenuine(body, signature, options.WhatsApp.Accounts))
        {
            Complain("its signature fits none of our app secrets");
            return false;
        }

        var now = time.GetUtcNow();
        await spool.AppendAsync(body, now);
        Change(facts => facts with { Received = facts.Received + 1, ReceivedAt = now });
        return true;
    }

    private void Complain(string why)
    {
        var now = time.GetUtcNow();
        Change(facts => facts with { Refused = facts.Refused + 1, RefusedAt = now });
        lock (_gate)
        {
            if (now - _complainedAt < Quiet) return;
            _complainedAt = now;
        }

        Log.Refused(log, why, Facts.Refused);
    }

    private void Change(Func<WebhookDoorFacts, WebhookDoorFacts> change)
    {
        lock (_gate) Facts = change(Facts);
    }

    private static partial class Log
    {
        [LoggerMessage(5101, LogLevel.Information, "Meta has verified the webhook address.")]
        public static partial void Verified(ILogger log);

        [LoggerMessage(5102, LogLevel.Warning, "A webhook was refused: {Why} ({Count} so far). If it is Meta's, compare whatsapp.accounts with the app's settings there.")]
        public static partial void Refused(ILogger log, string why, int count);

    }
}

/// <summary>What has come to the door since ringway started.</summary>
public sealed record WebhookDoorFacts(int Received, DateTimeOffset? ReceivedAt, int Refused, DateTimeOffset? RefusedAt, DateTimeOffset? VerifiedAt);
