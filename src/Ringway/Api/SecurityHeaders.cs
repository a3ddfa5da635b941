using Microsoft.AspNetCore.Builder;

namespace Ringway.Api;

/// <summary>What a browser may do with our answers: run our own scripts, talk to our own origin, use the microphone.</summary>
internal static class SecurityHeaders
{
    /// <summary>'self' for connections covers WebSockets of this origin (CSP Level 3, section 6.7.2.8).</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; " +
        "form-action 'self'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "microphone=(self), speaker-selection=(self), camera=(), geolocation=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // Facts about calls are never to be found in a cache; the page's own files say otherwise where they are served.
        headers.CacheControl = "no-store";
        return next(context);
    });
}
