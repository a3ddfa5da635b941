using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace Ringway.Simulator.Sip;

/// <summary>Where to connect: the address that answers, and for TLS the name that its certificate must carry.</summary>
public sealed record SipTarget(IPEndPoint Address, string? TlsHost = null);

/// <summary>
/// SIP over TCP or TLS: listens, connects, keeps connections for reuse, and pairs responses with requests. Both
/// transports are reliable, so nothing is sent twice; what remains of RFC 3261's timers is the deadline of each wait.
/// </summary>
/// <param name="name">TCP or TLS, as it stands in Via.</param>
/// <param name="sentBy">Host and port that our Via shows.</param>
public sealed partial class SipTransport(string name, string sentBy, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>Timer F and H of RFC 3261: 64 times T1.</summary>
    public static readonly TimeSpan TransactionDeadline = TimeSpan.FromSeconds(32);

    /// <summary>A peer on loopback or in one city; longer means it is not there.</summary>
    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, SipClientTransaction> _ours = new();
    private readonly ConcurrentDictionary<string, SipServerTransaction> _theirs = new();
    private readonly ConcurrentDictionary<SipConnection, Task> _open = new();
    private readonly Dictionary<SipTarget, SipConnection> _reusable = [];
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;

    /// <summary>Each request of a peer, ACK included. What it throws is logged; the peer then gets 500.</summary>
    public Func<SipServerTransaction, Task> Requested { get; set; } = _ => Task.CompletedTask;

    /// <summary>Each message that goes out (true) or comes in (false), before it is acted upon.</summary>
    public Action<bool, SipMessage>? Observed { get; set; }

    /// <summary>A connection that ended before it spoke SIP: the address and why.</summary>
    public Action<EndPoint?, string>? Turned { get; set; }

    /// <summary>How the peer's certificate is judged when we connect; null is plain TCP.</summary>
    public Func<string, SslClientAuthenticationOptions>? ClientTls { get; init; }

    public int OpenConnections => _open.Count;

    /// <summary>Transactions that wait for something; 0 when nothing is under way.</summary>
    public int Pending => _ours.Count;

    /// <returns>The address really bound; useful after asking for port 0.</returns>
    /// <exception cref="IOException">The port is taken.</exception>
    public IPEndPoint Listen(IPEndPoint at, SslServerAuthenticationOptions? tls = null)
    {
        _listener = new(at);
        try
        {
            _listener.Start();
        }
        catch (SocketException e)
        {
            throw new IOException($"SIP over {name} cannot listen on {at}: {e.Message}. Is another simulator running?", e);
        }
        _accepting = AcceptAsync(_listener, tls);
        return (IPEndPoint)_listener.LocalEndpoint;
    }

    /// <summary>An open connection to the target: the one we have, or a new one.</summary>
    /// <exception cref="IOException">Nobody answers there.</exception>
    /// <exception cref="AuthenticationException">The certificate is not what we trust.</exception>
    public async Task<SipConnection> ConnectAsync(SipTarget target, CancellationToken ct)
    {
        await _connecting.WaitAsync(ct);
        try
        {
            if (_reusable.TryGetValue(target, out var known) && known.IsOpen) return known;
            var connection = await OpenAsync(target, ct);
            _reusable[target] = connection;
            return connection;
        }
        finally
        {
            _connecting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync();
        _listener?.Stop();
        await _accepting;
        foreach (var connection in _open.Keys) await connection.DisposeAsync();
        await Task.WhenAll(_open.Values);
        foreach (var transaction in _ours.Values) transaction.Fail(503, "Stopped");
    }

    private async Task AcceptAsync(TcpListener listener, SslServerAuthenticationOptions? tls)
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptSocketAsync(_stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                if (_stopping.IsCancellationRequested) return;
                continue;
            }
            _ = WelcomeAsync(socket, tls);
        }
    }

    private async Task WelcomeAsync(Socket socket, SslServerAuthenticationOptions? tls)
    {
        socket.NoDelay = true;
        var remote = socket.RemoteEndPoint;
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (tls is not null)
            {
                var secure = new SslStream(stream);
                stream = secure;
                using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                deadline.CancelAfter(TransactionDeadline);
                await secure.AuthenticateAsServerAsync(tls, deadline.Token);
            }
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException or SocketException)
        {
            Turned?.Invoke(remote, e.InnerException?.Message ?? e.Message);
            await stream.DisposeAsync();
            return;
        }
        Adopt(new(stream, remote, name));
    }

    private async Task<SipConnection> OpenAsync(SipTarget target, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct, _stopping.Token);
        deadline.CancelAfter(ConnectDeadline);
        var socket = new Socket(target.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(target.Address, deadline.Token);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (target.TlsHost is not null && ClientTls is not null)
            {
                var secure = new SslStream(stream);
                stream = secure;
                await secure.AuthenticateAsClientAsync(ClientTls(target.TlsHost), deadline.Token);
            }
            return Adopt(new(stream, target.Address, name));
        }
        catch (Exception e)
        {
            if (stream is null) socket.Dispose();
            else await stream.DisposeAsync();
            if (e is AuthenticationException) throw;
            ct.ThrowIfCancellationRequested();
            throw new IOException($"Nobody answers at {target.Address}: {e.Message}", e);
        }
    }

    private SipConnection Adopt(SipConnection connection)
    {
        // The task must be known before it can end, or it would be removed first and stay for ever.
        var known = new TaskCompletionSource();
        _open[connection] = RunAsync(connection, known.Task);
        known.SetResult();
        return connection;
    }

    private async Task RunAsync(SipConnection connection, Task known)
    {
        await known;
        try
        {
            await connection.RunAsync(message => ReceiveAsync(connection, message), _stopping.Token);
        }
        catch (SipParseException e)
        {
            Log.NoSip(logger, connection.ToString(), e.Message);
            Turned?.Invoke(connection.Remote, e.Message);
        }
        _open.TryRemove(connection, out _);
        foreach (var transaction in _ours.Values.Where(t => t.Connection == connection)) transaction.Fail(503, "Connection lost");
    }

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Warning, "{Connection} sent what is no SIP: {Why}")]
        public static partial void NoSip(ILogger logger, string connection, string why);

        [LoggerMessage(3002, LogLevel.Warning, "{Connection}: the ACK of a refusal did not go out: {Why}")]
        public static partial void NoAck(ILogger logger, string connection, string why);

        [LoggerMessage(3003, LogLevel.Error, "Handling {Method} failed")]
        public static partial void Failed(ILogger logger, string method, Exception e);

        [LoggerMessage(3004, LogLevel.Warning, "{Connection}: '{Line}' did not go out: {Why}")]
        public static partial void NoWayBack(ILogger logger, string connection, string line, string why);
    }
}
