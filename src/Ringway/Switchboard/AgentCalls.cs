using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Switchboard;

/// <summary>What agents ask of the switchboard by API: call somebody, hang up.</summary>
public sealed class AgentCalls(Switchboard switchboard, Roster roster, PermissionBook permissions, Seats seats, RingwayOptions options) : ICalls
{
    public async Task<PlaceResult> PlaceAsync(AgentId by, PhoneNumber to, string? line, CancellationToken ct)
    {
        if ((line is null ? options.Lines.FirstOrDefault() : options.Line(line)) is not { } from)
        {
            return new PlaceResult.Refused("no-line", "There is no line to call from.");
        }

        if (!switchboard.IsConnected)
        {
            return new PlaceResult.Refused("trunk-down", "Asterisk is not connected just now. Try again in a few seconds.");
        }

        if (roster.Endpoint(by) is null)
        {
            return new PlaceResult.Refused("not-registered", "Your phone is not connected. Open the phone page and wait until it says so.");
        }

        // Before the agent is reserved: Meta may take its two seconds.
        if (await permissions.LookAsync(from.Id, WhatsAppUser.Of(to), ct) is { MayCall: false } refused)
        {
            return new PlaceResult.Refused("no-permission", refused.Sentence);
        }

        // Elsewhere she could be rung meanwhile.
        if (!await seats.ComeAsync(by, ct))
        {
            return new PlaceResult.Refused("agent-busy", IsElsewhere(by));
        }

        // The name first, then the agent under that name, then the call: in this order nothing can come between.
        var call = switchboard.NextId();
        if (!roster.TryReserveOwn(call, by))
        {
            return new PlaceResult.Refused("agent-busy", "You are in a call. Hang up first.");
        }

        switchboard.Place(call, by, new Party(to.E164), from.Id);
        return new PlaceResult.Placed(call.Value);
    }

    public HangUpResult HangUp(AgentId by, string callId)
    {
        var call = new CallId(callId);
        return switchboard.Find(call) switch
        {
            null => HangUpResult.NoSuchCall,
            Call.Offered offered when offered.Ringing.Contains(by) => Decline(call, by),
            { Story.Supervision: { } beside } when beside.By == by => Done(switchboard.Post(call, new CallEvent.SupervisionLeft(by))),
            Call.Talking talking when talking.Find(by) is not null => Done(switchboard.Post(call, new CallEvent.ConsultCancelled(by))),
            { } found when found.Engages.Any(engaged => engaged.Agent == by) => EndCall(call),
            _ => HangUpResult.NotYours,
        };
    }

    public CallRefusal? Ask(AgentId by, string callId, CallEvent asked)
    {
        var call = new CallId(callId);
        if (switchboard.Find(call) is not { } found) return Gone;
        if (found is not Call.Talking talking)
            return new("not-now", "That can be done only while you talk with the WhatsApp user.");
        if (talking.With != by) return new("not-your-call", "This is somebody else's call.");
        if (WhyNot(talking, asked) is { } sentence) return new("not-now", sentence);
        if (asked is CallEvent.TeamTransferAsked { Team: var team } && WhyNot(team) is { } nobody) return nobody;
        if (asked is CallEvent.MenuTransferAsked { Menu: var menu } && options.Menus.All(known => known.Id != menu)) return new("no-menu", $"There is no menu '{menu}'.");
        if (Colleague(asked) is { } colleague && Reserve(call, colleague) is { } refusal) return refusal;
        if (switchboard.Post(call, asked)) return null;
        roster.Release(call);
        return Gone;
    }

    public CallRefusal? Fetch(AgentId by, string callId)
    {
        var call = new CallId(callId);
        if (switchboard.Find(call) is not Call.Parked { Fetcher: null } parked) return new("no-such-call", "This call is not parked any more.");
        // Where an agent is asked before a team, it is the team's to pick up.
        var chosen = AgentFirst.Read(parked.Story.Team) is { } first ? first.Then : parked.Story.Team;
        var team = options.TeamOf(parked.Story.Line, chosen).Members;
        if (!team.IsEmpty && !team.Contains(by) && parked.By != by) return new("not-your-call", "This call is parked for another team.");
        if (roster.Endpoint(by) is null) return new("not-registered", "Your phone is not connected. Wait until the page says that it is.");
        if (!roster.TryReserveOwn(call, by)) return new("agent-busy", WhyBusy(by));
        if (switchboard.Post(call, new CallEvent.FetchAsked(by))) return null;
        roster.Release(call, by);
        return new("no-such-call", "This call is not parked any more.");
    }

    public CallRefusal? Supervise(AgentId by, string callId, SupervisionMode mode)
    {
        var call = new CallId(callId);
        if (switchboard.Find(call) is not { } found) return Gone;
        if (found is not Call.Talking talking) return new("not-now", "Nobody talks in this call just now.");
        var asked = new CallEvent.SuperviseAsked(by, mode);
        if (talking.Story.Supervision is { } beside)
            return beside.By != by ? new("not-now", $"{NameOf(beside.By)} is beside this call already.") : switchboard.Post(call, asked) ? null : Gone;
        if (talking.IsIn(by)) return new("not-now", "You are in this call.");
        if (roster.Endpoint(by) is null) return new("not-registered", "Your phone is not connected. Wait until the page says that it is.");
        if (!roster.TryReserveOwn(call, by)) return new("agent-busy", WhyBusy(by));
        if (switchboard.Post(call, asked)) return null;
        roster.Release(call, by);
        return Gone;
    }

    public CallRefusal? Barge(AgentId by, string callId)
    {
        var call = new CallId(callId);
        return switchboard.Find(call) switch
        {
            null => Gone,
            { Story.Supervision: not { Stage: SupervisionStage.On } } => new("not-now", "Listen to the call first."),
            { Story.Supervision.By: var beside } when beside != by => new("not-now", $"{NameOf(beside)} is beside this call already."),
            Call.Talking { SomebodyWaits: true } => new("not-now", "A colleague waits in this call. Come in when all are together, or the colleague has left."),
            Call.Talking { IsFull: true } => new("not-now", Full),
            _ => switchboard.Post(call, new CallEvent.BargeAsked(by)) ? null : Gone,
        };
    }

    public CallRefusal? LeaveSupervision(AgentId by, string callId)
    {
        var call = new CallId(callId);
        return switchboard.Find(call)?.Story.Supervision?.By != by ? new("not-now", "You are not beside this call.")
            : switchboard.Post(call, new CallEvent.SupervisionLeft(by)) ? null : Gone;
    }

    private static string Full => $"More than {Call.Talking.MostColleagues} colleagues cannot be in one call.";

    private static CallRefusal Gone => new("no-such-call", "There is no such call any more.");

    private string WhyBusy(AgentId by) => roster.SeatOf(by).IsOpen ? "You are in a call. Hang up first." : IsElsewhere(by);

    private string IsElsewhere(AgentId by) => roster.SeatOf(by) switch
    {
        { At: { } node, InCall: true } => $"You are in a call at {node}. Hang up there first.",
        { At: { } node } => $"Your calls come at {node} just now. Click \"Take calls here\" first.",
        _ => "Other Ringways could not be asked whether you are free. Try again in a few seconds.",
    };

    private string NameOf(AgentId agent) => roster.Find(agent)?.Name ?? agent.Value;

    private static string? WhyNot(Call.Talking talking, CallEvent asked) => (asked, talking) switch
    {
        (CallEvent.HoldAsked, { OnHold: true }) => "The WhatsApp user is on hold already.",
        (CallEvent.ResumeAsked, { OnHold: false }) => "The WhatsApp user is not on hold.",
        (CallEvent.ResumeAsked, { IsAlone: false }) => "You are asking a colleague. Bring all together, or drop the colleague first.",
        (CallEvent.TransferAsked or CallEvent.TeamTransferAsked or CallEvent.MenuTransferAsked or CallEvent.ParkAsked, { IsAlone: false }) => "A colleague is in this call already.",
        (CallEvent.ConsultAsked, { Ringing: not null }) => "A colleague's phone rings for this call already.",
        (CallEvent.ConsultAsked, { SomebodyWaits: true }) => "A colleague waits. Bring all together first.",
        (CallEvent.ConsultAsked, { IsFull: true }) => Full,
        (CallEvent.ConsultCancelled or CallEvent.ConsultCompleted or CallEvent.MergeAsked or CallEvent.SwapAsked, { IsAlone: true }) => "No colleague is in this call.",
        (CallEvent.ConsultCancelled { Whom: { } whom }, _) when talking.Find(whom) is null => "This colleague is not in the call.",
        (CallEvent.MergeAsked or CallEvent.SwapAsked, { Heir: null }) => "The colleague has not answered yet.",
        (CallEvent.HoldAsked, { SomebodyWaits: true }) => "The colleague waits. Go back to the colleague instead.",
        (CallEvent.SwapAsked, { Colleagues.Length: > 1 }) => "More than one colleague is in this call. Put the WhatsApp user on hold, or bring all together.",
        (CallEvent.SwapAsked, { OnHold: false, SomebodyWaits: false }) => "All are together.",
        (CallEvent.MergeAsked, { OnHold: false, SomebodyWaits: false }) => "All are together already.",
        (CallEvent.RecordingAsked or CallEvent.RecordingPauseAsked, _) => WhyNot(talking.Story, talking.OnHold, asked),
        _ => null,
    };

    private static string? WhyNot(Story story, bool onHold, CallEvent asked) => (asked, story.Recording?.Stage) switch
    {
        (_, null) when story.RecordingPolicy.When == RecordWhen.Never => "Calls of this line are not recorded.",
        (_, RecordingStage.Failed) => "This call cannot be recorded: Asterisk could not begin it, or could not announce it.",
        (CallEvent.RecordingAsked, RecordingStage.Running or RecordingStage.Starting) => "The call is being recorded already.",
        (CallEvent.RecordingAsked, null) when onHold => "Take the WhatsApp user back first; both are told that they are recorded.",
        (CallEvent.RecordingPauseAsked, not RecordingStage.Running) => "The call is not being recorded.",
        _ => null,
    };

    /// <summary>Why a team cannot be given a call just now.</summary>
    private CallRefusal? WhyNot(string id) =>
        options.Teams.FirstOrDefault(known => known.Id == id) is not { } team ? new("no-team", $"There is no team '{id}'.")
        : roster.AnyOnDuty(team.Members) ? null : new("agent-busy", $"Nobody of {team.Name} takes calls now.");

    private static AgentId? Colleague(CallEvent asked) => asked switch
    {
        CallEvent.TransferAsked transfer => transfer.To,
        CallEvent.ConsultAsked consult => consult.To,
        _ => null,
    };

    private CallRefusal? Reserve(CallId call, AgentId colleague)
    {
        if (roster.Find(colleague) is not { } seen) return new("no-agent", $"There is no agent '{colleague}'.");
        if (!roster.TryReserve(call, [colleague]).IsEmpty) return null;
        return new("agent-busy", seen.State switch
        {
            "talking" or "ringing" => $"{seen.Name} is in a call.",
            "elsewhere" => seen.Elsewhere is { InCall: true } ? $"{seen.Name} is in a call at {seen.Elsewhere.Node}." : $"{seen.Name}'s calls come at {seen.Elsewhere!.Node} just now.",
            "wrapUp" => $"{seen.Name} has just ended a call and is not rung yet.",
            _ => $"{seen.Name} takes no calls now.",
        });
    }

    /// <summary>Only her own phone stops ringing; the others may still take the call.</summary>
    private HangUpResult Decline(CallId call, AgentId by) =>
        Done(switchboard.Post(call, new CallEvent.DeclineAsked(by)));

    private HangUpResult EndCall(CallId call) => Done(switchboard.Post(call, new CallEvent.HangUpAsked()));

    private static HangUpResult Done(bool heard) => heard ? HangUpResult.Done : HangUpResult.NoSuchCall;
}
