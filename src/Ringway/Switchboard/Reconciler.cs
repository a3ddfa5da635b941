using System.Collections.Immutable;
using Ringway.Ari;
using Ringway.Calls;
using Ringway.Recordings;

namespace Ringway.Switchboard;

/// <summary>A call that Asterisk holds, as far as it can tell: whose legs there are, and what was written on them.</summary>
/// <param name="Story">Null when nothing is written on the legs and nobody remembers the call.</param>
public sealed record FoundCall(CallId Id, Story? Story, ImmutableArray<FoundLeg> Legs, ImmutableArray<ChannelId> Channels);

/// <summary>What Asterisk holds at one moment.</summary>
/// <param name="Started">When Asterisk started; another moment than before means that it has forgotten everything.</param>
public sealed record Inventory(
    DateTimeOffset Started, ImmutableArray<Channel> Channels, ImmutableArray<Bridge> Bridges)
{
    public bool Holds(Story story, Leg leg) => Channels.Any(c => c.Id == LegIds.Of(story, leg));

    public static async Task<Inventory> TakeAsync(AriClient asterisk, CancellationToken ct)
    {
        // Three requests at once; the socket answers them in order.
        var info = asterisk.GetInfoAsync(ct);
        var channels = asterisk.ListChannelsAsync(ct);
        var bridges = asterisk.ListBridgesAsync(ct);
        return new((await info).Status!.StartupTime, [.. await channels], [.. await bridges]);
    }
}

/// <summary>
/// After a gap: what does Asterisk have, what do we believe? Reads calls off the channels' ids and variables, so that a
/// restarted Ringway can take them up.
/// </summary>
public static class Reconciler
{
    /// <summary>The calls of one application among all that Asterisk holds.</summary>
    public static async Task<ImmutableArray<FoundCall>> CallsAsync(
        Inventory inventory, AriClient asterisk, IReadOnlyDictionary<CallId, Story> remembered,
        Func<CallId, Channel?, bool> isOurs, CancellationToken ct)
    {
        var found = ImmutableArray.CreateBuilder<FoundCall>();
        var groups = inventory.Channels
            .Select(channel => (Channel: channel, Ours: LegIds.Read(channel.Id)))
            .Where(leg => leg.Ours is not null)
            .GroupBy(leg => leg.Ours!.Value.Call);
        foreach (var group in groups)
        {
            var arriving = group.Select(leg => leg.Channel).FirstOrDefault(channel => LegIds.IsArriving(channel.Id));
            if (isOurs(group.Key, arriving))
            {
                var legs = group.OrderBy(leg => leg.Ours!.Value.Leg.Agent is not null).Select(leg => leg.Channel).ToImmutableArray();
                var beside = SupervisionOf(group.Key, legs, inventory);
                var recording = await RecordingAsync(group.Key, legs[0].Id, inventory, asterisk, ct);
                found.Add(new(
                    group.Key,
                    await StoryAsync(group.Key, remembered.GetValueOrDefault(group.Key), arriving, legs, asterisk, ct) is { } story
                        ? story with { Recording = recording, Supervision = beside } : null,
                    [.. group.Where(leg => beside is null || leg.Ours!.Value.Leg != Leg.Of(beside.By)).Select(leg => new FoundLeg(leg.Ours!.Value.Leg, leg.Channel.State == "Up", IsOutside(inventory, group.Key, leg.Channel), IsAlone(inventory, group.Key, leg.Channel)))],
                    [.. group.Select(leg => leg.Channel.Id)]));
            }
        }

        return found.ToImmutable();
    }

    private static bool IsOutside(Inventory inventory, CallId call, Channel channel) =>
        inventory.Bridges.FirstOrDefault(bridge => bridge.Id == LegIds.Bridge(call)) is { Channels.Length: > 0 } bridge && !bridge.Channels.Contains(channel.Id);

    private static bool IsAlone(Inventory inventory, CallId call, Channel channel) =>
        inventory.Bridges.Any(bridge => bridge.Id == LegIds.Bridge(call) && bridge.Channels is [var only] && only == channel.Id);

    /// <summary>
    /// What listens at a call goes on whatever becomes of Ringway. Taps on which nothing was recorded yet when it died are of no use any more;
    /// when both were told cannot be seen.
    /// </summary>
    private static async Task<Recording?> RecordingAsync(CallId call, ChannelId customer, Inventory inventory, AriClient asterisk, CancellationToken ct)
    {
        var taps = inventory.Channels.Where(channel => Taps.OfChannel(channel.Id)?.Call == call).ToList();
        if (taps.Count == 0) return null;
        var live = await Task.WhenAll(Taps.Sides.Select(side => asterisk.GetLiveRecordingAsync(Taps.NameOf(call, side), ct)));
        if (live.Contains(null)) return new(RecordingStage.Failed);
        var paused = await asterisk.GetVariableAsync(customer, CallMemory.TapeVariable, ct) == CallMemory.Paused;
        return new(paused ? RecordingStage.Paused : RecordingStage.Running, Side.Both) { Began = taps[0].CreationTime };
    }

    /// <summary>A supervisor's leg says what it is; in the call's own bridge it has come in and is a leg like others.</summary>
    private static Supervision? SupervisionOf(CallId call, ImmutableArray<Channel> legs, Inventory inventory)
    {
        var leg = legs.FirstOrDefault(leg => leg.State == "Up" && StasisArguments(leg) is [_, Ears.SupervisorArgument, ..] && !IsInside(inventory, call, leg));
        if (leg is null || LegIds.Read(leg.Id)?.Leg.Agent is not { } by) return null;
        var bridge = inventory.Bridges.FirstOrDefault(bridge => bridge.Id == Ears.BridgeOf(call) && bridge.Channels.Contains(leg.Id));
        var ear = bridge?.Channels.Select(Ears.OfChannel).FirstOrDefault(ear => ear is not null);
        return new(by, ear?.Of ?? by, ear?.Mode ?? default, ear is not null ? SupervisionStage.On : SupervisionStage.Opening);
    }

    private static bool IsInside(Inventory inventory, CallId call, Channel channel) =>
        inventory.Bridges.Any(bridge => bridge.Id == LegIds.Bridge(call) && bridge.Channels.Contains(channel.Id));

    /// <summary>Arguments of <c>Stasis()</c> as the channel shows them: <c>ringway-2,inbound,main</c>.</summary>
    public static string[] StasisArguments(Channel channel) =>
        channel.Dialplan is { AppName: "Stasis", AppData: { } data } ? data.Split(',') : [];

    private static async Task<Story?> StoryAsync(
        CallId id, Story? remembered, Channel? arriving, ImmutableArray<Channel> legs, AriClient asterisk, CancellationToken ct)
    {
        if (arriving is not null)
        {
            var arguments = StasisArguments(arriving);
            var (line, payload) = arguments is [_, Translation.InboundArgument, var name, ..] ? (name, Translation.Payload(arguments[1..])) : ("", null);
            var story = (remembered ?? Translation.Arrival(arriving, line, arriving.CreationTime)) with { Payload = payload };
            return CallMemory.WithTalk(story, await asterisk.GetVariableAsync(arriving.Id, CallMemory.TalkVariable, ct));
        }

        foreach (var leg in legs)
        {
            if (CallMemory.Placed(id, await asterisk.GetVariableAsync(leg.Id, CallMemory.PlacedVariable, ct)) is { } placed)
            {
                var talk = LegIds.Read(leg.Id) is { Leg.Agent: null }
                    ? await asterisk.GetVariableAsync(leg.Id, CallMemory.TalkVariable, ct)
                    : null;
                return CallMemory.WithTalk(remembered ?? placed, talk);
            }
        }

        return remembered;
    }
}
