using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ringway.Api;

/// <summary>The socket on which pages are told what happens; see <see cref="PageMessage"/>.</summary>
internal static class EventsApi
{
    public static void MapEvents(this IEndpointRouteBuilder api) =>
        api.MapGet("/events", RunAsync).RequireSignIn().ExcludeFromDescription();

    private static async Task RunAsync(
        HttpContext context, Pages pages, IOptions<JsonOptions> json, TimeProvider time, IHostApplicationLifetime host)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await Problem.WriteAsync(context, "bad-request", "This address is a WebSocket.");
            return;
        }

        var session = context.Session();
        using var link = new PageLink(session, () => pages.Hello(session));
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        pages.Add(link);
        try
        {
            JsonSerializerOptions form = json.Value.SerializerOptions;
            await using var stopping = host.ApplicationStopping.Register(pages.SayGoodbye);
            await link.RunAsync(socket, form, time, context.RequestAborted);
        }
        finally
        {
            pages.Remove(link);
        }
    }
}
