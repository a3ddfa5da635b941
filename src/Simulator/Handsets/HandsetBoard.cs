using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ringway.Ari;
using Ringway.Simulator.Edge;

namespace Ringway.Simulator.Handsets;

/// <summary>
/// Plays all WhatsApp users: hears what happens in the handsets' Asterisk, and lets scripts or pages take calls and make
/// them. One reader of events; each call's journey is a task of its own that waits for its legs.
/// </summary>
public sealed partial class HandsetBoard(
    AriApplication application, SipEdge edge, CallBook calls, Users users, Pages pages, SimulatorOptions options, TimeProvider time, ILogger<HandsetBoard> logger)
{
    private readonly ConcurrentDictionary<ChannelId, Leg> _legs = new();
    private readonly ConcurrentDictionary<Task, byte> _journeys = new();

    /// <summary>Channels in our hands; 0 when nothing is under way.</summary>
    public int LiveLegs => _legs.Count;

    public bool IsConnected => application.IsConnected;

    private AriClient Ari => application.Client;

    /// <summary>Reads events until the token fires.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await foreach (var happened in application.ReadAsync(ct))
        {
            switch (happened)
            {
                case AriConnected connected:
                    Begin("sweep", () => SweepAsync([.. _legs.Keys], connected.Number == 1, ct));
                    break;
                case StasisStart start:
                    Enter(start, ct);
                    break;
                case Dial { Dialstatus: "RINGING" } dial:
                    Find(dial.Peer.Id)?.Rings();
                    break;
                case ChannelStateChange { Channel.State: ChannelState.Ringing } change:
                    Find(change.Channel.Id)?.Rings();
                    break;
                case ChannelDtmfReceived digit:
                    Find(digit.Channel.Id)?.Digit?.Invoke(digit.Digit);
                    break;
                case StasisEnd end:
                    Leave(end.Channel.Id, 0);
                    break;
                case ChannelDestroyed destroyed:
                    Leave(destroyed.Channel.Id, destroyed.Cause);
                    break;
            }
        }
    }

    /// <summary>A WhatsApp user calls the business by script.</summary>
    /// <exception cref="AriException">The handsets' Asterisk is not there.</exception>
    public async Task CallAsync(CallRecord call, MediaMode media, Behaviour behaviour, CancellationToken ct)
    {
        var leg = await OriginateToEdgeAsync(call, media, originator: null, ct);
        Begin(call.Id, () => ScriptedCallerAsync(call, leg, behaviour, ct));
    }

    private void Enter(StasisStart start, CancellationToken ct)
    {
        var id = start.Channel.Id;
        if (Find(id) is { } ours)
        {
            ours.Enters();
            return;
        }
        var leg = Know(id);
        leg.Enters();
        switch (start.Args)
        {
            case [HandsetsFiles.FromEdge, var callId] when calls.Find(callId) is { } call:
                Begin(call.Id, () => RungAsync(call, leg, ct));
                break;
            case [HandsetsFiles.FromPage, var number]:
                Begin(id.Value, () => PageCallsAsync(number, start.Channel, leg, ct));
                break;
            default:
                Log.Stranger(logger, id.Value);
                Begin(id.Value, () => Ari.HangUpAsync(id, ct: ct));
                break;
        }
    }

    private void Leave(ChannelId id, int cause)
    {
        if (_legs.TryRemove(id, out var leg)) leg.Goes(cause);
    }

    private Leg Know(ChannelId id) => _legs.GetOrAdd(id, new Leg(id));

    private Leg? Find(ChannelId id) => _legs.GetValueOrDefault(id);

    private async Task<Leg> OriginateToEdgeAsync(CallRecord call, MediaMode media, ChannelId? originator, CancellationToken ct)
    {
        var leg = Know(new($"{call.Id}.edge"));
        try
        {
            await Ari.OriginateAsync(
                leg.Id,
                new()
                {
                    Endpoint = $"PJSIP/{InnerLeg.Endpoint(media)}/sip:{call.Business}@{options.Address}:{options.InnerPort};transport=tcp",
                    App = HandsetsFiles.Application,
                    CallerId = $"\"{call.UserName ?? call.User}\" <{call.User}>",
                    Formats = originator is null ? "opus" : null,
                    Originator = originator,
                    TimeoutSeconds = (int)options.AnswerTime.TotalSeconds + 60,
                    Variables = new Dictionary<string, string> { [$"PJSIP_HEADER(add,{InnerLeg.CallHeader})"] = call.Id },
                },
                ct);
        }
        catch
        {
            Leave(leg.Id, 0);
            throw;
        }
        return leg;
    }

    /// <summary>Runs a journey; what it throws ends it and is logged, for nobody awaits it.</summary>
    private void Begin(string name, Func<Task> journey)
    {
        var running = Task.Run(async () =>
        {
            try
            {
                await journey();
            }
            catch (Exception e) when (e is AriException or InvalidOperationException or IOException)
            {
                Log.Failed(logger, name, e.Message);
            }
            catch (OperationCanceledException)
            {
                // The simulator stops.
            }
        });
        _journeys[running] = 0;
        _ = running.ContinueWith(done => _journeys.TryRemove(done, out _), TaskScheduler.Default);
    }

    /// <summary>
    /// After a gap. Legs that Asterisk no longer has are gone (it was started anew); channels that we do not know were left
    /// by an earlier simulator, and their edge legs died with it.
    /// </summary>
    private async Task SweepAsync(IReadOnlyList<ChannelId> known, bool first, CancellationToken ct)
    {
        await FilterWhenBootedAsync(ct);
        var channels = (await Ari.ListChannelsAsync(ct)).Select(channel => channel.Id).ToHashSet();
        foreach (var id in known)
            if (!channels.Contains(id)) Leave(id, 0);
        if (!first) return;
        foreach (var id in channels)
            if (!_legs.ContainsKey(id)) await Ari.HangUpAsync(id, ct: ct);
        foreach (var bridge in await Ari.ListBridgesAsync(ct))
            if (calls.Find(bridge.Id.Value) is null) await Ari.DestroyBridgeAsync(bridge.Id, ct);
    }

    /// <summary>Asterisk connects before it is fully booted, and until then answers 503.</summary>
    private async Task FilterWhenBootedAsync(CancellationToken ct)
    {
        for (var patience = 150; ; patience--)
        {
            try
            {
                await Ari.FilterEventsAsync(HandsetsFiles.Application, ["ChannelVarset", "ChannelDialplan", "ChannelConnectedLine", "ChannelCallerId"], ct);
                return;
            }
            catch (AriException e) when (e.Status == 503 && patience > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, ct);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3201, LogLevel.Warning, "Channel {Channel} entered the handsets and belongs to no call; hung up")]
        public static partial void Stranger(ILogger logger, string channel);

        [LoggerMessage(3202, LogLevel.Warning, "{Journey}: {Why}")]
        public static partial void Failed(ILogger logger, string journey, string why);
    }
}
