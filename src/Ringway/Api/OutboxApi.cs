using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ringway.News;
using Ringway.Store;

namespace Ringway.Api;

/// <summary>What the operator's own webhooks have not taken yet.</summary>
internal static class OutboxApi
{
    private const int MostShown = 200;

    public static void MapOutbox(this IEndpointRouteBuilder api)
    {
        api.MapGet("/outbox", ShowAsync).RequireSignIn().WithSummary("Events that wait for your webhooks, and those that were given up");
        api.MapPost("/outbox/{id}/retry", RetryAsync).RequireSignIn().WithSummary("Try an event again that was given up");
    }

    private static async Task<Results<Ok<OutboxView>, ProblemHttpResult>> ShowAsync(ICallStore store, CancellationToken ct)
    {
        try
        {
            var (count, rows) = (await store.OutboxCountAsync(ct), await store.OutboxAsync(MostShown, ct));
            return TypedResults.Ok(new OutboxView(count.Waiting, count.Dead, [.. rows.Select(OutboxEvent.From)]));
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return Away();
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RetryAsync(
        string id, ICallStore store, NewsSender sender, TimeProvider time, CancellationToken ct)
    {
        try
        {
            if (await store.FindInOutboxAsync(id, ct) is not { } row) return Problem.Of("no-such-event", "There is no such event; perhaps it was taken meanwhile.");
            if (row.DeadAt is null) return Problem.Of("not-dead", "This event waits and is tried by itself.");
            var now = time.GetUtcNow();
            await store.UpdateOutboxAsync(row with { DeadAt = null, DueAt = now, ExpiresAt = now + NewsPost.Lifetime, Tries = 0 }, ct);
            sender.Wake(row.Endpoint);
            return TypedResults.NoContent();
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return Away();
        }
    }

    private static ProblemHttpResult Away() => Problem.Of("store-away", "The outbox cannot be read just now; calls go on. Try again in a minute.");
}

/// <summary>How the outbox stands.</summary>
/// <param name="Events">The newest 200.</param>
public sealed record OutboxView(long Waiting, long Dead, IReadOnlyList<OutboxEvent> Events);

/// <summary>An event that a webhook has not taken.</summary>
/// <param name="Call">What it is about; null: about the user on that line.</param>
/// <param name="State">waiting or dead.</param>
/// <param name="NextTryAt">Null when it is dead.</param>
/// <param name="Error">Of the last try: <c>HTTP 500</c>, or why there was no answer.</param>
public sealed record OutboxEvent(
    string Id, string Webhook, string? Call, string? Line, string? User, string Type, string State, DateTimeOffset At, int Tries, DateTimeOffset? NextTryAt,
    DateTimeOffset? DeadAt, string? Error)
{
    public static OutboxEvent From(OutboxRow row) => new(
        row.Id, row.Endpoint, row.User is null ? row.About : null, row.User?.Line, row.User?.User, row.Type, row.DeadAt is null ? "waiting" : "dead", row.CreatedAt, row.Tries,
        row.DeadAt is null ? row.DueAt : null, row.DeadAt, row.LastError);
}
