using Microsoft.Extensions.Logging;
using Ringway.Agents;
using Ringway.Ari;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Recordings;

namespace Ringway.Switchboard;

/// <summary>
/// Carries commands out: legs and bridges by Asterisk, waits by the clock. Requests leave in the order of the commands and
/// nobody waits for an answer between two of them; the socket keeps the order (decision 9). What Asterisk refuses comes back
/// to the call as an event.
/// </summary>
public sealed partial class CommandRunner(
    AriApplication application, CallPlaces places, CallOptions options, TimeProvider time, ILogger<CommandRunner> log,
    CallEvidence evidence, ICallFloor floor, Action<CallEvent> post)
    : IDisposable
{
    /// <summary>A caller in a menu whose Ringway has died and stays away is not kept for longer.</summary>
    private static readonly TimeSpan MenuFuse = TimeSpan.FromMinutes(5);

    /// <summary>The caller was not there any more when we answered.</summary>
    private static readonly HangUp NeverAnswered = new(0, Unanswered: true);

    /// <summary>How long an agent is listened to, and how much of the sound of that time (a packet each 20 ms) must come.</summary>
    private static readonly TimeSpan Ear = TimeSpan.FromMilliseconds(500);
    private const int EnoughPackets = 10;

    private readonly Dictionary<Deadline, ITimer> _waits = [];

    private AriClient Asterisk => application.Client;

    public void Run(Story story, IEnumerable<Command> commands)
    {
        foreach (var command in commands)
        {
            evidence.Sent(command);
            switch (command)
            {
                case Command.Start start: Start(story, start.Which); break;
                case Command.Choose choose: post(floor.Chosen(story, choose.Menu, choose.Key, choose.Tries)); break;
                case Command.FindPlace: post(new CallEvent.PlaceFound(floor.Notice(story))); break;
                case Command.PassOn: post(floor.PassedOn(story)); break;
                case Command.Seek seek: floor.Seek(story, seek.First); break;
                case Command.Stop stop: Stop(stop.Which); break;
                case Command.Listen listen: _ = ListenAsync(story, listen.To); break;
                default: _ = WatchAsync(story, command, Send(story, command)); break;
            }
        }
    }

    public void Dispose()
    {
        foreach (var wait in _waits.Values)
        {
            wait.Dispose();
        }
    }

    private Task Send(Story story, Command command) => command switch
    {
        // The dialplan sets a short absolute timeout before Stasis, so that a caller whom we never took falls into the
        // safety net. Taking the call gives it the time of the ringing, and answering it the longest that a call may last:
        // a caller who rings while we die and stay away is caught all the same.
        Command.Claim => SetFuse(story, floor.Patience(story).Ring + SafetyNet.Patience),
        Command.OpenBridge => Asterisk.CreateBridgeAsync(LegIds.Bridge(story.Id), name: story.Id.Value),
        Command.Ring ring => Ring(story, ring),
        Command.RingBack => Asterisk.RingAsync(LegIds.Of(story, Leg.Customer)),
        Command.Answer => Task.WhenAll(Asterisk.AnswerAsync(LegIds.Of(story, Leg.Customer)), SetFuse(story, options.Longest)),
        Command.Dial => Dial(story),
        Command.Join join => Asterisk.AddToBridgeAsync(LegIds.Bridge(story.Id), join.Legs.Select(leg => LegIds.Of(story, leg))),
        Command.PlayMusic music => PlayMusic(story, music),
        Command.StopMusic music => Asterisk.StopMusicAsync(LegIds.Of(story, music.Leg)),
        // Variables first: while a channel plays or records, setting one is answered only when it has finished, and until then the
        // socket works off nothing else (tried on 22.10.1).
        Command.Greet greeting => Task.WhenAll(
            SetFuse(story, floor.Patience(story).Message + Voicemail.LongestGreeting + SafetyNet.Patience),
            Asterisk.PlayAsync(LegIds.Of(story, Leg.Customer), new PlayRequest
            {
                Media = floor.Greeting(story.Line, greeting.Because), PlaybackId = Voicemail.GreetingOf(story.Id),
            })),
        Command.AskMenu ask => Task.WhenAll(
            Write(story, CallMemory.Menu(ask.Since)),
            SetFuse(story, MenuFuse),
            Asterisk.PlayAsync(LegIds.Of(story, Leg.Customer), new PlayRequest
            {
                Media = floor.Menu(ask.Menu), PlaybackId = Voicemail.GreetingOf(story.Id),
            })),
        // Written down as a menu is: a restarted Ringway leads the caller from the start, and she hears it again.
        Command.Tell tell => Task.WhenAll(
            Write(story, CallMemory.Menu(tell.Since)),
            SetFuse(story, MenuFuse),
            Asterisk.PlayAsync(LegIds.Of(story, Leg.Customer), new PlayRequest
            {
                Media = floor.Announcement(tell.Announcement), PlaybackId = Voicemail.GreetingOf(story.Id),
            })),
        Command.StopPrompt => Asterisk.StopPlaybackAsync(Voicemail.GreetingOf(story.Id)),
        Command.Announce announce => Announce(story, floor.Notice(story, announce.Notice)),
        Command.Promise promise => Promise(story, promise.Since),
        Command.StopAnnouncement => Task.WhenAll(Announcements.PlaybacksOf(story.Id).Select(playback => Asterisk.StopPlaybackAsync(playback))),
        Command.RecordMessage message => Task.WhenAll(
            Write(story, CallMemory.Message(message.Since)),
            Asterisk.RecordAsync(LegIds.Of(story, Leg.Customer), Voicemail.Request(story.Id, floor.Patience(story).Message))),
        Command.OpenTaps => OnTaps(side => Asterisk.SnoopAsync(
            LegIds.Of(story, Leg.Customer), Taps.ChannelOf(story.Id, side), Taps.Request(application.Name, side))),
        Command.RunRecording => OnTaps(side => Asterisk.RecordAsync(Taps.ChannelOf(story.Id, side), Taps.TapeOf(story.Id, side))),
        Command.AnnounceRecording => Asterisk.PlayAsync(LegIds.Bridge(story.Id), new PlayRequest
        {
            Media = floor.RecordingNotice(story.Line), PlaybackId = Taps.NoticeOf(story.Id),
        }),
        Command.PauseRecording => Task.WhenAll(
            OnTaps(side => Asterisk.MuteRecordingAsync(Taps.NameOf(story.Id, side))), Write(story, CallMemory.Paused, CallMemory.TapeVariable)),
        Command.UnpauseRecording => Task.WhenAll(
            OnTaps(side => Asterisk.UnmuteRecordingAsync(Taps.NameOf(story.Id, side))), Write(story, CallMemory.Runs, CallMemory.TapeVariable)),
        // Taps end with the leg that they listen to, and are never hung up.
        Command.DropRecording => OnTaps(side => Asterisk.CancelRecordingAsync(Taps.NameOf(story.Id, side))),
        Command.OpenEar ear => OpenEar(story, ear),
        Command.ChangeEar ear => Task.WhenAll(Snoop(story, ear.Of, ear.Mode), TakeEar(story, ear.Of, Other(ear.Mode))),
        Command.JoinEar ear => Asterisk.AddToBridgeAsync(Ears.BridgeOf(story.Id), [Ears.ChannelOf(story.Id, ear.Of, ear.Mode)]),
        Command.CloseEar ear => Task.WhenAll(TakeEar(story, ear.Of, ear.Mode), Asterisk.DestroyBridgeAsync(Ears.BridgeOf(story.Id))),
        Command.Hush hush => Asterisk.PlayAsync(LegIds.Of(story, hush.Leg), floor.Hush, LegIds.Hush(LegIds.Of(story, hush.Leg), hush.Again)),
        Command.RememberWait wait => Task.WhenAll(
            Write(story, CallMemory.Wait(wait.Since, story.Team)),
            SetFuse(story, floor.Patience(story).Wait + floor.Patience(story).Ring + SafetyNet.Patience)),
        Command.RememberPark park => Task.WhenAll(
            Write(story, CallMemory.Park(park.By, park.Since, story.Team)),
            SetFuse(story, options.Park + floor.Patience(story).Wait + floor.Patience(story).Ring + SafetyNet.Patience)),
        Command.Remember talk when story.QueuedAt is null && story.TransferredBy is null => Write(story, CallMemory.Talk(talk.With, talk.Since, story.Team)),
        Command.Remember talk => Task.WhenAll(Write(story, CallMemory.Talk(talk.With, talk.Since, story.Team)), SetFuse(story, options.Longest)),
        Command.HangUpLeg end => Asterisk.HangUpAsync(LegIds.Of(story, end.Leg), end.Cause),
        Command.CloseBridge => Asterisk.DestroyBridgeAsync(LegIds.Bridge(story.Id)),
        _ => throw new InvalidOperationException($"No way is known to carry out {command}."),
    };

    /// <summary>Noted first: that stands, whatever becomes of the call.</summary>
    private Task Promise(Story story, DateTimeOffset since)
    {
        floor.CallBackAsked(story);
        return Task.WhenAll(
            Write(story, CallMemory.CallBack(since)),
            SetFuse(story, MenuFuse),
            Asterisk.PlayAsync(LegIds.Of(story, Leg.Customer), new PlayRequest { Media = floor.Promise(story), PlaybackId = Voicemail.GreetingOf(story.Id) }));
    }

    private Task<Playback[]> Announce(Story story, IReadOnlyList<string> sentences) => Task.WhenAll(sentences.Select((media, place) =>
        Asterisk.PlayAsync(LegIds.Of(story, Leg.Customer), media, Announcements.PlaybackOf(story.Id, before: sentences.Count - 1 - place))));

    private static Task OnTaps(Func<Side, Task> command) => Task.WhenAll(Taps.Sides.Select(command));

    /// <summary>In this order: music cannot be played to who is in a bridge.</summary>
    private Task PlayMusic(Story story, Command.PlayMusic music)
    {
        var leg = LegIds.Of(story, music.Leg);
        var left = music.InBridge ? Asterisk.RemoveFromBridgeAsync(LegIds.Bridge(story.Id), leg) : Task.CompletedTask;
        return Task.WhenAll(left, Asterisk.StartMusicAsync(leg));
    }

    private Task Write(Story story, string memory, string variable = CallMemory.TalkVariable) =>
        Asterisk.SetVariableAsync(LegIds.Of(story, Leg.Customer), variable, memory);

    private Task SetFuse(Story story, TimeSpan after) =>
        Asterisk.SetVariableAsync(LegIds.Of(story, Leg.Customer), "TIMEOUT(absolute)", Seconds(after));

    private Task Ring(Story story, Command.Ring ring)
    {
        if (places.OfAgent(ring.Agent) is not { } endpoint)
        {
            return Task.FromException(new InvalidOperationException($"Agent {ring.Agent} has no line to be rung on."));
        }

        if (places.OfBot(ring.Agent) is { } bot)
        {
            return Asterisk.OriginateAsync(LegIds.Of(story, Leg.Of(ring.Agent)), new OriginateRequest
            {
                Endpoint = bot,
                App = application.Name,
                AppArgs = "agent",
                // chan_websocket before 22.11 names the originator in two of its log lines and crashes where there is none.
                Originator = LegIds.Of(story, Leg.Customer),
                CallerId = story.Customer.Number ?? "WhatsApp",
                TimeoutSeconds = AsteriskNeverEndsFirst,
                Variables = CallMemory.OfBotLeg(story),
            });
        }

        return Asterisk.OriginateAsync(LegIds.Of(story, Leg.Of(ring.Agent)), new OriginateRequest
        {
            Endpoint = endpoint,
            App = application.Name,
            AppArgs = story.Supervision?.By == ring.Agent ? Ears.SupervisorArgument : "agent",
            Formats = "opus",
            // Only the number: a display name is caller-controlled text, and the page learns it over its own socket.
            CallerId = story.Customer.Number ?? "WhatsApp",
            TimeoutSeconds = AsteriskNeverEndsFirst,
            Variables = CallMemory.OfAgentLeg(story, ring.AnswersItself),
        });
    }

    private Task<Channel> Dial(Story story) => Asterisk.OriginateAsync(LegIds.Of(story, Leg.Customer), new OriginateRequest
    {
        Endpoint = CallPlaces.OfCustomer(story.Line, story.Customer),
        App = application.Name,
        AppArgs = "customer",
        Formats = "opus",
        CallerId = places.NumberOf(story.Line),
        TimeoutSeconds = AsteriskNeverEndsFirst,
        Variables = CallMemory.OfCustomerLeg(story, options.Longest),
    });

    /// <summary>
    /// Our own deadlines end ringing and know why. Asterisk's own is a fuse behind them, for a Ringway that is away.
    /// </summary>
    private int AsteriskNeverEndsFirst =>
        (int)new[] { options.Ring, options.Dial, options.Consult, TimeSpan.FromSeconds(120) }.Max().TotalSeconds + 15;

    /// <summary>By counting the packets that Asterisk gets from her browser. Who cannot be asked about counts as heard: an end is told by an event.</summary>
    private async Task ListenAsync(Story story, AgentId to)
    {
        var ear = Task.Delay(Ear, time);
        var before = await PacketsAsync(story, to);
        await ear;
        post(await PacketsAsync(story, to) - before < EnoughPackets ? new CallEvent.AgentSilent(to) : new CallEvent.AgentHeard(to));
    }

    private async Task<long?> PacketsAsync(Story story, AgentId agent)
    {
        try
        {
            return (await Asterisk.GetRtpStatisticsAsync(LegIds.Of(story, Leg.Of(agent))))?.RxCount;
        }
        catch (AriException)
        {
            return null;
        }
    }

    private Task OpenEar(Story story, Command.OpenEar ear)
    {
        var bridge = Ears.BridgeOf(story.Id);
        return Task.WhenAll(
            Asterisk.CreateBridgeAsync(bridge, name: bridge.Value), Asterisk.AddToBridgeAsync(bridge, [LegIds.Of(story, Leg.Of(ear.By))]),
            Snoop(story, ear.Of, ear.Mode));
    }

    private Task<Channel> Snoop(Story story, AgentId at, SupervisionMode mode) => Asterisk.SnoopAsync(
        LegIds.Of(story, Leg.Of(at)), Ears.ChannelOf(story.Id, at, mode), Ears.Request(application.Name, mode));

    private Task TakeEar(Story story, AgentId at, SupervisionMode mode) => Asterisk.HangUpAsync(Ears.ChannelOf(story.Id, at, mode));

    private static SupervisionMode Other(SupervisionMode mode) => mode == SupervisionMode.Listen ? SupervisionMode.Whisper : SupervisionMode.Listen;

    private async Task WatchAsync(Story story, Command command, Task done)
    {
        try
        {
            await done;
        }
        catch (AriException refused) when (refused.IsConflict && command is Command.Ring or Command.Dial or Command.OpenBridge or Command.OpenTaps or Command.RunRecording or Command.Tell)
        {
            // The id is ours, so it was done already: this is the second time.
        }
        catch (AriException refused) when (IsGone(refused) && command is Command.Answer or Command.Claim or Command.RingBack)
        {
            evidence.Refused(command, refused);
            post(new CallEvent.CustomerGone(NeverAnswered));
        }
        catch (AriException refused) when (IsGone(refused) && command is not Command.Join)
        {
            // Somebody hung up in that very moment. That it was the WhatsApp user is told by an event, which says why.
            evidence.Refused(command, refused);
            Log.LegGone(log, story.Id, command.GetType().Name);
            if (!IsForCustomer(command)) post(new CallEvent.CommandFailed(command));
        }
        catch (Exception failed)
        {
            evidence.Refused(command, failed);
            // Who hung up in that very moment has an end of her own, which is told by an event and says why.
            if (command is Command.Answer && await SomebodyIsGoneAsync(story, [Leg.Customer]))
            {
                post(new CallEvent.CustomerGone(NeverAnswered));
            }
            else if (IsForCustomer(command) && await SomebodyIsGoneAsync(story, [Leg.Customer]))
            {
                Log.LegGone(log, story.Id, command.GetType().Name);
            }
            else if (command is not Command.Join join || !await SomebodyIsGoneAsync(story, join.Legs))
            {
                Log.CommandFailed(log, story.Id, command.GetType().Name, failed.Message);
                post(new CallEvent.CommandFailed(command));
            }
        }
    }

    /// <summary>A leg that has been hung up is still there for a moment, and Stasis has let go of it.</summary>
    private static bool IsGone(AriException refused) =>
        refused.Status == 404 || refused.IsConflict && refused.Message.Contains("not in Stasis", StringComparison.Ordinal);

    private static bool IsForCustomer(Command command) => command is Command.Remember or Command.RememberWait or Command.RememberPark
        or Command.Greet or Command.Announce or Command.AskMenu or Command.Tell or Command.RecordMessage or Command.PlayMusic { Leg.Agent: null };

    private async Task<bool> SomebodyIsGoneAsync(Story story, IEnumerable<Leg> legs)
    {
        try
        {
            var found = await Task.WhenAll(legs.Select(leg => Asterisk.GetChannelAsync(LegIds.Of(story, leg))));
            return found.Contains(null);
        }
        catch (AriException)
        {
            return false;
        }
    }

    private void Start(Story story, Deadline which)
    {
        Stop(which);
        var after = which switch
        {
            Deadline.Offer => floor.Patience(story).Ring,
            Deadline.Wait => floor.Patience(story).Wait,
            Deadline.Consult => options.Consult,
            Deadline.Park => options.Park,
            Deadline.Prompt => Voicemail.LongestGreeting,
            Deadline.Menu => options.MenuKey,
            Deadline.Message => floor.Patience(story).Message + Voicemail.LongestGreeting,
            Deadline.AgentConnect => options.AgentConnect,
            Deadline.Announce => floor.Patience(story).Music,
            Deadline.Dial => options.Dial,
            _ => options.Rejoin,
        };
        if (which == Deadline.Announce && after == TimeSpan.Zero) return; // her team announces nothing
        _waits[which] = time.CreateTimer(_ => post(new CallEvent.TimeUp(which)), null, after, Timeout.InfiniteTimeSpan);
    }

    private void Stop(Deadline which)
    {
        if (_waits.Remove(which, out var wait))
        {
            wait.Dispose();
        }
    }

    private static string Seconds(TimeSpan span) => ((int)span.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Warning, "Call {Call}: Asterisk did not carry out {Command}: {Why}")]
        public static partial void CommandFailed(ILogger log, CallId call, string command, string why);

        [LoggerMessage(2102, LogLevel.Debug, "Call {Call}: {Command} came too late, the leg is gone.")]
        public static partial void LegGone(ILogger log, CallId call, string command);
    }
}
