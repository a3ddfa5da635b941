using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Ringway.Calls;
using Ringway.Switchboard;

namespace Ringway.Api;

/// <summary>What callers have said to the voicemail; who fetches it is written down.</summary>
internal static partial class MessagesApi
{
    public static void MapMessages(this IEndpointRouteBuilder api, string recordings) =>
        api.MapGet("/calls/{id}/message", Results<PhysicalFileHttpResult, ProblemHttpResult> (string id, HttpContext context, ILogger<Pages> log) =>
        {
            if (Voicemail.FileOf(recordings, id) is not { } file || !File.Exists(file))
                return Problem.Of("not-found", "There is no message of this call, or it was deleted after its time.");
            // A player asks piece by piece; the first piece is the listening.
            if (context.Request.Headers.Range is not [{ } range] || range.StartsWith("bytes=0-", StringComparison.Ordinal))
                Log.Fetched(log, new CallId(id), context.Agent());
            return TypedResults.PhysicalFile(file, "audio/wav", enableRangeProcessing: true);
        }).RequireSignIn().WithSummary("The message that a caller has left, as a WAV file");

    private static partial class Log
    {
        [LoggerMessage(2203, LogLevel.Information, "The message of call {Call} was fetched by {Agent}.")]
        public static partial void Fetched(ILogger log, CallId call, AgentId agent);
    }
}
