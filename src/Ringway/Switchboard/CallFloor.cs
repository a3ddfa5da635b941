using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.Switchboard;

/// <summary>
/// The product's floor: agents come from the roster, pages hear by the board, the record goes to the journal. None of the
/// three waits for anything.
/// </summary>
public sealed class CallFloor(Roster roster, CallBoard board, CallJournal journal, RingwayOptions options) : ICallFloor
{
    private readonly Lock _gate = new();
    private Dictionary<string, CallRecord> _left = [];

    /// <summary>Calls that the store believes are going on; those that Asterisk does not hold ended while we were away.</summary>
    public void Remember(IEnumerable<CallRecord> open)
    {
        lock (_gate)
        {
            _left = open.ToDictionary(call => call.Id);
        }
    }

    public CallEvent.AgentsChosen Reserve(CallId call, string line) =>
        options.Line(line) is { Agents: { IsEmpty: false } some }
            ? Reserve(call, [.. some.Select(id => new AgentId(id))])
            : new(roster.ReserveAllFree(call), roster.AnybodyOnDuty ? What.Busy : What.NobodySignedIn);

    private CallEvent.AgentsChosen Reserve(CallId call, AgentId[] some) =>
        new([.. roster.TryReserve(call, some)], roster.AnyOnDuty(some) ? What.Busy : What.NobodySignedIn);

    public void Changed(Call call, CallEvidence evidence)
    {
        roster.Engage(call.Id, call.Engages);
        var record = CallFacts.Record(call, options);
        board.Publish(CallView.From(record));
        journal.Write(record, () => evidence.Trace().ToDetail());
    }

    public void Reconciled(IReadOnlySet<CallId> held, DateTimeOffset now)
    {
        Dictionary<string, CallRecord> left;
        lock (_gate)
        {
            (left, _left) = (_left, []);
        }

        foreach (var call in left.Values.Where(call => !held.Contains(new CallId(call.Id))))
        {
            journal.Write(CallFacts.Record(Recovery.Vanished(CallFacts.Story(call), now), options));
        }
    }
}
