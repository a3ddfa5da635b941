using System.Collections.Immutable;

namespace Ringway.Calls;

public enum Direction
{
    /// <summary>A WhatsApp user calls the business.</summary>
    Inbound,

    /// <summary>An agent calls a WhatsApp user.</summary>
    Outbound,
}

/// <summary>
/// The WhatsApp user. A user who has adopted a username may come without a number and be known by a business-scoped id
/// only (Meta, "Business-scoped user ids", 2026).
/// </summary>
/// <param name="Number">E.164 with plus, when known.</param>
/// <param name="UserId">Business-scoped id such as <c>US.1349…</c>, when WhatsApp sent one.</param>
/// <param name="Name">Profile name or username, when WhatsApp sent one.</param>
public sealed record Party(string? Number, string? UserId = null, string? Name = null);

/// <summary>What is told of a call afterwards; it only grows.</summary>
public sealed record Story(CallId Id, Direction Direction, Party Customer, string Line, DateTimeOffset Began)
{
    /// <summary>Meta's name for the call (<c>x-wa-meta-wacid</c>), when known.</summary>
    public string? Wacid { get; init; }

    public ImmutableArray<AgentId> OfferedTo { get; init; } = [];
    public DateTimeOffset? OfferedAt { get; init; }

    /// <summary>Who placed the call or answered it.</summary>
    public AgentId? Agent { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When the caller was first made to wait: answered, with music.</summary>
    public DateTimeOffset? QueuedAt { get; init; }

    /// <summary>The line has a voicemail for those whom nobody takes.</summary>
    public bool MayLeaveMessage { get; init; }

    /// <summary>There is another team for those whom this one does not take.</summary>
    public bool MayPassOn { get; init; }

    /// <summary>The key by which the caller may ask to be called back while she waits.</summary>
    public char? CallBackKey { get; init; }

    /// <summary>When she asked for that.</summary>
    public DateTimeOffset? CallBackAt { get; init; }

    /// <summary>What came with the button or link that the user tapped to call.</summary>
    public string? Payload { get; init; }

    /// <summary>What the caller's route asks for.</summary>
    public Wish Wish { get; init; } = Wish.None;

    /// <summary>Where the caller stands among those who wait: in the order of this time.</summary>
    public DateTimeOffset Place => (QueuedAt ?? Began) - Wish.HeadStart;

    /// <summary>When the caller was first asked to press a key, or told something.</summary>
    public DateTimeOffset? MenuAt { get; init; }

    /// <summary>The team that has the call, where it is not the line's: the caller chose it, or another one passed the call on.</summary>
    public string? Team { get; init; }

    /// <summary>Since when the caller speaks a message.</summary>
    public DateTimeOffset? MessageSince { get; init; }

    /// <summary>What the line says of recording.</summary>
    public RecordingPolicy RecordingPolicy { get; init; }

    /// <summary>Null: nobody has asked for it.</summary>
    public Recording? Recording { get; init; }

    /// <summary>Null: no supervisor is beside the call.</summary>
    public Supervision? Supervision { get; init; }

    /// <summary>The browser of the agent who had the call vanished and did not come back in time, and nobody has taken it since.</summary>
    public bool Forsaken { get; init; }

    /// <summary>An agent gave the call to a team or a menu, and nobody has taken it yet.</summary>
    public bool GivenOn { get; init; }

    /// <summary>Who parked the call, as long as nobody has picked it up, and when.</summary>
    public AgentId? ParkedBy { get; init; }

    public DateTimeOffset? ParkedAt { get; init; }

    /// <summary>Who gave the call away last.</summary>
    public AgentId? TransferredBy { get; init; }

    /// <summary>The WhatsApp user's leg is answered, so that she hears what we send; nothing is left to answer.</summary>
    public bool CustomerUp => AnsweredAt is not null || QueuedAt is not null || MenuAt is not null || MessageSince is not null || CallBackAt is not null;
}

public enum ColleagueState
{
    /// <summary>The colleague's phone rings.</summary>
    Ringing,

    /// <summary>In the bridge: with the agent alone while the call is on hold, else with the WhatsApp user, too.</summary>
    Talking,

    /// <summary>The colleague hears music, outside of the bridge, while the agent talks with the WhatsApp user.</summary>
    Waiting,
}

/// <summary>A colleague whom the agent has asked into the call, or a supervisor who came in.</summary>
public sealed record Colleague(AgentId Who, ColleagueState State = ColleagueState.Talking);

/// <summary>
/// The states a call can be in.
/// <code>
/// inbound    Arriving ──► Offered ◄──► Talking ──► Over
///                │         ▲   │      ▲ │           ▲
///                │         │   │      │ ▼           │
///                │         │   │   AgentAway ─────► │
///                │         │   │   or Parked        │
///                ▼         ▼   └──────────────────► │
///    InMenu ─► Queued ─────► TakingMessage ───────► │
///                └─────────► Promised ────────────► │
///               Told ─────────────────────────────► │
/// outbound   Calling ──► Dialling ──► Talking ──► Over
///                └───────────┴───────────────────► ▲
/// </code>
/// </summary>
public abstract record Call
{
    private Call(Story story) => Story = story;

    public Story Story { get; init; }

    public CallId Id => Story.Id;

    /// <summary>
    /// Agents whose legs were told to end while the call goes on, until they have. Nobody is asked again before: the leg would have the
    /// name of the old one, and the end of that would be taken for the end of this.
    /// </summary>
    public ImmutableArray<AgentId> Leaving { get; init; } = [];

    /// <summary>The caller, who waits, hears an announcement just now instead of music.</summary>
    public bool Announcing { get; init; }

    /// <summary>Inbound: the caller is in our hands and nobody has been asked yet.</summary>
    public sealed record Arriving(Story Story) : Call(Story);

    /// <summary>Inbound: the caller hears what there is to choose from, and presses a key.</summary>
    /// <param name="Menu">Its id in the configuration.</param>
    /// <param name="Tries">How often it was said so far.</param>
    public sealed record InMenu(Story Story, string Menu, int Tries) : Call(Story);

    /// <summary>The caller hears music and waits until an agent is free.</summary>
    /// <param name="First">Who is asked before all others, when free: who gave the call away.</param>
    public sealed record Queued(Story Story, AgentId? First = null) : Call(Story);

    /// <summary>These agents' browsers ring: for an arriving call, or for one that was transferred and then for music's sake is up.</summary>
    /// <param name="Ringing">Who is still being rung; never empty.</param>
    /// <param name="SomebodyDeclined">Tells "declined" from "could not be reached" when the last one is gone.</param>
    /// <param name="MayWait">The line has a queue for those whom nobody takes.</param>
    /// <param name="ReturnTo">Whom a transferred call goes back to when nobody takes it.</param>
    /// <param name="LastChance">The caller has waited as long as may be; when nobody takes it now, it ends.</param>
    public sealed record Offered(
        Story Story, ImmutableArray<AgentId> Ringing, bool SomebodyDeclined, bool MayWait = false, AgentId? ReturnTo = null, bool LastChance = false)
        : Call(Story);

    /// <summary>Inbound: the caller is told something; then the call ends.</summary>
    /// <param name="Announcement">Names what is said.</param>
    public sealed record Told(Story Story, string Announcement) : Call(Story);

    /// <summary>Inbound: nobody took the call; the caller hears the greeting, and then speaks a message.</summary>
    /// <param name="Because">Why nobody took it; what becomes of the call when no message is left.</param>
    public sealed record TakingMessage(Story Story, Outcome Because) : Call(Story);

    /// <summary>The caller has asked to be called back and is told that she will be; then the call ends.</summary>
    public sealed record Promised(Story Story) : Call(Story);

    /// <summary>Outbound: the browser of the agent who calls is being connected; WhatsApp knows nothing yet.</summary>
    public sealed record Calling(Story Story, AgentId By) : Call(Story);

    /// <summary>Outbound: WhatsApp is being called.</summary>
    /// <param name="Rings">WhatsApp said that the user's phone rings.</param>
    public sealed record Dialling(Story Story, AgentId By, bool Rings) : Call(Story);

    /// <summary>Both are in the bridge.</summary>
    /// <param name="LineLost">The agent's browser has lost its connection to us; as long as its sound comes, the talk goes on.</param>
    /// <param name="OnHold">The WhatsApp user hears music, outside of the bridge.</param>
    public sealed record Talking(Story Story, AgentId With, bool LineLost = false, bool OnHold = false) : Call(Story)
    {
        /// <summary>More are not asked: a conference of ten, the WhatsApp user and the agent counted.</summary>
        public const int MostColleagues = 8;

        /// <summary>Who else is in the call, who came last at the end. One of them rings at a time, and one waits only when nobody else was asked.</summary>
        public ImmutableArray<Colleague> Colleagues { get; init; } = [];

        public bool IsAlone => Colleagues.IsEmpty;

        public bool IsFull => Colleagues.Length >= MostColleagues;

        public bool SomebodyWaits => Colleagues.Any(one => one.State == ColleagueState.Waiting);

        public AgentId? Ringing => Colleagues.FirstOrDefault(one => one.State == ColleagueState.Ringing)?.Who;

        /// <summary>Who has the call when the agent leaves it: the first who was asked and took it.</summary>
        public Colleague? Heir => Colleagues.FirstOrDefault(one => one.State != ColleagueState.Ringing);

        public Colleague? Find(AgentId who) => Colleagues.FirstOrDefault(one => one.Who == who);

        public bool IsIn(AgentId who) => With == who || Find(who) is not null;
    }

    /// <summary>
    /// The agent's browser is gone, by a reload or for good. The WhatsApp user hears music; the agent is called back as soon as her phone
    /// is there again and her dead leg has ended.
    /// </summary>
    /// <param name="OnHold">The WhatsApp user was on hold before, and will be.</param>
    /// <param name="Here">Her phone is registered again.</param>
    /// <param name="Rings">Her new leg is being connected.</param>
    public sealed record AgentAway(Story Story, AgentId With, bool OnHold = false, bool Here = false, bool Rings = false) : Call(Story);

    /// <summary>An agent has put the call aside for whoever picks it up; the WhatsApp user hears music.</summary>
    /// <param name="By">Who parked it.</param>
    /// <param name="Fetcher">Who has asked for it, and is being connected.</param>
    public sealed record Parked(Story Story, AgentId By, AgentId? Fetcher = null) : Call(Story);

    public sealed record Over(Story Story, Outcome Outcome, DateTimeOffset EndedAt) : Call(Story);

    /// <summary>The agents this call keeps from others, now: those who are asked, who talk, and whose legs are just ending.</summary>
    public ImmutableArray<(AgentId Agent, bool Talks)> Engages =>
        this is not Over && Story.Supervision is { } supervision ? [.. Holds, (supervision.By, true)] : Holds;

    private ImmutableArray<(AgentId Agent, bool Talks)> Holds => this switch
    {
        Offered o => [.. o.Ringing.Select(a => (a, false)), .. Leaves],
        Parked { Fetcher: { } fetcher } => [(fetcher, true), .. Leaves],
        InMenu or Queued or TakingMessage or Promised or Parked => [.. Leaves],
        Calling c => [(c.By, true)],
        Dialling d => [(d.By, true)],
        AgentAway a => [(a.With, true), .. Leaves.Where(leaves => leaves.Item1 != a.With)],
        Talking t => [(t.With, true), .. t.Colleagues.Select(one => (one.Who, one.State != ColleagueState.Ringing)), .. Leaves],
        _ => [],
    };

    private IEnumerable<(AgentId, bool)> Leaves => Leaving.Select(agent => (agent, false));
}
