using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>The words of a call's evidence: from events and commands to steps, and from steps to sentences. Pure.</summary>
public static class EvidenceWords
{
    private const string Customer = "customer";

    public static TraceStep Step(string what, string? leg = null, string? note = null) => new(0, TraceKind.Heard, what, leg, note);

    /// <summary>Null when the event tells nothing that another step does not tell better.</summary>
    public static TraceStep? Of(CallEvent happened) => happened switch
    {
        CallEvent.AgentsChosen { Agents.IsEmpty: true } nobody => Step("chosen", null, $"nobody{OfTeam(nobody)}: {nobody.Otherwise}"),
        CallEvent.AgentsChosen chosen => Step("chosen", null, $"{string.Join(", ", chosen.Agents)}{OfTeam(chosen)}"),
        CallEvent.PickedUp up => Step("pickedUp", up.By.Value),
        CallEvent.AgentGone gone => Gone(gone.Who.Value, gone.Why),
        CallEvent.CustomerRinging => Step("ringing", Customer) with { Sip = 180 },
        CallEvent.CustomerAnswered => Step("answered", Customer) with { Sip = 200 },
        CallEvent.CustomerGone gone => Gone(Customer, gone.Why),
        CallEvent.AgentLineLost lost => Step("lineLost", lost.Who.Value),
        CallEvent.AgentLineBack back => Step("lineBack", back.Who.Value),
        CallEvent.AgentPhoneReplaced replaced => Step("phoneReplaced", replaced.Who.Value),
        CallEvent.AgentSilent silent => Step("silent", silent.Who.Value),
        CallEvent.DeclineAsked decline => Step("declineAsked", decline.By.Value),
        CallEvent.HoldAsked hold => Step("holdAsked", hold.By.Value),
        CallEvent.ResumeAsked resume => Step("resumeAsked", resume.By.Value),
        CallEvent.TransferAsked transfer => Step("transferAsked", transfer.By.Value, transfer.To.Value),
        CallEvent.TeamTransferAsked transfer => Step("transferAsked", transfer.By.Value, $"team {transfer.Team}"),
        CallEvent.MenuTransferAsked transfer => Step("transferAsked", transfer.By.Value, $"menu {transfer.Menu}"),
        CallEvent.ConsultAsked consult => Step("consultAsked", consult.By.Value, consult.To.Value),
        CallEvent.ConsultCancelled cancel => Step("consultCancelled", cancel.By.Value),
        CallEvent.ConsultCompleted complete => Step("consultCompleted", complete.By.Value),
        CallEvent.ParkAsked park => Step("parkAsked", park.By.Value),
        CallEvent.FetchAsked fetch => Step("fetchAsked", fetch.By.Value),
        CallEvent.SwapAsked swap => Step("swapAsked", swap.By.Value),
        CallEvent.MergeAsked merge => Step("mergeAsked", merge.By.Value),
        CallEvent.SuperviseAsked asked => Step("superviseAsked", asked.By.Value, asked.Mode.ToString()),
        CallEvent.BargeAsked barge => Step("bargeAsked", barge.By.Value),
        CallEvent.SupervisionLeft left => Step("supervisionLeft", left.By.Value),
        CallEvent.EarOpened ear => Step("earOpened", ear.Of.Value),
        CallEvent.EarClosed ear => Step("earClosed", ear.Of.Value),
        CallEvent.RecordingAsked record => Step("recordingAsked", record.By.Value),
        CallEvent.RecordingPauseAsked pause => Step("recordingPauseAsked", pause.By.Value),
        CallEvent.RecordingAnnounced => Step("recordingAnnounced"),
        CallEvent.RecordingBroke => Step("recordingBroke"),
        CallEvent.HushFailed hush => Step("hushFailed", hush.Leg.ToString()),
        CallEvent.MenuReached menu => Step("menu", null, menu.Menu),
        CallEvent.AnnouncementReached told => Step("announcement", null, told.Announcement),
        // Keys that are pressed while people talk are nobody's business; what a menu made of one is told by what comes of it.
        CallEvent.KeyPressed => null,
        CallEvent.GreetingOver => Step("greetingOver"),
        CallEvent.MessageOver => Step("messageOver"),
        CallEvent.HangUpAsked => Step("hangUpAsked"),
        CallEvent.TimeUp { Which: Deadline.Announce } => null, // the announcement itself stands there
        CallEvent.TimeUp up => Step("timeUp", null, up.Which.ToString()),
        CallEvent.AsteriskLost => Step("asteriskLost"),
        CallEvent.Stopped => Step("stopped"),
        _ => null, // CommandFailed: the refusal itself stands there already, with its text.
    };

    /// <summary>Null for what is not said to Asterisk and decides nothing.</summary>
    public static TraceStep? Of(Command command) => command switch
    {
        Command.Claim => Step("claim", Customer),
        Command.OpenBridge => Step("openBridge"),
        Command.Ring ring => Step("ring", ring.Agent.Value, ring.AnswersItself ? "answers by itself" : null),
        Command.RingBack => Step("ringBack", Customer) with { Sip = 180 },
        Command.Answer => Step("answer", Customer) with { Sip = 200 },
        Command.Dial => Step("dial", Customer),
        Command.Join join => Step("join", null, string.Join(", ", join.Legs)),
        Command.PlayMusic music => Step("music", music.Leg.ToString()),
        Command.StopMusic music => Step("noMusic", music.Leg.ToString()),
        Command.AskMenu ask => Step("askMenu", Customer, ask.Menu),
        Command.Tell tell => Step("tell", Customer, tell.Announcement),
        Command.Announce told => Step("announce", Customer, NoticeWords(told.Notice)),
        Command.Promise => Step("promise", Customer),
        Command.Choose choose => Step("choose", Customer, $"{choose.Menu}, {(choose.Key is { } key ? $"key {key}" : "no key")}"),
        Command.Greet greet => Step("greet", Customer, greet.Because.ToString()),
        Command.RecordMessage => Step("recordMessage", Customer),
        Command.OpenEar ear => Step("openEar", ear.Of.Value, ear.By.Value),
        Command.JoinEar ear => Step("joinEar", ear.Of.Value),
        Command.ChangeEar ear => Step("changeEar", ear.Of.Value, ear.Mode == SupervisionMode.Whisper ? "whisper" : "listen"),
        Command.Hush hush => Step("hush", hush.Leg.ToString()),
        Command.CloseEar ear => Step("closeEar", ear.Of.Value),
        Command.OpenTaps => Step("openTaps", Customer),
        Command.RunRecording => Step("runRecording", Customer),
        Command.AnnounceRecording => Step("announceRecording"),
        Command.PauseRecording => Step("pauseRecording", Customer),
        Command.UnpauseRecording => Step("unpauseRecording", Customer),
        Command.DropRecording => Step("dropRecording", Customer),
        Command.Seek seek => Step("seek", null, seek.First?.Value),
        Command.PassOn => Step("passOn"),
        Command.HangUpLeg end => Step("hangUp", end.Leg.ToString()) with { Cause = end.Cause },
        Command.CloseBridge => Step("closeBridge"),
        Command.Start { Which: Deadline.Announce } => null,
        Command.Start start => Step("wait", null, start.Which.ToString()),
        _ => null,
    };

    private static string NoticeWords(WaitNotice notice) => string.Join(", ",
        new[] { notice.Place is { } place ? $"place {place}" : null, notice.Minutes is { } minutes ? $"about {minutes} min" : null, notice.Words ? "the team's own words" : null, notice.CallBackKey is { } key ? $"key {key} to be called back" : null }.OfType<string>());

    private static string OfTeam(CallEvent.AgentsChosen chosen) => chosen.Team is null or ['@' or ':', ..] ? "" : $" of {chosen.Team}";

    /// <summary>Whom an event about an agent's line concerns; null for all other events.</summary>
    public static AgentId? AgentOf(CallEvent happened) => happened switch
    {
        CallEvent.AgentLineLost lost => lost.Who,
        CallEvent.AgentLineBack back => back.Who,
        CallEvent.AgentPhoneReplaced replaced => replaced.Who,
        _ => null,
    };

    /// <summary>Whose language a step is in: <c>sip</c>, <c>ari</c>, or <c>ringway</c> for what was decided here.</summary>
    public static string SideOf(TraceStep step) => (step.Kind, step.What) switch
    {
        (_, "arrived" or "pickedUp" or "ringing" or "answered" or "gone" or "ringBack" or "answer") => "sip",
        (_, "dial" or "ring" or "hangUp" or "join" or "music" or "noMusic" or "greet" or "askMenu" or "tell" or "announce" or "promise" or "recordMessage" or "openEar" or "joinEar" or "changeEar" or "hush" or "hushFailed" or "closeEar" or "earOpened" or "earClosed" or "openTaps" or "runRecording" or "announceRecording" or "pauseRecording" or "unpauseRecording" or "dropRecording" or "recordingAnnounced" or "recordingBroke" or "greetingOver" or "messageOver" or "claim" or "openBridge" or "closeBridge" or "asteriskLost") => "ari",
        _ => "ringway",
    };

    /// <summary>One line of evidence.</summary>
    public static string Text(TraceStep step)
    {
        var text = (step.Kind == TraceKind.Refused ? "REFUSED: " : "") + Words(step);
        return step.Kind == TraceKind.Refused && step.Note is not null ? $"{text}: {step.Note}" : text;
    }

    private static string Words(TraceStep step) => step.What switch
    {
        "arrived" => "INVITE from WhatsApp, taken by Asterisk",
        "placed" => $"{step.Leg} asked for the call",
        "takenUp" => $"a restarted ringway took the call up as {step.Note}",
        "chosen" => $"to be rung: {step.Note}",
        "pickedUp" => $"200 OK from {step.Leg}'s phone",
        "ringing" => "180 Ringing from WhatsApp: the phone rings",
        "answered" => "200 OK from WhatsApp: answered",
        "gone" => GoneWords(step),
        "lineLost" => $"{step.Leg}'s page is not connected any more",
        "lineBack" => $"{step.Leg}'s page is connected again",
        "phoneReplaced" => $"{step.Leg}'s page was loaded anew and has another phone",
        "silent" => $"no sound comes from {step.Leg}'s page any more",
        "declineAsked" => $"{step.Leg} declined on the page",
        "holdAsked" => $"{step.Leg} puts the WhatsApp user on hold",
        "resumeAsked" => $"{step.Leg} takes the WhatsApp user back",
        "transferAsked" => $"{step.Leg} gives the call to {step.Note}",
        "consultAsked" => $"{step.Leg} asks {step.Note} into the call",
        "consultCancelled" => $"{step.Leg} ends the consultation",
        "consultCompleted" => $"{step.Leg} leaves, and the colleague has the call",
        "parkAsked" => $"{step.Leg} parks the call",
        "fetchAsked" => $"{step.Leg} picks the parked call up",
        "swapAsked" => $"{step.Leg} turns to the other one",
        "mergeAsked" => $"{step.Leg} brings all three together",
        "superviseAsked" => $"{step.Leg} wants to {(step.Note == nameof(SupervisionMode.Whisper) ? "speak to the agent alone" : "listen")}",
        "bargeAsked" => $"{step.Leg} comes into the call",
        "supervisionLeft" => $"{step.Leg} does not listen any more",
        "openEar" => $"open an ear at {step.Leg}'s leg for {step.Note}",
        "earOpened" => "the ear hears",
        "joinEar" => $"connect the ear at {step.Leg}'s leg with the supervisor",
        "changeEar" => step.Note == "whisper" ? $"let {step.Leg} hear the supervisor" : $"let {step.Leg} not hear the supervisor any more",
        "hush" => $"a moment of silence for {step.Leg}, who is listened to",
        "closeEar" => $"close the ear at {step.Leg}'s leg",
        "earClosed" => "the ear is closed",
        "recordingAsked" => $"{step.Leg} wants the call recorded",
        "recordingPauseAsked" => $"{step.Leg} pauses the recording",
        "openTaps" => "listen at the customer's leg",
        "runRecording" => "record both sides",
        "announceRecording" => "tell both that they are recorded",
        "recordingAnnounced" => "both have been told that they are recorded",
        "hushFailed" => $"{step.Leg} could not be made to hear a moment of silence",
        "recordingBroke" => "the recording cannot go on",
        "pauseRecording" => "record silence",
        "unpauseRecording" => "record what is said again",
        "dropRecording" => "record no more, and keep nothing",
        "music" => $"music for {step.Leg}",
        "noMusic" => $"no more music for {step.Leg}",
        "seek" => step.Note is { } first ? $"wait for a free agent, {first} first" : "wait for a free agent",
        "passOn" => "nobody of the team takes it: to the next team",
        "menu" => $"to be asked: menu {step.Note}",
        "announcement" => $"to be told: {step.Note}",
        "tell" => $"say announcement {step.Note}",
        "promise" => "she asked to be called back, and is told that she will be",
        "announce" => $"tell her who waits: {step.Note}",
        "askMenu" => $"say menu {step.Note}",
        "choose" => $"chosen: {step.Note}",
        "greet" => $"the greeting for: {step.Note}",
        "greetingOver" => "the greeting is over",
        "recordMessage" => "record what the caller says",
        "messageOver" => "the message is over",
        "hangUpAsked" => "an agent asked for the end",
        "timeUp" => $"time is up: {WaitWords(step.Note)}",
        "asteriskLost" => "Asterisk went away",
        "stopped" => "ringway was told to stop",
        "over" => $"over: {step.Note}{(step.Sip is { } sip ? $" (SIP {sip})" : "")}",
        "claim" => "claim the call from the safety net",
        "openBridge" => "open the bridge",
        "ring" => $"ring {step.Leg}{(step.Note is { } how && step.Kind != TraceKind.Refused ? $" ({how})" : "")}",
        "ringBack" => "180 Ringing to WhatsApp",
        "answer" => "200 OK to WhatsApp",
        "dial" => "INVITE to WhatsApp",
        "join" => step.Kind == TraceKind.Refused ? "put the legs into the bridge" : $"into the bridge: {step.Note}",
        "hangUp" => $"hang up {step.Leg}{CauseWords(step.Cause)}{(step.Leg == Customer ? AnswerWords(step.Cause) : "")}",
        "closeBridge" => "close the bridge",
        "wait" => $"wait begins: {WaitWords(step.Note)}",
        _ => step.Note is null ? step.What : $"{step.What}: {step.Note}",
    };

    private static string GoneWords(TraceStep step)
    {
        var who = step.Leg == Customer ? "WhatsApp" : $"{step.Leg}'s phone";
        return step.Sip is { } sip
            ? $"{sip} {Phrase(sip)} from {who}{CauseWords(step.Cause)}"
            : $"BYE or CANCEL from {who}{CauseWords(step.Cause)}";
    }

    private static string CauseWords(int? cause) => cause switch
    {
        null or 0 => "",
        16 => ", cause 16 (normal)",
        17 => ", cause 17 (busy)",
        18 or 19 => $", cause {cause} (no answer)",
        20 => ", cause 20 (not there)",
        21 => ", cause 21 (declined)",
        26 => ", cause 26 (answered elsewhere)",
        38 => ", cause 38 (out of order)",
        44 => ", cause 44 (no sound came)",
        _ => $", cause {cause}",
    };

    /// <summary>What an unanswered WhatsApp caller is told, see <see cref="Outcome.CauseForCustomer"/>; whoever was answered gets BYE.</summary>
    private static string AnswerWords(int? cause) => cause switch
    {
        17 => ": 486 to WhatsApp",
        19 or 20 => ": 480 to WhatsApp",
        38 => ": 500 to WhatsApp",
        _ => ": BYE to WhatsApp, CANCEL when it was not answered yet, 603 to a caller who waits",
    };

    private static string WaitWords(string? deadline) => deadline switch
    {
        nameof(Deadline.Offer) => "ringing the agents",
        nameof(Deadline.AgentConnect) => "connecting the agent's own phone",
        nameof(Deadline.Dial) => "ringing the WhatsApp user",
        nameof(Deadline.Wait) => "for a free agent",
        nameof(Deadline.Prompt) => "while the menu or an announcement speaks",
        nameof(Deadline.Menu) => "for a key",
        nameof(Deadline.Message) => "for a message",
        nameof(Deadline.Park) => "for somebody who picks the parked call up",
        nameof(Deadline.Consult) => "ringing the colleague",
        nameof(Deadline.Rejoin) => "for the agent's page to come back",
        _ => deadline ?? "",
    };

    /// <summary>RFC 3261 section 21, the ones that phones and Meta send.</summary>
    private static string Phrase(int sip) => sip switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        480 => "Temporarily Unavailable",
        481 => "Call Does Not Exist",
        486 => "Busy Here",
        487 => "Request Terminated",
        488 => "Not Acceptable Here",
        500 => "Server Internal Error",
        503 => "Service Unavailable",
        603 => "Decline",
        _ => "",
    };

    private static TraceStep Gone(string leg, HangUp why) =>
        Step("gone", leg) with { Sip = why.Sip, Cause = why.Cause == 0 ? null : why.Cause };
}
