using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Recordings;
using Ringway.Store;

namespace Ringway.Api;

/// <summary>Recordings of calls, for who may hear them. Nobody hears one without a row that says so.</summary>
internal static class RecordingsApi
{
    private const string Heard = "recording.heard";

    public static void MapRecordings(this IEndpointRouteBuilder api)
    {
        api.MapGet("/calls/{id}/recording", FetchAsync).RequireSignIn().WithSummary("The recording of a call: left what the WhatsApp user said, right what she heard");
        api.MapGet("/calls/{id}/audit", AuditAsync).RequireSignIn().WithSummary("Who has heard the recording of a call");
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> FetchAsync(
        string id, HttpContext context, ICallStore store, Archive archive, RingwayOptions options, TimeProvider time, CancellationToken ct)
    {
        try
        {
            if (await store.FindCallAsync(id, ct) is not { } call || await store.FindRecordingAsync(id, ct) is not { } recording)
                return Problem.Of("not-found", "There is no recording of this call.");
            var agent = context.Agent();
            if (!MayHear(agent, call, options))
                return Problem.Of("not-your-call", "This is the recording of somebody else's call. Who may hear all of a line stands in lines[].recording.listeners.");
            if (archive.Open(recording) is not { } sound)
                return Problem.Of("not-found", recording.DeletedAt is not null ? "The recording was deleted after its time."
                    : id.Split('-')[0] is var node && node != options.Node && recording.File is not null ? $"This recording lies at {node}, where the call was; open that phone." : "There is nothing to hear.");
            // A player asks piece by piece; the first piece is the listening.
            if (context.Request.Headers.Range is not [{ } range] || range.StartsWith("bytes=0-", StringComparison.Ordinal))
                await store.AddAuditAsync(new(time.GetUtcNow(), agent.Value, Heard, id), ct);
            return TypedResults.Stream(sound, Archive.TypeOf(recording), enableRangeProcessing: true);
        }
        catch (InvalidDataException damaged)
        {
            return Problem.Of("failed", damaged.Message);
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return Problem.Of("store-away", "It cannot be written down just now that you listen, so the recording is not given out. Try again in a minute.");
        }
    }

    private static async Task<Results<Ok<IReadOnlyList<AuditView>>, ProblemHttpResult>> AuditAsync(
        string id, HttpContext context, ICallStore store, RingwayOptions options, CancellationToken ct)
    {
        try
        {
            if (await store.FindCallAsync(id, ct) is not { } call) return Problem.Of("no-such-call", "There is no such call.");
            if (!MayHear(context.Agent(), call, options)) return Problem.Of("not-your-call", "This is somebody else's call.");
            return TypedResults.Ok<IReadOnlyList<AuditView>>([.. (await store.AuditAsync(id, ct)).Select(row => new AuditView(row.At, row.Agent, row.Action))]);
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return Problem.Of("store-away", "This cannot be read just now. Try again in a minute.");
        }
    }

    /// <summary>Whoever had the call, and whom the line names.</summary>
    private static bool MayHear(AgentId agent, CallRecord call, RingwayOptions options) =>
        call.Agent == agent.Value || options.Line(call.Line.Id)?.Recording.Listeners.Contains(agent.Value) == true;
}

/// <summary>Something that somebody did with a call.</summary>
/// <param name="Action">recording.heard</param>
public sealed record AuditView(DateTimeOffset At, string Agent, string Action);
