using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Ringway.Switch;

namespace Ringway.Tests.Switch;

/// <summary>Connects to Asterisk as ringway would, once an application; notes every event and sends requests.</summary>
internal sealed class AriStub : IAsyncDisposable
{
    private readonly Dictionary<string, ClientWebSocket> _sockets = [];
    private readonly Channel<JsonElement> _messages = Channel.CreateUnbounded<JsonElement>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _answers = new();
    private readonly List<Task> _reading = [];
    private int _requests;

    /// <summary>All applications of the switch are connected when this returns.</summary>
    public static async Task<AriStub> ConnectAsync(RealSwitch asterisk, CancellationToken ct)
    {
        var stub = new AriStub();
        var configuration = asterisk.Configuration;
        foreach (var application in configuration.CallApplications.Prepend(SwitchConfiguration.ControlApplication))
        {
            var socket = await ConnectAsync(configuration, application, configuration.Ari.Password, ct);
            stub._sockets[application] = socket;
            stub._reading.Add(stub.ReadAsync(socket));
        }

        return stub;
    }

    /// <exception cref="WebSocketException">Asterisk refused.</exception>
    public static async Task<ClientWebSocket> ConnectAsync(SwitchConfiguration configuration, string application, string password, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("ari");
        socket.Options.CollectHttpResponseDetails = true;
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{configuration.Ari.User}:{password}"));
        socket.Options.SetRequestHeader("Authorization", "Basic " + credentials);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{configuration.HttpPort}/ari/events?app={application}"), ct);
        return socket;
    }

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
        // Kept apart from the events, so that an event which overtakes the answer is not lost with it.
        var answered = _answers[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _sockets[application].SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, ct);
        var answer = await answered.Task.WaitAsync(ct);
        return (answer.GetProperty("status_code").GetInt32(), answer.TryGetProperty("message_body", out var text) ? text.GetString()! : "");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets.Values)
            socket.Abort();
        await Task.WhenAll(_reading);
    }

    private async Task ReadAsync(ClientWebSocket socket)
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
                var root = JsonDocument.Parse(message.ToString()).RootElement.Clone();
                if (root.GetProperty("type").GetString() == "RESTResponse" && _answers.TryRemove(root.GetProperty("request_id").GetString()!, out var waiting))
                    waiting.SetResult(root);
                else
                    _messages.Writer.TryWrite(root);
                message.Clear();
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut: the test is over, or Asterisk is.
        }
    }
}
