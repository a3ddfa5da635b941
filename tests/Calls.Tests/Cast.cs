using System.Collections.Immutable;
using Ringway.Calls;
using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;
using Command = Ringway.Calls.Command;

namespace Ringway.Calls.Tests;

/// <summary>Who plays in these tests, every state a call can be in, and everything that can happen to it.</summary>
internal static class Cast
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    public static readonly AgentId Ada = new("ada");
    public static readonly AgentId Bob = new("bob");
    public static readonly AgentId Eve = new("eve");

    public static readonly Story Inbound = new(
        new CallId("n1-1763862000-12"), Direction.Inbound, new Party("+15550100001", Name: "Grace"), "main", Noon);

    public static readonly Story Answered = Inbound with { Agent = Ada, OfferedTo = [Ada], OfferedAt = Noon, AnsweredAt = Noon };

    public static readonly Story Waiting = Inbound with { QueuedAt = Noon };

    public static readonly Story Outbound = Inbound with { Direction = Direction.Outbound, Agent = Ada };

    public static readonly Story Recorded = Answered with
    {
        RecordingPolicy = new(RecordWhen.Always, true), Recording = new(RecordingStage.Running, Side.Both) { Began = Noon },
    };

    public static readonly ImmutableArray<(string Name, Call State)> States =
    [
        ("Arriving", new Arriving(Inbound)),
        ("Offered to ada, bob", new Offered(Inbound, [Ada, Bob], SomebodyDeclined: false)),
        ("Offered to ada", new Offered(Inbound, [Ada], SomebodyDeclined: false)),
        ("Offered to ada, may wait", new Offered(Inbound, [Ada], SomebodyDeclined: false, MayWait: true)),
        ("Offered to bob, given away by ada", new Offered(Answered with { TransferredBy = Ada }, [Bob], false, MayWait: true, ReturnTo: Ada) { Leaving = [Ada] }),
        ("Offered to ada, for the last time", new Offered(Waiting, [Ada], false, MayWait: true, LastChance: true)),
        ("Queued", new Queued(Waiting)),
        ("Queued, may leave a message", new Queued(Waiting with { MayLeaveMessage = true })),
        ("Queued, given to the team by ada", new Queued(Answered with { QueuedAt = Noon, GivenOn = true, TransferredBy = Ada, MayLeaveMessage = true }) { Leaving = [Ada] }),
        ("Queued, another team is there", new Queued(Waiting with { MayPassOn = true })),
        ("Offered to ada, another team is there", new Offered(Inbound with { MayPassOn = true }, [Ada], false)),
        ("Offered to ada out of the queue, another team is there", new Offered(Waiting with { MayPassOn = true }, [Ada], false)),
        ("Hearing the greeting", new TakingMessage(Waiting with { MayLeaveMessage = true }, new(What.NoAnswer, Whose.Agent))),
        ("Leaving a message", new TakingMessage(Waiting with { MayLeaveMessage = true, MessageSince = Noon.AddSeconds(-5) }, new(What.NoAnswer, Whose.Agent))),
        ("In the menu", new InMenu(Inbound with { MenuAt = Noon }, "main", 1)),
        ("In the menu, given there by ada, her leg is ending", new InMenu(Answered with { MenuAt = Noon, GivenOn = true, TransferredBy = Ada }, "main", 1) { Leaving = [Ada] }),
        ("Told something", new Told(Inbound with { MenuAt = Noon }, "main-1")),
        ("Queued, hears an announcement", new Queued(Waiting) { Announcing = true }),
        ("Queued, hears an announcement, may leave a message", new Queued(Waiting with { MayLeaveMessage = true }) { Announcing = true }),
        ("Queued, hears an announcement, another team is there", new Queued(Waiting with { MayPassOn = true }) { Announcing = true }),
        ("Offered to ada, hears an announcement", new Offered(Waiting, [Ada], SomebodyDeclined: false, MayWait: true) { Announcing = true }),
        ("Queued, may ask to be called back", new Queued(Waiting with { CallBackKey = '1' })),
        ("Offered to ada, hears an announcement, may ask to be called back", new Offered(Waiting with { CallBackKey = '1' }, [Ada], SomebodyDeclined: false, MayWait: true) { Announcing = true }),
        ("Promised to be called back", new Promised(Waiting with { CallBackAt = Noon })),
        ("Queued, ada's leg is ending", new Queued(Waiting) { Leaving = [Ada] }),
        ("Calling by ada", new Calling(Outbound, Ada)),
        ("Dialling by ada", new Dialling(Outbound, Ada, Rings: false)),
        ("Dialling by ada, rings", new Dialling(Outbound, Ada, Rings: true)),
        ("Talking with ada", new Talking(Inbound, Ada)),
        ("Talking with ada, line lost", new Talking(Inbound, Ada, LineLost: true)),
        ("Talking with ada, on hold", new Talking(Answered, Ada, OnHold: true)),
        ("Talking with ada, bob rings", new Talking(Answered, Ada, OnHold: true, Third: new(Bob, Talks: false))),
        ("Talking with ada, bob is asked", new Talking(Answered, Ada, OnHold: true, Third: new(Bob, Talks: true))),
        ("Talking with ada, bob waits", new Talking(Answered, Ada, Third: new(Bob, Talks: true, Waits: true))),
        ("Talking with ada and bob", new Talking(Answered, Ada, Third: new(Bob, Talks: true))),
        ("Talking with ada, may be recorded", new Talking(Answered with { RecordingPolicy = new(RecordWhen.OnDemand, true) }, Ada)),
        ("Talking with ada, recording begins", new Talking(Answered with { RecordingPolicy = new(RecordWhen.Always, true), Recording = new(RecordingStage.Starting, Side.Said) }, Ada)),
        ("Talking with ada, recorded", new Talking(Recorded, Ada)),
        ("Talking with ada, recording paused", new Talking(Recorded with { Recording = new(RecordingStage.Paused, Side.Both) }, Ada)),
        ("Talking with ada, eve will listen", new Talking(Answered with { Supervision = new(Eve, Ada, SupervisionMode.Listen) }, Ada)),
        ("Talking with ada, eve's ear opens", new Talking(Answered with { Supervision = new(Eve, Ada, SupervisionMode.Listen, SupervisionStage.Opening) }, Ada)),
        ("Talking with ada, eve listens", new Talking(Answered with { Supervision = new(Eve, Ada, SupervisionMode.Listen, SupervisionStage.On) }, Ada)),
        ("Talking with ada, eve whispers, on hold", new Talking(Answered with { Supervision = new(Eve, Ada, SupervisionMode.Whisper, SupervisionStage.On) }, Ada, OnHold: true)),
        ("Ada away", new AgentAway(Answered, Ada)),
        ("Ada away, her dead leg is ending", new AgentAway(Answered, Ada) { Leaving = [Ada] }),
        ("Ada away, here again, her dead leg is ending", new AgentAway(Answered, Ada, Here: true) { Leaving = [Ada] }),
        ("Ada away, rings, was on hold", new AgentAway(Answered, Ada, OnHold: true, Here: true, Rings: true)),
        ("Queued, ada did not come back", new Queued(Answered with { Forsaken = true, QueuedAt = Noon, MayLeaveMessage = true })),
        ("Parked by ada, her leg is ending", new Parked(Answered with { ParkedBy = Ada, ParkedAt = Noon, QueuedAt = Noon }, Ada) { Leaving = [Ada] }),
        ("Parked by ada", new Parked(Answered with { ParkedBy = Ada, ParkedAt = Noon, QueuedAt = Noon }, Ada)),
        ("Parked by ada, bob fetches", new Parked(Answered with { ParkedBy = Ada, ParkedAt = Noon, QueuedAt = Noon }, Ada, Fetcher: Bob)),
        ("Over", new Over(Inbound, new Outcome(What.Completed, Whose.Customer), Noon)),
    ];

    public static readonly ImmutableArray<(string Name, CallEvent Event)> Events =
    [
        ("nobody chosen: not signed in", new AgentsChosen([], What.NobodySignedIn)),
        ("nobody chosen: busy", new AgentsChosen([], What.Busy)),
        ("nobody chosen: may wait", new AgentsChosen([], What.Busy, MayWait: true)),
        ("nobody chosen: closed, may leave a message", new AgentsChosen([], What.Closed, MayLeaveMessage: true)),
        ("ada, bob chosen", new AgentsChosen([Ada, Bob])),
        ("nobody chosen: may wait, or be called back", new AgentsChosen([], What.Busy, MayWait: true, CallBackKey: '1')),
        ("eve chosen of the next team", new AgentsChosen([Eve], Team: "next", MayPassOn: true)),
        ("nobody chosen of the next team: may wait", new AgentsChosen([], What.Busy, MayWait: true, Team: "next")),
        ("nobody chosen of the next team", new AgentsChosen([], What.Busy, Team: "next")),
        ("ada picked up", new PickedUp(Ada)),
        ("bob picked up", new PickedUp(Bob)),
        ("eve picked up", new PickedUp(Eve)),
        ("ada gone: 603", new AgentGone(Ada, new HangUp(21, 603))),
        ("ada gone: normal", new AgentGone(Ada, new HangUp(16))),
        ("ada gone: silent", new AgentGone(Ada, new HangUp(44))),
        ("bob gone: normal", new AgentGone(Bob, new HangUp(16))),
        ("eve gone", new AgentGone(Eve, new HangUp(16))),
        ("customer rings", new CustomerRinging()),
        ("customer answered", new CustomerAnswered()),
        ("customer gone: normal", new CustomerGone(new HangUp(16))),
        ("customer gone: 486", new CustomerGone(new HangUp(17, 486))),
        ("customer gone: 480", new CustomerGone(new HangUp(19, 480))),
        ("customer gone: 403", new CustomerGone(new HangUp(21, 403))),
        ("customer gone: 404", new CustomerGone(new HangUp(1, 404))),
        ("customer gone: 503", new CustomerGone(new HangUp(34, 503))),
        ("customer gone: silent", new CustomerGone(new HangUp(44))),
        ("ada's line lost", new AgentLineLost(Ada)),
        ("ada's line back", new AgentLineBack(Ada)),
        ("ada is silent", new AgentSilent(Ada)),
        ("ada is heard", new AgentHeard(Ada)),
        ("bob's line lost", new AgentLineLost(Bob)),
        ("bob is silent", new AgentSilent(Bob)),
        ("ada declines by API", new DeclineAsked(Ada)),
        ("ada's phone replaced", new AgentPhoneReplaced(Ada)),
        ("bob's phone replaced", new AgentPhoneReplaced(Bob)),
        ("ada asks for hold", new HoldAsked(Ada)),
        ("bob asks for hold", new HoldAsked(Bob)),
        ("ada resumes", new ResumeAsked(Ada)),
        ("ada gives it to bob", new TransferAsked(Ada, Bob)),
        ("bob gives it to eve", new TransferAsked(Bob, Eve)),
        ("ada gives it to a team", new TeamTransferAsked(Ada, "second")),
        ("ada gives it to a menu", new MenuTransferAsked(Ada, "main")),
        ("ada asks bob", new ConsultAsked(Ada, Bob)),
        ("ada drops bob", new ConsultCancelled(Ada)),
        ("bob leaves", new ConsultCancelled(Bob)),
        ("ada hands over", new ConsultCompleted(Ada)),
        ("ada parks", new ParkAsked(Ada)),
        ("bob picks the parked call up", new FetchAsked(Bob)),
        ("eve wants to listen", new SuperviseAsked(Eve, SupervisionMode.Listen)),
        ("eve wants to whisper", new SuperviseAsked(Eve, SupervisionMode.Whisper)),
        ("eve comes in", new BargeAsked(Eve)),
        ("eve leaves", new SupervisionLeft(Eve)),
        ("the ear hears", new EarOpened()),
        ("the ear is closed", new EarClosed()),
        ("eve's phone replaced", new AgentPhoneReplaced(Eve)),
        ("time up: Park", new TimeUp(Deadline.Park)),
        ("ada swaps", new SwapAsked(Ada)),
        ("ada merges", new MergeAsked(Ada)),
        ("hang-up asked", new HangUpAsked()),
        ("time up: Offer", new TimeUp(Deadline.Offer)),
        ("time up: AgentConnect", new TimeUp(Deadline.AgentConnect)),
        ("time up: Dial", new TimeUp(Deadline.Dial)),
        ("time up: Wait", new TimeUp(Deadline.Wait)),
        ("menu main", new MenuReached("main")),
        ("announcement", new AnnouncementReached("main-1")),
        ("failed: Tell", new CommandFailed(new Command.Tell("main-1", Noon))),
        ("menu more", new MenuReached("more")),
        ("key 1", new KeyPressed('1')),
        ("time up: Prompt", new TimeUp(Deadline.Prompt)),
        ("time up: Menu", new TimeUp(Deadline.Menu)),
        ("greeting over", new GreetingOver()),
        ("time up: Announce", new TimeUp(Deadline.Announce)),
        ("failed: Promise", new CommandFailed(new Command.Promise(Noon))),
        ("place found", new PlaceFound(new(Place: 2, Minutes: 3))),
        ("place found: nothing to tell", new PlaceFound(default)),
        ("announcement over", new AnnouncementOver()),
        ("failed: Announce", new CommandFailed(new Command.Announce(new(Place: 2)))),
        ("message over", new MessageOver()),
        ("time up: Message", new TimeUp(Deadline.Message)),
        ("time up: Consult", new TimeUp(Deadline.Consult)),
        ("time up: Rejoin", new TimeUp(Deadline.Rejoin)),
        ("failed: Ring ada", new CommandFailed(new Command.Ring(Ada))),
        ("failed: Ring bob", new CommandFailed(new Command.Ring(Bob))),
        ("failed: Dial", new CommandFailed(new Command.Dial())),
        ("failed: Answer", new CommandFailed(new Command.Answer())),
        ("failed: Join", new CommandFailed(new Command.Join([Leg.Customer]))),
        ("failed: AskMenu", new CommandFailed(new Command.AskMenu("main", Noon))),
        ("failed: Greet", new CommandFailed(new Command.Greet(What.Busy))),
        ("failed: RecordMessage", new CommandFailed(new Command.RecordMessage(Noon))),
        ("failed: RingBack", new CommandFailed(new Command.RingBack())),
        ("ada wants it recorded", new RecordingAsked(Ada)),
        ("ada pauses the recording", new RecordingPauseAsked(Ada)),
        ("tap on what is heard", new TapOpened(Side.Heard)),
        ("recording announced", new RecordingAnnounced()),
        ("recording broke", new RecordingBroke()),
        ("failed: OpenTaps", new CommandFailed(new Command.OpenTaps())),
        ("failed: AnnounceRecording", new CommandFailed(new Command.AnnounceRecording())),
        ("Asterisk lost", new AsteriskLost()),
        ("stopped", new Stopped()),
    ];
}
