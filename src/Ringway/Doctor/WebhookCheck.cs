using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Ringway.Graph;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.Doctor;

/// <param name="Url">Where Meta delivers; null when it is not set.</param>
/// <param name="HasSecret">An app secret is configured, by which deliveries are known to be Meta's.</param>
/// <param name="OurApp">The app of the token; null when it is not known.</param>
/// <param name="Handshake">What the address answered to a verification like Meta's: null when it was right.</param>
/// <param name="Arrived">When the last one was taken in; null when none ever was.</param>
/// <param name="HadCalls">There were calls, of which Meta must have told.</param>
public sealed record WebhookFacts(
    string Account, string? Url, bool HasSecret, bool HasVerifyToken, string? OurApp, MetaAnswer<IReadOnlyList<SubscribedApp>> Apps, string? Handshake, bool RingwayRuns,
    DateTimeOffset? Arrived = null, bool HadCalls = false);

/// <summary>Whether Meta's webhooks find their way: subscribed, the address answers, deliveries can be told from forged ones.</summary>
public static class WebhookCheck
{
    public static async Task<WebhookFacts> GatherAsync(Premises premises, AccountOptions account, HttpClient http, CancellationToken ct)
    {
        var url = premises.Options.WhatsApp.WebhookUrl;
        var graph = Meta.Ask(premises, account, http);
        var (arrived, hadCalls) = await ArrivedAsync(premises, ct);
        var app = account.AppId ?? (await Meta.AnswerAsync(() => graph.DebugTokenAsync(ct))).Value?.AppId;
        return new WebhookFacts(
            account.Id, url, account.AppSecret is not null, account.VerifyToken is not null, app,
            await Meta.AnswerAsync(() => graph.GetSubscribedAppsAsync(account.BusinessAccountId, ct)),
            url is null || account.VerifyToken is null ? null : await ShakeHandsAsync(url, account.VerifyToken.Reveal(), http, ct),
            premises.RingwayPid is not null, arrived, hadCalls);
    }

    public static Finding Judge(WebhookFacts facts) => facts switch
    {
        { Url: null } => Finding.Warn("whatsapp.webhookUrl is not set: answers to permission requests are not heard, and Meta's view of calls is not kept.", Who.You, "Set whatsapp.webhookUrl to https://YOUR-PAGE/webhooks/whatsapp and run `ringway whatsapp apply`."),
        { HasSecret: false } => Finding.Fail($"Account {facts.Account} has no appSecret, so every delivery is refused.", Who.You, "App dashboard, App settings, Basic: put the app secret where whatsapp.accounts[].appSecret points."),
        { HasVerifyToken: false } => Finding.Fail($"Account {facts.Account} has no verifyToken, so Meta cannot verify the address.", Who.You, "Choose any text for whatsapp.accounts[].verifyToken and give the same to Meta."),
        { Apps.Refusal: { } refusal } => Meta.Refused(refusal),
        { Apps.Value: { } apps } when facts.OurApp is { } ours && apps.All(app => app.Id != ours) => Finding.Fail(
            $"App {ours} is not subscribed to account {facts.Account}{(apps.Count > 0 ? $"; subscribed: {string.Join(", ", apps.Select(app => app.Id))}" : "")}.", Who.You, "Run `ringway whatsapp apply`, which subscribes it."),
        { Apps.Value.Count: 0 } => Finding.Fail($"No app is subscribed to account {facts.Account}.", Who.You, "Run `ringway whatsapp apply`, which subscribes ours."),
        { Handshake: { } wrong, RingwayRuns: false } => Finding.Unknown($"{facts.Url} cannot answer, for ringway does not run ({wrong}).", Who.You, "Start `ringway up` and run the doctor again."),
        { Handshake: { } wrong } => Finding.Fail($"{facts.Url} does not verify as Meta would ask it to: {wrong}.", Who.You, "It must lead to this ringway's /webhooks/whatsapp, through your TLS proxy; from here as from everywhere."),
        { Arrived: null, HadCalls: true } => Finding.Warn(
            $"{facts.Url} verifies, and Meta has never delivered anything there, though there were calls.", Who.You,
            "App dashboard, WhatsApp, Configuration: is that the callback URL, and are the fields messages, calls, account_update and account_settings_update subscribed? `ringway whatsapp apply` switches calls on for SIP."),
        { Arrived: null } => Finding.Pass($"Our app is subscribed to account {facts.Account}, and {facts.Url} verifies; nothing was delivered yet, for there was no call."),
        { Arrived: { } at } => Finding.Pass(
            $"Our app is subscribed to account {facts.Account}, {facts.Url} verifies, and the last delivery came {at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC."),
    };

    private static async Task<(DateTimeOffset? Last, bool HadCalls)> ArrivedAsync(Premises premises, CancellationToken ct)
    {
        try
        {
            if (premises.Options.Store.Url.Reveal() == "sqlite" && !File.Exists(premises.Database)) return (null, false);
            await using var store = StoreAddress.Open(premises.Options.Store.Url.Reveal(), premises.Database, premises.Options.Node);
            var counts = await store.WebhookCountsAsync(ct);
            return (counts.Select(kind => (DateTimeOffset?)kind.LastAt).Max(), (await store.HistoryAsync(1, ct: ct)).Count > 0);
        }
        catch (DbException)
        {
            return (null, false); // The finding `store` says why.
        }
    }

    /// <summary>As Meta does (Meta, "Webhooks, Getting started"): the challenge must come back as it is.</summary>
    private static async Task<string?> ShakeHandsAsync(string url, string verifyToken, HttpClient http, CancellationToken ct)
    {
        var challenge = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        try
        {
            using var answer = await http.GetAsync(
                new Uri($"{url}?hub.mode=subscribe&hub.verify_token={Uri.EscapeDataString(verifyToken)}&hub.challenge={challenge}"), ct);
            return answer.StatusCode == HttpStatusCode.OK && (await answer.Content.ReadAsStringAsync(ct)).Trim() == challenge
                ? null : $"it answers {(int)answer.StatusCode}{(answer.IsSuccessStatusCode ? " without the challenge" : "")}";
        }
        catch (HttpRequestException fault)
        {
            return fault.Message;
        }
    }
}
