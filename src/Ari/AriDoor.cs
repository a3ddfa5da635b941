using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Ringway.Ari;

/// <summary>Where we knock to open Asterisk's event socket for one application.</summary>
internal sealed class AriDoor : IDisposable
{
    private readonly Uri _address;
    private readonly string _user;
    private readonly string _authorization;
    private readonly AriOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _dialler;

    public AriDoor(Uri ari, string application, string user, string password, AriOptions options, TimeProvider time)
    {
        _address = Events(ari, application);
        _user = user;
        _authorization = Basic(user, password).ToString();
        _options = options;
        _time = time;
        _dialler = new(new SocketsHttpHandler { ConnectCallback = (context, ct) => DialAsync(context.DnsEndPoint, options, ct) });
    }

    /// <summary>Without the query; for a log.</summary>
    public string Address => _address.GetLeftPart(UriPartial.Path);

    /// <summary>Opens it.</summary>
    /// <exception cref="WebSocketException">Asterisk is not there, or refuses.</exception>
    /// <exception cref="TimeoutException">No answer within <see cref="AriOptions.RequestTimeout"/>.</exception>
    public async Task<ClientWebSocket> OpenAsync(CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("ari");
        socket.Options.SetRequestHeader("Authorization", _authorization);
        socket.Options.KeepAliveInterval = TimeSpan.Zero; // The socket's reader pings by itself.
        socket.Options.CollectHttpResponseDetails = true;
        using var patience = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            await socket.ConnectAsync(_address, _dialler, either.Token);
            return socket;
        }
        catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
        {
            socket.Dispose();
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"no answer within {_options.RequestTimeout.TotalSeconds:0.#} s"), late);
        }
        catch (WebSocketException refused) when (socket.HttpStatusCode == HttpStatusCode.Unauthorized)
        {
            socket.Dispose();
            throw new WebSocketException($"Asterisk refused ARI user \"{_user}\" (401). Check ari.conf [{_user}] password.", refused);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _dialler.Dispose();

    internal static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>
    /// With the kernel told when to give up on what is not acknowledged: so a network that is gone is found out in time even behind a
    /// command whose answer we would wait for longer.
    /// </summary>
    private static async ValueTask<Stream> DialAsync(DnsEndPoint asterisk, AriOptions options, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (OperatingSystem.IsLinux())
                GiveUpAfter(socket, options.PingInterval + options.PingTimeout);
            await socket.ConnectAsync(asterisk, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Linux: IPPROTO_TCP, TCP_USER_TIMEOUT, in milliseconds (tcp(7), RFC 5482).</summary>
    private static void GiveUpAfter(Socket socket, TimeSpan time) =>
        socket.SetRawSocketOption(6, 18, BitConverter.GetBytes((int)time.TotalMilliseconds));

    private static Uri Events(Uri ari, string application)
    {
        var address = new UriBuilder(ari);
        address.Scheme = address.Scheme is "https" or "wss" ? "wss" : "ws";
        address.Path = address.Path.TrimEnd('/') + "/events";
        address.Query = $"app={Uri.EscapeDataString(application)}";
        return address.Uri;
    }
}
