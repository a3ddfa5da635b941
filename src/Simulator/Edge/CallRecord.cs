using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Edge;

/// <summary>Who called.</summary>
public enum CallDirection
{
    /// <summary>A WhatsApp user called the business: inbound for the business.</summary>
    UserInitiated,

    /// <summary>The business called a WhatsApp user.</summary>
    BusinessInitiated,
}

public enum CallState
{
    Arriving,
    Ringing,
    Talking,
    Over,
}

/// <summary>One line of the SIP that the business and we exchanged.</summary>
/// <param name="Direction">"in" came from the business, "out" went to it.</param>
/// <param name="Method">Of the request, or of the request that a response answers.</param>
/// <param name="Status">Null for a request.</param>
/// <param name="CSeq">Its number: together with the method it says which response belongs to which request.</param>
public sealed record SipLine(DateTimeOffset At, string Direction, string FirstLine, string Method, int? Status, int? CSeq);

/// <summary>Who ended a call and why.</summary>
/// <param name="Whose">user, business, whatsapp (a rule or a watchdog of Meta), simulator.</param>
public sealed record CallEnd(string Whose, string Why);

/// <summary>Everything that is known about one call, for the API and for tests. Many threads write; each member is safe.</summary>
public sealed class CallRecord(string id, string wacid, CallDirection direction, string user, string business, TimeProvider time)
{
    /// <summary>A call has about ten messages; a mad peer shall not fill the memory.</summary>
    private const int MaxLines = 500;

    private readonly Lock _lock = new();
    private readonly List<SipLine> _sip = [];
    private readonly List<Violation> _violations = [];
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id { get; } = id;

    public string Wacid { get; } = wacid;

    public CallDirection Direction { get; } = direction;

    /// <summary>Phone number with plus, or a business-scoped user id such as <c>US.1349…</c>.</summary>
    public string User { get; } = user;

    public string? UserName { get; init; }

    public string Business { get; } = business;

    /// <summary>Put into the INVITE to the business: payloads of buttons and deep links, country, and what Meta thinks of next.</summary>
    public IReadOnlyDictionary<string, string> ExtraHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary>True leaves out <c>x-wa-meta-wacid</c>, which Meta's own samples do not show either.</summary>
    public bool WithoutWacidHeader { get; init; }

    /// <summary>The Call-ID towards the business.</summary>
    public string SipCallId { get; init; } = "";

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>True once WhatsApp has taken the call: for a call of the business when all checks are passed.</summary>
    public bool WasPlaced { get; private set; } = direction == CallDirection.UserInitiated;

    public DateTimeOffset? AnsweredAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public CallState State { get; private set; }

    /// <summary>The status that ended the INVITE: ours when the business called, the business' when a user called.</summary>
    public int? FinalStatus { get; private set; }

    public CallEnd? End { get; private set; }

    /// <summary>Media counts while the call lives and after it; null before there is a relay.</summary>
    public Func<Media.RelayCounts>? Media { get; set; }

    /// <summary>What the scripted user heard; null when nobody listened.</summary>
    public Func<Handsets.Heard>? Heard { get; set; }

    /// <summary>Called after each change, outside the lock.</summary>
    public Action<CallRecord>? Changed { get; set; }

    public Task Over => _over.Task;

    public IReadOnlyList<SipLine> Sip
    {
        get { lock (_lock) return [.. _sip]; }
    }

    public IReadOnlyList<Violation> Violations
    {
        get { lock (_lock) return [.. _violations]; }
    }

    /// <summary>Whole seconds of conversation, as Meta tells them in its BYE.</summary>
    public int DurationSeconds => AnsweredAt is { } from ? (int)((EndedAt ?? time.GetUtcNow()) - from).TotalSeconds : 0;

    public void Saw(bool outgoing, SipMessage message)
    {
        lock (_lock)
            if (_sip.Count < MaxLines) _sip.Add(Line(outgoing, message));
    }

    public void Places() => Change(() => WasPlaced = true);

    public void Broke(Rule rule, string how) => Change(() => _violations.Add(new(time.GetUtcNow(), rule.Id, how)));

    public void Rings() => Change(() => State = State == CallState.Arriving ? CallState.Ringing : State);

    public void Answered() => Change(() => (State, AnsweredAt) = (CallState.Talking, time.GetUtcNow()));

    public void Finally(int status) => Change(() => FinalStatus = status);

    /// <summary>The first end counts.</summary>
    public void Ends(CallEnd end)
    {
        lock (_lock)
        {
            if (State == CallState.Over) return;
            (State, End, EndedAt) = (CallState.Over, end, time.GetUtcNow());
        }
        _over.TrySetResult();
        Changed?.Invoke(this);
    }

    /// <summary>A message may be too broken to have a CSeq; it is shown all the same.</summary>
    private SipLine Line(bool outgoing, SipMessage message)
    {
        var parts = (message.Headers["CSeq"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new(
            time.GetUtcNow(), outgoing ? "out" : "in", message.FirstLine,
            (message as SipRequest)?.Method ?? (parts.Length > 1 ? parts[1] : ""), (message as SipResponse)?.Status,
            parts.Length > 0 && int.TryParse(parts[0], out var number) ? number : null);
    }

    private void Change(Action how)
    {
        lock (_lock) how();
        Changed?.Invoke(this);
    }
}
