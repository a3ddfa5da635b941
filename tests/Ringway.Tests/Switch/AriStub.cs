using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Ringway.Tests.Switch;

/// <summary>Listens where ringway would, for Asterisk's connections; notes every event and sends requests.</summary>
internal sealed class AriStub : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, WebSocket> _sockets = new();
    private readonly Channel<JsonElement> _messages = Channel.CreateUnbounded<JsonElement>();
    private readonly ConcurrentDictionary<string, string> _authorizations = new();
    private readonly Task _accepting;
    private int _requests;

    public AriStub(Uri listener)
    {
        _listener.Prefixes.Add($"http://{listener.Authority}/");
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IReadOnlyCollection<string> Applications => [.. _sockets.Keys];

    /// <summary>What each connection showed as Authorization.</summary>
    public IReadOnlyDictionary<string, string> Authorizations => _authorizations;

    /// <summary>The first message that fits; those before it are gone.</summary>
    public async Task<JsonElement> WaitForAsync(Func<JsonElement, bool> fits, CancellationToken ct)
    {
        while (true)
        {
            var message = await _messages.Reader.ReadAsync(ct);
            if (fits(message))
                return message;
        }
    }

    public Task<JsonElement> WaitForAsync(string type, CancellationToken ct) => WaitForAsync(m => m.GetProperty("type").GetString() == type, ct);

    /// <summary>Returns when that many applications are connected; Asterisk tries four times a second.</summary>
    public async Task ConnectedAsync(int count, CancellationToken ct)
    {
        while (_sockets.Count < count)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ct);
    }

    /// <summary>One REST request over an application's socket; returns status and body.</summary>
    public async Task<(int Status, string Body)> RequestAsync(string application, string method, string uri, string? body = null, CancellationToken ct = default)
    {
        var id = $"r{Interlocked.Increment(ref _requests)}";
        var message = new Dictionary<string, string> { ["type"] = "RESTRequest", ["request_id"] = id, ["method"] = method, ["uri"] = uri };
        if (body is not null)
        {
            message["content_type"] = "application/json";
            message["message_body"] = body;
        }
        await _sockets[application].SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, ct);
        var answer = await WaitForAsync(m => m.GetProperty("type").GetString() == "RESTResponse" && m.GetProperty("request_id").GetString() == id, ct);
        return (answer.GetProperty("status_code").GetInt32(), answer.TryGetProperty("message_body", out var text) ? text.GetString()! : "");
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                var application = context.Request.Url!.Segments[^1];
                _authorizations[application] = context.Request.Headers["Authorization"] ?? "";
                var socket = (await context.AcceptWebSocketAsync("ari")).WebSocket;
                _sockets[application] = socket;
                _ = ReadAsync(application, socket);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // Closed: the test is over.
            }
        }
    }

    private async Task ReadAsync(string application, WebSocket socket)
    {
        var buffer = new byte[256 * 1024];
        var message = new StringBuilder();
        try
        {
            while (socket.State == WebSocketState.Open)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                message.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
                if (!part.EndOfMessage || message.Length == 0)
                    continue;
                _messages.Writer.TryWrite(JsonDocument.Parse(message.ToString()).RootElement.Clone());
                message.Clear();
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or HttpListenerException)
        {
            _sockets.TryRemove(application, out _);
        }
    }
}
