using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace Ringway.Ari.Tests;

/// <summary>
/// A SIP phone over UDP that takes every call and says yes to everything: just enough of RFC 3261 for what only a SIP channel can show.
/// </summary>
internal sealed partial class SipPhone : IAsyncDisposable
{
    private readonly UdpClient _socket;
    private readonly IPEndPoint _asterisk;
    private readonly Channel<string> _heard = System.Threading.Channels.Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _enough = new();
    private readonly Task _listening;
    private readonly int _port;
    private readonly string _callId = Guid.NewGuid().ToString("N");
    private string _remote = "";
    private string _target = "";
    private int _sequence;

    public SipPhone(RealAsterisk asterisk)
    {
        _port = asterisk.PhonePort;
        _asterisk = new(IPAddress.Loopback, asterisk.SipPort);
        _socket = new(new IPEndPoint(IPAddress.Loopback, _port));
        _listening = ListenAsync();
    }

    /// <summary>The next message whose first line begins so; what comes before is passed over.</summary>
    public async Task<string> HearAsync(string beginning)
    {
        while (true)
        {
            var message = await _heard.Reader.ReadAsync().AsTask().Within();
            if (message.StartsWith(beginning, StringComparison.Ordinal))
                return message;
        }
    }

    /// <summary>Calls an extension, and waits until it is answered, or refused.</summary>
    /// <param name="name">The caller's display name; each character is one byte.</param>
    /// <returns>The last response.</returns>
    public async Task<string> CallAsync(string extension, string name = "Phone")
    {
        _target = $"sip:{extension}@127.0.0.1:{_asterisk.Port}";
        _remote = $"<{_target}>";
        _local = $"\"{name}\" <sip:phone@127.0.0.1:{_port}>;tag=phone";
        await SayAsync("INVITE", Sdp("sendrecv"));
        var answer = await HearAsync("SIP/2.0 ");
        while (answer.StartsWith("SIP/2.0 1", StringComparison.Ordinal))
            answer = await HearAsync("SIP/2.0 ");
        _remote = Header(answer, "To");
        if (answer.StartsWith("SIP/2.0 200", StringComparison.Ordinal))
            _target = Contact().Match(answer).Groups[1].Value;
        await AcknowledgeAsync();
        return answer;
    }

    private string _local = "";

    /// <summary>Puts the other side on hold, RFC 3264 section 8.4.</summary>
    public async Task HoldAsync(bool on)
    {
        await SayAsync("INVITE", Sdp(on ? "sendonly" : "sendrecv"));
        await HearAsync("SIP/2.0 200");
        await AcknowledgeAsync();
    }

    /// <summary>Wants the other side to be connected to somebody else, RFC 3515.</summary>
    public async Task<string> TransferAsync(string extension)
    {
        await SayAsync("REFER", null, $"Refer-To: <sip:{extension}@127.0.0.1:{_asterisk.Port}>\r\n");
        return await HearAsync("SIP/2.0 ");
    }

    public async Task HangUpAsync()
    {
        await SayAsync("BYE", null);
        await HearAsync("SIP/2.0 200");
    }

    /// <summary>Sends a text, outside of any call.</summary>
    public async Task TextAsync(string to, string text)
    {
        (_target, _local) = ($"sip:{to}@127.0.0.1:{_asterisk.Port}", $"<sip:phone@127.0.0.1:{_port}>;tag=phone");
        _remote = $"<{_target}>";
        await SayAsync("MESSAGE", text, type: "text/plain");
        await HearAsync("SIP/2.0 202");
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _listening;
        _socket.Dispose();
        _enough.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(_enough.Token);
                var message = Encoding.Latin1.GetString(received.Buffer);
                if (!message.StartsWith("SIP/", StringComparison.Ordinal) && !message.StartsWith("ACK", StringComparison.Ordinal))
                    await AnswerAsync(message, received.RemoteEndPoint);
                _heard.Writer.TryWrite(message);
            }
        }
        catch (OperationCanceledException)
        {
            // Put away.
        }
    }

    private async Task AnswerAsync(string request, IPEndPoint to)
    {
        var body = request.StartsWith("INVITE", StringComparison.Ordinal) ? Sdp("sendrecv") : "";
        var remote = Header(request, "To");
        await SendAsync(
            $"SIP/2.0 200 OK\r\nVia: {Header(request, "Via")}\r\nFrom: {Header(request, "From")}\r\n" +
            $"To: {remote}{(remote.Contains(";tag=") ? "" : ";tag=phone")}\r\nCall-ID: {Header(request, "Call-ID")}\r\nCSeq: {Header(request, "CSeq")}\r\n" +
            $"Contact: <sip:phone@127.0.0.1:{_port}>\r\n{(body == "" ? "" : "Content-Type: application/sdp\r\n")}Content-Length: {body.Length}\r\n\r\n{body}",
            to);
    }

    private Task SayAsync(string method, string? body, string headers = "", string type = "application/sdp")
    {
        _sequence++;
        return RequestAsync(method, headers + (body is null ? "" : $"Content-Type: {type}\r\n"), body ?? "");
    }

    private Task AcknowledgeAsync() => RequestAsync("ACK", "", "");

    private Task RequestAsync(string method, string headers, string body) => SendAsync(
        $"{method} {_target} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{_port};rport;branch=z9hG4bK{method}{_sequence}{_callId}\r\nMax-Forwards: 70\r\n" +
        $"From: {_local}\r\nTo: {_remote}\r\nCall-ID: {_callId}\r\nCSeq: {_sequence} {method}\r\nContact: <sip:phone@127.0.0.1:{_port}>\r\n" +
        $"{headers}Content-Length: {body.Length}\r\n\r\n{body}",
        _asterisk);

    private async Task SendAsync(string message, IPEndPoint to) => await _socket.SendAsync(Encoding.Latin1.GetBytes(message), to);

    private static string Sdp(string direction) =>
        $"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na={direction}\r\n";

    private static string Header(string message, string name) =>
        message.Split("\r\n").First(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))[(name.Length + 1)..].Trim();

    [GeneratedRegex("\r\nContact: <([^>]+)>", RegexOptions.IgnoreCase)]
    private static partial Regex Contact();
}
