using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Ringway.Api;

/// <summary>For those who watch ringway: alive, and able to work. Neither needs a sign-in, neither tells secrets.</summary>
internal static class HealthApi
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => TypedResults.Ok(new AliveFact("alive"))).WithSummary("The process lives");
        app.MapGet("/readyz", ReadyAsync).WithSummary("Asterisk, trunk and store are there");
    }

    private static async Task<JsonHttpResult<ReadyFact>> ReadyAsync(Readiness readiness, CancellationToken ct)
    {
        var fact = await readiness.AskAsync(ct);
        return TypedResults.Json(fact, statusCode: fact.IsReady() ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>The answer of a process that lives.</summary>
public sealed record AliveFact(string Status);
