using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Ringway.Ari;

namespace Ringway.Bench.Ari;

/// <summary>What Asterisk tells of one two-party call, as it came over the wire.</summary>
internal static class Recorded
{
    public static async Task<IReadOnlyList<byte[]>> OneCallAsync(Uri ari)
    {
        using var socket = await BenchAsterisk.OpenAsync(ari, "recorder");
        await using var caller = new AriApplication("caller", new(), TimeProvider.System, NullLogger<AriApplication>.Instance);
        using var over = new CancellationTokenSource();
        var running = caller.RunAsync(ari, BenchAsterisk.User, BenchAsterisk.Password, over.Token);
        var events = caller.ReadAsync(over.Token).GetAsyncEnumerator();
        await UntilAsync(events, happened => happened is AriConnected);
        var (one, two, bridge) = (new ChannelId("call.caller"), new ChannelId("call.agent"), new BridgeId("call"));
        foreach (var leg in (ChannelId[])[one, two])
        {
            await caller.Client.OriginateAsync(leg, new() { Endpoint = "Local/echo@from", App = "caller", CallerId = "Ana <+15550102000>" });
            await UntilAsync(events, happened => happened is StasisStart start && start.Channel.Id == leg);
        }
        await caller.Client.CreateBridgeAsync(bridge);
        await caller.Client.AddToBridgeAsync(bridge, [one, two]);
        await caller.Client.HangUpAsync(one);
        await caller.Client.HangUpAsync(two);
        await caller.Client.DestroyBridgeAsync(bridge);
        await UntilAsync(events, happened => happened is ChannelDestroyed gone && gone.Channel.Id == two);
        var told = new List<byte[]>();
        while (await NextAsync(socket) is { } message)
        {
            told.Add(message);
            if (Encoding.UTF8.GetString(message) is var text && text.Contains("\"ChannelDestroyed\"", StringComparison.Ordinal) && text.Contains("\"call.agent\"", StringComparison.Ordinal))
                break;
        }
        await over.CancelAsync();
        await running;
        return told;
    }

    private static async Task UntilAsync(IAsyncEnumerator<AriEvent> events, Func<AriEvent, bool> fits)
    {
        while (await events.MoveNextAsync())
            if (fits(events.Current))
                return;
        throw new InvalidOperationException("Asterisk went away while a call was recorded.");
    }

    private static async Task<byte[]?> NextAsync(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var filled = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(filled), default);
            if (received.MessageType == WebSocketMessageType.Close)
                return null;
            filled += received.Count;
            if (received.EndOfMessage)
                return buffer[..filled];
        }
    }
}
