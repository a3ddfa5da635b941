using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ringway.Switchboard;

namespace Ringway.Api;

/// <summary>What callers have said to the voicemail.</summary>
internal static class MessagesApi
{
    public static void MapMessages(this IEndpointRouteBuilder api, string recordings) =>
        api.MapGet("/calls/{id}/message", Results<PhysicalFileHttpResult, ProblemHttpResult> (string id) =>
            Voicemail.FileOf(recordings, id) is { } file && File.Exists(file)
                ? TypedResults.PhysicalFile(file, "audio/wav", enableRangeProcessing: true)
                : Problem.Of("not-found", "There is no message of this call."))
            .RequireSignIn().WithSummary("The message that a caller has left, as a WAV file");
}
