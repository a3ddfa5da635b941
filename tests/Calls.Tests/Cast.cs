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

    public static readonly Story Outbound = Inbound with { Direction = Direction.Outbound, Agent = Ada };

    public static readonly ImmutableArray<(string Name, Call State)> States =
    [
        ("Arriving", new Arriving(Inbound)),
        ("Offered to ada, bob", new Offered(Inbound, [Ada, Bob], SomebodyDeclined: false)),
        ("Offered to ada", new Offered(Inbound, [Ada], SomebodyDeclined: false)),
        ("Calling by ada", new Calling(Outbound, Ada)),
        ("Dialling by ada", new Dialling(Outbound, Ada, Rings: false)),
        ("Dialling by ada, rings", new Dialling(Outbound, Ada, Rings: true)),
        ("Talking with ada", new Talking(Inbound, Ada)),
        ("Talking with ada, line lost", new Talking(Inbound, Ada, LineLost: true)),
        ("Over", new Over(Inbound, new Outcome(What.Completed, Whose.Customer), Noon)),
    ];

    public static readonly ImmutableArray<(string Name, CallEvent Event)> Events =
    [
        ("nobody chosen: not signed in", new AgentsChosen([], What.NobodySignedIn)),
        ("nobody chosen: busy", new AgentsChosen([], What.Busy)),
        ("ada, bob chosen", new AgentsChosen([Ada, Bob])),
        ("ada picked up", new PickedUp(Ada)),
        ("eve picked up", new PickedUp(Eve)),
        ("ada gone: 603", new AgentGone(Ada, new HangUp(21, 603))),
        ("ada gone: normal", new AgentGone(Ada, new HangUp(16))),
        ("ada gone: silent", new AgentGone(Ada, new HangUp(44))),
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
        ("ada declines by API", new DeclineAsked(Ada)),
        ("ada's phone replaced", new AgentPhoneReplaced(Ada)),
        ("hang-up asked", new HangUpAsked()),
        ("time up: Offer", new TimeUp(Deadline.Offer)),
        ("time up: AgentConnect", new TimeUp(Deadline.AgentConnect)),
        ("time up: Dial", new TimeUp(Deadline.Dial)),
        ("time up: AgentReturn", new TimeUp(Deadline.AgentReturn)),
        ("failed: Ring ada", new CommandFailed(new Command.Ring(Ada))),
        ("failed: Dial", new CommandFailed(new Command.Dial())),
        ("failed: Answer", new CommandFailed(new Command.Answer())),
        ("failed: Join", new CommandFailed(new Command.Join([Leg.Customer]))),
        ("failed: RingBack", new CommandFailed(new Command.RingBack())),
        ("Asterisk lost", new AsteriskLost()),
        ("stopped", new Stopped()),
    ];
}
