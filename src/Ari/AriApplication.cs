using System.Globalization;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
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
    private const string TakenOver = "Another connection has taken the application over.";
    private const string OwnGhost = "An attempt of ours that had been given up has taken the application over.";

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
    private long? _gaveUpWaiting;

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

    internal async Task<AriEnding> ServeAsync(WebSocket socket, PromptAck? ack, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, _disposed.Token);
        using var replaced = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, replaced.Token);
        using var link = new AriSocket(socket, ack, Name, _options, _time, Hear, _logger);
        await SucceedAsync(link);
        var (reason, takenOver) = ("It never opened.", false);
        Open(link);
        try
        {
            reason = await link.RunAsync(either.Token);
        }
        finally
        {
            var ghost = replaced.IsCancellationRequested && MayBeOurGhost;
            takenOver = replaced.IsCancellationRequested && !ghost;
            Close(link, takenOver ? TakenOver : ghost ? OwnGhost : reason, takenOver);
        }
        return takenOver ? AriEnding.Replaced : AriEnding.Stopped;

        void Hear(AriEvent happened)
        {
            Publish(happened);
            if (happened is ApplicationReplaced)
                replaced.CancelAsync(); // Not here: the reader must not wait for what that sets off.
        }
    }

    /// <summary>
    /// We connect to Asterisk and connect again whenever the connection ends, until <paramref name="ct"/> fires or another connection
    /// takes the application over: who would come back then would take it away again, for ever.
    /// </summary>
    /// <param name="ari">Where Asterisk's ARI is: <c>http://127.0.0.1:8088/ari/</c> (https, ws and wss do as well).</param>
    /// <param name="user">A user of ari.conf.</param>
    /// <param name="password">That user's password.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Why it ended.</returns>
    public async Task<AriEnding> RunAsync(Uri ari, string user, string password, CancellationToken ct = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, _disposed.Token);
        using var door = new AriDoor(ari, Name, user, password, _options, _time);
        var failures = 0;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Task.Delay(ReconnectDelay(attempt), _time, end.Token);
                using var socket = await door.OpenAsync(end.Token);
                failures = 0;
                var since = _time.GetTimestamp();
                if (await ServeAsync(socket, null, end.Token) == AriEnding.Replaced)
                    return AriEnding.Replaced;
                if (_time.GetElapsedTime(since) >= _options.GoodConnection)
                    attempt = -1;
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return AriEnding.Stopped;
            }
            catch (Exception e) when (e is WebSocketException or IOException or HttpRequestException or TimeoutException)
            {
                if (e is TimeoutException)
                    _gaveUpWaiting = _time.GetTimestamp();
                // Once an outage: the attempts that follow say nothing new.
                if (failures++ == 0)
                    Log.CannotConnect(_logger, Name, door.Address, e.Message);
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

    internal static AriException TooLate(AriRequest request, TimeSpan patience)
    {
        AriMetrics.TimedOut.Add(1);
        return new(AriFailure.TimedOut, request, 0, string.Create(CultureInfo.InvariantCulture, $"Waited {patience.TotalSeconds:0.#} s."));
    }

    private async Task<RestResponse> AnswerAsync(PendingRequest pending, CancellationToken ct)
    {
        var patience = pending.Request.Patience ?? _options.RequestTimeout;
        try
        {
            return await pending.Task.WaitAsync(patience, _time, ct);
        }
        catch (TimeoutException)
        {
            pending.GiveUp();
            throw TooLate(pending.Request, patience);
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

    private void Close(AriSocket link, string reason, bool replaced)
    {
        Interlocked.CompareExchange(ref _current, null, link);
        if (replaced)
            Log.TakenOver(_logger, Name);
        else
            Log.Disconnected(_logger, Name, reason);
        Publish(new AriDisconnected { Application = Name, Timestamp = _time.GetUtcNow(), Reason = reason, Replaced = replaced });
        link.End();
    }

    private void Publish(AriEvent happened)
    {
        Interlocked.Increment(ref _backlog); // first, or a quick reader would count below zero
        if (!_events.Writer.TryWrite(happened))
            Interlocked.Decrement(ref _backlog);
    }

    /// <summary>
    /// An Asterisk that was frozen takes up, once thawed, the attempts that we gave up meanwhile, and one of them after the one that
    /// got through: nobody else is there then.
    /// </summary>
    private bool MayBeOurGhost => _gaveUpWaiting is { } since && _time.GetElapsedTime(since) < _options.GoodConnection;

    private TimeSpan ReconnectDelay(int attempt)
    {
        var delay = _options.ReconnectDelays[Math.Min(attempt, _options.ReconnectDelays.Count - 1)];
        return delay + delay * (_options.Random.NextDouble() / 4);
    }

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Information, "ARI {Application}: connected (connection {Number})")]
        public static partial void Connected(ILogger logger, string application, int number);

        [LoggerMessage(1002, LogLevel.Information, "ARI {Application}: disconnected. {Reason}")]
        public static partial void Disconnected(ILogger logger, string application, string reason);

        [LoggerMessage(1003, LogLevel.Information, "ARI {Application}: a new connection replaces the one before")]
        public static partial void Replaced(ILogger logger, string application);

        [LoggerMessage(1005, LogLevel.Error,
            "ARI {Application}: another connection has taken the application over; this one gives up. Two programs must not use the same name")]
        public static partial void TakenOver(ILogger logger, string application);

        [LoggerMessage(1004, LogLevel.Warning, "ARI {Application}: cannot connect to {Address}: {Why}. Trying again until it answers")]
        public static partial void CannotConnect(ILogger logger, string application, string address, string why);
    }
}
