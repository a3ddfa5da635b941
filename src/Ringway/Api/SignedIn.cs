using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Store;

namespace Ringway.Api;

/// <summary>Who asks: the sign-in behind a request, from its cookie or its bearer token.</summary>
public static class SignedIn
{
    public const string Cookie = "ringway_session";

    /// <summary>Only for who is signed in; others get 401 <c>not-signed-in</c>.</summary>
    public static TBuilder RequireSignIn<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(Required.Instance);

    /// <summary>The sign-in of a request to an address that requires one.</summary>
    public static SessionRow Session(this HttpContext context) =>
        context.Features.Get<SessionRow>() ?? throw new InvalidOperationException($"{context.Request.Path} does not require a sign-in.");

    public static AgentId Agent(this HttpContext context) => new(context.Session().Agent);

    public static SessionRow? SessionOrNull(this HttpContext context) => context.Features.Get<SessionRow>();

    /// <summary>
    /// Finds the sign-in and turns away who has none. A browser adds its cookie to requests of foreign pages too, so
    /// what such a page could do harm with (anything but reading, and WebSockets) must come from our own origin.
    /// </summary>
    public static void UseSignIns(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var signIns = (SignIns)context.RequestServices.GetService(typeof(SignIns))!;
        var bearer = Bearer(context.Request);
        var session = signIns.Find(bearer ?? context.Request.Cookies[Cookie]) ?? BotAccess.Find(context, bearer);
        context.Features.Set(session);

        var required = context.GetEndpoint()?.Metadata.GetMetadata<Required>() is not null;
        if (required && session is null && !OperatorAccess.IsOperator(context, bearer))
            await Problem.WriteAsync(context, "not-signed-in", "Sign in first.");
        else if (bearer is null && IsHarmful(context) && !IsOwnOrigin(context.Request))
            await Problem.WriteAsync(context, "wrong-origin", "This request came from another site's page.");
        else
            await next(context);
    });

    private static string? Bearer(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header[7..].Trim() : null;

    private static bool IsHarmful(HttpContext context) =>
        context.WebSockets.IsWebSocketRequest
        || !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method));

    /// <summary>
    /// Browsers send <c>Origin</c> with every WebSocket and every changing request; what has none is no browser and
    /// brings no foreign cookie. Only the host is compared: in front of us may stand a proxy that ends TLS.
    /// </summary>
    private static bool IsOwnOrigin(HttpRequest request) =>
        request.Headers.Origin.ToString() is not { Length: > 0 } origin
        || (Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && string.Equals(from.Authority, Authority(request, from), StringComparison.OrdinalIgnoreCase));

    /// <summary>Our host as the client wrote it, without a port that the origin's scheme implies.</summary>
    private static string Authority(HttpRequest request, Uri origin) =>
        request.Host.Port is { } port && port == (origin.Scheme == "https" ? 443 : 80) ? request.Host.Host : request.Host.Value ?? "";

    private sealed class Required
    {
        public static readonly Required Instance = new();
    }
}
