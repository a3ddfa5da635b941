using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Recordings;
using Ringway.Store;
using Ringway.Sounds;

namespace Ringway.Switchboard;

/// <summary>
/// The product's floor: agents come from the roster, pages hear by the board, the record goes to the journal. None of the
/// three waits for anything.
/// </summary>
public sealed class CallFloor(Roster roster, CallQueue queue, CallBoard board, CallJournal journal, RingwayOptions options, Prompts prompts, Archive archive, TimeProvider time) : ICallFloor
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

    public CallEvent Arrived(CallId call, string line) => options.Line(line) is { Menu: { } menu } && !IsClosed(line)
        ? new CallEvent.MenuReached(menu)
        : Reserve(call, line);

    public CallEvent Chosen(Story story, string menu, char? key, int tries)
    {
        var asked = options.Menus.First(known => known.Id == menu);
        var choice = key is { } pressed ? asked.Keys.FirstOrDefault(known => known.Digit == pressed.ToString()) : null;
        return choice switch
        {
            { Menu: { } next } => new CallEvent.MenuReached(next),
            { Team: { } team } => Reserve(story.Id, story.Line, team),
            { Voicemail: VoicemailMode.On } => new CallEvent.AgentsChosen([], What.NoAnswer, MayLeaveMessage: HasVoicemail(story.Line)),
            // Whoever cannot choose is not sent away.
            _ => tries < asked.Tries ? new CallEvent.MenuReached(menu) : Reserve(story.Id, story.Line),
        };
    }

    public IReadOnlyList<string> Menu(string menu) => prompts.Menu(menu);

    private bool IsClosed(string line) => options.Line(line)?.Hours.Schedule?.IsOpenAt(time.GetUtcNow()) == false;

    private bool HasVoicemail(string line) => options.Line(line)?.Voicemail.Enabled == VoicemailMode.On;

    /// <param name="chosen">The team that the caller chose; null for the line's.</param>
    public CallEvent.AgentsChosen Reserve(CallId call, string line, string? chosen = null)
    {
        var messages = HasVoicemail(line);
        if (IsClosed(line)) return new([], What.Closed, MayLeaveMessage: messages);
        var otherwise = What.NobodySignedIn;
        for (var asked = chosen; ; )
        {
            var team = options.TeamOf(line, asked);
            var waiting = queue.Length(team.Id);
            // Who waits already comes first.
            var agents = waiting > 0 ? [] : roster.Reserve(call, team.Members, free => Routing.Choose(team.Strategy, free, []));
            var onDuty = roster.AnyOnDuty(team.Members);
            var mayWait = onDuty && team.Wait > TimeSpan.Zero && waiting < team.QueueSize;
            if (onDuty) otherwise = What.Busy;
            if (!agents.IsEmpty || mayWait || team.Overflow is null)
                return new(agents, otherwise, mayWait, messages, asked, MayPassOn: team.Overflow is not null);
            asked = team.Overflow;
        }
    }

    public CallEvent PassedOn(Story story)
    {
        queue.Remove(story.Id);
        return Reserve(story.Id, story.Line, options.TeamOf(story.Line, story.Team).Overflow);
    }

    public void Seek(Story story, AgentId? first) => queue.Add(story, options.TeamOf(story.Line, story.Team), first);

    public CallPatience Patience(Story story)
    {
        var (team, line) = (options.TeamOf(story.Line, story.Team), story.Line);
        return new(team.Ring ?? options.Calls.Ring, team.Wait > TimeSpan.Zero ? team.Wait : options.Calls.TransferWait,
            options.Line(line)?.Voicemail.Longest ?? TimeSpan.Zero);
    }

    public IReadOnlyList<string> Greeting(string line, What because) => prompts.Greeting(line, because == What.Closed);

    public RecordingPolicy Recording(string line) => options.Line(line)?.Recording.Policy ?? default;

    public IReadOnlyList<string> RecordingNotice(string line) => prompts.RecordingNotice(line);

    public void TapeClosed(CallId call, Side side) => archive.Closed(call, side);

    public void Released(CallId call)
    {
        queue.Remove(call);
        roster.Release(call);
    }

    public void Changed(Call call, CallEvidence evidence)
    {
        if (call is not Call.Queued) queue.Remove(call.Id);
        roster.Engage(call.Id, call.Engages, options.TeamOf(call.Story.Line, call.Story.Team).WrapUp);
        var record = CallFacts.Record(call, options);
        board.Publish(CallFacts.View(call, record));
        journal.Write(record, () => evidence.Trace().ToDetail());
        if (call is Call.Over { Story.Recording: { } recording } over) archive.Ended(call.Id, recording, over.EndedAt);
    }

    public void Reconciled(IReadOnlySet<CallId> held, DateTimeOffset now)
    {
        Dictionary<string, CallRecord> left;
        lock (_gate)
        {
            (left, _left) = (_left, []);
        }

        archive.Reconciled(held);
        foreach (var call in left.Values.Where(call => !held.Contains(new CallId(call.Id))))
        {
            var record = CallFacts.Record(Recovery.Vanished(CallFacts.Story(call), now), options);
            board.Publish(CallView.From(record)); // who follows calls waits for the last word
            journal.Write(record);
        }
    }
}
