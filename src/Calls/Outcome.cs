namespace Ringway.Calls;

/// <summary>What became of a call.</summary>
public enum What
{
    /// <summary>Both talked, then one of them hung up.</summary>
    Completed,

    /// <summary>Whoever called gave up before the other side answered.</summary>
    Abandoned,
    NoAnswer,
    Declined,

    /// <summary>Agents are signed in, and all of them are in a call.</summary>
    Busy,
    NobodySignedIn,

    /// <summary>Nobody took the call, and the user left a message.</summary>
    Voicemail,

    /// <summary>The user did not want to wait any longer, and is to be called back.</summary>
    CallBack,

    /// <summary>The line's route for this caller is an announcement, and she heard it.</summary>
    Told,

    /// <summary>The user called outside of the line's hours.</summary>
    Closed,

    /// <summary>The phone of the called side could not be reached.</summary>
    Unreachable,

    /// <summary>WhatsApp answered 403: the user has not allowed calls, or is not on WhatsApp. Meta does not say which.</summary>
    NoPermission,

    /// <summary>WhatsApp refused the call for another reason.</summary>
    Refused,

    /// <summary>No connection to WhatsApp.</summary>
    TrunkDown,

    /// <summary>The agent's browser vanished and did not come back in time, and nobody else took the call.</summary>
    AgentLost,
    Failed,
}

/// <summary>Whose doing it was.</summary>
public enum Whose
{
    Customer,
    Agent,
    Ringway,
    Asterisk,
    WhatsApp,
    Unknown,
}

/// <summary>How a call ended and who ended it: a value, not an exception, because ending is what calls do.</summary>
/// <param name="What">What became of it.</param>
/// <param name="Whose">Whose doing it was.</param>
/// <param name="Sip">The SIP status WhatsApp gave us, when it refused.</param>
public sealed record Outcome(What What, Whose Whose, int? Sip = null)
{
    /// <summary>The ending in words for a person; the second sentence, where there is one, says what to do.</summary>
    public string Sentence => (What, Whose) switch
    {
        (What.Completed, Whose.Customer) => "The WhatsApp user hung up.",
        (What.Completed, Whose.Agent) => "The agent hung up.",
        (What.Completed, _) => "The call ended.",
        (What.Abandoned, Whose.Agent) => "The agent gave up before the WhatsApp user answered.",
        (What.Abandoned, _) => "The WhatsApp user gave up before anybody answered.",
        (What.NoAnswer, Whose.Agent) => "No agent answered in time.",
        (What.NoAnswer, _) => "The WhatsApp user did not answer.",
        (What.Declined, Whose.Agent) => "Every agent who was asked declined.",
        (What.Declined, _) => "The WhatsApp user declined the call.",
        (What.Busy, _) => "All agents were in a call.",
        (What.Voicemail, _) => "The WhatsApp user left a message.",
        (What.CallBack, _) => "The WhatsApp user asked to be called back.",
        (What.Told, Whose.Customer) => "The WhatsApp user was told the line's announcement and hung up.",
        (What.Told, _) => "The WhatsApp user was told the line's announcement.",
        (What.Closed, _) => "The line was closed at that time.",
        (What.NobodySignedIn, _) => "No agent was signed in and ready.",
        (What.Unreachable, Whose.Agent) => "No agent's phone could be reached.",
        (What.Unreachable, _) => "The WhatsApp user could not be reached. The phone may be off or without network.",
        (What.NoPermission, _) =>
            "WhatsApp refused the call: this user has not allowed calls from you, or is not on WhatsApp. Ask for permission first.",
        (What.Refused, _) => $"WhatsApp refused the call with SIP status {Sip}. Check the line's number and host name.",
        (What.TrunkDown, _) => "There was no connection to WhatsApp. Check the network and the trunk's certificate.",
        (What.AgentLost, _) => "The agent's browser vanished, and nobody came back to the WhatsApp user in time.",
        (What.Failed, Whose.Ringway) => "Ringway was stopped or restarted before the call was through.",
        (What.Failed, Whose.WhatsApp) => "The sound from WhatsApp stopped, so the call was ended.",
        (What.Failed, Whose.Unknown) => "The call ended while Ringway was away.",
        (What.Failed, _) => "Asterisk could not carry out the call. Its log says why.",
        _ => What.ToString(),
    };

    /// <summary>
    /// The Q.850 cause that makes Asterisk give an unanswered WhatsApp caller the SIP status that fits (tried on 22.10.1):
    /// 17 gives 486, 19 and 20 give 480, 16 gives 603, 38 gives 500.
    /// </summary>
    public int CauseForCustomer => What switch
    {
        What.Busy => 17,
        What.NoAnswer => 19,
        What.NobodySignedIn or What.Closed or What.Unreachable or What.AgentLost => 20,
        What.Failed or What.TrunkDown => 38,
        _ => 16,
    };
}

/// <summary>Why a leg went away, as Asterisk tells it.</summary>
/// <param name="Cause">Q.850 cause; 0 when unknown.</param>
/// <param name="Sip">The last SIP status on that leg, when Asterisk knows one.</param>
/// <param name="Unanswered">A caller who went while her call was not answered: our answer came too late, or is still under way.</param>
public readonly record struct HangUp(int Cause, int? Sip = null, bool Unanswered = false)
{
    /// <summary>Asterisk ends a leg that brings no sound for <c>rtp_timeout</c> seconds with cause 44.</summary>
    public bool FellSilent => Cause == 44 && Sip is null or < 300;

    /// <summary>An agent's phone refused: 486 or 603 (RFC 3261 sections 21.4.24, 21.6.2), causes 17 and 21.</summary>
    public bool Declined => Sip is 486 or 600 or 603 || Sip is null && Cause is 17 or 21;

    /// <summary>
    /// What it means when WhatsApp ends a call of ours before it was answered (Meta, "Troubleshooting", read 2026-06-24).
    /// 480 stands for both "did not answer" and "cannot be reached"; only a 180 before tells them apart.
    /// </summary>
    public Outcome OfOutboundCall(bool rang) => (Sip, Cause) switch
    {
        (486 or 600 or 603, _) => new(What.Declined, Whose.Customer, Sip),
        // Nobody has said a word, not even 100 Trying: Asterisk says 408 in the other's place (RFC 3261 section 8.1.3.1).
        (408, _) when !rang => new(What.TrunkDown, Whose.WhatsApp, 408),
        (480 or 408, _) => new(rang ? What.NoAnswer : What.Unreachable, Whose.Customer, Sip),
        (403, _) => new(What.NoPermission, Whose.WhatsApp, 403),
        (>= 500 and < 600, _) => new(What.TrunkDown, Whose.WhatsApp, Sip),
        ( >= 400, _) => new(What.Refused, Whose.WhatsApp, Sip),
        (_, 17 or 21) => new(What.Declined, Whose.Customer),
        (_, 18 or 19) => new(rang ? What.NoAnswer : What.Unreachable, Whose.Customer),
        _ => new(What.TrunkDown, Whose.WhatsApp),
    };
}
