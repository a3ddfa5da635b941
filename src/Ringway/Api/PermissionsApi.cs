using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ringway.Options;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Api;

/// <summary>Whether a user may be called, and the ways to be allowed to or to be called.</summary>
internal static class PermissionsApi
{
    /// <summary>Meta's limits on a call button (Meta, "Call button messages", read 2026-06-24).</summary>
    private const int LongestButton = 20;
    private const int LongestPayload = 512;
    private const int LongestText = 1024;

    public static void MapPermissions(this IEndpointRouteBuilder api)
    {
        api.MapGet("/permission", LookAsync).RequireSignIn().WithSummary("Whether a user may be called, and if not why");
        api.MapPost("/permission/ask", AskAsync).RequireSignIn().WithSummary("Ask a user for permission to call");
        api.MapPost("/permission/button", SendButtonAsync).RequireSignIn().WithSummary("Send a user a button that calls us");
        api.MapGet("/calllink", Link).RequireSignIn().WithSummary("A link that calls us");
    }

    private static async Task<Results<Ok<PermissionView>, ProblemHttpResult>> LookAsync(
        string? to, string? line, PermissionBook book, RingwayOptions options, CancellationToken ct)
    {
        if (Wrong(to, line, options, out var user, out var from) is { } problem) return problem;
        return TypedResults.Ok(await book.LookAsync(from.Id, user, ct));
    }

    private static async Task<Results<Accepted<PermissionView>, ProblemHttpResult>> AskAsync(
        AskRequest request, PermissionBook book, RingwayOptions options, CancellationToken ct)
    {
        if (Wrong(request.To, request.Line, options, out var user, out var from) is { } problem) return problem;
        if (request.Text?.Length > LongestText) return Problem.Of("bad-request", $"text has at most {LongestText} characters.");
        var template = request.Template is { Length: > 0 } name ? new AskTemplate(name, request.Language ?? "en") : null;
        return await book.AskAsync(from.Id, user, request.Text, template, ct) switch
        {
            AskResult.Sent sent => TypedResults.Accepted((string?)null, sent.Now),
            AskResult.Refused refused => Problem.Of(refused.Code, refused.Detail),
            _ => throw new InvalidOperationException("The request was neither sent nor refused."),
        };
    }

    private static async Task<Results<Accepted<SentButton>, ProblemHttpResult>> SendButtonAsync(
        ButtonRequest request, PermissionBook book, RingwayOptions options, CancellationToken ct)
    {
        if (Wrong(request.To, request.Line, options, out var user, out var from) is { } problem) return problem;
        if (request.Text is not { Length: > 0 and <= LongestText } text) return Problem.Of("bad-request", $"Give a text of 1 to {LongestText} characters.");
        if (request.Button?.Length > LongestButton) return Problem.Of("bad-request", $"button has at most {LongestButton} characters.");
        if (request.Payload?.Length > LongestPayload) return Problem.Of("bad-request", $"payload has at most {LongestPayload} characters.");
        return await book.SendButtonAsync(from.Id, user, text, request.Button is { Length: > 0 } button ? button : "Call now", request.Payload, ct) switch
        {
            AskResult.Sent sent => TypedResults.Accepted((string?)null, new SentButton(sent.Id)),
            AskResult.Refused refused => Problem.Of(refused.Code, refused.Detail),
            _ => throw new InvalidOperationException("The button was neither sent nor refused."),
        };
    }

    /// <summary>Meta, "Call deep links": <c>https://wa.me/call/{number}?biz_payload=…</c>; the payload comes back with the call.</summary>
    private static Results<Ok<CallLink>, ProblemHttpResult> Link(string? line, string? payload, RingwayOptions options)
    {
        if (Line(line, options) is not { } from) return NoLine(line);
        if (payload?.Length > LongestPayload) return Problem.Of("bad-request", $"payload has at most {LongestPayload} characters.");
        var query = payload is { Length: > 0 } ? $"?biz_payload={Uri.EscapeDataString(payload)}" : "";
        return TypedResults.Ok(new CallLink($"https://wa.me/call/{from.Number.Digits}{query}"));
    }

    private static ProblemHttpResult? Wrong(string? to, string? line, RingwayOptions options, out WhatsAppUser user, out LineOptions from)
    {
        from = Line(line, options)!;
        if (!WhatsAppUser.TryParse(to, out user, out var whyNot)) return Problem.Of("bad-number", $"This is neither a telephone number nor a WhatsApp id: {whyNot}.");
        return from is null ? NoLine(line) : null;
    }

    private static LineOptions? Line(string? id, RingwayOptions options) => id is null ? options.Lines.FirstOrDefault() : options.Line(id);

    private static ProblemHttpResult NoLine(string? id) =>
        Problem.Of("no-line", id is null ? "There is no line to call from." : $"There is no line '{id}'.");
}

/// <param name="To">A number with +, or a WhatsApp id such as US.1349.</param>
/// <param name="Text">What the user reads with the request; only inside the 24 hours after the user's last message or call.</param>
/// <param name="Template">Name of a template that Meta has approved, with a request for permission in it; outside those 24 hours.</param>
/// <param name="Language">The template's language, en if not given.</param>
public sealed record AskRequest(string? To, string? Line, string? Text, string? Template, string? Language)
{
    public override string ToString() => PhoneNumber.Mask(To);
}

/// <param name="Button">What stands on the button, at most 20 characters; Call now if not given.</param>
/// <param name="Payload">Comes back with the call.</param>
public sealed record ButtonRequest(string? To, string? Line, string? Text, string? Button, string? Payload)
{
    public override string ToString() => PhoneNumber.Mask(To);
}

/// <param name="Id">Meta's id of the message.</param>
public sealed record SentButton(string Id);

/// <param name="Url">Opens WhatsApp and calls the business number.</param>
public sealed record CallLink(string Url);
