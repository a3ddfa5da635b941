using System.Net;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Ringway.Ari;

/// <summary>
/// One Stasis application: its events in order, its commands over the same socket. Asterisk connects to us
/// (<see cref="AcceptAsync"/>; events wait in Asterisk while we are away) or we connect to Asterisk (<see cref="RunAsync"/>;
/// events are lost while we are away).
/// </summary>
/// <remarks>
/// Events are yielded in the order in which they came over the socket. An answer completes its command's task on the thread
/// pool, so the code that awaits it and the reader of <see cref="ReadAsync"/> run side by side: either may be first to see
/// what came first. Asterisk itself promises no order between an answer and the events it caused. Choose ids before you ask,
/// and build on events.
/// </remarks>
public sealed partial class AriApplication : IAriPath, IAsyncDisposable
{
    private readonly Channel<AriEvent> _events =
        System.Threading.Channels.Channel.CreateUnbounded<AriEvent>(new() { SingleReader = true });
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lock _gate = new();
    private readonly AriOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<AriApplication> _logger;
    private AriSocket? _current;
    private AriSocket? _newest;
    private int _connections;
    private int _backlog;
    private int _reading;

    public AriApplication(string name, AriOptions options, TimeProvider time, ILogger<AriApplication> logger)
    {
        Name = name;
        _options = options;
        _time = time;
        _logger = logger;
        Client = new AriClient(this);
    }

    /// <summary>The application's name, as in the dialplan's Stasis().</summary>
    public string Name { get; }

    internal AriOptions Options => _options;

    /// <summary>Whether a socket is there for commands.</summary>
    public bool IsConnected => Volatile.Read(ref _current) is not null;

    /// <summary>Commands over this application's socket.</summary>
    public AriClient Client { get; }

    /// <summary>Events read from the socket and not yet taken by <see cref="ReadAsync"/>.</summary>
    public int Backlog => Volatile.Read(ref _backlog);

    /// <summary>
    /// The events, in order, with <see cref="AriConnected"/> and <see cref="AriDisconnected"/> where they belong. For one
    /// reader at a time; nothing is dropped, however late it reads. Ends when the application is disposed.
    /// </summary>
    /// <exception cref="InvalidOperationException">Somebody else is reading.</exception>
    public async IAsyncEnumerable<AriEvent> ReadAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        if (Interlocked.Exchange(ref _reading, 1) == 1)
            throw new InvalidOperationException($"The events of {Name} have a reader already; two would each see half of them.");
        try
        {
            await foreach (var happened in _events.Reader.ReadAllAsync(ct))
            {
                Interlocked.Decrement(ref _backlog);
                yield return happened;
            }
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    /// <summary>
    /// Asterisk connected to us: serves the socket and returns when it has ended. A second connection replaces the first,
    /// once the first has been read to its end (or <see cref="AriOptions.DrainTime"/> is over).
    /// </summary>
    public Task AcceptAsync(WebSocket socket, CancellationToken ct = default) => ServeAsync(socket, null, ct);

    internal async Task ServeAsync(WebSocket socket, PromptAck? ack, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, _disposed.Token);
        using var link = new AriSocket(socket, ack, Name, _options, _time, Publish, _logger);
        await SucceedAsync(link);
        var reason = "It never opened.";
        Open(link);
        try
        {
            reason = await link.RunAsync(end.Token);
        }
        finally
        {
            Close(link, reason);
        }
    }

    /// <summary>
    /// We connect to Asterisk and connect again whenever the connection ends, until <paramref name="ct"/> fires.
    /// </summary>
    /// <param name="ari">Where Asterisk's ARI is: <c>http://127.0.0.1:8088/ari/</c> (https, ws and wss do as well).</param>
    /// <param name="user">A user of ari.conf.</param>
    /// <param name="password">That user's password.</param>
    /// <param name="ct">Ends it.</param>
    public async Task RunAsync(Uri ari, string user, string password, CancellationToken ct = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, _disposed.Token);
        var address = EventsAddress(ari);
        var failures = 0;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Task.Delay(ReconnectDelay(attempt), _time, end.Token);
                var lived = await ConnectOnceAsync(address, user, password, end.Token);
                failures = 0;
                if (lived >= _options.GoodConnection)
                    attempt = -1;
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is WebSocketException or IOException or HttpRequestException or TimeoutException)
            {
                // Once an outage: the attempts that follow say nothing new.
                if (failures++ == 0)
                    Log.CannotConnect(_logger, Name, address.GetLeftPart(UriPartial.Path), e.Message);
            }
        }
    }

    /// <summary>Ends the connection and the stream of events.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed.IsCancellationRequested)
            return;
        await _disposed.CancelAsync();
        AriSocket? last;
        lock (_gate)
            last = _newest;
        if (last is not null)
            await last.Ended;
        _events.Writer.TryComplete();
    }

    /// <inheritdoc/>
    Task<RestResponse> IAriPath.SendAsync(AriRequest request, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
            return Task.FromCanceled<RestResponse>(ct);
        return Volatile.Read(ref _current) is { } socket
            ? AnswerAsync(socket.Enqueue(request), ct)
            : Task.FromException<RestResponse>(
                new AriException(AriFailure.NotConnected, request, 0, $"Asterisk is not connected to application {Name}."));
    }

    internal static AriException Lost(AriRequest request) =>
        new(AriFailure.ConnectionLost, request, 0, "The connection broke before the answer came; it may have been done.");

    private async Task<RestResponse> AnswerAsync(PendingRequest pending, CancellationToken ct)
    {
        try
        {
            return await pending.Task.WaitAsync(_options.RequestTimeout, _time, ct);
        }
        catch (TimeoutException)
        {
            pending.GiveUp();
            AriMetrics.TimedOut.Add(1);
            throw new AriException(AriFailure.TimedOut, pending.Request, 0, $"Waited {_options.RequestTimeout.TotalSeconds:0.#} s.");
        }
        catch (OperationCanceledException)
        {
            pending.GiveUp();
            throw;
        }
    }

    /// <summary>Makes the link the newest and waits until its predecessor has published its last event.</summary>
    private async Task SucceedAsync(AriSocket link)
    {
        AriSocket? before;
        lock (_gate)
            (before, _newest) = (_newest, link);
        if (before is null or { Ended.IsCompleted: true })
            return;
        Log.Replaced(_logger, Name);
        await before.DrainAsync(_options.DrainTime);
    }

    private void Open(AriSocket link)
    {
        Volatile.Write(ref _current, link);
        var number = Interlocked.Increment(ref _connections);
        Log.Connected(_logger, Name, number);
        Publish(new AriConnected { Application = Name, Timestamp = _time.GetUtcNow(), Number = number });
    }

    private void Close(AriSocket link, string reason)
    {
        Interlocked.CompareExchange(ref _current, null, link);
        Log.Disconnected(_logger, Name, reason);
        Publish(new AriDisconnected { Application = Name, Timestamp = _time.GetUtcNow(), Reason = reason });
        link.End();
    }

    private void Publish(AriEvent happened)
    {
        Interlocked.Increment(ref _backlog); // first, or a quick reader would count below zero
        if (!_events.Writer.TryWrite(happened))
            Interlocked.Decrement(ref _backlog);
    }

    private async Task<TimeSpan> ConnectOnceAsync(Uri address, string user, string password, CancellationToken ct)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("ari");
        socket.Options.SetRequestHeader("Authorization", Basic(user, password));
        socket.Options.KeepAliveInterval = _options.PingInterval;
        socket.Options.KeepAliveTimeout = _options.PingTimeout;
        socket.Options.CollectHttpResponseDetails = true;
        using var patience = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            await socket.ConnectAsync(address, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {_options.RequestTimeout.TotalSeconds:0.#} s");
        }
        catch (WebSocketException) when (socket.HttpStatusCode == HttpStatusCode.Unauthorized)
        {
            throw new WebSocketException($"Asterisk refused ARI user \"{user}\" (401). Check ari.conf [{user}] password.");
        }
        var since = _time.GetTimestamp();
        await ServeAsync(socket, null, ct);
        return _time.GetElapsedTime(since);
    }

    private Uri EventsAddress(Uri ari)
    {
        var address = new UriBuilder(ari);
        address.Scheme = address.Scheme is "https" or "wss" ? "wss" : "ws";
        address.Path = address.Path.TrimEnd('/') + "/events";
        address.Query = $"app={Uri.EscapeDataString(Name)}";
        return address.Uri;
    }

    private TimeSpan ReconnectDelay(int attempt)
    {
        var delay = _options.ReconnectDelays[Math.Min(attempt, _options.ReconnectDelays.Count - 1)];
        return delay + delay * (_options.Random.NextDouble() / 4);
    }

    private static string Basic(string user, string password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Information, "ARI {Application}: connected (connection {Number})")]
        public static partial void Connected(ILogger logger, string application, int number);

        [LoggerMessage(1002, LogLevel.Information, "ARI {Application}: disconnected. {Reason}")]
        public static partial void Disconnected(ILogger logger, string application, string reason);

        [LoggerMessage(1003, LogLevel.Information, "ARI {Application}: a new connection replaces the one before")]
        public static partial void Replaced(ILogger logger, string application);

        [LoggerMessage(1004, LogLevel.Warning, "ARI {Application}: cannot connect to {Address}: {Why}. Trying again until it answers")]
        public static partial void CannotConnect(ILogger logger, string application, string address, string why);
    }
}
