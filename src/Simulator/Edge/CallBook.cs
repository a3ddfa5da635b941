using System.Collections.Concurrent;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Edge;

/// <summary>All calls: those that live and the last thousand that are over.</summary>
public sealed class CallBook(TimeProvider time)
{
    /// <summary>Enough for a test run to look back on; a call is about 5 KB.</summary>
    private const int Kept = 1000;

    private readonly ConcurrentDictionary<string, CallRecord> _byId = new();
    private readonly ConcurrentDictionary<string, CallRecord> _bySipCallId = new();
    private readonly ConcurrentQueue<CallRecord> _order = new();
    private readonly ConcurrentQueue<Violation> _strays = new();
    private int _count;

    /// <summary>After each change of a call.</summary>
    public event Action<CallRecord>? Changed;

    /// <summary>Violations that belong to no call: a failed handshake, a REGISTER.</summary>
    public IEnumerable<Violation> Strays => _strays;

    public IEnumerable<CallRecord> All => _order;

    public IEnumerable<CallRecord> Live => _order.Where(call => call.State != CallState.Over);

    public CallRecord? Find(string id) => _byId.GetValueOrDefault(id);

    public CallRecord? FindBySip(string sipCallId) => _bySipCallId.GetValueOrDefault(sipCallId);

    /// <param name="headers">For the INVITE of a user's call; whoever hears of the call knows them.</param>
    public CallRecord Open(
        CallDirection direction, string user, string business, string? userName = null, string? sipCallId = null,
        IReadOnlyDictionary<string, string>? headers = null, bool withoutWacidHeader = false)
    {
        var wacid = Wacid.New(user, business, direction == CallDirection.UserInitiated);
        var call = new CallRecord($"wa-{Interlocked.Increment(ref _count)}", wacid, direction, user, business, time)
        {
            UserName = userName,
            ExtraHeaders = headers ?? new Dictionary<string, string>(),
            WithoutWacidHeader = withoutWacidHeader,
            SipCallId = sipCallId ?? $"outgoing:{wacid}",
            Changed = one => Changed?.Invoke(one),
        };
        _byId[call.Id] = _bySipCallId[call.SipCallId] = call;
        _order.Enqueue(call);
        Forget();
        Changed?.Invoke(call);
        return call;
    }

    /// <summary>Notes a message under the call that it belongs to.</summary>
    public void Saw(bool outgoing, SipMessage message) => FindBySip(message.CallId)?.Saw(outgoing, message);

    public void Stray(Rule rule, string how)
    {
        _strays.Enqueue(new(time.GetUtcNow(), rule.Id, how));
        while (_strays.Count > Kept) _strays.TryDequeue(out _);
    }

    private void Forget()
    {
        while (_order.Count > Kept && _order.TryPeek(out var oldest) && oldest.State == CallState.Over && _order.TryDequeue(out oldest))
        {
            _byId.TryRemove(oldest.Id, out _);
            _bySipCallId.TryRemove(oldest.SipCallId, out _);
        }
    }
}
