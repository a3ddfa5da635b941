using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ringway.Ari;

/// <summary>Where Asterisk's outbound WebSockets (websocket_client.conf) arrive.</summary>
public static class AriEndpoint
{
    private const string Protocol = "ari";

    /// <summary>
    /// Maps <paramref name="pattern"/>, which has a blank <c>{app}</c>: <c>/ari/{app}</c>. Asterisk must show
    /// <paramref name="user"/> and <paramref name="password"/> by Basic authentication and ask for sub-protocol <c>ari</c>.
    /// The sockets end when the host begins to stop. Bring it on a listener that only Asterisk reaches.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The path, with <c>{app}</c>.</param>
    /// <param name="find">The application of that name, or null: 404.</param>
    /// <param name="user">As in websocket_client.conf.</param>
    /// <param name="password">As in websocket_client.conf.</param>
    public static IEndpointConventionBuilder MapAri(
        this IEndpointRouteBuilder endpoints, string pattern, Func<string, AriApplication?> find, string user, string password)
    {
        var expected = Digest("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        var stopping = endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        // An own branch, so that the host need not remember to call UseWebSockets.
        var branch = endpoints.CreateApplicationBuilder();
        branch.UseWebSockets();
        branch.Run(context => ServeAsync(context, find, expected, stopping));
        return endpoints.MapGet(pattern, branch.Build());
    }

    private static async Task ServeAsync(
        HttpContext context, Func<string, AriApplication?> find, byte[] expected, CancellationToken stopping)
    {
        if (!CryptographicOperations.FixedTimeEquals(Digest(context.Request.Headers.Authorization.ToString()), expected))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"ringway\"";
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(Protocol))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
        else if (context.GetRouteValue("app") is not string name || find(name) is not { } application)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (stopping.IsCancellationRequested)
        {
            // Asterisk connects again at once; what it would tell us now it keeps for our successor.
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
        else
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                SubProtocol = Protocol,
                KeepAliveInterval = TimeSpan.Zero, // The application pings by itself.
            });
            var ack = PromptAck.For(context.Features.Get<IConnectionSocketFeature>()?.Socket);
            await application.ServeAsync(socket, ack, stopping);
        }
    }

    // Digests have one length, so that comparing them takes one time.
    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
