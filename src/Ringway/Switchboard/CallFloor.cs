using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.Switchboard;

/// <summary>
/// The product's floor: agents come from the roster, pages hear by the board, the record goes to the journal. None of the
/// three waits for anything.
/// </summary>
public sealed class CallFloor(Roster roster, CallQueue queue, CallBoard board, CallJournal journal, RingwayOptions options, TimeProvider time) : ICallFloor
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

    public CallEvent.AgentsChosen Reserve(CallId call, string line)
    {
        if (options.Line(line)?.Hours.Schedule?.IsOpenAt(time.GetUtcNow()) == false) return new([], What.Closed);
        var (team, waiting) = (options.TeamOf(line), queue.Length(options.TeamOf(line).Id));
        // Who waits already comes first.
        var agents = waiting > 0 ? [] : roster.Reserve(call, team.Members, free => Routing.Choose(team.Strategy, free, []));
        var onDuty = roster.AnyOnDuty(team.Members);
        return new(agents, onDuty ? What.Busy : What.NobodySignedIn, MayWait: onDuty && team.Wait > TimeSpan.Zero && waiting < team.QueueSize);
    }

    public void Seek(Story story, AgentId? first) => queue.Add(story, options.TeamOf(story.Line), first);

    public CallPatience Patience(string line)
    {
        var team = options.TeamOf(line);
        return new(team.Ring ?? options.Calls.Ring, team.Wait > TimeSpan.Zero ? team.Wait : options.Calls.TransferWait);
    }

    public void Released(CallId call)
    {
        queue.Remove(call);
        roster.Release(call);
    }

    public void Changed(Call call, CallEvidence evidence)
    {
        if (call is not Call.Queued) queue.Remove(call.Id);
        roster.Engage(call.Id, call.Engages, options.TeamOf(call.Story.Line).WrapUp);
        var record = CallFacts.Record(call, options);
        board.Publish(CallFacts.View(call, record));
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
            var record = CallFacts.Record(Recovery.Vanished(CallFacts.Story(call), now), options);
            board.Publish(CallView.From(record)); // who follows calls waits for the last word
            journal.Write(record);
        }
    }
}
