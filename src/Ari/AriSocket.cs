using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Ringway.Ari;

/// <summary>
/// One WebSocket's life: one loop reads, one writes, and answers find their requests by number. Nothing that a consumer
/// does can hold the reader up, because Asterisk hangs up on a reader who is 100 ms late.
/// </summary>
internal sealed partial class AriSocket(
    WebSocket socket, PromptAck? ack, string application, AriOptions options, TimeProvider time, Action<AriEvent> publish,
    ILogger logger) : IDisposable
{
    /// <summary>How long the other side may take to answer our close before the connection is cut.</summary>
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(1);

    private const string ByUs = "We closed it.";

    private readonly Channel<PendingRequest> _outgoing =
        System.Threading.Channels.Channel.CreateUnbounded<PendingRequest>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<long, PendingRequest> _pending = new();
    private readonly SemaphoreSlim _window = new(options.MaxInFlight, options.MaxInFlight);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _unknownTypes = [];
    private long _lastId;
    private long _heard = time.GetTimestamp();
    private PendingRequest? _ping;
    private string? _verdict;

    /// <summary>Completes when nothing more will be published from this socket.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Puts a request in the queue, at once: requests leave in the order of these calls.</summary>
    public PendingRequest Enqueue(AriRequest request)
    {
        var id = Interlocked.Increment(ref _lastId);
        var pending = new PendingRequest(id, request, request.ToMessage(id), time.GetTimestamp());
        if (pending.Message.Length > AriRequest.MaxBytes)
        {
            var why = $"It has {pending.Message.Length} bytes; Asterisk takes {AriRequest.MaxBytes}.";
            pending.Fail(new(AriFailure.TooLong, request, 0, why));
            return pending;
        }
        _pending[id] = pending;
        if (!_outgoing.Writer.TryWrite(pending) && _pending.TryRemove(id, out _))
            pending.Fail(AriApplication.Lost(request));
        return pending;
    }

    /// <summary>Reads and writes until the socket ends. When <paramref name="ct"/> fires, what is queued is still sent.</summary>
    /// <returns>Why it ended, in a sentence.</returns>
    public async Task<string> RunAsync(CancellationToken ct)
    {
        using var cut = new CancellationTokenSource();
        await using var goodbye = ct.Register(() => SayGoodbye(cut));
        var writing = WriteAsync(cut.Token);
        var watching = WatchAsync(cut.Token);
        try
        {
            var reason = await ReadAsync(cut.Token);
            return ct.IsCancellationRequested ? ByUs : reason;
        }
        catch (Exception e) when (IsEnd(e))
        {
            return ct.IsCancellationRequested ? ByUs : _verdict ?? $"The connection broke: {e.Message}";
        }
        finally
        {
            _outgoing.Writer.TryComplete();
            await cut.CancelAsync();
            await writing;
            await watching;
            socket.Dispose();
            FailPending();
        }
    }

    /// <summary>Says that everything of this socket has been published.</summary>
    public void End() => _ended.TrySetResult();

    /// <summary>Lets the socket end by itself for a while, then cuts it.</summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(Ended, Task.Delay(patience, time, enough.Token));
        await enough.CancelAsync();
        socket.Abort();
        await Ended;
    }

    public void Dispose() => _window.Dispose();

    private void SayGoodbye(CancellationTokenSource cut)
    {
        _outgoing.Writer.TryComplete();
        _ = CutLaterAsync(cut);
    }

    private async Task CutLaterAsync(CancellationTokenSource cut)
    {
        await Task.WhenAny(Ended, Task.Delay(CloseTime, time, cut.Token));
        socket.Abort();
    }

    /// <summary>
    /// Finds out that nobody is there though nothing was closed: after a while of silence it asks (<c>GET asterisk/ping</c>), and
    /// without any sign of life it cuts the connection. Asterisk works a socket's commands off one after the other, the ping among
    /// them, so behind a command of ours it has that command's time.
    /// </summary>
    private async Task WatchAsync(CancellationToken cut)
    {
        try
        {
            while (true)
            {
                var silent = time.GetElapsedTime(Volatile.Read(ref _heard));
                if (silent < options.PingInterval)
                {
                    await Task.Delay(options.PingInterval - silent, time, cut);
                    continue;
                }
                // We may have slept for a command's time, during which it was answered and nothing else had to be said: that is no silence
                // to a ping.
                var isFresh = _ping is null or { Task.IsCompleted: true };
                if (isFresh)
                    _ping = Enqueue(new("GET", "asterisk/ping"));
                var limit = options.PingInterval + (_pending.Count > 1 ? options.RequestTimeout : options.PingTimeout);
                if (silent >= limit && !isFresh)
                {
                    _verdict = string.Create(CultureInfo.InvariantCulture, $"Asterisk has said nothing for {silent.TotalSeconds:0.#} s, not even to a ping.");
                    socket.Abort();
                    return;
                }
                await Task.Delay(isFresh && limit - silent < options.PingInterval ? options.PingInterval : limit - silent, time, cut);
            }
        }
        catch (OperationCanceledException)
        {
            // The socket has ended.
        }
    }

    private async Task<string> ReadAsync(CancellationToken cut)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var filled = 0;
            while (true)
            {
                if (filled == buffer.Length)
                    buffer = Grow(buffer, filled);
                var receiving = socket.ReceiveAsync(buffer.AsMemory(filled), cut);
                if (!receiving.IsCompleted)
                    ack?.Send();
                var received = await receiving;
                if (received.MessageType == WebSocketMessageType.Close)
                    return await AnswerCloseAsync(cut);
                filled += received.Count;
                Volatile.Write(ref _heard, time.GetTimestamp());
                if (filled > options.MaxMessageBytes)
                    return $"Asterisk sent a message of more than {options.MaxMessageBytes} bytes.";
                if (!received.EndOfMessage)
                    continue;
                Take(buffer.AsSpan(0, filled));
                filled = 0;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<string> AnswerCloseAsync(CancellationToken cut)
    {
        var reason = $"The other side closed it ({(int?)socket.CloseStatus} {socket.CloseStatusDescription}).";
        _outgoing.Writer.TryComplete();
        if (socket.State == WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cut);
        return reason;
    }

    private static byte[] Grow(byte[] buffer, int filled)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>Parses one message and sends it where it belongs. A message we cannot read is counted, logged, and passed over.</summary>
    private void Take(ReadOnlySpan<byte> message)
    {
        AriEvent said;
        try
        {
            said = AriJson.ReadEvent(message);
        }
        catch (JsonException e)
        {
            AriMetrics.Unreadable.Add(1);
            Log.Unreadable(logger, application, message.Length, e.Message);
            return;
        }

        if (said is RestResponse response)
        {
            Answer(response);
            return;
        }
        if (said.Json is not null)
        {
            AriMetrics.Unknown.Add(1);
            if (_unknownTypes.Add(said.Type))
                Log.UnknownEvent(logger, application, said.Type);
        }
        AriMetrics.Events.Add(1);
        publish(said);
    }

    private void Answer(RestResponse response)
    {
        if (!long.TryParse(response.RequestId, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !_pending.TryRemove(id, out var pending))
        {
            Log.AnswerToNothing(logger, application, response.RequestId, response.StatusCode, response.ReasonPhrase);
            return;
        }
        _window.Release();
        AriMetrics.Answered(pending.Request, response.StatusCode, time.GetElapsedTime(pending.Since));
        pending.Answer(response);
    }

    private async Task WriteAsync(CancellationToken cut)
    {
        try
        {
            await foreach (var pending in _outgoing.Reader.ReadAllAsync(cut))
                await WriteAsync(pending, cut);
            if (socket.State is WebSocketState.Open)
                await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "closing", cut);
        }
        catch (Exception e) when (IsEnd(e) || e is InvalidOperationException)
        {
            // The reader finds out by the abort, and tells why.
            socket.Abort();
        }
    }

    private async Task WriteAsync(PendingRequest pending, CancellationToken cut)
    {
        await _window.WaitAsync(cut);
        if (pending.Task.IsCompleted || pending.GivenUp)
        {
            // Nobody waits for it any more; a command that comes too late does harm.
            _window.Release();
            _pending.TryRemove(pending.Id, out _);
            return;
        }
        await socket.SendAsync(pending.Message, WebSocketMessageType.Text, endOfMessage: true, cut);
    }

    /// <summary>The ways in which a socket tells its end.</summary>
    private static bool IsEnd(Exception e) =>
        e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException;

    private void FailPending()
    {
        foreach (var (id, _) in _pending)
        {
            if (_pending.TryRemove(id, out var pending))
                pending.Fail(AriApplication.Lost(pending.Request));
        }
        _ = _ping?.Task.Exception; // Nobody awaits it.
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "ARI {Application}: unreadable message of {Bytes} bytes: {Why}")]
        public static partial void Unreadable(ILogger logger, string application, int bytes, string why);

        [LoggerMessage(1102, LogLevel.Information, "ARI {Application}: event type {Type} is newer than this client")]
        public static partial void UnknownEvent(ILogger logger, string application, string type);

        [LoggerMessage(1103, LogLevel.Warning, "ARI {Application}: answer to no request of ours: id {RequestId}, {Status} {Reason}")]
        public static partial void AnswerToNothing(ILogger logger, string application, string requestId, int status, string reason);
    }
}
