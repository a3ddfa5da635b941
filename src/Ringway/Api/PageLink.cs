using System.Net.WebSockets;
using System.Text.Json;
using Ringway.Store;

namespace Ringway.Api;

/// <summary>One page's socket: an outbox with a limit, and the loop that empties it.</summary>
public sealed class PageLink : IDisposable
{
    /// <summary>Messages that may wait; a busy hour makes a few a second, so a page this far behind starts over.</summary>
    public const int MostWaiting = 256;

    /// <summary>A browser that takes nothing for this long is gone, whatever TCP thinks.</summary>
    private static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(10);

    /// <summary>How long a page may take to say goodbye in its turn; less than the host takes to stop.</summary>
    private static readonly TimeSpan GoodbyePatience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Queue<PageMessage> _outbox = new();
    private readonly SemaphoreSlim _something = new(0);
    private readonly Func<PageMessage> _hello;
    private bool _startOver = true;

    public PageLink(SessionRow session, Func<PageMessage> hello)
    {
        (Session, _hello) = (session, hello);
        _something.Release();
    }

    public SessionRow Session { get; }

    /// <summary>Puts the message into the outbox. When that is full the page will get a new hello instead of what waits.</summary>
    public void Post(PageMessage message)
    {
        lock (_gate)
        {
            if (_outbox.Count >= MostWaiting && message is not PageMessage.Bye)
            {
                _outbox.Clear();
                _startOver = true;
            }
            else
            {
                _outbox.Enqueue(message);
            }
        }

        _something.Release();
    }

    /// <summary>Sends until the page goes, or has been told goodbye.</summary>
    public async Task RunAsync(WebSocket socket, JsonSerializerOptions json, TimeProvider time, CancellationToken ct)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var listening = ListenAsync(socket, gone);
        try
        {
            while (await NextAsync(gone.Token) is var message)
            {
                await SendAsync(socket, message, json, time, gone.Token);
                if (message is not PageMessage.Bye bye) continue;
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, bye.Reason, gone.Token);
                // Closing at once would reset the connection, and the page might never read why.
                await listening.WaitAsync(GoodbyePatience, time, gone.Token);
                break;
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or WebSocketException or TimeoutException)
        {
            // The page is gone or does not take what we send; it will connect again.
        }
        finally
        {
            await gone.CancelAsync();
            await listening;
        }
    }

    public void Dispose() => _something.Dispose();

    private async Task<PageMessage> NextAsync(CancellationToken ct)
    {
        while (true)
        {
            await _something.WaitAsync(ct);
            lock (_gate)
            {
                if (!_startOver)
                {
                    if (_outbox.TryDequeue(out var message)) return message;
                    continue;
                }

                _startOver = false;
            }

            // Not under our lock: it looks at the board and the roster, which post to us under theirs.
            return _hello();
        }
    }

    private static async Task SendAsync(
        WebSocket socket, PageMessage message, JsonSerializerOptions json, TimeProvider time, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(SendPatience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, json), WebSocketMessageType.Text, true, both.Token);
    }

    /// <summary>A page says nothing, but reading is how its closing and its pongs are noticed.</summary>
    private static async Task ListenAsync(WebSocket socket, CancellationTokenSource gone)
    {
        var ignored = new byte[256];
        try
        {
            while ((await socket.ReceiveAsync(ignored.AsMemory(), gone.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or WebSocketException)
        {
            // Gone without a word.
        }

        await gone.CancelAsync();
    }
}
