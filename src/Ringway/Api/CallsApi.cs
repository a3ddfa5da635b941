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

/// <summary>Agents, live calls and past ones.</summary>
internal static class CallsApi
{
    private const int MostPerPage = 200;

    public static void MapCalls(this IEndpointRouteBuilder api)
    {
        api.MapGet("/agents", (Roster roster) => roster.All).RequireSignIn().WithSummary("Everybody, and what they are doing");
        api.MapGet("/calls", (CallBoard board) => board.Live).RequireSignIn().WithSummary("Calls that live now");
        api.MapPost("/calls", PlaceAsync).RequireSignIn().WithSummary("Call a WhatsApp user");
        api.MapDelete("/calls/{id}", HangUp).RequireSignInOrBot().WithSummary("Hang up, or decline");
        api.MapPut("/calls/{id}/hold", InCall(by => new CallEvent.HoldAsked(by))).RequireSignInOrBot().WithSummary("Let the WhatsApp user hear music");
        api.MapDelete("/calls/{id}/hold", InCall(by => new CallEvent.ResumeAsked(by))).RequireSignInOrBot().WithSummary("Take the WhatsApp user back");
        api.MapPost("/calls/{id}/transfer", Transfer).RequireSignInOrBot()
            .WithSummary("Give the call to a colleague without asking; it comes back when the colleague does not take it. Or to a team, where it waits, or to a menu");
        api.MapPut("/calls/{id}/park", InCall(by => new CallEvent.ParkAsked(by)))
            .RequireSignIn().WithSummary("Put the call aside for whoever picks it up; the WhatsApp user hears music");
        api.MapDelete("/calls/{id}/park", (string id, HttpContext context, ICalls calls) => Answer(calls.Fetch(context.Agent(), id)))
            .RequireSignIn().WithSummary("Pick a parked call up");
        api.MapPost("/calls/{id}/consult", WithColleague((by, to) => new CallEvent.ConsultAsked(by, to)))
            .RequireSignIn().WithSummary("Talk with a colleague first, while the WhatsApp user hears music; where colleagues are in the call, ask one more to come in");
        api.MapDelete("/calls/{id}/consult", InCall(by => new CallEvent.ConsultCancelled(by)))
            .RequireSignIn().WithSummary("Drop the colleague who came last; on hold the WhatsApp user stays there");
        api.MapDelete("/calls/{id}/consult/{agent}", (string id, string agent, HttpContext context, ICalls calls) =>
                Answer(calls.Ask(context.Agent(), id, new CallEvent.ConsultCancelled(context.Agent(), new(agent)))))
            .RequireSignIn().WithSummary("Drop this colleague");
        api.MapPost("/calls/{id}/consult/complete", InCall(by => new CallEvent.ConsultCompleted(by)))
            .RequireSignIn().WithSummary("Leave the call to the colleague who was asked first");
        api.MapPost("/calls/{id}/consult/swap", InCall(by => new CallEvent.SwapAsked(by)))
            .RequireSignIn().WithSummary("Turn from the colleague to the WhatsApp user, or back; the other hears music");
        api.MapPost("/calls/{id}/consult/merge", InCall(by => new CallEvent.MergeAsked(by)))
            .RequireSignIn().WithSummary("Bring all together");
        api.MapPut("/calls/{id}/recording", InCall(by => new CallEvent.RecordingAsked(by))).RequireSignIn().WithSummary("Record the call, or go on after a pause");
        api.MapDelete("/calls/{id}/recording", InCall(by => new CallEvent.RecordingPauseAsked(by)))
            .RequireSignIn().WithSummary("Pause the recording: silence is recorded instead of what is said");
        api.MapGet("/history", HistoryAsync).RequireSignIn().WithSummary("Calls that are over, newest first");
    }

    private static async Task<Results<Accepted<PlacedCall>, ProblemHttpResult>> PlaceAsync(
        PlaceRequest request, HttpContext context, ICalls calls, RingwayOptions options, CancellationToken ct)
    {
        if (!PhoneNumber.TryParse(request.To, out var to, out var whyNot))
            return Problem.Of("bad-number", $"This is not a telephone number: {whyNot}.");
        if (request.Line is { } line && options.Line(line) is null)
            return Problem.Of("no-line", $"There is no line '{line}'.");
        return await calls.PlaceAsync(context.Agent(), to, request.Line, ct) switch
        {
            PlaceResult.Placed placed => TypedResults.Accepted($"/api/v1/calls/{placed.Id}", new PlacedCall(placed.Id)),
            PlaceResult.Refused refused => Problem.Of(refused.Code, refused.Detail),
            _ => throw new InvalidOperationException("The switchboard neither placed nor refused a call."),
        };
    }

    private static Results<NoContent, ProblemHttpResult> HangUp(string id, HttpContext context, ICalls calls, CallBoard board)
    {
        var agent = context.Agent();
        var result = board.Find(id) is { } call && !call.Concerns(agent) ? HangUpResult.NotYours : calls.HangUp(agent, id);
        return result switch
        {
            HangUpResult.Done => TypedResults.NoContent(),
            HangUpResult.NotYours => Problem.Of("not-your-call", "This is somebody else's call."),
            _ => Problem.Of("no-such-call", "There is no such call any more."),
        };
    }

    private static Func<string, HttpContext, ICalls, Results<NoContent, ProblemHttpResult>> InCall(Func<AgentId, CallEvent> asked) =>
        (id, context, calls) => Answer(calls.Ask(context.Agent(), id, asked(context.Agent())));

    private static Results<NoContent, ProblemHttpResult> Transfer(string id, TransferRequest request, HttpContext context, ICalls calls, RingwayOptions options) => request switch
    {
        { To: { Length: > 0 } to, Team: null, Menu: null } => WithColleague((by, colleague) => new CallEvent.TransferAsked(by, colleague))(id, new(to), context, calls),
        { To: null, Team: null, Menu: { Length: > 0 } menu } => Answer(calls.Ask(context.Agent(), id, new CallEvent.MenuTransferAsked(context.Agent(), menu))),
        { To: null, Team: { Length: > 0 } team, Menu: null } => Answer(calls.Ask(context.Agent(), id, new CallEvent.TeamTransferAsked(
            context.Agent(), team, options.Teams.FirstOrDefault(known => known.Id == team)?.Overflow is not null))),
        _ => Problem.Of("bad-request", "Say to whom: {\"to\": \"bob\"}, {\"team\": \"help\"} or {\"menu\": \"first\"}."),
    };

    private static Func<string, ColleagueRequest, HttpContext, ICalls, Results<NoContent, ProblemHttpResult>> WithColleague(
        Func<AgentId, AgentId, CallEvent> asked) =>
        (id, request, context, calls) => request.To is not { Length: > 0 } to
            ? Problem.Of("bad-request", "Say to whom: {\"to\": \"bob\"}.")
            : to == context.Agent().Value
                ? Problem.Of("bad-request", "This is your own id; name a colleague.")
                : Answer(calls.Ask(context.Agent(), id, asked(context.Agent(), new(to))));

    private static Results<NoContent, ProblemHttpResult> Answer(CallRefusal? refusal) =>
        refusal is null ? TypedResults.NoContent() : Problem.Of(refusal.Code, refusal.Detail);

    private static async Task<Results<Ok<HistoryPage>, ProblemHttpResult>> HistoryAsync(
        ICallStore store, int? limit, DateTimeOffset? before, string? agent, CancellationToken ct)
    {
        if (limit is < 1 or > MostPerPage) return Problem.Of("bad-request", $"limit is 1 to {MostPerPage}.");
        try
        {
            var calls = await store.HistoryAsync(limit ?? 50, before, agent, ct);
            return TypedResults.Ok(new HistoryPage([.. calls.Select(CallView.From)]));
        }
        catch (Exception fault) when (fault is System.Data.Common.DbException or TimeoutException)
        {
            return Problem.Of("store-away", "The history cannot be read just now; calls go on. Try again in a minute.");
        }
    }
}

/// <param name="To">The number to call, with + and country code.</param>
/// <param name="Line">The line to call from; without it the first.</param>
public sealed record PlaceRequest(string? To, string? Line)
{
    public override string ToString() => PhoneNumber.Mask(To);
}

/// <param name="To">The colleague's id.</param>
/// <param name="Team">The team's id, in place of a colleague's.</param>
/// <param name="Menu">The menu's id, in place of both.</param>
public sealed record TransferRequest(string? To, string? Team, string? Menu);

/// <param name="To">The colleague's id.</param>
public sealed record ColleagueRequest(string? To);

/// <summary>A call that is being placed; what becomes of it is told on the events' socket.</summary>
public sealed record PlacedCall(string Id);

/// <summary>A page of the history. The last call's <c>arrivedAt</c> as <c>before</c> asks for the next.</summary>
public sealed record HistoryPage(IReadOnlyList<CallView> Calls);
