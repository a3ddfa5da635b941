using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Ringway.Bench.Calls.Variants;

/// <summary>
/// The least that an ARI application can be: one WebSocket, events read as JSON elements, commands sent over the same socket and
/// their answers not looked at. Runs in a process of its own (<c>bare</c>); what it does for a call is what the others do.
/// </summary>
public sealed class BareLoop(Uri ari, string password, string application, bool filtered) : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<string, string> _agents = new(); // caller's channel -> agent's
    private int _last;

    public static async Task<int> RunAsync(bool filtered)
    {
        static string Of(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");
        using var loop = new BareLoop(new Uri(Of("ARI_URL")), Of("ARI_PASSWORD"), Of("ARI_APP"), filtered);
        await loop.ServeAsync();
        return 0;
    }

    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync()
    {
        _socket.Options.AddSubProtocol("ari");
        _socket.Options.SetRequestHeader("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"ringway:{password}")));
        await _socket.ConnectAsync(new Uri($"ws://{ari.Authority}/ari/events?app={application}"), CancellationToken.None);
        if (filtered)
            await SendAsync("PUT", $"applications/{application}/eventFilter", """{"disallowed":[{"type":"ChannelVarset"},{"type":"ChannelDialplan"},{"type":"ChannelCreated"},{"type":"Dial"},{"type":"ChannelCallerId"},{"type":"ChannelConnectedLine"},{"type":"ChannelEnteredBridge"},{"type":"ChannelLeftBridge"},{"type":"BridgeCreated"},{"type":"BridgeDestroyed"},{"type":"ChannelStateChange"}]}""");
        Console.WriteLine("ready");

        var buffer = new byte[256 * 1024];
        var filled = 0;
        while (true)
        {
            var read = await _socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None);
            if (read.MessageType == WebSocketMessageType.Close) return;
            filled += read.Count;
            if (!read.EndOfMessage) continue;
            using (var message = JsonDocument.Parse(buffer.AsMemory(0, filled))) await OnAsync(message.RootElement);
            filled = 0;
        }
    }

    private async Task OnAsync(JsonElement happened)
    {
        switch (happened.GetProperty("type").GetString())
        {
            case "StasisStart":
                var channel = happened.GetProperty("channel").GetProperty("id").GetString()!;
                var args = happened.GetProperty("args");
                if (args.GetArrayLength() == 1) await RingAsync(channel, args[0].GetString()!);
                else await JoinAsync(args[1].GetString()!, channel);
                break;
            case "StasisEnd":
                await EndAsync(happened.GetProperty("channel").GetProperty("id").GetString()!);
                break;
        }
    }

    private async Task RingAsync(string caller, string endpoint)
    {
        var agent = _agents[caller] = $"{caller}-agent";
        await SendAsync("POST", "channels", $$"""{"endpoint":"{{endpoint}}","channelId":"{{agent}}","app":"{{application}}","appArgs":"agent,{{caller}}","formats":"opus"}""");
        await SendAsync("POST", $"channels/{caller}/ring");
        await SendAsync("POST", $"bridges?type=mixing&bridgeId={caller}");
    }

    private async Task JoinAsync(string caller, string agent)
    {
        await SendAsync("POST", $"channels/{caller}/answer");
        await SendAsync("POST", $"bridges/{caller}/addChannel?channel={caller},{agent}");
    }

    private async Task EndAsync(string channel)
    {
        var caller = channel.EndsWith("-agent", StringComparison.Ordinal) ? channel[..^"-agent".Length] : channel;
        if (!_agents.TryRemove(caller, out var agent)) return;
        await SendAsync("DELETE", $"channels/{(channel == caller ? agent : caller)}");
        await SendAsync("DELETE", $"bridges/{caller}");
    }

    private async Task SendAsync(string method, string uri, string? body = null)
    {
        using var message = new MemoryStream();
        using (var json = new Utf8JsonWriter(message))
        {
            json.WriteStartObject();
            json.WriteString("type", "RESTRequest");
            json.WriteString("request_id", (++_last).ToString(System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("method", method);
            json.WriteString("uri", uri);
            if (body is not null)
            {
                json.WriteString("content_type", "application/json");
                json.WriteString("message_body", body);
            }

            json.WriteEndObject();
        }

        await _socket.SendAsync(message.GetBuffer().AsMemory(0, (int)message.Length), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
    }
}
