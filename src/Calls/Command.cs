using System.Collections.Immutable;

namespace Ringway.Calls;

/// <summary>
/// What the world must then do. Each may be carried out twice without harm: legs and bridges are made under ids that
/// follow from the call, and ending what is gone succeeds.
/// </summary>
public abstract record Command
{
    private Command()
    {
    }

    /// <summary>Reserves agents for the call, so it has its turn when the state before it was told, which sets free whom it does not name.</summary>
    public bool Reserves => this is Seek or PassOn;

    /// <summary>Tell Asterisk that the arriving call is in our hands, so that its safety net lets go of it.</summary>
    public sealed record Claim : Command;

    /// <summary>Make the call's bridge, early, so that nothing is left to make when somebody answers.</summary>
    public sealed record OpenBridge : Command;

    /// <summary>Call an agent's browser.</summary>
    /// <param name="AnswersItself">True when the agent has asked for the call, so the page answers without a click.</param>
    public sealed record Ring(AgentId Agent, bool AnswersItself = false) : Command;

    /// <summary>Tell WhatsApp that somebody's phone rings (180).</summary>
    public sealed record RingBack : Command;

    /// <summary>Accept the WhatsApp user's call (200).</summary>
    public sealed record Answer : Command;

    /// <summary>Call the WhatsApp user.</summary>
    public sealed record Dial : Command;

    /// <summary>Put legs into the bridge.</summary>
    public sealed record Join(ImmutableArray<Leg> Legs) : Command
    {
        public bool Equals(Join? other) => other is not null && Legs.SequenceEqual(other.Legs);

        public override int GetHashCode() => Legs.Length;
    }

    /// <summary>Take a leg out of the bridge and let it hear music; music alone for one that is in none.</summary>
    public sealed record PlayMusic(Leg Leg, bool InBridge = false) : Command;

    public sealed record StopMusic(Leg Leg) : Command;

    /// <summary>Play the line's greeting and the tone.</summary>
    /// <param name="Because">Which greeting: closed, or nobody free.</param>
    public sealed record Greet(What Because) : Command;

    /// <summary>Record what the caller says.</summary>
    public sealed record RecordMessage(DateTimeOffset Since) : Command;

    /// <summary>Say what a menu has to choose from.</summary>
    public sealed record AskMenu(string Menu, DateTimeOffset Since) : Command;

    /// <summary>Say an announcement.</summary>
    public sealed record Tell(string Announcement, DateTimeOffset Since) : Command;

    public sealed record StopPrompt : Command;

    /// <summary>Find out what a caller who waits can be told; it comes as <see cref="CallEvent.PlaceFound"/>.</summary>
    public sealed record FindPlace : Command;

    /// <summary>Tell a caller who waits how it stands. Her music must have been stopped.</summary>
    public sealed record Announce(WaitNotice Notice) : Command;

    /// <summary>Before anything is set or joined on her leg: Asterisk would not do it before the last word was said.</summary>
    public sealed record StopAnnouncement : Command;

    /// <summary>Write down that the caller wants to be called back, and tell her that she will be.</summary>
    public sealed record Promise(DateTimeOffset Since) : Command;

    /// <summary>Find out what a key of a menu leads to; it comes as the event that it leads to.</summary>
    /// <param name="Key">Null when none was pressed in time.</param>
    /// <param name="Tries">How often the menu was said.</param>
    public sealed record Choose(string Menu, char? Key, int Tries) : Command;

    /// <summary>Listen at the customer's leg, on each side by itself.</summary>
    public sealed record OpenTaps : Command;

    /// <summary>Put an ear at an agent's leg, which hears what she says and hears. The supervisor waits for it beside the call.</summary>
    /// <param name="Mode">An ear that only listens cannot speak; one that whispers lets the agent alone hear the supervisor.</param>
    public sealed record OpenEar(AgentId By, AgentId Of, SupervisionMode Mode) : Command;

    /// <summary>Put one of the other kind there, and take that one away.</summary>
    /// <param name="Mode">Of the new one.</param>
    public sealed record ChangeEar(AgentId Of, SupervisionMode Mode) : Command;

    /// <summary>Connect the ear with the supervisor.</summary>
    public sealed record JoinEar(AgentId Of, SupervisionMode Mode) : Command;

    /// <summary>Take it away.</summary>
    public sealed record CloseEar(AgentId Of, SupervisionMode Mode) : Command;

    /// <summary>Let a leg that is listened to hear a moment of silence; see <see cref="HushRules"/>.</summary>
    /// <param name="Again">Asterisk could not play it at first.</param>
    public sealed record Hush(Leg Leg, bool Again = false) : Command;

    /// <summary>Record what both taps hear.</summary>
    public sealed record RunRecording : Command;

    /// <summary>Tell both in the bridge that they are recorded.</summary>
    public sealed record AnnounceRecording : Command;

    public sealed record PauseRecording : Command;

    public sealed record UnpauseRecording : Command;

    /// <summary>Stop listening, and keep nothing.</summary>
    public sealed record DropRecording : Command;

    /// <summary>Find agents for a call that waits; they come as <see cref="CallEvent.AgentsChosen"/>, at once or when somebody is free.</summary>
    /// <param name="First">Who is asked before all others, when free.</param>
    public sealed record Seek(AgentId? First = null) : Command;

    /// <summary>Nobody of the team takes it: find out which team does; it comes as <see cref="CallEvent.AgentsChosen"/> with that team.</summary>
    public sealed record PassOn : Command;

    /// <summary>Write on the customer's leg since when it waits, for a restarted Ringway, and end the wait even if Ringway stays away.</summary>
    public sealed record RememberWait(DateTimeOffset Since) : Command;

    /// <summary>Write on the customer's leg who parked it and since when, for a restarted Ringway, and end the wait even if Ringway stays away.</summary>
    public sealed record RememberPark(AgentId By, DateTimeOffset Since) : Command;

    /// <summary>Write on the customer's leg who talks since when, so that Asterisk can tell it to a restarted Ringway.</summary>
    public sealed record Remember(AgentId With, DateTimeOffset Since) : Command;

    /// <summary>Find out whether sound comes from an agent; comes as <see cref="CallEvent.AgentHeard"/> or <see cref="CallEvent.AgentSilent"/>.</summary>
    public sealed record Listen(AgentId To) : Command;

    /// <summary>End a leg.</summary>
    /// <param name="Cause">Q.850 cause; 26 tells a ringing phone that somebody else took the call.</param>
    public sealed record HangUpLeg(Leg Leg, int Cause) : Command;

    public sealed record CloseBridge : Command;

    public sealed record Start(Deadline Which) : Command;

    public sealed record Stop(Deadline Which) : Command;
}
