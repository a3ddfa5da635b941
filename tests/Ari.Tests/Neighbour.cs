using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ringway.Ari.Tests;

/// <summary>Our side as in production: Kestrel, <c>MapAri</c>, one application. Asterisk is played over real WebSockets.</summary>
public sealed class Us : IAsyncDisposable
{
    public const string User = "asterisk";
    public const string Password = "secret";

    /// <summary>Asks nobody whether he is there: a played Asterisk listens only when the test does.</summary>
    public static readonly AriOptions Unhurried = new() { PingInterval = TimeSpan.FromMinutes(1) };

    private readonly WebApplication _host;

    private Us(WebApplication host, AriApplication application, LogLines log)
    {
        _host = host;
        Application = application;
        Log = log;
        Address = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Events = new Events(application);
    }

    public AriApplication Application { get; }

    public AriClient Client => Application.Client;

    public Uri Address { get; }

    public LogLines Log { get; }

    public Events Events { get; }

    public static async Task<Us> StartAsync(AriOptions? options = null, TimeProvider? time = null, int port = 0, string name = "ringway")
    {
        var log = new LogLines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var host = builder.Build();
        // A played Asterisk reads, and so answers pings, only when the test listens.
        var application = new AriApplication(name, options ?? Unhurried, time ?? TimeProvider.System, log);
        host.MapAri("/ari/{app}", app => app == name ? application : null, User, Password);
        await host.StartAsync();
        return new(host, application, log);
    }

    /// <summary>Asterisk connects; the connection is in use when this returns.</summary>
    public async Task<Line> ConnectAsync()
    {
        var line = await Line.ConnectAsync(new UriBuilder(Address) { Scheme = "ws", Path = "/ari/ringway" }.Uri);
        await Events.NextAsync<AriConnected>();
        return line;
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await Application.DisposeAsync();
        await _host.DisposeAsync();
    }
}

/// <summary>Asterisk's end of one socket.</summary>
public sealed class Line(WebSocket socket) : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[256 * 1024];
    private Task<Request?>? _hearing;

    /// <summary>Whether something was said that <see cref="HearAsync"/> would tell at once.</summary>
    public bool HasHeard => (_hearing ??= ListenAsync()).IsCompleted;

    public static async Task<Line> ConnectAsync(
        Uri address, string user = Us.User, string password = Us.Password, string? protocol = "ari")
    {
        var socket = new ClientWebSocket();
        if (protocol is not null)
            socket.Options.AddSubProtocol(protocol);
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        try
        {
            await socket.ConnectAsync(address, CancellationToken.None).Within();
        }
        catch (WebSocketException e)
        {
            throw new InvalidOperationException($"HTTP {(int)socket.HttpStatusCode}", e);
        }
        return new(socket);
    }

    public Task SayAsync(string json) => SayAsync(Encoding.UTF8.GetBytes(json), json.Length + 1);

    /// <summary>Says it in frames of so many bytes.</summary>
    public async Task SayAsync(byte[] message, int pieceBytes)
    {
        for (var at = 0; at == 0 || at < message.Length; at += pieceBytes)
        {
            var piece = message.AsMemory(at, Math.Min(pieceBytes, message.Length - at));
            await socket.SendAsync(piece, WebSocketMessageType.Text, at + pieceBytes >= message.Length, CancellationToken.None);
        }
    }

    /// <summary>The next request; null when the other side closed.</summary>
    public Task<Request?> HearAsync()
    {
        var hearing = _hearing ?? ListenAsync();
        _hearing = null;
        return hearing.Within();
    }

    private async Task<Request?> ListenAsync()
    {
        var filled = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(_buffer.AsMemory(filled), CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
                return null;
            filled += received.Count;
            if (received.EndOfMessage)
                return new(JsonDocument.Parse(_buffer.AsMemory(0, filled).ToArray()).RootElement);
        }
    }

    public Task AnswerAsync(Request request, int status = 204, string? body = null) => SayAsync(JsonSerializer.Serialize(new
    {
        type = "RESTResponse",
        transaction_id = "",
        request_id = request.Id,
        status_code = status,
        reason_phrase = "Because",
        uri = request.Uri,
        message_body = body,
        application = "ringway",
        timestamp = "2026-11-22T10:00:00.345+0000",
    }));

    /// <summary>Answers the next request.</summary>
    public async Task<Request> AnswerNextAsync(int status = 204, string? body = null)
    {
        var request = (await HearAsync())!;
        await AnswerAsync(request, status, body);
        return request;
    }

    public Task CloseAsync() => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);

    public void Drop() => socket.Abort();

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A request as Asterisk hears it.</summary>
public sealed class Request(JsonElement json)
{
    public JsonElement Json => json;

    public string Id => json.GetProperty("request_id").GetString()!;

    public string Uri => json.GetProperty("uri").GetString()!;

    /// <summary><c>POST channels/c/play media=sound:x {body}</c></summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{json.GetProperty("method").GetString()} {Uri}");
        if (json.TryGetProperty("query_strings", out var query))
            foreach (var pair in query.EnumerateArray())
                text.Append(' ').Append(pair.GetProperty("name").GetString()).Append('=').Append(pair.GetProperty("value").GetString());
        if (json.TryGetProperty("message_body", out var body))
            text.Append(' ').Append(body.GetString());
        return text.ToString();
    }
}

/// <summary>The application's events, one by one.</summary>
public sealed class Events(AriApplication application)
{
    private readonly IAsyncEnumerator<AriEvent> _events = application.ReadAsync().GetAsyncEnumerator();

    public async Task<AriEvent> NextAsync()
    {
        Assert.True(await _events.MoveNextAsync().AsTask().Within(), "The events ended.");
        return _events.Current;
    }

    public async Task<T> NextAsync<T>() where T : AriEvent => Assert.IsType<T>(await NextAsync());

    /// <summary>Passes over what comes before.</summary>
    public async Task<T> UntilAsync<T>(Func<T, bool>? which = null) where T : AriEvent
    {
        while (true)
        {
            if (await NextAsync() is T found && (which is null || which(found)))
                return found;
        }
    }

    public async Task<bool> EndedAsync() => !await _events.MoveNextAsync().AsTask().Within();
}

/// <summary>What was logged.</summary>
public sealed class LogLines : ILogger<AriApplication>
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((logLevel, formatter(state, exception)));
}

public static class Patience
{
    /// <summary>A test that hangs fails instead; generous, because build machines are slow.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public static Task Within(this Task task) => task.WaitAsync(Longest);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Longest);
}
