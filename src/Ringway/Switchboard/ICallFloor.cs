using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>How long the callers of a line ring and wait.</summary>
/// <param name="Ring">How long agents ring.</param>
/// <param name="Wait">How long a caller may hear music until somebody is free, ringing included.</param>
/// <param name="Message">How long a caller may speak who leaves a message.</param>
/// <param name="Music">How long a caller who waits hears music before she is told how it stands; zero: for ever.</param>
public readonly record struct CallPatience(TimeSpan Ring, TimeSpan Wait, TimeSpan Message, TimeSpan Music = default);

/// <summary>
/// The floor around the switchboard, as the switchboard sees it: who can be rung, and who wants to hear of calls. The product's
/// is <see cref="CallFloor"/>; the tests play another.
/// </summary>
public interface ICallFloor
{
    /// <summary>The call with all that follows from its line and its caller alone: what a restarted Ringway must not have written down.</summary>
    Story Known(Story story);

    /// <summary>Whom an arriving call rings, or what it is asked or told; agents are kept from other calls from now on.</summary>
    CallEvent Arrived(Story story);

    /// <summary>Where a key of a menu leads: to another menu, to the same again, or to agents, who are reserved.</summary>
    CallEvent Chosen(Story story, string menu, char? key, int tries);

    /// <summary>What a menu says, as Asterisk's media URIs.</summary>
    IReadOnlyList<string> Menu(string menu);

    /// <summary>What an announcement says.</summary>
    IReadOnlyList<string> Announcement(string announcement);

    /// <summary>The call waits; agents for it come as an event, at once or when somebody is free.</summary>
    void Seek(Story story, AgentId? first);

    /// <summary>What a caller who waits can be told now.</summary>
    WaitNotice Notice(Story story);

    /// <summary>What that sounds like, as Asterisk's media URIs.</summary>
    IReadOnlyList<string> Notice(Story story, WaitNotice notice);

    /// <summary>A caller who waited wants to be called back instead. Called on the call's own loop; must not block.</summary>
    void CallBackAsked(Story story);

    /// <summary>What she is told then, as Asterisk's media URIs.</summary>
    IReadOnlyList<string> Promise(Story story);

    /// <summary>Which team takes the call that its team does not take; agents are reserved.</summary>
    CallEvent PassedOn(Story story);

    /// <summary>How long this caller rings and waits.</summary>
    CallPatience Patience(Story story);

    /// <summary>What a caller hears whom nobody takes, as Asterisk's media URIs; the last is the tone.</summary>
    IReadOnlyList<string> Greeting(string line, What because);

    /// <summary>Whether calls of this line are recorded.</summary>
    RecordingPolicy Recording(string line);

    /// <summary>What both hear who are recorded, as Asterisk's media URIs.</summary>
    IReadOnlyList<string> RecordingNotice(string line);

    /// <summary>A moment of silence, as one of Asterisk's media URIs; its format is not that of a call.</summary>
    string Hush { get; }

    /// <summary>Asterisk has closed one side's tape of a call, which may be over by then.</summary>
    void TapeClosed(CallId call, Side side);

    /// <summary>The call is gone from the switchboard: whoever was reserved for it meanwhile is free.</summary>
    void Released(CallId call);

    /// <summary>A call has a new state. Called on the call's own loop; must not block.</summary>
    /// <param name="evidence">What it went through so far; it goes on growing.</param>
    void Changed(Call call, CallEvidence evidence);

    /// <summary>Asterisk was compared with what we believe; these are all the calls it holds.</summary>
    void Reconciled(IReadOnlySet<CallId> held, DateTimeOffset now);
}
