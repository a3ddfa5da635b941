using System.Net;

namespace Ringway.Simulator.Sip;

/// <summary>One TCP or TLS connection that carries SIP both ways.</summary>
public sealed class SipConnection(Stream stream, EndPoint? remote, string name) : IAsyncDisposable
{
    /// <summary>Longest that a peer may refuse to read before we give it up.</summary>
    private static readonly TimeSpan SendDeadline = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _closed = new();
    private int _disposed;

    public EndPoint? Remote { get; } = remote;

    public bool IsOpen => !_closed.IsCancellationRequested;

    /// <summary>Cancelled when the connection ends, from whichever side.</summary>
    public CancellationToken Closed => _closed.Token;

    public Task SendAsync(SipMessage message, CancellationToken ct) => SendAsync(message.ToBytes(), ct);

    /// <summary>Reads until the peer closes, the bytes are no SIP, or the token is cancelled; then the connection is over.</summary>
    /// <exception cref="SipParseException">What came is no SIP.</exception>
    public async Task RunAsync(Func<SipMessage, ValueTask> received, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _closed.Token);
        var reader = new SipStreamReader(stream) { Pinged = () => new(SendAsync("\r\n"u8.ToArray(), either.Token)) };
        try
        {
            while (await reader.ReadAsync(either.Token) is { } message) await received(message);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer went away or we did: the end of a connection, told by Closed.
        }
        finally
        {
            await DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        await _closed.CancelAsync();
        await stream.DisposeAsync();
    }

    public override string ToString() => $"{name} {Remote}";

    private async Task SendAsync(byte[] bytes, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _closed.Token);
        either.CancelAfter(SendDeadline);
        await _sending.WaitAsync(either.Token);
        try
        {
            await stream.WriteAsync(bytes, either.Token);
            await stream.FlushAsync(either.Token);
        }
        finally
        {
            _sending.Release();
        }
    }
}
