using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace Ringway.Tests.Switch;

/// <summary>One SIP connection over TLS, spoken by hand: whole messages in and out.</summary>
internal sealed class SipPeer(Stream stream) : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private string _pending = "";

    /// <summary>Takes one connection, as wa.meta.vc would.</summary>
    public static async Task<SipPeer> AcceptAsync(TcpListener listener, X509Certificate2 certificate, CancellationToken ct)
    {
        var stream = new SslStream((await listener.AcceptTcpClientAsync(ct)).GetStream());
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, ct);
        return new SipPeer(stream);
    }

    /// <summary>Connects to a trunk, as Meta's gateway would.</summary>
    /// <param name="shown">A client certificate to show when asked.</param>
    public static async Task<SipPeer> ConnectAsync(
        int port, string hostName, string caFile, SslProtocols protocols = SslProtocols.None, X509Certificate2? shown = null, CancellationToken ct = default)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, ct);
        var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = hostName,
            EnabledSslProtocols = protocols,
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(caFile) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
            LocalCertificateSelectionCallback = (_, _, _, _, _) => shown!,
        }, ct);
        return new SipPeer(stream) { Protocol = stream.SslProtocol };
    }

    /// <summary>Connects as a browser does: SIP over WebSocket (RFC 7118), one message a frame.</summary>
    public static async Task<SipPeer> ConnectAsync(Uri ws, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("sip");
        await socket.ConnectAsync(ws, ct);
        return new SipPeer(WebSocketStream.Create(socket, WebSocketMessageType.Text, closeTimeout: TimeSpan.FromSeconds(1)));
    }

    /// <summary>The header that answers a 401 or 407 challenge; MD5, qop=auth (RFC 2617).</summary>
    public static string Authorization(string challenge, string user, string password, string method, string uri)
    {
        var asked = Header(challenge, "WWW-Authenticate") ?? Header(challenge, "Proxy-Authenticate") ?? throw new InvalidOperationException("No challenge: " + challenge);
        string Field(string name) => Regex.Match(asked, name + "=\"([^\"]*)\"").Groups[1].Value;
        const string cnonce = "0a4f113b", count = "00000001";
        var ha1 = Md5($"{user}:{Field("realm")}:{password}");
        var response = Md5($"{ha1}:{Field("nonce")}:{count}:{cnonce}:auth:{Md5($"{method}:{uri}")}");
        return $"Authorization: Digest username=\"{user}\", realm=\"{Field("realm")}\", nonce=\"{Field("nonce")}\", uri=\"{uri}\", response=\"{response}\", opaque=\"{Field("opaque")}\", algorithm=MD5, qop=auth, cnonce=\"{cnonce}\", nc={count}\r\n";
    }

#pragma warning disable CA5351 // SIP digest is MD5 (RFC 2617), and Meta's too.
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    public SslProtocols Protocol { get; private init; }

    /// <summary>The next whole message; line breaks that only keep the connection alive are skipped.</summary>
    public async Task<string> ReceiveAsync(CancellationToken ct)
    {
        while (true)
        {
            _pending = _pending.TrimStart('\r', '\n');
            if (_pending.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var end and >= 0)
            {
                var length = end + 4 + (Header(_pending[..end], "Content-Length") is { } body ? int.Parse(body, null) : 0);
                if (_pending.Length >= length)
                {
                    var message = _pending[..length];
                    _pending = _pending[length..];
                    return message;
                }
            }
            var count = await stream.ReadAsync(_buffer, ct);
            if (count == 0)
                throw new EndOfStreamException("The other side closed the connection.");
            _pending += Encoding.UTF8.GetString(_buffer, 0, count);
        }
    }

    /// <summary>The next message whose first word this is; the question whether we live (OPTIONS) is answered on the way.</summary>
    public async Task<string> ReceiveAsync(string firstWord, CancellationToken ct)
    {
        while (true)
        {
            var message = await ReceiveAsync(ct);
            if (message.StartsWith(firstWord + " ", StringComparison.Ordinal))
                return message;
            if (message.StartsWith("OPTIONS ", StringComparison.Ordinal))
                await AnswerAsync(message, "200 OK", ct: ct);
        }
    }

    public async Task SendAsync(string message, CancellationToken ct) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n")), ct);

    /// <summary>An answer without body: what identifies the transaction is copied, the rest is up to the caller.</summary>
    public Task AnswerAsync(string request, string status, string moreHeaders = "", CancellationToken ct = default)
    {
        var copied = request.Split("\r\n").Where(l => new[] { "Via:", "From:", "Call-ID:", "CSeq:", "Record-Route:" }.Any(h => l.StartsWith(h, StringComparison.OrdinalIgnoreCase)));
        return SendAsync($"SIP/2.0 {status}\r\n{string.Join("\r\n", copied)}\r\nTo: {Header(request, "To")};tag=peer\r\n{moreHeaders}Content-Length: 0\r\n\r\n", ct);
    }

    public static string? Header(string message, string name) =>
        message.Split("\r\n").FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
