using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;
using Ringway.Switchboard;

namespace Ringway.Api;

/// <summary>Why a call went as it went.</summary>
internal static class StoryApi
{
    public static void MapStory(this IEndpointRouteBuilder api) =>
        api.MapGet("/calls/{id}/story", TellAsync).RequireSignInOrOperator()
            .WithSummary("One call in plain words, and the SIP and ARI steps behind them; live or over, `last` is the newest one that is over");

    private static async Task<Results<Ok<CallStory>, ProblemHttpResult>> TellAsync(
        string id, Switchboard.Switchboard switchboard, ICallStore store, SignIns signIns, RingwayOptions options, TimeProvider time,
        CancellationToken ct)
    {
        try
        {
            // A call that lives is told from memory: the store may be a moment behind, or away.
            var live = switchboard.Find(new CallId(id));
            var record = live is null or Call.Over
                ? await store.FindByIdOrLastAsync(id, ct) ?? (live is null ? null : CallFacts.Record(live, options))
                : CallFacts.Record(live, options);
            return record is null
                ? Problem.Of("no-such-call", $"There is no call {id}. GET /api/v1/history lists those that are over.")
                : TypedResults.Ok(CallStory.Of(
                    record, switchboard.TraceOf(new CallId(record.Id)), agent => signIns.NameOf(new AgentId(agent)), time.GetUtcNow()));
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return Problem.Of("store-away", "The call's record cannot be read just now. Try again in a minute.");
        }
    }
}
