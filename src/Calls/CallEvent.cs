using System.Collections.Immutable;

namespace Ringway.Calls;

/// <summary>What can happen to a call, in telephony's words. Events are in the past: nobody can refuse them.</summary>
public abstract record CallEvent
{
    private CallEvent()
    {
    }

    /// <summary>Agents were reserved for the call before it heard of this; those whom it does not take must be set free again.</summary>
    public bool Reserves => this is AgentsChosen or TransferAsked or ConsultAsked or FetchAsked or SuperviseAsked;

    /// <summary>Routing has decided who is rung; <paramref name="Otherwise"/> says why when it is nobody.</summary>
    /// <param name="MayWait">Whom nobody takes now may wait in a queue.</param>
    /// <param name="MayLeaveMessage">Whom nobody takes at all may speak a message.</param>
    /// <param name="Team">Whose agents they are, when it is not the line's team.</param>
    /// <param name="MayPassOn">There is another team for those whom this one does not take.</param>
    /// <param name="CallBackKey">The key by which a caller who waits for this team may ask to be called back.</param>
    public sealed record AgentsChosen(
        ImmutableArray<AgentId> Agents, What Otherwise = What.NobodySignedIn, bool MayWait = false, bool MayLeaveMessage = false,
        string? Team = null, bool MayPassOn = false, char? CallBackKey = null) : CallEvent;

    /// <summary>Routing has decided that the caller is asked.</summary>
    public sealed record MenuReached(string Menu) : CallEvent;

    /// <summary>Routing has decided that the caller is told something, and no more.</summary>
    public sealed record AnnouncementReached(string Announcement) : CallEvent;

    /// <summary>The WhatsApp user pressed a key: 0 to 9, star or hash (RFC 4733).</summary>
    public sealed record KeyPressed(char Key) : CallEvent;

    public sealed record PickedUp(AgentId By) : CallEvent;

    public sealed record AgentGone(AgentId Who, HangUp Why) : CallEvent;

    public sealed record CustomerRinging : CallEvent;

    public sealed record CustomerAnswered : CallEvent;

    public sealed record CustomerGone(HangUp Why) : CallEvent;

    /// <summary>The agent's browser lost its connection to us; its sound may well go on.</summary>
    public sealed record AgentLineLost(AgentId Who) : CallEvent;

    public sealed record AgentLineBack(AgentId Who) : CallEvent;

    /// <summary>Asterisk was asked, and no sound comes from the agent whose line is lost: the browser is gone, not only its line.</summary>
    public sealed record AgentSilent(AgentId Who) : CallEvent;

    /// <summary>As above, and sound comes.</summary>
    public sealed record AgentHeard(AgentId Who) : CallEvent;

    /// <summary>The agent's page was loaded anew and has another phone: whatever the one before carried is dead.</summary>
    public sealed record AgentPhoneReplaced(AgentId Who) : CallEvent;

    /// <summary>An agent who is being rung asked by API not to be.</summary>
    public sealed record DeclineAsked(AgentId By) : CallEvent;

    /// <summary>Somebody who may asked by API to end the call.</summary>
    public sealed record HangUpAsked : CallEvent;

    /// <summary>The agent who has the call wants the WhatsApp user to hear music.</summary>
    public sealed record HoldAsked(AgentId By) : CallEvent;

    public sealed record ResumeAsked(AgentId By) : CallEvent;

    /// <summary>Blind transfer: the agent leaves at once, and the colleague rings.</summary>
    public sealed record TransferAsked(AgentId By, AgentId To) : CallEvent;

    /// <summary>The agent leaves at once, and the call waits for a team.</summary>
    /// <param name="MayPassOn">There is another team for those whom that one does not take.</param>
    public sealed record TeamTransferAsked(AgentId By, string Team, bool MayPassOn = false) : CallEvent;

    /// <summary>The agent leaves at once, and the WhatsApp user hears a menu.</summary>
    public sealed record MenuTransferAsked(AgentId By, string Menu) : CallEvent;

    /// <summary>The agent puts the call aside, for whoever picks it up.</summary>
    public sealed record ParkAsked(AgentId By) : CallEvent;

    /// <summary>An agent picks a parked call up.</summary>
    public sealed record FetchAsked(AgentId By) : CallEvent;

    /// <summary>
    /// The agent wants to talk with a colleague first, while the WhatsApp user is on hold; or, where colleagues are in the call already, wants one
    /// more to come in.
    /// </summary>
    public sealed record ConsultAsked(AgentId By, AgentId To) : CallEvent;

    /// <summary>The agent drops a colleague, or a colleague leaves.</summary>
    /// <param name="Whom">Null: who came last, or the colleague who leaves.</param>
    public sealed record ConsultCancelled(AgentId By, AgentId? Whom = null) : CallEvent;

    /// <summary>Attended transfer: the agent leaves, and the colleague who was asked first has the call.</summary>
    public sealed record ConsultCompleted(AgentId By) : CallEvent;

    /// <summary>The agent turns from the colleague to the WhatsApp user, or back; the other hears music.</summary>
    public sealed record SwapAsked(AgentId By) : CallEvent;

    /// <summary>All together.</summary>
    public sealed record MergeAsked(AgentId By) : CallEvent;

    /// <summary>The agent wants the call recorded, or recorded again after a pause.</summary>
    public sealed record RecordingAsked(AgentId By) : CallEvent;

    /// <summary>What is said from now on is not to be recorded.</summary>
    public sealed record RecordingPauseAsked(AgentId By) : CallEvent;

    /// <summary>A supervisor wants to hear the call, or does so and wants to be heard by the agent, or not any more.</summary>
    public sealed record SuperviseAsked(AgentId By, SupervisionMode Mode) : CallEvent;

    /// <summary>The supervisor wants to talk with both.</summary>
    public sealed record BargeAsked(AgentId By) : CallEvent;

    /// <summary>The supervisor has heard enough.</summary>
    public sealed record SupervisionLeft(AgentId By) : CallEvent;

    /// <summary>The ear at an agent's leg hears.</summary>
    public sealed record EarOpened(AgentId Of, SupervisionMode Mode) : CallEvent;

    /// <summary>It was taken away, or the leg that it was at has ended.</summary>
    public sealed record EarClosed(AgentId Of, SupervisionMode Mode) : CallEvent;

    /// <summary>One side of the customer's leg is listened to.</summary>
    public sealed record TapOpened(Side Side) : CallEvent;

    /// <summary>Both have heard that they are recorded.</summary>
    public sealed record RecordingAnnounced : CallEvent;

    /// <summary>
    /// Asterisk could not let a leg hear the moment of silence: the bridge was changing just then, and one thread set the leg's format back while another
    /// opened the file (seen on 22.10.1; <c>filehelper()</c> looks at the format without the channel's lock).
    /// </summary>
    public sealed record HushFailed(Leg Leg) : CallEvent;

    /// <summary>Asterisk cannot write what it hears, or could not say that it does.</summary>
    public sealed record RecordingBroke : CallEvent;

    /// <summary>The caller has heard the greeting and the tone, or it cannot be played.</summary>
    public sealed record GreetingOver : CallEvent;

    /// <summary>What a caller who waits can be told.</summary>
    public sealed record PlaceFound(WaitNotice Notice) : CallEvent;

    /// <summary>A caller who waits has heard how it stands, or it cannot be played.</summary>
    public sealed record AnnouncementOver : CallEvent;

    /// <summary>The message has ended: by a key, by silence, by its length, or because it could not be recorded.</summary>
    public sealed record MessageOver : CallEvent;

    public sealed record TimeUp(Deadline Which) : CallEvent;

    /// <summary>Asterisk refused a command, or did not answer it in time.</summary>
    public sealed record CommandFailed(Command What) : CallEvent;

    /// <summary>Asterisk itself went away, and with it every leg.</summary>
    public sealed record AsteriskLost : CallEvent;

    /// <summary>The operator stops Ringway and Asterisk with it.</summary>
    public sealed record Stopped : CallEvent;
}

/// <summary>The waits of a call; each has an end, named in the options.</summary>
public enum Deadline
{
    /// <summary>How long agents ring.</summary>
    Offer,

    /// <summary>How long the browser of the agent who calls may take to connect.</summary>
    AgentConnect,

    /// <summary>How long a WhatsApp user is rung.</summary>
    Dial,

    /// <summary>How long a caller may wait for a free agent, ringing included.</summary>
    Wait,

    /// <summary>How long a colleague's phone rings for an agent who wants to ask first.</summary>
    Consult,

    /// <summary>How long a parked call waits to be picked up, before it rings.</summary>
    Park,

    /// <summary>How long whatever a menu says may take, or an announcement.</summary>
    Prompt,

    /// <summary>How long a caller may think before pressing a key.</summary>
    Menu,

    /// <summary>How long a greeting and a message may take together.</summary>
    Message,

    /// <summary>How long a caller who waits hears music before she is told how it stands; for ever where her team announces nothing.</summary>
    Announce,

    /// <summary>How long a vanished browser may take to come back into its call, before others are asked.</summary>
    Rejoin,
}
