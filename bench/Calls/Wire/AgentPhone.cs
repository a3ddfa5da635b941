using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using Ringway.Simulator.Sip;

namespace Ringway.Bench.Calls.Wire;

/// <summary>
/// A browser's phone as Asterisk sees it: SIP over a WebSocket (RFC 7118), registered with the account that ringway minted. It
/// rings for a moment and picks up.
/// </summary>
public sealed class AgentPhone : IAsyncDisposable
{
    /// <summary>Long enough that what happens at the INVITE is over when the answer begins.</summary>
    private static readonly TimeSpan RingsFor = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SipAccountUnderTest _account;
    private readonly int _mediaPort;
    private readonly string _contact;
    private readonly string _registration = SipTransport.NewTag();
    private readonly string _registrationTag = SipTransport.NewTag();
    private Task _reading = Task.CompletedTask;
    private CallTimes? _call;

    private AgentPhone(SipAccountUnderTest account, int mediaPort)
    {
        (_account, _mediaPort) = (account, mediaPort);
        _contact = $"<sip:{account.User}@{SipTransport.NewTag()}.invalid;transport=ws;ob>";
        _socket.Options.AddSubProtocol("sip");
    }

    /// <summary>Connects and registers.</summary>
    /// <param name="at">Asterisk's <c>/ws</c>, or ringway's <c>/sip</c> in front of it.</param>
    public static async Task<AgentPhone> RegisterAsync(Uri at, SipAccountUnderTest account, string? bearer, int mediaPort, CancellationToken ct)
    {
        var phone = new AgentPhone(account, mediaPort);
        if (bearer is not null) phone._socket.Options.SetRequestHeader("Authorization", $"Bearer {bearer}");
        await phone._socket.ConnectAsync(at, ct);
        phone._reading = Task.Run(phone.ReadAsync, CancellationToken.None);
        await phone.SendAsync(phone.Register(1, null));
        await phone._registered.Task.WaitAsync(Patience, TimeProvider.System, ct);
        return phone;
    }

    /// <summary>The next call that rings is this one.</summary>
    public void Expect(CallTimes call) => Volatile.Write(ref _call, call);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _reading;
        _socket.Dispose();
        _writing.Dispose();
        _closing.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        var filled = 0;
        try
        {
            while (true)
            {
                var read = await _socket.ReceiveAsync(buffer.AsMemory(filled), _closing.Token);
                var at = Stopwatch.GetTimestamp();
                if (read.MessageType == WebSocketMessageType.Close) break;
                filled += read.Count;
                if (!read.EndOfMessage) continue;
                if (filled > 4) await ReceiveAsync(SipParser.Parse(buffer.AsSpan(0, filled)), at); // less is a keep-alive
                filled = 0;
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed by us, or by Asterisk: then a call of ours says so.
        }

        Volatile.Read(ref _call)?.Fail("the phone's connection ended");
    }

    private async Task ReceiveAsync(SipMessage message, long at)
    {
        switch (message)
        {
            case SipResponse { Status: 401 } challenge when challenge.CSeq is { Number: 1, Method: "REGISTER" }:
                await SendAsync(Register(2, challenge));
                break;
            case SipResponse response when response.CSeq.Method == "REGISTER":
                if (response.IsSuccess) _registered.TrySetResult();
                else if (response.IsFinal) _registered.TrySetException(new IOException($"The phone was refused: {response}"));
                break;
            case SipRequest { Method: "INVITE" } invite:
                var call = Volatile.Read(ref _call);
                if (call is not null) call.Rung = at;
                var tag = SipTransport.NewTag();
                await SendAsync(WithContact(invite.Respond(180, "Ringing", tag)));
                _ = PickUpLaterAsync(invite, tag, call);
                break;
            case SipRequest { Method: "BYE" } bye:
                if (Interlocked.Exchange(ref _call, null) is { } ended)
                {
                    ended.Ended = at;
                    await SendAsync(bye.Respond(200, "OK"));
                    ended.LegIsOver();
                }
                else
                {
                    await SendAsync(bye.Respond(200, "OK"));
                }

                break;
            case SipRequest { Method: "CANCEL" } cancel:
                await SendAsync(cancel.Respond(200, "OK"));
                Interlocked.Exchange(ref _call, null)?.Fail("the ringing was cancelled");
                break;
            case SipRequest { Method: not "ACK" } other:
                await SendAsync(other.Respond(200, "OK", SipTransport.NewTag())); // OPTIONS: Asterisk looks whether we live
                break;
        }
    }

    private async Task PickUpLaterAsync(SipRequest invite, string tag, CallTimes? call)
    {
        await Task.Delay(RingsFor, TimeProvider.System);
        var answer = WithContact(invite.Respond(200, "OK", tag));
        var ssrc = SoundLeg.NewSsrc();
        answer.SetBody("application/sdp", Sdp.OfBrowser(invite, _mediaPort, ssrc, call?.Browser));
        if (call?.Browser is { } sound)
        {
            // A thread of its own, because the handshake blocks.
            call.AgentLeg = Task.Factory.StartNew(
                () => new SoundLeg(sound.AgreeOnKeys(Sdp.FingerprintOf(invite)), ssrc, int.Parse(Sdp.Opus(invite), CultureInfo.InvariantCulture), Sdp.PortOf(invite), sound.Socket),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        await SendAsync(answer, () => { if (call is not null) call.PickedUp = Stopwatch.GetTimestamp(); });
    }

    private SipResponse WithContact(SipResponse response)
    {
        response.Headers.AddAll("Record-Route", []).Add("Contact", _contact);
        return response;
    }

    private SipRequest Register(int sequence, SipResponse? challenge)
    {
        var request = new SipRequest("REGISTER", "sip:ringway");
        request.Headers
            .Add("Via", $"SIP/2.0/WS {SipTransport.NewTag()}.invalid;branch=z9hG4bK{SipTransport.NewTag()}")
            .Add("Max-Forwards", "69")
            .Add("From", $"<sip:{_account.User}@ringway>;tag={_registrationTag}")
            .Add("To", $"<sip:{_account.User}@ringway>")
            .Add("Call-ID", _registration)
            .Add("CSeq", $"{sequence} REGISTER")
            .Add("Contact", $"{_contact};expires=600")
            .Add("Expires", "600")
            .Add("Supported", "path,gruu,outbound")
            .Add("User-Agent", "ringway bench");
        if (challenge?.Headers.Lines("WWW-Authenticate").Select(DigestChallenge.Parse).OfType<DigestChallenge>().FirstOrDefault() is { } asked)
            request.Headers.Add("Authorization", asked.Answer(_account.User, _account.Password, "REGISTER", "sip:ringway", SipTransport.NewTag()).ToHeader());
        return request;
    }

    private async Task SendAsync(SipMessage message, Action? goesOut = null)
    {
        var bytes = message.ToBytes();
        await _writing.WaitAsync();
        try
        {
            goesOut?.Invoke();
            await _socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException)
        {
            // Its end is the reader's news.
        }
        finally
        {
            _writing.Release();
        }
    }
}
