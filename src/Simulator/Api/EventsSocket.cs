using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Ringway.Simulator.Edge;

namespace Ringway.Simulator.Api;

/// <summary>GET /events: a WebSocket on which each change of a call is told, newest state whole.</summary>
public static class EventsSocket
{
    /// <summary>A page that reads nothing for so many changes is gone or asleep; it gets the newest ones.</summary>
    private const int MaxWaiting = 1000;

    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapGet("/events", ServeAsync);

    private static async Task<IResult> ServeAsync(HttpContext http, CallBook calls, SimulatorStop stop)
    {
        if (!http.WebSockets.IsWebSocketRequest) return Results.Problem("/events is a WebSocket.", statusCode: 400);
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stop.Token);
        var changes = Channel.CreateBounded<CallRecord>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
        void Note(CallRecord call) => changes.Writer.TryWrite(call);
        calls.Changed += Note;
        try
        {
            var closing = ReadUntilClosedAsync(socket, end);
            foreach (var call in calls.Live) await SendAsync(socket, call, end.Token);
            await foreach (var call in changes.Reader.ReadAllAsync(end.Token)) await SendAsync(socket, call, end.Token);
            await closing;
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The page went away, or we do.
        }
        finally
        {
            calls.Changed -= Note;
        }
        return Results.Empty;
    }

    private static ValueTask SendAsync(WebSocket socket, CallRecord call, CancellationToken ct) => socket.SendAsync(
        JsonSerializer.SerializeToUtf8Bytes(new EventView("call", CallView.Of(call)), EventJson.Default.EventView).AsMemory(),
        WebSocketMessageType.Text, true, ct);

    private static async Task ReadUntilClosedAsync(WebSocket socket, CancellationTokenSource end)
    {
        var buffer = new byte[256];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), end.Token)).MessageType != WebSocketMessageType.Close) { }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // As good as a close.
        }
        await end.CancelAsync();
    }
}
