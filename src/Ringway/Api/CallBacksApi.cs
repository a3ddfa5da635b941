using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ringway.Agents;
using Ringway.CallBacks;
using Ringway.Switchboard;

namespace Ringway.Api;

/// <summary>Who wants to be called back.</summary>
internal static class CallBacksApi
{
    public static void MapCallBacks(this IEndpointRouteBuilder api)
    {
        api.MapGet("/call-backs", (CallBackBook book) => book.Now).RequireSignIn().WithSummary("Who wants to be called back, the longest first");
        api.MapPost("/call-backs/{id}/call", CallAsync).RequireSignIn().WithSummary("Call somebody back; nobody else can meanwhile, and who is not reached stays on the list");
        api.MapDelete("/call-backs/{id}", RemoveAsync).RequireSignIn().WithSummary("Take somebody off the list without a call");
    }

    private static async Task<Results<Accepted<PlacedCall>, ProblemHttpResult>> CallAsync(
        string id, HttpContext context, CallBackBook book, ICalls calls, Roster roster, CancellationToken ct)
    {
        var by = context.Agent();
        CallBackView wanted;
        try
        {
            switch (await book.TakeAsync(id, by, ct))
            {
                case CallBackTaken.Yours yours: wanted = yours.CallBack; break;
                case CallBackTaken.Others others: return Problem.Of("taken", $"{roster.Find(others.Agent)?.Name ?? others.Agent.Value} is calling this user already.");
                default: return NotThere;
            }
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return StoreAway;
        }

        PlaceResult? result = null;
        try
        {
            result = await calls.PlaceAsync(by, wanted.Customer.Number!.Value, wanted.Line.Id, ct);
        }
        finally
        {
            if (result is not PlaceResult.Placed) book.Free(id, by);
        }

        return result switch
        {
            PlaceResult.Placed placed => TypedResults.Accepted($"/api/v1/calls/{placed.Id}", new PlacedCall(placed.Id)),
            PlaceResult.Refused refused => Problem.Of(refused.Code, refused.Detail),
            _ => throw new InvalidOperationException("The switchboard neither placed nor refused a call."),
        };
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(string id, CallBackBook book, CancellationToken ct)
    {
        try
        {
            return await book.RemoveAsync(id, ct) ? TypedResults.NoContent() : NotThere;
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return StoreAway;
        }
    }

    private static ProblemHttpResult NotThere => Problem.Of("not-found", "This user is not on the list any more.");

    private static ProblemHttpResult StoreAway => Problem.Of("store-away", "The list cannot be changed just now. Try again in a minute.");
}
