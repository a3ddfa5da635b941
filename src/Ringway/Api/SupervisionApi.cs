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

/// <summary>Supervisors beside calls of their teams' agents. None hears a word without a row that says so, written before.</summary>
internal static class SupervisionApi
{
    public static void MapSupervision(this IEndpointRouteBuilder api)
    {
        api.MapPut("/calls/{id}/supervision", SuperviseAsync).RequireSignIn()
            .WithSummary("Listen to an agent's call, or speak to the agent alone; your phone answers by itself");
        api.MapPost("/calls/{id}/supervision/barge", BargeAsync).RequireSignIn().WithSummary("Come into the call: both hear you");
        api.MapDelete("/calls/{id}/supervision", (string id, HttpContext context, ICalls calls) => Answer(calls.LeaveSupervision(context.Agent(), id)))
            .RequireSignIn().WithSummary("Listen no more");
    }

    private static Task<Results<NoContent, ProblemHttpResult>> SuperviseAsync(
        string id, SuperviseRequest request, HttpContext context, ICalls calls, CallBoard board, ICallStore store, RingwayOptions options, TimeProvider time, CancellationToken ct) =>
        request.Mode is not { } mode
            ? Task.FromResult<Results<NoContent, ProblemHttpResult>>(Problem.Of("bad-request", "Say how: {\"mode\": \"listen\"} or {\"mode\": \"whisper\"}."))
            : WrittenAsync(id, mode == SupervisionMode.Listen ? "call.listen" : "call.whisper", by => calls.Supervise(by, id, mode), context, board, store, options, time, ct);

    private static Task<Results<NoContent, ProblemHttpResult>> BargeAsync(
        string id, HttpContext context, ICalls calls, CallBoard board, ICallStore store, RingwayOptions options, TimeProvider time, CancellationToken ct) =>
        WrittenAsync(id, "call.barge", by => calls.Barge(by, id), context, board, store, options, time, ct);

    private static async Task<Results<NoContent, ProblemHttpResult>> WrittenAsync(
        string id, string action, Func<AgentId, CallRefusal?> act, HttpContext context, CallBoard board, ICallStore store, RingwayOptions options, TimeProvider time,
        CancellationToken ct)
    {
        var by = context.Agent();
        if (board.Find(id) is not { } call) return Problem.Of("no-such-call", "There is no such call any more.");
        if (call.Agent is not { } agent || !options.Supervises(by, new(agent)))
            return Problem.Of("not-your-call", "This is somebody else's call. Who may listen to a team's agents stands in teams[].supervisors.");
        try
        {
            await store.AddAuditAsync(new(time.GetUtcNow(), by.Value, action, id), ct);
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return Problem.Of("store-away", "It cannot be written down just now that you listen, so you do not. Try again in a minute.");
        }

        return Answer(act(by));
    }

    private static Results<NoContent, ProblemHttpResult> Answer(CallRefusal? refusal) =>
        refusal is null ? TypedResults.NoContent() : Problem.Of(refusal.Code, refusal.Detail);
}

/// <param name="Mode">listen: nobody hears you; whisper: the agent alone does.</param>
public sealed record SuperviseRequest(SupervisionMode? Mode);
