using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Graph;

namespace Ringway.Simulator.Api;

/// <summary>GET /events: a WebSocket on which each change of a call, a user or Graph is told, newest state whole.</summary>
public static class EventsSocket
{
    /// <summary>A page that reads nothing for so many changes is gone or asleep; it gets the newest ones.</summary>
    private const int MaxWaiting = 1000;

    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapGet("/events", ServeAsync);

    private static async Task<IResult> ServeAsync(
        HttpContext http, CallBook calls, Chats chats, GraphLog log, Webhooks webhooks, SipEdge edge, TimeProvider time, SimulatorStop stop)
    {
        if (!http.WebSockets.IsWebSocketRequest) return Results.Problem("/events is a WebSocket.", statusCode: 400);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stop.Token);
        var changes = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
        void Tell<T>(T view, JsonTypeInfo<T> type) => changes.Writer.TryWrite(JsonSerializer.SerializeToUtf8Bytes(view, type));
        void NoteCall(CallRecord call) => Tell(new("call", CallView.Of(call)), EventJson.Default.EventView);
        void NoteUser(string user) => Tell(new("user", UserView.Of(user, chats, edge, time)), EventJson.Default.UserEventView);
        void NoteRequest(GraphRequest request) => Tell(new("graph", request, null), EventJson.Default.GraphEventView);
        void NoteDelivery(Delivery delivery) => Tell(new("graph", null, delivery), EventJson.Default.GraphEventView);
        calls.Changed += NoteCall;
        chats.Changed += NoteUser;
        log.Noted += NoteRequest;
        webhooks.Delivered += NoteDelivery;
        try
        {
            // Last: whoever sees the socket open is told of everything from then on.
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            var closing = ReadUntilClosedAsync(socket, end);
            foreach (var call in calls.Live) NoteCall(call);
            await foreach (var change in changes.Reader.ReadAllAsync(end.Token)) await socket.SendAsync(change.AsMemory(), WebSocketMessageType.Text, true, end.Token);
            await closing;
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The page went away, or we do.
        }
        finally
        {
            calls.Changed -= NoteCall;
            chats.Changed -= NoteUser;
            log.Noted -= NoteRequest;
            webhooks.Delivered -= NoteDelivery;
        }
        return Results.Empty;
    }

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
