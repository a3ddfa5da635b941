using System.Collections.Immutable;
using Ringway.Agents;
using Ringway.CallBacks;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Recordings;
using Ringway.Sounds;
using Ringway.Store;

namespace Ringway.Switchboard;

/// <summary>
/// The product's floor: agents come from the roster, pages hear by the board, the record goes to the journal. None of the
/// three waits for anything.
/// </summary>
public sealed class CallFloor(
    Roster roster, CallQueue queue, CallBoard board, CallJournal journal, RingwayOptions options, Prompts prompts, Archive archive, LastAgents last,
    RecentWaits waits, CallBackBook callBacks, NightSwitch night, RouteBook book, AllowedCallers allowed, HostPaths paths) : ICallFloor
{
    private static readonly ImmutableArray<Route> RoutesOfNoLine = [new(LineRoutes.Otherwise, new Destination.Team(null), _ => true)];

    private static readonly Decision Closed = new(null, null, []);

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

    /// <summary>Routes go by the moment in which the call came, so they lead it the same way whenever they are asked; only by hand can a line be set meanwhile.</summary>
    private Decision Decide(Story story) => night.Of(story.Line) switch
    {
        { Open: false } => Closed,
        { Open: true } => Decide(story, book.Of(story.Line, opened: true)),
        _ => Decide(story, book.Of(story.Line, opened: false)),
    };

    private Decision Decide(Story story, ImmutableArray<Route> routes) => Routes.Decide(
        routes.IsEmpty ? RoutesOfNoLine : routes,
        new(story.Customer, story.Began, story.Payload, last.Find(story.Customer), allowed.Has(story.Line, story.Customer)));

    public Story Known(Story story) => story.Direction == Direction.Outbound ? story : story with
    {
        Wish = Decide(story).Route?.Wish ?? Wish.None,
        MayLeaveMessage = HasVoicemail(story.Line),
        MayPassOn = options.TeamOf(story.Line, story.Team).Overflow is not null,
        CallBackKey = CallBackKey(story, options.TeamOf(story.Line, story.Team)),
    };

    public CallEvent Arrived(Story story)
    {
        var decision = Decide(story);
        return decision.Route?.To switch
        {
            Destination.Menu menu => new CallEvent.MenuReached(menu.Id),
            Destination.Announcement announcement => new CallEvent.AnnouncementReached(announcement.Id),
            Destination.Voicemail => ToVoicemail(story.Line, What.NoAnswer),
            Destination.Agent agent => Reserve(story, new AgentFirst(agent.Id, null).ToString()),
            Destination.Team team => Reserve(story, decision.First is { } first ? new AgentFirst(first, team.Id).ToString() : team.Id),
            _ => ToVoicemail(story.Line, What.Closed),
        };
    }

    private CallEvent.AgentsChosen ToVoicemail(string line, What because) => new([], because, MayLeaveMessage: HasVoicemail(line));

    public CallEvent Chosen(Story story, string menu, char? key, int tries)
    {
        var asked = options.Menus.First(known => known.Id == menu);
        var choice = key is { } pressed ? asked.Keys.FirstOrDefault(known => known.Digit == pressed.ToString()) : null;
        return choice switch
        {
            { Menu: { } next } => new CallEvent.MenuReached(next),
            { Team: { } team } => Reserve(story, team),
            { Agent: { } agent } => Reserve(story, new AgentFirst(new(agent), null).ToString()),
            { Bot: { } bot } => Reserve(story, new AgentFirst(new(bot), null).ToString()),
            { Voicemail: VoicemailMode.On } => ToVoicemail(story.Line, What.NoAnswer),
            // Whoever cannot choose is not sent away.
            _ => tries < asked.Tries ? new CallEvent.MenuReached(menu) : Reserve(story),
        };
    }

    public IReadOnlyList<string> Menu(string menu) => prompts.Menu(menu);

    public IReadOnlyList<string> Announcement(string announcement) => prompts.Announcement(announcement);

    private bool HasVoicemail(string line) => options.Line(line)?.Voicemail.Enabled == VoicemailMode.On;

    /// <summary>Goes from team to team until one has somebody free or room to wait.</summary>
    /// <param name="team">Where to begin; null for the line's.</param>
    public CallEvent.AgentsChosen Reserve(Story story, string? team = null)
    {
        var otherwise = What.NobodySignedIn;
        while (true)
        {
            var asked = options.TeamOf(story.Line, team);
            var waiting = queue.Length(asked.Id);
            // Who waits already comes first.
            var agents = waiting > 0 ? [] : queue.Reserve(story, asked);
            var onDuty = queue.AnyOnDuty(story, asked);
            var mayWait = onDuty && (asked.Wait > TimeSpan.Zero || queue.AnyToFetch(asked)) && waiting < asked.QueueSize;
            if (onDuty) otherwise = What.Busy;
            if (!agents.IsEmpty || mayWait || asked.Overflow is null)
                return new(agents, otherwise, mayWait, HasVoicemail(story.Line), team, MayPassOn: asked.Overflow is not null, CallBackKey(story, asked));
            team = asked.Overflow;
        }
    }

    public CallEvent PassedOn(Story story)
    {
        queue.Remove(story.Id);
        return Reserve(story, options.TeamOf(story.Line, story.Team).Overflow);
    }

    public void Seek(Story story, AgentId? first) => queue.Add(story, options.TeamOf(story.Line, story.Team), first);

    public CallPatience Patience(Story story)
    {
        var (team, line) = (options.TeamOf(story.Line, story.Team), story.Line);
        return new(team.Ring ?? options.Calls.Ring, team.Wait > TimeSpan.Zero ? team.Wait : options.Calls.TransferWait,
            options.Line(line)?.Voicemail.Longest ?? TimeSpan.Zero, team.Announcements.Every);
    }

    public WaitNotice Notice(Story story)
    {
        var team = options.TeamOf(story.Line, story.Team);
        var (tell, since) = (team.Announcements.Tell, story.QueuedAt ?? story.Began);
        // Who is not in the queue just now is being offered, before all who are.
        var place = tell is WaitTold.Both or WaitTold.Place ? queue.PlaceOf(story.Id) ?? 1 : (int?)null;
        return new(
            place <= AnnouncementOptions.FarthestPlace ? place : null,
            tell is WaitTold.Both or WaitTold.Wait ? waits.MinutesLeft(team.Id, since) : null, team.Announcements.Say is not null, story.CallBackKey);
    }

    /// <summary>A user who shows no number cannot be called.</summary>
    private static char? CallBackKey(Story story, TeamOptions team) =>
        team.CallBackKey is [var key] && PhoneNumber.TryParse(story.Customer.Number, out _, out _) ? key : null;

    public void CallBackAsked(Story story) => callBacks.Asked(story);

    public IReadOnlyList<string> Promise(Story story) => prompts.Promise(options.TeamOf(story.Line, story.Team));

    public IReadOnlyList<string> Notice(Story story, WaitNotice notice) => prompts.Notice(options.TeamOf(story.Line, story.Team), notice);

    public IReadOnlyList<string> Greeting(string line, What because) => prompts.Greeting(line, because == What.Closed);

    public RecordingPolicy Recording(string line) => options.Line(line)?.Recording.Policy ?? default;

    public IReadOnlyList<string> RecordingNotice(string line) => prompts.RecordingNotice(line);

    public string Hush => prompts.Silence;

    public void TapeClosed(CallId call, Side side) => archive.Closed(call, side);

    public void Released(CallId call)
    {
        queue.Remove(call);
        roster.Release(call);
    }

    public void Changed(Call call, CallEvidence evidence)
    {
        if (call is not Call.Queued) queue.Remove(call.Id);
        roster.Engage(call.Id, call.Engages, options.TeamOf(call.Story.Line, call.Story.Team).WrapUp, call.Story.Supervision?.By);
        var record = CallFacts.Record(call, options);
        if (call is Call.Over) last.Note(record);
        if (call is Call.Talking) waits.Note(options.TeamOf(call.Story.Line, call.Story.Team).Id, call.Story);
        board.Publish(CallFacts.View(call, record));
        journal.Write(record, () => evidence.Trace().ToDetail());
        if (call is not Call.Over over) return;
        AnswerLater(record);
        // One that never began should be as long as the talk: a caller may be gone before it can.
        if (over.Story.Recording is { } recording) archive.Ended(call.Id, recording with { Began = recording.Began ?? over.Story.AnsweredAt }, over.EndedAt);
        else archive.Ended(call.Id);
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
            var record = CallFacts.Record(Ended(call, now), options);
            board.Publish(CallView.From(record)); // who follows calls waits for the last word
            journal.Write(record);
            AnswerLater(record);
        }

        archive.Reconciled(held); // what is told of a recording comes after the end of its call
    }

    /// <summary>A message is for somebody to answer.</summary>
    private void AnswerLater(CallRecord ended)
    {
        if (ended.Outcome?.What == "voicemail" && options.Line(ended.Line.Id)?.Voicemail.CallBack == VoicemailMode.On) callBacks.LeftMessage(ended);
    }

    /// <summary>A caller who was speaking when we went has left her message, if it is there.</summary>
    private Call.Over Ended(CallRecord left, DateTimeOffset now)
    {
        var over = Recovery.Vanished(CallFacts.Story(left), now);
        return left.State == "message" && Voicemail.IsLeft(paths.Tapes, left.Id) ? over with { Outcome = new(What.Voicemail, Whose.Customer) } : over;
    }
}
