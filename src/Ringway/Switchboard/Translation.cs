using Ringway.Ari;
using Ringway.Calls;
using Ringway.Recordings;

namespace Ringway.Switchboard;

/// <summary>What Asterisk's events mean for a call. Pure; call and leg are read off the channel's id, no table needed.</summary>
public static class Translation
{
    /// <summary>The first argument that the dialplan gives <c>Stasis()</c> for a WhatsApp user who calls.</summary>
    public const string InboundArgument = "inbound";

    /// <summary>
    /// SIP's status of a call that its caller gave up before an answer had come (RFC 3261 §9.2); Asterisk may have taken it for answered by then.
    /// </summary>
    private const int Cancelled = 487;

    /// <summary>Null when the event says nothing to a call.</summary>
    public static (CallId Call, CallEvent Happened)? Read(AriEvent happened) => happened switch
    {
        StasisStart { Channel.Id: var id } when Taps.OfChannel(id) is { } tap => (tap.Call, new CallEvent.TapOpened(tap.Side)),
        StasisStart { Channel.Id: var id } when Ears.OfChannel(id) is { } ear => (ear.Call, new CallEvent.EarOpened(ear.Of, ear.Mode)),
        // The last that is told of a snoop channel (tried on 22.10.1).
        StasisEnd { Channel.Id: var id } when Ears.OfChannel(id) is { } ear => (ear.Call, new CallEvent.EarClosed(ear.Of, ear.Mode)),
        StasisStart s => On(s.Channel, leg => leg.Agent is { } agent ? new CallEvent.PickedUp(agent) : Answered(s)),
        ChannelStateChange { Channel.State: "Ringing" } c =>
            On(c.Channel, leg => leg == Leg.Customer ? new CallEvent.CustomerRinging() : null),

        // A leg that we called is ours until it is destroyed, and then its cause is known. The leg of a WhatsApp user who
        // calls is ours until it leaves Stasis: Asterisk tells nothing of it afterwards (tried on 22.10.1).
        ChannelDestroyed d => On(d.Channel, leg => Gone(leg, new HangUp(d.Cause, Status(d.TechCause)))),
        ChannelHangupRequest h when Arrived(h.Channel) => On(h.Channel, leg => Gone(leg, new HangUp(h.Cause ?? 0, Unanswered: !IsUp(h.Channel) || h.TechCause == Cancelled))),
        StasisEnd e when Arrived(e.Channel) => On(e.Channel, leg => Gone(leg, new HangUp(0, Unanswered: !IsUp(e.Channel)))),
        ChannelDtmfReceived { Digit: [var key] } d => On(d.Channel, leg => leg == Leg.Customer ? new CallEvent.KeyPressed(key) : null),
        PlaybackFinished { Playback: var played } => Voicemail.CallOfGreeting(played.Id) is { } call ? (call, new CallEvent.GreetingOver())
            : Announcements.CallOf(played.Id) is { } waits ? (waits, new CallEvent.AnnouncementOver())
            : Taps.CallOfNotice(played.Id) is { } told ? (told, played.State == PlaybackState.Failed ? new CallEvent.RecordingBroke() : new CallEvent.RecordingAnnounced())
            : played.State == PlaybackState.Failed && LegIds.OfHush(played.Id) is { } hush ? (hush.Call, new CallEvent.HushFailed(hush.Leg))
            : null,
        RecordingFinished { Recording.Name: var name } => MessageOver(name),
        RecordingFailed { Recording.Name: var name } => Taps.OfTape(name) is { } tape ? (tape.Call, new CallEvent.RecordingBroke()) : MessageOver(name),
        _ => null,
    };

    /// <summary>A tape that Asterisk has closed, well or not: of a call that may be over by then.</summary>
    public static (CallId Call, Side Side)? TapeClosed(AriEvent happened) => happened switch
    {
        RecordingFinished finished => Taps.OfTape(finished.Recording.Name),
        RecordingFailed failed => Taps.OfTape(failed.Recording.Name),
        _ => null,
    };

    private static (CallId, CallEvent)? MessageOver(string recording) =>
        Voicemail.CallOfMessage(recording) is { } call ? (call, new CallEvent.MessageOver()) : null;

    /// <summary>The leg that an event of ours is about, as Asterisk shows it at that moment.</summary>
    public static (Leg Leg, Channel Channel)? LegOf(AriEvent happened) => happened switch
    {
        StasisStart s => Named(s.Channel),
        ChannelStateChange c => Named(c.Channel),
        ChannelDestroyed d => Named(d.Channel),
        _ => null,
    };

    /// <summary>A WhatsApp user's call that enters: the line it came in on, or null when it is something else.</summary>
    public static string? ArrivesOn(StasisStart start) =>
        start.Args is [InboundArgument, var line, ..] && Arrived(start.Channel) ? line : null;

    /// <summary>Who calls, as the trunk's channel tells it: From user and display name, and the Call-ID that holds the wacid.</summary>
    public static Story Arrival(Channel channel, string line, DateTimeOffset began, string? payload = null) =>
        new(CallId.OfArrivingChannel(channel.Id.Value), Direction.Inbound, Caller(channel.Caller), line, began)
        {
            Wacid = Wacid(channel.ProtocolId),
            Payload = payload,
        };

    /// <summary>What came with the button or link that the user tapped, from the arguments of <c>Stasis()</c> behind the line, as a URI has it.</summary>
    public static string? Payload(IReadOnlyList<string> arguments) =>
        arguments.Count > 2 && arguments[2].Length > 0 ? Uri.UnescapeDataString(arguments[2]) : null;

    /// <summary>
    /// Meta names the call in the Call-ID of its INVITE, <c>outgoing:wacid.…</c> (Meta, "SIP", 2025-12-15), and Asterisk gives
    /// the Call-ID as the channel's protocol id; so no header has to be asked for.
    /// </summary>
    private static string? Wacid(string? callIdHeader) =>
        callIdHeader?.IndexOf("wacid.", StringComparison.Ordinal) is >= 0 and var at ? callIdHeader[at..] : null;

    private static Party Caller(CallerId? caller)
    {
        var user = caller?.Number ?? "";
        var name = string.IsNullOrWhiteSpace(caller?.Name) || caller.Name.Trim('+') == user.Trim('+') ? null : caller.Name;
        return user.StartsWith('+') && user.AsSpan(1).ContainsAnyExceptInRange('0', '9') is false && user.Length > 1
            ? new Party(user, Name: name)
            : new Party(null, UserId: user.Length > 0 ? user : null, Name: name);
    }

    private static (CallId, CallEvent)? On(Channel channel, Func<Leg, CallEvent?> meaning) =>
        LegIds.Read(channel.Id) is { } ours && meaning(ours.Leg) is { } happened ? (ours.Call, happened) : null;

    private static (Leg, Channel)? Named(Channel channel) =>
        LegIds.Read(channel.Id) is { } ours ? (ours.Leg, channel) : null;

    private static CallEvent.CustomerAnswered? Answered(StasisStart s) => Arrived(s.Channel) ? null : new CallEvent.CustomerAnswered();

    private static CallEvent Gone(Leg leg, HangUp why) =>
        leg.Agent is { } agent ? new CallEvent.AgentGone(agent, why) : new CallEvent.CustomerGone(why);

    private static bool IsUp(Channel channel) => channel.State == "Up";

    private static bool Arrived(Channel channel) => LegIds.IsArriving(channel.Id);

    /// <summary>For a PJSIP channel the technology's cause is the SIP status that ended it; 0 means none was seen.</summary>
    private static int? Status(int? techCause) => techCause is >= 300 and < 700 ? techCause : null;
}
