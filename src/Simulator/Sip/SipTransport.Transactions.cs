using System.Security.Cryptography;

namespace Ringway.Simulator.Sip;

/// <summary>Transactions: which response belongs to which request, what CANCEL and ACK find (RFC 3261 section 17).</summary>
public sealed partial class SipTransport
{
    /// <summary>Sends a request and begins to wait for its answer. A Via of ours goes on top.</summary>
    /// <param name="deadline">Longest wait for the final response; an INVITE may ring long.</param>
    public async Task<SipClientTransaction> BeginAsync(
        SipConnection connection, SipRequest request, Action<SipResponse>? provisional = null, TimeSpan? deadline = null, CancellationToken ct = default)
    {
        request.Headers.AddFirst("Via", $"SIP/2.0/{name} {sentBy};rport;branch={NewBranch()};alias");
        var transaction = new SipClientTransaction(request, connection, provisional);
        var key = Key(request.TopVia.Branch, request.Method);
        _ours[key] = transaction;
        _ = ExpireAsync(key, transaction, deadline ?? TransactionDeadline);
        try
        {
            await SendAsync(connection, request, ct);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            ct.ThrowIfCancellationRequested();
            transaction.Fail(503, "Connection lost");
        }
        return transaction;
    }

    /// <summary>Sends a request and waits for its final response.</summary>
    public async Task<SipResponse> RequestAsync(SipConnection connection, SipRequest request, CancellationToken ct = default) =>
        await (await BeginAsync(connection, request, ct: ct)).Final.WaitAsync(ct);

    /// <summary>Sends what has no answer: an ACK of a 2xx.</summary>
    public Task SendAckAsync(SipConnection connection, SipRequest ack, CancellationToken ct)
    {
        ack.Headers.AddFirst("Via", $"SIP/2.0/{name} {sentBy};rport;branch={NewBranch()};alias");
        return SendAsync(connection, ack, ct);
    }

    /// <summary>Cancels an INVITE of ours once the peer has shown that it knows it; without effect after a final response.</summary>
    public async Task CancelAsync(SipClientTransaction invite, CancellationToken ct)
    {
        try
        {
            await invite.Progress.WaitAsync(TransactionDeadline, time, ct);
        }
        catch (TimeoutException)
        {
            invite.Fail(408, "Request Timeout"); // Not even a 100: there is nobody to cancel.
        }
        if (invite.Final.IsCompleted) return;
        var cancel = invite.Companion("CANCEL", invite.Request.Headers["To"]!);
        var transaction = new SipClientTransaction(cancel, invite.Connection, null);
        var key = Key(cancel.TopVia.Branch, "CANCEL");
        _ours[key] = transaction;
        _ = ExpireAsync(key, transaction, TransactionDeadline);
        await SendAsync(invite.Connection, cancel, ct);
    }

    private async ValueTask ReceiveAsync(SipConnection connection, SipMessage message)
    {
        try
        {
            SipParser.Validate(message);
        }
        catch (SipParseException e)
        {
            Log.NoSip(logger, connection.ToString(), e.Message);
            if (message is SipRequest { Method: not "ACK" } bad) await connection.SendAsync(bad.Respond(400, $"Bad Request: {e.Message}"), _stopping.Token);
            return;
        }
        Observed?.Invoke(false, message);
        if (message is SipResponse response) Receive(response);
        else await ReceiveAsync(connection, (SipRequest)message);
    }

    private void Receive(SipResponse response)
    {
        var (_, method) = response.CSeq;
        if (!_ours.TryGetValue(Key(response.TopVia.Branch, method), out var transaction)) return; // A 2xx repeated: its dialog knows.
        if (response.IsFinal && method == "INVITE" && !response.IsSuccess)
            _ = AcknowledgeAsync(transaction, response);
        transaction.Receive(response);
    }

    /// <summary>The ACK of a refusal belongs to the transaction (RFC 3261 section 17.1.1.3).</summary>
    private async Task AcknowledgeAsync(SipClientTransaction invite, SipResponse refusal)
    {
        try
        {
            await SendAsync(invite.Connection, invite.Companion("ACK", refusal.Headers["To"]!), _stopping.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            Log.NoAck(logger, invite.Connection.ToString(), e.Message);
        }
    }

    private async Task ReceiveAsync(SipConnection connection, SipRequest request)
    {
        var branch = request.TopVia.Branch;
        if (request.Method == "ACK" && _theirs.TryRemove(Key(branch, "INVITE"), out _)) return; // of a refusal of ours
        var transaction = new SipServerTransaction(request, connection, RespondAsync);
        if (request.Method == "CANCEL")
        {
            var known = _theirs.TryGetValue(Key(branch, "INVITE"), out var invite);
            await transaction.RespondAsync(known ? request.Respond(200, "OK", NewTag()) : request.Respond(481, "Call/Transaction Does Not Exist", NewTag()));
            invite?.Cancel();
            return;
        }
        if (request.Method != "ACK" && !_theirs.TryAdd(Key(branch, request.Method), transaction))
        {
            if (_theirs.TryGetValue(Key(branch, request.Method), out var first) && first.Last is { } last) await SendAsync(connection, last, _stopping.Token);
            return;
        }
        _ = HandleAsync(transaction);
    }

    private async Task HandleAsync(SipServerTransaction transaction)
    {
        try
        {
            await Requested(transaction);
        }
        catch (Exception e) when (e is not OperationCanceledException || !_stopping.IsCancellationRequested)
        {
            Log.Failed(logger, transaction.Request.Method, e);
            await transaction.RespondAsync(transaction.Request.Respond(500, "Internal Server Error", NewTag()));
        }
        catch (OperationCanceledException)
        {
            // Stopping: the peer sees the connection close.
        }
        finally
        {
            // Silence was the answer (OPTIONS at Meta); the transaction must not wait for another.
            if (!transaction.IsAnswered) _theirs.TryRemove(Key(transaction.Request.TopVia.Branch, transaction.Request.Method), out _);
        }
    }

    private async Task RespondAsync(SipServerTransaction transaction, SipResponse response)
    {
        var key = Key(transaction.Request.TopVia.Branch, transaction.Request.Method);
        if (response.IsFinal && (transaction.Request.Method != "INVITE" || response.IsSuccess)) _theirs.TryRemove(key, out _);
        else if (response.IsFinal) _ = ForgetAsync(key);
        try
        {
            await SendAsync(transaction.Connection, response, _stopping.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            Log.NoWayBack(logger, transaction.Connection.ToString(), response.FirstLine, e.Message);
        }
    }

    /// <summary>Timer H: an ACK that never comes must not keep the transaction for ever.</summary>
    private async Task ForgetAsync(string key)
    {
        await Task.Delay(TransactionDeadline, time, _stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        _theirs.TryRemove(key, out _);
    }

    private async Task ExpireAsync(string key, SipClientTransaction transaction, TimeSpan deadline)
    {
        try
        {
            await transaction.Final.WaitAsync(deadline, time);
        }
        catch (TimeoutException)
        {
            transaction.Fail(408, "Request Timeout");
        }
        _ours.TryRemove(key, out _);
    }

    private Task SendAsync(SipConnection connection, SipMessage message, CancellationToken ct)
    {
        Observed?.Invoke(true, message);
        return connection.SendAsync(message, ct);
    }

    private static string Key(string branch, string method) => $"{method} {branch}";

    /// <summary>Meta's stack is pjsip-like, so are our branches; the cookie is RFC 3261's.</summary>
    private static string NewBranch() => $"z9hG4bKPj{RandomNumberGenerator.GetHexString(32, lowercase: true)}";

    public static string NewTag() => RandomNumberGenerator.GetHexString(16, lowercase: true);
}
