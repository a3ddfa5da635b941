namespace Ringway.Simulator.Sip;

/// <summary>A request that somebody sent to us, and the way back.</summary>
public sealed class SipServerTransaction(SipRequest request, SipConnection connection, Func<SipServerTransaction, SipResponse, Task> send)
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SipRequest Request { get; } = request;

    public SipConnection Connection { get; } = connection;

    /// <summary>The last response sent; a request that comes twice gets it again.</summary>
    public SipResponse? Last { get; internal set; }

    /// <summary>Completes when the caller sends CANCEL for this INVITE.</summary>
    public Task Cancelled => _cancelled.Task;

    public bool IsAnswered => Last is { IsFinal: true };

    /// <summary>Sends a response. After a final one nothing more goes out; an ACK is never answered.</summary>
    public Task RespondAsync(SipResponse response)
    {
        if (IsAnswered || Request.Method == "ACK") return Task.CompletedTask;
        Last = response;
        return send(this, response);
    }

    internal void Cancel() => _cancelled.TrySetResult();
}

/// <summary>A request of ours under way.</summary>
public sealed class SipClientTransaction(SipRequest request, SipConnection connection, Action<SipResponse>? provisional)
{
    private readonly TaskCompletionSource<SipResponse> _final = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SipRequest Request { get; } = request;

    public SipConnection Connection { get; } = connection;

    /// <summary>The final response; 408 when none came in time and 503 when the connection ended
    /// (RFC 3261 section 8.1.3.1 says to treat both so).</summary>
    public Task<SipResponse> Final => _final.Task;

    /// <summary>Completes at the first response of any kind: only then may a CANCEL go out (RFC 3261 section 9.1).</summary>
    public Task Progress => _progress.Task;

    /// <summary>The top Via, From, Call-ID and CSeq number of the INVITE, as CANCEL and the ACK of a refusal need them.</summary>
    internal SipRequest Companion(string method, string to)
    {
        var companion = new SipRequest(method, Request.RequestUri);
        companion.Headers.Add("Via", Request.Headers.Values("Via").First()).Add("Max-Forwards", "70");
        companion.Headers.AddAll("Route", Request.Headers.Lines("Route"));
        companion.Headers.Add("From", Request.Headers["From"]!).Add("To", to).Add("Call-ID", Request.CallId);
        companion.Headers.Add("CSeq", $"{Request.CSeq.Number} {method}");
        return companion;
    }

    internal void Receive(SipResponse response)
    {
        _progress.TrySetResult();
        if (response.IsFinal) _final.TrySetResult(response);
        else provisional?.Invoke(response);
    }

    internal void Fail(int status, string reason)
    {
        var response = Request.Respond(status, reason);
        _progress.TrySetResult();
        _final.TrySetResult(response);
    }
}
