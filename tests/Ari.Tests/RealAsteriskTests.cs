namespace Ringway.Ari.Tests;

/// <summary>What only the real one can say.</summary>
[Collection(OneAsterisk.Name), Trait("needs", "asterisk")]
public class RealAsteriskTests(RealAsterisk asterisk) : IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await asterisk.ClearAsync();

    [Fact]
    public async Task We_connect_and_it_is_new_enough()
    {
        await using var us = await asterisk.ConnectAsync();
        var info = await us.Client.GetInfoAsync();
        Assert.True(Version.Parse(info.System!.Version.Split('+')[0]) >= new Version(22, 10, 1));
        Assert.Equal("pong", (await us.Client.PingAsync()).Ping);
        Assert.Equal(RealAsterisk.App, (await us.Client.GetApplicationAsync(RealAsterisk.App))!.Name);
        Assert.Null(await us.Client.GetApplicationAsync("nobody"));
    }

    [Fact]
    public async Task A_call_is_made_bridged_heard_of_and_ended()
    {
        await using var us = await asterisk.ConnectAsync();
        var (c, customer, agent, bridge) = (us.Client, new ChannelId("call-1.customer"), new ChannelId("call-1.ada"), new BridgeId("call-1"));

        // All of it goes out without waiting; Asterisk does it in this order.
        Task[] made =
        [
            c.OriginateAsync(customer, new() { Endpoint = "Local/echo@from", App = RealAsterisk.App, AppArgs = "customer", CallerId = "Bob <+15550002222>", Variables = new Dictionary<string, string> { ["RINGWAY_CALL"] = "call 1 & é" } }),
            c.OriginateAsync(agent, new() { Endpoint = "Local/echo@from", App = RealAsterisk.App, AppArgs = "ada" }),
            c.CreateBridgeAsync(bridge, "mixing,dtmf_events"),
        ];
        await Task.WhenAll(made).Within();
        StasisStart[] starts = [await us.Events.UntilAsync<StasisStart>(), await us.Events.UntilAsync<StasisStart>()];
        Assert.Single(starts, e => e.Channel.Id == agent && e.Args is ["ada"]);
        var start = Assert.Single(starts, e => e.Channel.Id == customer);
        Assert.Equal(["customer"], start.Args);
        Assert.Equal("+15550002222", start.Channel.Caller.Number);
        Assert.Equal("call 1 & é", await c.GetVariableAsync(customer, "RINGWAY_CALL"));

        await c.AddToBridgeAsync(bridge, [customer, agent]);
        await us.Events.UntilAsync<ChannelEnteredBridge>(e => e.Channel?.Id == agent);
        Assert.Equal([agent, customer], (await c.GetBridgeAsync(bridge))!.Channels.OrderBy(id => id.Value));
        await c.PlayAsync(agent, "tone:ring", "p1");
        await us.Events.UntilAsync<PlaybackStarted>(e => e.Playback.Id == "p1");
        await c.StopPlaybackAsync("p1");
        await us.Events.UntilAsync<PlaybackFinished>();

        await Task.WhenAll(c.HangUpAsync(customer, 17), c.RemoveFromBridgeAsync(bridge, [customer, agent]), c.HangUpAsync(agent), c.DestroyBridgeAsync(bridge)).Within();
        ChannelDestroyed[] ends = [await us.Events.UntilAsync<ChannelDestroyed>(IsOurs), await us.Events.UntilAsync<ChannelDestroyed>(IsOurs)];
        Assert.Equal(17, Assert.Single(ends, e => e.Channel.Id == customer).Cause);
        Assert.Equal(16, Assert.Single(ends, e => e.Channel.Id == agent).Cause);
        await Until.TrueAsync(async () => await c.ListBridgesAsync() is []); // Asterisk lists it until its own thread has let go
        await c.HangUpAsync(customer);
        await c.DestroyBridgeAsync(bridge);

        bool IsOurs(ChannelDestroyed e) => e.Channel.Id == customer || e.Channel.Id == agent;
    }

    [Fact]
    public async Task While_we_are_away_calls_live_on_and_new_ones_are_refused_at_once()
    {
        var (kept, ended) = (new ChannelId("outage.1"), new ChannelId("outage.2"));
        await using (var before = await asterisk.ConnectAsync())
        {
            foreach (var id in (ChannelId[])[kept, ended])
            {
                await before.Client.OriginateAsync(id, new() { Endpoint = "Local/echo@from", App = RealAsterisk.App });
                await before.Events.UntilAsync<StasisStart>(e => e.Channel.Id == id);
            }
        }

        using var http = Http();
        await http.DeleteAsync($"channels/{ended}?reason_code=21");
        var refused = await http.PostAsync($"channels/outage.3?endpoint={Uri.EscapeDataString("Local/stasis@from")}&extension=echo&context=from", null);
        Assert.True(refused.IsSuccessStatusCode);
        await Until.TrueAsync(async () => (await http.GetAsync("channels/outage.3")).StatusCode == System.Net.HttpStatusCode.NotFound);

        await using var us = await asterisk.ConnectAsync();
        Assert.NotNull(await us.Client.GetChannelAsync(kept));
        Assert.Null(await us.Client.GetChannelAsync(ended));
        await us.Client.HangUpAsync(kept, 17);
        Assert.Equal(17, (await us.Events.UntilAsync<ChannelDestroyed>()).Cause); // and it is ours still
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_frozen_Asterisk_is_dropped_and_thawed_it_is_found_again(bool withCommandUnderWay)
    {
        await using var us = await asterisk.ConnectAsync(new()
        {
            PingInterval = TimeSpan.FromMilliseconds(100), PingTimeout = TimeSpan.FromMilliseconds(500), RequestTimeout = TimeSpan.FromSeconds(1),
        });
        await asterisk.WhileFrozenAsync(async () =>
        {
            var asked = withCommandUnderWay ? us.Client.PingAsync() : null;
            await us.Events.UntilAsync<AriDisconnected>();
            if (asked is not null)
                Assert.Equal(AriFailure.TimedOut, (await Assert.ThrowsAsync<AriException>(() => asked.Within())).Failure);
        });
        await us.Events.UntilAsync<AriConnected>();
        Assert.Equal("pong", (await us.Client.PingAsync()).Ping);
        var channel = new ChannelId("thawed.1");
        await us.Client.OriginateAsync(channel, new() { Endpoint = "Local/echo@from", App = RealAsterisk.App });
        await us.Events.UntilAsync<StasisStart>(e => e.Channel.Id == channel); // and it hears, too
        await us.Client.HangUpAsync(channel);
    }

    [Fact]
    public async Task Acting_twice_is_told_as_conflict()
    {
        await using var us = await asterisk.ConnectAsync();
        var (channel, bridge) = (new ChannelId("twice.1"), new BridgeId("twice"));
        var request = new CreateRequest { Endpoint = "Local/ring@from", App = RealAsterisk.App };
        await us.Client.CreateAsync(channel, request);
        await us.Client.CreateBridgeAsync(bridge);
        Assert.True((await Assert.ThrowsAsync<AriException>(() => us.Client.CreateAsync(channel, request))).IsConflict);
        Assert.True((await Assert.ThrowsAsync<AriException>(() => us.Client.CreateBridgeAsync(bridge))).IsConflict);
        await us.Client.DestroyBridgeAsync(bridge);
        await us.Client.HangUpAsync(channel);
    }

    [Fact]
    public async Task A_created_channel_is_dialled_and_gives_up_in_time()
    {
        await using var us = await asterisk.ConnectAsync();
        var channel = new ChannelId("dialled.1");
        await us.Client.CreateAsync(channel, new() { Endpoint = "Local/ring@from", App = RealAsterisk.App });
        await us.Events.UntilAsync<StasisStart>(e => e.Channel.Id == channel);
        await us.Client.DialAsync(channel, timeoutSeconds: 1);
        await us.Events.UntilAsync<Dial>(e => e.Peer.Id == channel && e.Dialstatus == "RINGING");
        Assert.Equal(19, (await us.Events.UntilAsync<ChannelDestroyed>(e => e.Channel.Id == channel)).Cause);
    }

    [Fact]
    public async Task Every_other_command_is_understood()
    {
        await using var us = await asterisk.ConnectAsync();
        var (c, channel, bridge) = (us.Client, new ChannelId("many/1 +é"), new BridgeId("many"));
        await c.OriginateAsync(channel, new() { Endpoint = "Local/echo@from", App = RealAsterisk.App });
        await us.Events.UntilAsync<StasisStart>(e => e.Channel.Id == channel);
        Assert.Equal(ChannelState.Up, (await c.GetChannelAsync(channel))!.State);
        Assert.Contains(await c.ListChannelsAsync(), found => found.Id == channel);
        await c.RingAsync(channel);
        await c.StopRingingAsync(channel);
        await c.ProgressAsync(channel);
        await c.AnswerAsync(channel);
        await c.SilenceAsync(channel);
        await c.StopSilenceAsync(channel);
        await c.SendDtmfAsync(channel, "12", 100, 100); // a # would end Echo()
        await c.MuteAsync(channel, MuteDirection.In);
        await c.UnmuteAsync(channel, MuteDirection.In);
        await c.HoldAsync(channel);
        await c.UnholdAsync(channel);
        await c.StartMusicAsync(channel);
        await c.StopMusicAsync(channel);
        await c.SetVariablesAsync(channel, new Dictionary<string, string> { ["A"] = "1", ["B"] = "x=y&z" });
        await c.SetVariableAsync(channel, "C", "+1 2");
        Assert.Equal(
            new Dictionary<string, string?> { ["A"] = "1", ["B"] = "x=y&z", ["C"] = "+1 2" }, await c.GetVariablesAsync(channel, ["A", "B", "C"]));
        Assert.Null((await c.GetVariablesAsync(channel, ["A", "NONE"]))["NONE"]);
        Assert.Null(await c.GetVariableAsync(channel, "PJSIP_HEADER(read,X-None)"));
        await c.SnoopAsync(channel, new("many.snoop"), new() { App = RealAsterisk.App, Spy = SnoopDirection.Both });
        await c.HangUpAsync(new("many.snoop"));
        await c.RecordAsync(channel, new() { Name = "r1", IfExists = IfRecordingExists.Overwrite });
        await us.Events.UntilAsync<RecordingStarted>(); // before that there is nothing to pause
        await c.PauseRecordingAsync("r1");
        await c.UnpauseRecordingAsync("r1");
        Assert.Equal("r1", (await c.GetLiveRecordingAsync("r1"))!.Name);
        await c.StopRecordingAsync("r1");
        await us.Events.UntilAsync<RecordingFinished>();
        Assert.Contains(await c.ListStoredRecordingsAsync(), r => r.Name == "r1");
        await c.DeleteStoredRecordingAsync("r1");
        await c.CreateBridgeAsync(bridge);
        await c.AddToBridgeAsync(bridge, channel);
        await c.StartMusicAsync(bridge);
        await c.StopMusicAsync(bridge);
        await c.RemoveFromBridgeAsync(bridge, [channel, new("nobody")]);
        await c.RemoveFromBridgeAsync(bridge, channel);
        await c.DestroyBridgeAsync(bridge);
        await c.SetGlobalVariableAsync("G", "a+b & c");
        Assert.Equal("a+b & c", await c.GetGlobalVariableAsync("G"));
        Assert.Null(await c.GetGlobalVariableAsync("UNSET"));
        Assert.Equal(["ada", "phone"], (await c.ListEndpointsAsync("PJSIP")).Select(endpoint => endpoint.Resource).Order());
        Assert.Equal("offline", (await c.GetEndpointAsync("PJSIP", "ada"))!.State);
        Assert.Empty(await c.ListEndpointsAsync("SIP"));
        var fields = new Dictionary<string, string> { ["auth_type"] = "digest", ["username"] = "bob", ["password"] = "s;e c#r\"et" };
        await c.PutConfigAsync("res_pjsip", "auth", "bob-1", fields);
        Assert.Contains(new ConfigTuple { Attribute = "password", Value = "s;e c#r\"et" }, (await c.GetConfigAsync("res_pjsip", "auth", "bob-1"))!);
        await c.DeleteConfigAsync("res_pjsip", "auth", "bob-1");
        await c.DeleteConfigAsync("res_pjsip", "auth", "bob-1");
        Assert.Null(await c.GetConfigAsync("res_pjsip", "auth", "bob-1"));
        Assert.Contains("PJSIP/ada", (await c.SubscribeAsync(RealAsterisk.App, ["endpoint:PJSIP/ada", "endpoint:PJSIP"])).EndpointIds);
        await c.UnsubscribeAsync(RealAsterisk.App, ["endpoint:PJSIP/ada"]);
        await c.FilterEventsAsync(RealAsterisk.App, ["ChannelDialplan"]);
        Assert.Equal([new("ChannelDialplan")], (await c.GetApplicationAsync(RealAsterisk.App))!.EventsDisallowed);
        await c.FilterEventsAsync(RealAsterisk.App, []);
        await c.ContinueAsync(channel, "from", "echo", 1);
        await us.Events.UntilAsync<StasisEnd>(e => e.Channel.Id == channel);
        await c.HangUpAsync(channel);
    }

    [Fact]
    public async Task Twenty_thousand_commands_at_once_leave_the_connection_alive()
    {
        await using var us = await asterisk.ConnectAsync(new() { RequestTimeout = TimeSpan.FromMinutes(1) });
        await Task.WhenAll(Enumerable.Range(0, 20_000).Select(_ => us.Client.PingAsync())).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(us.Application.IsConnected);
        Assert.DoesNotContain(us.Log.Lines, line => line.Text.Contains("disconnected"));
    }

    [Fact]
    public async Task We_end_it_and_say_so()
    {
        await using var us = await asterisk.ConnectAsync();
        await us.EndAsync();
        Assert.Equal("We closed it.", (await us.Events.UntilAsync<AriDisconnected>()).Reason);
    }

    private HttpClient Http() => asterisk.Http();
}
