using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Ringway.Ari;
using Ringway.Calls;
using Ringway.Options;

namespace Ringway.Switchboard;

/// <summary>
/// Asterisk's events in, each to the loop of its call. One reader per application socket; it parses, routes and goes on.
/// The journey of a call is told in <c>docs/one-call.md</c>; its numbers come back here.
/// </summary>
public sealed partial class Switchboard(
    ImmutableArray<AriApplication> applications, CallOptions options, CallPlaces places, ICallFloor floor,
    string node, Random chance, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>Said of each call and of no use to the rules; two thirds of all events. Each costs Asterisk a write and us a read.</summary>
    private static readonly string[] NotForUs =
    [
        nameof(ChannelVarset), nameof(ChannelDialplan), nameof(ChannelCreated), nameof(Dial), nameof(ChannelCallerId),
        nameof(ChannelConnectedLine), nameof(ChannelEnteredBridge), nameof(ChannelLeftBridge), nameof(BridgeCreated),
        nameof(BridgeDestroyed),
    ];

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<CallId, CallLoop> _calls = new();
    private readonly RecentCalls _ended = new();
    private readonly ILogger _log = logs.CreateLogger<Switchboard>();
    private readonly Lock _asteriskStarted = new();
    private DateTimeOffset? _started;
    private IReadOnlyDictionary<CallId, Story> _remembered = ImmutableDictionary<CallId, Story>.Empty;
    private IReadOnlyDictionary<CallId, CallTrace> _traces = ImmutableDictionary<CallId, CallTrace>.Empty;

    /// <summary>True while every application is connected, so that calls can be taken and placed.</summary>
    public bool IsConnected => applications.All(application => application.IsConnected);

    /// <param name="open">Calls that the store believes are going on: those a Ringway before us left behind.</param>
    /// <param name="ct">Ends the reading of events; calls are left as they are, for the next Ringway.</param>
    /// <param name="traces">What was noted of those calls.</param>
    public Task RunAsync(
        IReadOnlyDictionary<CallId, Story> open, CancellationToken ct, IReadOnlyDictionary<CallId, CallTrace>? traces = null)
    {
        _remembered = open;
        _traces = traces ?? _traces;
        return Task.WhenAll(applications.Select(application => ReadAsync(application, ct)));
    }

    public Call? Find(CallId call) => _calls.GetValueOrDefault(call)?.Call;

    /// <summary>What was noted so far of a call that lives; null when there is no such call.</summary>
    public CallTrace? TraceOf(CallId call) => _calls.GetValueOrDefault(call)?.Evidence.Trace();

    /// <summary>A name for a call that one of our agents is about to place.</summary>
    public CallId NextId() => CallId.Placed(node, time.GetUtcNow(), chance);

    /// <summary>An agent calls a WhatsApp user. The agent must be reserved for the call before.</summary>
    public void Place(CallId id, AgentId by, Party to, string line)
    {
        Log.Placed(_log, id, by, line);
        var story = new Story(id, Direction.Outbound, to, line, time.GetUtcNow()) { RecordingPolicy = floor.Recording(line) };
        var evidence = Evidence(story);
        evidence.Begins("placed", by.Value);
        Open(ApplicationOf(id), CallMachine.Place(story, by), evidence);
    }

    /// <summary>False when there is no such call (any more).</summary>
    public bool Post(CallId call, CallEvent happened) => _calls.TryGetValue(call, out var loop) && loop.Post(happened);

    /// <summary>Something happened that every call should know: Asterisk died, an agent's line came or went.</summary>
    public void PostToAll(CallEvent happened)
    {
        foreach (var loop in _calls.Values)
        {
            loop.Post(happened);
        }
    }

    /// <summary>Ends every call and waits until each is told; the operator stops Ringway and Asterisk with it.</summary>
    public async Task StopAsync(TimeSpan atMost)
    {
        PostToAll(new CallEvent.Stopped());
        await Task.WhenAny(Task.WhenAll(_calls.Values.Select(loop => loop.Finished)), Task.Delay(atMost, time));
    }

    private async Task ReadAsync(AriApplication application, CancellationToken ct)
    {
        ImmutableArray<CallLoop> before = [];
        ImmutableArray<(CallLoop Call, Leg Leg)> vanished = [];
        var untold = 0;
        await foreach (var happened in application.ReadAsync(ct))
        {
            try
            {
                switch (happened)
                {
                    case AriDisconnected:
                        // Only of these can a leg have vanished unheard; what is opened later asks on the new socket.
                        before = [.. _calls.Values.Where(loop => loop.Application == application)];
                        break;
                    case AriConnected:
                        // What comes meanwhile waits in the stream: the world is restored before anybody may speak.
                        vanished = await TakeStockUntilDoneAsync(application, before, ct);
                        untold = application.Backlog;
                        break;
                    case ApplicationReplaced:
                        Log.Replaced(_log, application.Name);
                        break;
                    case StasisStart start when Translation.ArrivesOn(start) is { } line:
                        Arrive(application, start, line);
                        break;
                    default:
                        Route(application, happened);
                        break;
                }
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                // One event that we cannot digest must not deafen us to all other _calls.
                Log.EventFailed(_log, failed, application.Name, happened.GetType().Name);
            }

            // What came while we looked says how those legs ended; what nothing was said of ended unheard.
            if (untold-- == 0)
            {
                Lose(vanished);
                vanished = [];
            }
        }
    }

    private void Arrive(AriApplication application, StasisStart start, string line)
    {
        var story = floor.Known(Translation.Arrival(start.Channel, line, time.GetUtcNow(), Translation.Payload(start.Args))) with { RecordingPolicy = floor.Recording(line) };
        if (_calls.ContainsKey(story.Id) || _ended.Contains(story.Id))
        {
            return; // Told twice: after a gap we may have found it by looking.
        }

        Log.Arrived(_log, story.Id, line);
        var evidence = Evidence(story);
        evidence.Names(Leg.Customer, start.Channel);
        evidence.Begins("arrived", Leg.Customer.ToString());
        Open(application, CallMachine.Arrive(story), evidence).Post(floor.Arrived(story));
    }

    private void Route(AriApplication application, AriEvent happened)
    {
        if (Translation.TapeClosed(happened) is { } tape)
        {
            floor.TapeClosed(tape.Call, tape.Side);
        }

        if (Translation.Read(happened) is not { } said)
        {
            return;
        }

        if (_calls.TryGetValue(said.Call, out var loop) && Translation.LegOf(happened) is { } named)
        {
            loop.Evidence.Names(named.Leg, named.Channel);
        }

        if (!Post(said.Call, said.Happened) && happened is StasisStart late)
        {
            // A leg that answers for a call that is over.
            Log.Orphan(_log, said.Call, late.Channel.Id);
            Forget(application.Client.HangUpAsync(late.Channel.Id, 16));
        }
    }

    private CallEvidence Evidence(Story story) => new(story.Began, story.Customer, time, _traces.GetValueOrDefault(story.Id));

    private CallLoop Open(AriApplication application, Step beginning, CallEvidence evidence)
    {
        var story = beginning.Next.Story;
        var loop = new CallLoop(
            application, beginning, evidence,
            self => new CommandRunner(
                application, places, options, time, logs.CreateLogger<CommandRunner>(), evidence, floor, happened => self.Post(happened)),
            Tell, time);
        _calls[story.Id] = loop;
        loop.Begin();
        _ = loop.Finished.ContinueWith(_ => Close(story.Id), TaskScheduler.Default);
        return loop;
    }

    private void Close(CallId call)
    {
        _ended.Add(call);
        _calls.TryRemove(call, out _);
        floor.Released(call);
    }

    private void Tell(CallLoop loop)
    {
        floor.Changed(loop.Call, loop.Evidence);
        if (loop.Call is Call.Over over)
        {
            Log.Over(_log, over.Id, over.Outcome.What, over.Outcome.Whose,
                (over.EndedAt - over.Story.Began).TotalSeconds, (over.EndedAt - (over.Story.AnsweredAt ?? over.EndedAt)).TotalSeconds);
        }
    }

    /// <summary>Without having looked nobody may speak, so an Asterisk that is slow to answer is asked again while it is there.</summary>
    private async Task<ImmutableArray<(CallLoop Call, Leg Leg)>> TakeStockUntilDoneAsync(
        AriApplication application, ImmutableArray<CallLoop> before, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await TakeStockAsync(application, before, ct);
            }
            catch (AriException fault) when (application.IsConnected)
            {
                Log.NoStock(_log, application.Name, fault.Message);
                await Task.Delay(AskAgainAfter, time, ct);
            }
        }
    }

    /// <summary>After a gap: what does Asterisk have, what do we believe? Takes up what we did not know.</summary>
    /// <param name="before">The calls that we had when the socket before this one ended.</param>
    /// <returns>Those of their legs that Asterisk does not have.</returns>
    private async Task<ImmutableArray<(CallLoop Call, Leg Leg)>> TakeStockAsync(
        AriApplication application, ImmutableArray<CallLoop> before, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var believed = before
            .SelectMany(loop => CallMachine.LegsOf(loop.Call).Select(leg => (Call: loop, Leg: leg))).ToImmutableArray();
        var filtered = application.Client.FilterEventsAsync(application.Name, NotForUs, ct);
        var inventory = await Inventory.TakeAsync(application.Client, ct);
        if (AsteriskForgot(inventory.Started))
        {
            PostToAll(new CallEvent.AsteriskLost());
        }

        var found = await Reconciler.CallsAsync(
            inventory, application.Client, _remembered, (id, arriving) => IsOf(application, id, arriving), ct);
        foreach (var call in found.Where(call => !_calls.ContainsKey(call.Id)))
        {
            if (call.Story is { } story && !_ended.Contains(call.Id))
            {
                TakeUp(application, floor.Known(story), call, inventory, now);
            }
            else
            {
                Sweep(application, call);
            }
        }

        CloseLeftOvers(application, inventory);
        floor.Reconciled(inventory.Channels
            .Select(channel => LegIds.Read(channel.Id)?.Call).OfType<CallId>().ToHashSet(), now);
        await filtered;
        return [.. believed.Where(held => !inventory.Holds(held.Call.Call.Story, held.Leg))];
    }

    private void TakeUp(AriApplication application, Story story, FoundCall found, Inventory inventory, DateTimeOffset now)
    {
        story = story with { RecordingPolicy = floor.Recording(story.Line) };
        var step = Recovery.Resume(story, found.Legs, now);
        Log.TakenUp(_log, story.Id, step.Next.GetType().Name, found.Legs.Length);
        var evidence = Evidence(story);
        evidence.Begins("takenUp", note: step.Next.GetType().Name);
        foreach (var channel in inventory.Channels.Where(channel => found.Channels.Contains(channel.Id)))
        {
            evidence.Names(LegIds.Read(channel.Id)!.Value.Leg, channel);
        }

        var loop = Open(application, step, evidence);
        switch (step.Next)
        {
            case Call.Arriving: loop.Post(floor.Arrived(step.Next.Story)); break;
            // Whether her phone is there was told before there was a call to hear of it.
            case Call.AgentAway away when places.OfAgent(away.With) is not null: loop.Post(new CallEvent.AgentLineBack(away.With)); break;
            case Call.Talking talking when places.OfAgent(talking.With) is null: loop.Post(new CallEvent.AgentLineLost(talking.With)); break;
        }
    }

    /// <summary>Legs of a call that was told of already, or that nobody remembers: there is nothing to tell, only to end.</summary>
    private void Sweep(AriApplication application, FoundCall found)
    {
        foreach (var channel in found.Channels)
        {
            Log.Orphan(_log, found.Id, channel);
            Forget(application.Client.HangUpAsync(channel, 16));
        }
    }

    private static void Lose(ImmutableArray<(CallLoop Call, Leg Leg)> vanished)
    {
        foreach (var (call, leg) in vanished)
        {
            call.Post(leg.Agent is { } agent
                ? new CallEvent.AgentGone(agent, default)
                : new CallEvent.CustomerGone(default));
        }
    }

    /// <summary>Bridges of calls that nobody is in any more, and of ears that nobody hears through.</summary>
    private void CloseLeftOvers(AriApplication application, Inventory inventory)
    {
        foreach (var (bridge, call) in inventory.Bridges.Select(b => (b, Call: Ears.OfBridge(b.Id) ?? new CallId(b.Id.Value))).Where(b => LegIds.IsCall(b.Call.Value)))
        {
            if (_calls.TryGetValue(call, out var loop) && (Ears.OfBridge(bridge.Id) is null || loop.Call.Story.Supervision is not null)) continue;
            // One with legs is left to the application that takes the call up, which may be about to.
            var legs = inventory.Channels.Where(channel => LegIds.Read(channel.Id)?.Call == call).ToList();
            var owner = legs.Find(channel => LegIds.IsArriving(channel.Id)) is { } arriving
                ? applications.FirstOrDefault(one => IsIn(one, arriving)) : ApplicationOf(call);
            if (legs.Count == 0 || owner is null || owner == application)
            {
                Forget(application.Client.DestroyBridgeAsync(bridge.Id));
            }
        }
    }

    private bool AsteriskForgot(DateTimeOffset startedAt)
    {
        lock (_asteriskStarted)
        {
            var forgot = _started is { } before && before != startedAt;
            _started = startedAt;
            return forgot;
        }
    }

    /// <summary>
    /// An arriving call belongs to the application that the dialplan gave it to, and to none while it is in the dialplan's
    /// safety net; one that we place belongs to the application its name points at, so that every Ringway finds the same.
    /// </summary>
    private bool IsOf(AriApplication application, CallId id, Channel? arriving) =>
        arriving is null ? ApplicationOf(id) == application : IsIn(application, arriving);

    private static bool IsIn(AriApplication application, Channel arriving) =>
        Reconciler.StasisArguments(arriving) is [var name, ..] && name == application.Name;

    private AriApplication ApplicationOf(CallId id) =>
        applications[(int)((uint)id.Value.Aggregate(17, (hash, c) => unchecked(hash * 31 + c)) % applications.Length)];

    /// <summary>Ending what is gone already is no fault, and there is no call left to tell of another.</summary>
    private void Forget(Task done) => done.ContinueWith(
        failed => Log.LeftOver(_log, failed.Exception!.InnerException!.Message), TaskContinuationOptions.OnlyOnFaulted);

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Information, "Call {Call} arrived on line {Line}")]
        public static partial void Arrived(ILogger log, CallId call, string line);

        [LoggerMessage(2002, LogLevel.Information, "Call {Call} placed by {Agent} on line {Line}")]
        public static partial void Placed(ILogger log, CallId call, AgentId agent, string line);

        [LoggerMessage(2003, LogLevel.Information, "Call {Call} over: {What}, by {Whose}; {Seconds:0.0} s in all, {Talk:0.0} s of talk")]
        public static partial void Over(ILogger log, CallId call, What what, Whose whose, double seconds, double talk);

        [LoggerMessage(2004, LogLevel.Information, "Call {Call} taken up again as {State} with {Legs} legs")]
        public static partial void TakenUp(ILogger log, CallId call, string state, int legs);

        [LoggerMessage(2005, LogLevel.Information, "Call {Call} is over or unknown; its leg {Channel} is hung up")]
        public static partial void Orphan(ILogger log, CallId call, ChannelId channel);

        [LoggerMessage(2006, LogLevel.Warning, "Something left over could not be ended: {Why}")]
        public static partial void LeftOver(ILogger log, string why);

        [LoggerMessage(2008, LogLevel.Warning, "Application {Application}: Asterisk could not be asked what it holds: {Why}")]
        public static partial void NoStock(ILogger log, string application, string why);

        [LoggerMessage(2009, LogLevel.Error, "Application {Application}: another program has taken it over, and calls go there. Two ringways on one Asterisk? End one of them")]
        public static partial void Replaced(ILogger log, string application);

        [LoggerMessage(2007, LogLevel.Error, "Application {Application}: {Event} could not be handled")]
        public static partial void EventFailed(ILogger log, Exception failed, string application, string @event);
    }
}
