using System.Diagnostics;

namespace Ringway.Ari.Tests;

/// <summary>
/// The other direction: Asterisk opens the socket, keeps the events while we are away, and tells them afterwards. A socket
/// that ends while 22.10.1 writes into it may crash it, so each test ends its own in silence.
/// </summary>
[Collection(OneAsterisk.Name), Trait("needs", "asterisk")]
public class AsteriskConnectsToUs(RealAsterisk asterisk)
{
    [Fact]
    public async Task What_happens_while_we_are_away_is_told_when_we_are_back()
    {
        var id = new ChannelId("kept.1");
        await using (var before = await asterisk.ListenAsync())
        {
            // Only what the test waits for is told, so that nothing is being written when the socket ends.
            await before.Client.FilterEventsAsync(RealAsterisk.Kept,
                [nameof(ChannelVarset), nameof(ChannelDialplan), nameof(Dial), nameof(ChannelStateChange), nameof(ChannelCallerId),
                    nameof(ChannelConnectedLine), nameof(ChannelHangupRequest), nameof(ChannelCreated)]);
            await before.Client.OriginateAsync(id, new() { Endpoint = "Local/echo@from", App = RealAsterisk.Kept });
            await before.Events.UntilAsync<StasisStart>(e => e.Channel.Id == id);
        }

        // Away: a call comes in and the other one ends, by HTTP.
        using var http = asterisk.Http();
        var inbound = await http.PostAsync($"channels/kept.2?endpoint={Uri.EscapeDataString("Local/kept@from")}&extension=echo&context=from", null);
        Assert.True(inbound.IsSuccessStatusCode);
        await http.DeleteAsync($"channels/{id}?reason_code=21");
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System); // the outage

        await using var us = await Us.StartAsync(port: asterisk.OurPort, name: RealAsterisk.Kept);
        await us.Events.NextAsync<AriConnected>();
        var told = new List<AriEvent>();
        while (told is not [.., ApplicationRegistered])
            told.Add(await us.Events.NextAsync());
        Assert.Equal(21, Assert.Single(told.OfType<ChannelDestroyed>(), e => e.Channel.Id == id).Cause);
        var came = Assert.Single(told.OfType<StasisStart>(), e => e.Args is ["inbound", "line-main"]);
        Assert.True(told[^1].Timestamp - came.Timestamp > TimeSpan.FromSeconds(1), "The event keeps the time it happened at.");
        await us.Client.HangUpAsync(came.Channel.Id);
        await us.Events.UntilAsync<StasisEnd>(e => e.Channel.Id == came.Channel.Id);
        await us.Client.FilterEventsAsync(RealAsterisk.Kept, []);
    }

    [Fact]
    public async Task An_answer_does_not_wait_for_the_delayed_acknowledgement_of_the_event_before_it()
    {
        await using var us = await asterisk.ListenAsync();
        var (channel, bridge) = (new ChannelId("quick.1"), new BridgeId("quick"));
        await us.Client.OriginateAsync(channel, new() { Endpoint = "Local/echo@from", App = RealAsterisk.Kept });
        await us.Events.UntilAsync<StasisStart>(e => e.Channel.Id == channel);
        await us.Client.CreateBridgeAsync(bridge);
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var since = Stopwatch.GetTimestamp();
            await us.Client.AddToBridgeAsync(bridge, channel);
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(since).Ticks));
            await us.Client.RemoveFromBridgeAsync(bridge, channel);
        }
        await us.Client.DestroyBridgeAsync(bridge);
        await us.Client.HangUpAsync(channel);
        await us.Events.UntilAsync<ChannelDestroyed>(e => e.Channel.Id == channel);
        // The best of twenty, so that a busy machine does not fail it; the delay that it is about is 40 ms each time.
        Assert.True(best < TimeSpan.FromMilliseconds(30), $"The best took {best.TotalMilliseconds} ms.");
    }
}
