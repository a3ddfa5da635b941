using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Ringway.Agents;
using Ringway.Options;
using Ringway.Store;
using Yarp.ReverseProxy.Forwarder;

namespace Ringway.Api;

/// <summary>
/// The phone's SIP WebSocket: <c>/sip</c> on our origin, passed on to Asterisk's <c>/ws</c> on loopback. Only for who is
/// signed in, and only as long.
/// </summary>
public sealed class SipProxy : IDisposable
{
    /// <summary>Asterisk and phones send a keep-alive each 90 s or sooner; ten times that is a dead connection.</summary>
    private static readonly ForwarderRequestConfig Patience = new() { ActivityTimeout = TimeSpan.FromMinutes(15) };

    private readonly ConcurrentDictionary<(string Session, Guid), CancellationTokenSource> _open = new();
    private readonly HttpMessageInvoker _toAsterisk = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    });

    private readonly IHttpForwarder _forwarder;
    private readonly string _asterisk;

    public SipProxy(IHttpForwarder forwarder, SignIns signIns, RingwayOptions options)
    {
        _forwarder = forwarder;
        _asterisk = $"http://127.0.0.1:{options.Asterisk.HttpPort}";
        signIns.Ended += Cut;
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/sip", (HttpContext context) => context.RequestServices.GetRequiredService<SipProxy>().ForwardAsync(context))
            .RequireSignIn().ExcludeFromDescription();

    public void Dispose() => _toAsterisk.Dispose();

    private async Task ForwardAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await Problem.WriteAsync(context, "bad-request", "This address is a WebSocket for SIP.");
            return;
        }

        var name = (context.Session().TokenHash, Guid.NewGuid());
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        _open[name] = cut;
        try
        {
            var error = await _forwarder.SendAsync(context, _asterisk, _toAsterisk, Patience, ToWs.Instance, cut.Token);
            if (error is ForwarderError.Request && !context.Response.HasStarted)
                await Problem.WriteAsync(context, "asterisk-away", "Asterisk is not there. The phone will try again by itself.");
        }
        finally
        {
            _open.TryRemove(name, out _);
        }
    }

    private void Cut(SessionRow session)
    {
        foreach (var (name, cut) in _open)
            if (name.Session == session.TokenHash)
                _ = cut.CancelAsync();
    }

    private sealed class ToWs : HttpTransformer
    {
        public static readonly ToWs Instance = new();

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.RequestUri = new Uri(destinationPrefix + "/ws");
            proxyRequest.Headers.Host = null;
            // Our sign-in is none of Asterisk's business.
            proxyRequest.Headers.Remove("Cookie");
            proxyRequest.Headers.Remove("Authorization");
        }
    }
}
