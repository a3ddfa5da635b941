using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ringway.Api;

/// <summary>
/// Keeps Asterisk's control sockets on the loopback listener and everything else off it. It goes by the listener that a
/// connection came in by; host names and paths are what a stranger writes.
/// </summary>
internal sealed class AriDoor
{
    public const string Path = "/ari";

    private static readonly AriDoor Here = new();

    /// <summary>Connections to this listener are Asterisk's.</summary>
    public static void Mark(ListenOptions listener) => ((IConnectionBuilder)listener).Use(next => connection =>
    {
        connection.Features.Set(Here);
        return next(connection);
    });

    public static bool IsAsterisks(HttpContext context) => context.Features.Get<AriDoor>() is not null;
}

/// <summary>Puts the doors in front of everything else.</summary>
internal static class Doors
{
    public static void UseDoors(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments(AriDoor.Path) == AriDoor.IsAsterisks(context)) return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });
}
