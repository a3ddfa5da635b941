using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ringway.Api;

/// <summary>
/// A refusal as pages and scripts get it: RFC 9457, with a <c>code</c> that never changes for programs and a
/// <c>detail</c> in plain words for people.
/// </summary>
public static class Problem
{
    /// <summary>The codes and the HTTP status that goes with each. A refusal by the switchboard may bring any of them.</summary>
    private static readonly Dictionary<string, int> Codes = new()
    {
        ["bad-request"] = StatusCodes.Status400BadRequest,
        ["unknown-reason"] = StatusCodes.Status400BadRequest,
        ["bad-number"] = StatusCodes.Status400BadRequest,
        ["wrong-sign-in"] = StatusCodes.Status401Unauthorized,
        ["not-signed-in"] = StatusCodes.Status401Unauthorized,
        ["wrong-origin"] = StatusCodes.Status403Forbidden,
        ["not-your-call"] = StatusCodes.Status403Forbidden,
        ["not-your-line"] = StatusCodes.Status403Forbidden,
        ["no-permission"] = StatusCodes.Status403Forbidden,
        ["no-such-call"] = StatusCodes.Status404NotFound,
        ["not-found"] = StatusCodes.Status404NotFound,
        ["no-such-event"] = StatusCodes.Status404NotFound,
        ["not-dead"] = StatusCodes.Status409Conflict,
        ["no-line"] = StatusCodes.Status409Conflict,
        ["line-in-use"] = StatusCodes.Status409Conflict,
        ["no-menu"] = StatusCodes.Status404NotFound,
        ["no-team"] = StatusCodes.Status404NotFound,
        ["no-agent"] = StatusCodes.Status404NotFound,
        ["not-now"] = StatusCodes.Status409Conflict,
        ["changed-meanwhile"] = StatusCodes.Status409Conflict,
        ["taken"] = StatusCodes.Status409Conflict,
        ["agent-busy"] = StatusCodes.Status409Conflict,
        ["not-registered"] = StatusCodes.Status409Conflict,
        ["ask-limit"] = StatusCodes.Status409Conflict,
        ["already-allowed"] = StatusCodes.Status409Conflict,
        ["needs-template"] = StatusCodes.Status409Conflict,
        ["no-window"] = StatusCodes.Status409Conflict,
        ["no-graph"] = StatusCodes.Status409Conflict,
        ["meta-refused"] = StatusCodes.Status502BadGateway,
        ["in-use"] = StatusCodes.Status409Conflict,
        ["too-many"] = StatusCodes.Status409Conflict,
        ["too-large"] = StatusCodes.Status413PayloadTooLarge,
        ["bad-sound"] = StatusCodes.Status422UnprocessableEntity,
        ["bad-routes"] = StatusCodes.Status422UnprocessableEntity,
        ["too-many-tries"] = StatusCodes.Status429TooManyRequests,
        ["failed"] = StatusCodes.Status500InternalServerError,
        ["trunk-down"] = StatusCodes.Status503ServiceUnavailable,
        ["asterisk-away"] = StatusCodes.Status503ServiceUnavailable,
        ["store-away"] = StatusCodes.Status503ServiceUnavailable,
        ["not-ready"] = StatusCodes.Status503ServiceUnavailable,
    };

    /// <param name="more">Facts besides, for programs.</param>
    public static ProblemHttpResult Of(string code, string detail, params IEnumerable<(string Name, object? Fact)> more) => TypedResults.Problem(
        detail: detail,
        statusCode: Codes.GetValueOrDefault(code, StatusCodes.Status409Conflict),
        extensions: [new KeyValuePair<string, object?>("code", code), .. more.Select(one => KeyValuePair.Create(one.Name, one.Fact))]);

    /// <summary>Gives a code to the problems that ASP.NET makes by itself.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        problem.Extensions.TryAdd("code", problem.Status switch
        {
            StatusCodes.Status404NotFound => "not-found",
            StatusCodes.Status405MethodNotAllowed => "wrong-method",
            StatusCodes.Status415UnsupportedMediaType => "not-json",
            >= 400 and < 500 => "bad-request",
            _ => "failed",
        });
        problem.Detail ??= problem.Status switch
        {
            StatusCodes.Status400BadRequest => "The request is not what this address expects; see /openapi.json.",
            StatusCodes.Status404NotFound => "There is nothing at this address.",
            >= 500 => "Ringway could not do this. Its log says why.",
            _ => null,
        };
    }

    public static Task WriteAsync(HttpContext context, string code, string detail) => Of(code, detail).ExecuteAsync(context);

    [SuppressMessage("Design", "CA1034:Nested types should not be visible", Justification = "Only names the body for the API's description.")]
    public sealed record Body(string? Title, int? Status, string? Detail, string Code);
}
