using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ringway.Simulator.Sip;

namespace Ringway.Bench.Calls.Wire;

/// <summary>
/// WhatsApp's end of the trunk: one TLS connection over which calls are placed as Meta places them, challenge included, and
/// hung up by the caller. Everything is done on the reader's thread, so that no switch of threads stands in the times.
/// </summary>
public sealed class MetaSide : IAsyncDisposable
{
    private const string Domain = "wa.meta.vc";

    private readonly ConcurrentDictionary<string, Placed> _calls = new();
    private readonly SslStream _stream;
    private readonly string _host;
    private readonly int _mediaPort;
    private readonly Lock _writing = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _reading;
    private int _lastCall;

    private MetaSide(SslStream stream, string host, int mediaPort)
    {
        (_stream, _host, _mediaPort) = (stream, host, mediaPort);
        _reading = Task.Run(ReadAsync);
    }

    /// <param name="host">Our trunk's name, as Meta knows it; its certificate is checked.</param>
    /// <param name="caFile">The authority that the certificate must come from.</param>
    public static async Task<MetaSide> ConnectAsync(string host, int port, string caFile, int mediaPort, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, ct);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(caFile);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = trust }, ct);
        return new MetaSide(stream, host, mediaPort);
    }

    /// <summary>A user calls the number.</summary>
    /// <param name="talk">How long the caller stays after the answer; null for a call that she ends only when told, see <see cref="HangUp"/>.</param>
    public void Place(CallTimes times, LineUnderTest line, TimeSpan? talk)
    {
        var number = Interlocked.Increment(ref _lastCall);
        var call = new Placed(times, line, $"outgoing:wacid.{RandomNumberGenerator.GetHexString(32)}", $"+1555{2000000 + number % 1000000}", talk);
        _calls[call.CallId] = call;
        Send(Invite(call, null));
    }

    /// <summary>The caller of a call that stays hangs up.</summary>
    public void HangUp(CallTimes times)
    {
        foreach (var call in _calls.Values.Where(call => call.Times == times)) Bye(call);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _stream.DisposeAsync();
        await _reading;
        _closing.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[256 * 1024];
        var filled = 0;
        try
        {
            while (await _stream.ReadAsync(buffer.AsMemory(filled), _closing.Token) is > 0 and var count)
            {
                var at = Stopwatch.GetTimestamp();
                filled += count;
                var taken = 0;
                while (TryCut(buffer.AsSpan(taken, filled - taken), out var message, out var length))
                {
                    taken += length;
                    if (message is not null) Receive(message, at);
                }

                buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
                filled -= taken;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed by us, or by Asterisk: then the calls say so.
        }

        foreach (var call in _calls.Values) call.Times.Fail("the trunk's connection ended");
    }

    private static bool TryCut(ReadOnlySpan<byte> bytes, out SipMessage? message, out int length)
    {
        (message, length) = (null, 0);
        if (bytes.StartsWith("\r\n"u8)) // a keep-alive
        {
            length = 2;
            return true;
        }

        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        message = SipParser.ParseHead(bytes[..end]);
        var body = SipParser.ContentLength(message) ?? 0;
        length = end + 4 + body;
        if (bytes.Length < length) return false;
        message.Body = bytes.Slice(end + 4, body).ToArray();
        return true;
    }

    private void Receive(SipMessage message, long at)
    {
        if (message is SipRequest request)
        {
            if (request.Method == "ACK") return;
            Send(request.Respond(200, "OK", SipTransport.NewTag()));
            if (request.Method == "BYE" && _calls.TryRemove(request.CallId, out var ended)) ended.Times.Fail("the business hung up");
            return;
        }

        var response = (SipResponse)message;
        if (!_calls.TryGetValue(response.CallId, out var call) || !response.IsFinal) return;
        switch (response.CSeq.Method, response.Status)
        {
            case ("INVITE", 401 or 407) when call.Sequence == 1:
                Send(Ack(call, response));
                call.Sequence = 2;
                var invite = Invite(call, response).ToBytes();
                lock (_writing)
                {
                    call.Times.Invited = Stopwatch.GetTimestamp();
                    _stream.Write(invite);
                }

                break;
            case ("INVITE", 200):
                if (call.Talk is null) call.Times.CallerLeg = call.Leg with { Port = Sdp.PortOf(response) };
                call.Times.Answered = at;
                call.Dialog = SipDialog.OfCaller(call.Last!, response);
                Send(WithVia(call.Dialog.Ack(call.Sequence)));
                if (call.Talk is { } talk) _ = ByeLaterAsync(call, talk);
                break;
            case ("INVITE", _):
                Send(Ack(call, response));
                _calls.TryRemove(call.CallId, out _);
                call.Times.Fail($"refused: {response.Status} {response.Reason}");
                break;
            case ("BYE", _):
                _calls.TryRemove(call.CallId, out _);
                call.Times.LegIsOver();
                break;
        }
    }

    private async Task ByeLaterAsync(Placed call, TimeSpan talk)
    {
        await Task.Delay(talk, TimeProvider.System);
        Bye(call);
    }

    private void Bye(Placed call)
    {
        if (call.Dialog is null) return;
        var bye = WithVia(call.Dialog.Request("BYE")).ToBytes();
        lock (_writing)
        {
            call.Times.HungUp = Stopwatch.GetTimestamp();
            _stream.Write(bye);
        }
    }

    private SipRequest Invite(Placed call, SipResponse? challenge)
    {
        var request = WithVia(new SipRequest("INVITE", $"sip:{call.Line.Number}@{_host};transport=tls"));
        request.Headers
            .Add("Record-Route", $"<sip:{Domain};transport=tls;lr>")
            .Add("Record-Route", "<sip:onevc-sip-proxy.fbinfra.net:8191;transport=tls;lr>")
            .Add("Max-Forwards", "69")
            .Add("From", $"\"Somebody\" <sip:{call.User}@{Domain}>;tag={call.Tag}")
            .Add("To", $"<sip:{call.Line.Number}@{_host}>")
            .Add("Contact", $"<sip:{call.User}@{Domain};transport=tls;ob>;isfocus")
            .Add("Call-ID", call.CallId)
            .Add("CSeq", $"{call.Sequence} INVITE")
            .Add("X-FB-External-Domain", Domain)
            .Add("x-wa-meta-wacid", call.CallId["outgoing:".Length..])
            .Add("Allow", "INVITE, ACK, BYE, CANCEL, NOTIFY, OPTIONS")
            .Add("User-Agent", "Facebook SipGateway");
        if (challenge is not null)
        {
            var (asks, answers) = challenge.Status == 401 ? ("WWW-Authenticate", "Authorization") : ("Proxy-Authenticate", "Proxy-Authorization");
            var asked = challenge.Headers.Lines(asks).Select(DigestChallenge.Parse).OfType<DigestChallenge>().First();
            request.Headers.Add(answers, asked.Answer(
                call.Line.Number.TrimStart('+'), call.Line.Password, "INVITE", $"sip:{call.Line.Number}@{_host}", SipTransport.NewTag()).ToHeader());
        }

        request.SetBody("application/sdp", call.Sdp ??= Sdp.OfMeta(_mediaPort, call.Leg));
        return call.Last = request;
    }

    /// <summary>The ACK of a refusal belongs to its transaction (RFC 3261 section 17.1.1.3).</summary>
    private static SipRequest Ack(Placed call, SipResponse refusal)
    {
        var ack = new SipRequest("ACK", call.Last!.RequestUri);
        ack.Headers.Add("Via", call.Last.Headers["Via"]!).Add("Max-Forwards", "70").Add("From", call.Last.Headers["From"]!)
            .Add("To", refusal.Headers["To"]!).Add("Call-ID", call.CallId).Add("CSeq", $"{call.Sequence} ACK");
        return ack;
    }

    private static SipRequest WithVia(SipRequest request)
    {
        request.Headers.AddFirst("Via", $"SIP/2.0/TLS {Domain}:5061;rport;branch=z9hG4bKPj{SipTransport.NewTag()};alias");
        return request;
    }

    private void Send(SipMessage message)
    {
        var bytes = message.ToBytes();
        lock (_writing) _stream.Write(bytes);
    }

    private sealed class Placed(CallTimes times, LineUnderTest line, string callId, string user, TimeSpan? talk)
    {
        public CallTimes Times => times;
        public LineUnderTest Line => line;
        public string CallId => callId;
        public string User => user;
        public TimeSpan? Talk => talk;
        public SoundLeg Leg { get; } = SoundLeg.New(Wire.Sdp.OpusOfMeta);
        public string Tag { get; } = SipTransport.NewTag();
        public int Sequence { get; set; } = 1;
        public string? Sdp { get; set; }
        public SipRequest? Last { get; set; }
        public SipDialog? Dialog { get; set; }
    }
}
