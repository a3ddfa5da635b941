using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Ringway.Options;
using Ringway.Store;
using Ringway.WhatsApp.Webhooks;

namespace Ringway.Api;

/// <summary>Where Meta delivers webhooks, and what operators may know of them.</summary>
internal static partial class WebhooksApi
{
    /// <summary>Meta's deliveries are kilobytes.</summary>
    private const int LargestBodyBytes = WebhookSpool.LargestBodyBytes;

    /// <summary>Meta's challenge is a number of ten digits; nobody else's text is given back.</summary>
    private const int LongestChallenge = 64;

    private const int MostNews = 20;

    /// <summary>Outside of /api: no sign-in, Meta signs each request.</summary>
    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        app.MapGet("/webhooks/whatsapp", Verify).ExcludeFromDescription();
        app.MapPost("/webhooks/whatsapp", TakeAsync).ExcludeFromDescription();
    }

    public static void MapWebhookFacts(this IEndpointRouteBuilder api) =>
        api.MapGet("/webhooks", FactsAsync).RequireSignIn().WithSummary("What Meta has told by webhook, and what waits");

    private static Results<ContentHttpResult, StatusCodeHttpResult> Verify(
        WebhookDoor door, [FromQuery(Name = "hub.mode")] string? mode, [FromQuery(Name = "hub.verify_token")] string? token,
        [FromQuery(Name = "hub.challenge")] string? challenge) =>
        door.Verifies(mode, token) && challenge is { Length: > 0 and <= LongestChallenge }
            ? TypedResults.Text(challenge, "text/plain") : TypedResults.StatusCode(StatusCodes.Status403Forbidden);

    /// <summary>200 means: it is on the disk. Everything else makes Meta send it again.</summary>
    private static async Task<StatusCodeHttpResult> TakeAsync(HttpContext context, WebhookDoor door, ILogger<WebhookDoor> log)
    {
        if (await ReadAsync(context) is not { } body) return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge);
        try
        {
            return TypedResults.StatusCode(await door.TakeAsync(body, context.Request.Headers[WebhookSignature.Header])
                ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized);
        }
        catch (IOException fault)
        {
            Log.NotWritten(log, fault.Message);
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>The bytes as they came; null when there are too many.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > LargestBodyBytes) return null;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = LargestBodyBytes;
        try
        {
            using var all = new MemoryStream();
            await context.Request.Body.CopyToAsync(all, context.RequestAborted);
            return all.ToArray();
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    private static async Task<Results<Ok<WebhookFacts>, ProblemHttpResult>> FactsAsync(
        WebhookDoor door, WebhookSpool spool, WebhookSorter sorter, ICallStore store, RingwayOptions options, CancellationToken ct)
    {
        try
        {
            var counts = await store.WebhookCountsAsync(ct);
            var news = await store.WebhooksAsync("account_update", MostNews, ct);
            var accounts = options.WhatsApp.Accounts;
            return TypedResults.Ok(new WebhookFacts(
                options.WhatsApp.WebhookUrl, accounts.Any(account => account.VerifyToken is not null), accounts.Any(account => account.AppSecret is not null),
                door.Facts, spool.Waiting, spool.OldestAt, sorter.Failed, counts,
                [.. news.Select(one => new AccountNews(one.Kind, one.HappenedAt, JsonSerializer.Deserialize<JsonElement>(one.Body!)))]));
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return Problem.Of("store-away", $"The store cannot be read just now; {spool.Waiting} webhooks wait on the disk. Try again in a minute.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5103, LogLevel.Error, "A webhook could not be written to the disk ({Why}); Meta is told to send it again. Is the disk full?")]
        public static partial void NotWritten(ILogger log, string why);
    }
}

/// <summary>How webhooks stand.</summary>
/// <param name="Url">The public address, as configured.</param>
/// <param name="CanVerify">There is a verify token, so Meta can be told the address.</param>
/// <param name="CanAccept">There is an app secret, so Meta's signatures can be checked.</param>
/// <param name="SinceStart">What came to the door since ringway started.</param>
/// <param name="Waiting">Deliveries on the disk that are not worked off.</param>
/// <param name="Failed">Events that could not be carried out since ringway started.</param>
/// <param name="Counts">Events of the last eight days by kind; what ringway does not know is there too.</param>
/// <param name="Account">Restrictions and warnings of Meta's, newest first.</param>
public sealed record WebhookFacts(
    string? Url, bool CanVerify, bool CanAccept, WebhookDoorFacts SinceStart, int Waiting, DateTimeOffset? OldestAt, int Failed,
    IReadOnlyList<WebhookCount> Counts, IReadOnlyList<AccountNews> Account);

/// <param name="Told">Meta's words.</param>
public sealed record AccountNews(string What, DateTimeOffset At, JsonElement Told);
