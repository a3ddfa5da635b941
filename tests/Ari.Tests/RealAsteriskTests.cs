using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Ringway.Ari.Tests;

/// <summary>What only the real one can say.</summary>
[Collection(OneAsterisk.Name), Trait("needs", "asterisk")]
public class RealAsteriskTests(RealAsterisk asterisk)
{
    [Fact]
    public async Task It_connects_to_us_and_is_new_enough()
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
        Assert.Empty(await c.ListBridgesAsync());
        await c.HangUpAsync(customer);
        await c.DestroyBridgeAsync(bridge);

        bool IsOurs(ChannelDestroyed e) => e.Channel.Id == customer || e.Channel.Id == agent;
    }

    [Fact]
    public async Task What_happens_while_we_are_away_is_told_when_we_are_back()
    {
        var id = new ChannelId("outage.1");
        await using (var before = await asterisk.ConnectAsync())
        {
            await before.Client.OriginateAsync(id, new() { Endpoint = "Local/echo@from", App = RealAsterisk.App });
            await before.Events.UntilAsync<StasisStart>(e => e.Channel.Id == id);
        }

        // Away for two seconds; a call comes in and the other one ends, by HTTP.
        using var http = Http();
        var inbound = await http.PostAsync($"channels/outage.2?endpoint={Uri.EscapeDataString("Local/stasis@from")}&extension=echo&context=from", null);
        Assert.True(inbound.IsSuccessStatusCode);
        await http.DeleteAsync($"channels/{id}?reason_code=21");
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System); // the outage

        await using var us = await Us.StartAsync(port: asterisk.OurPort, name: RealAsterisk.App);
        await us.Events.NextAsync<AriConnected>();
        var told = new List<AriEvent>();
        while (told is not [.., ApplicationRegistered])
            told.Add(await us.Events.NextAsync());
        Assert.Equal(21, Assert.Single(told.OfType<ChannelDestroyed>(), e => e.Channel.Id == id).Cause);
        var came = Assert.Single(told.OfType<StasisStart>(), e => e.Args is ["inbound", "line-main"]);
        Assert.True(told[^1].Timestamp - came.Timestamp > TimeSpan.FromSeconds(1), "The event keeps the time it happened at.");
        await us.Client.HangUpAsync(came.Channel.Id);
    }

    [Fact]
    public async Task A_frozen_Asterisk_is_dropped_and_thawed_it_comes_back()
    {
        await using var us = await asterisk.ConnectAsync(new() { PingInterval = TimeSpan.FromMilliseconds(100), PingTimeout = TimeSpan.FromMilliseconds(500) });
        Assert.Equal(0, Signal(asterisk.Pid, Stop));
        try
        {
            var asked = us.Client.PingAsync();
            await us.Events.UntilAsync<AriDisconnected>();
            Assert.Equal(AriFailure.ConnectionLost, (await Assert.ThrowsAsync<AriException>(() => asked.Within())).Failure);
        }
        finally
        {
            Assert.Equal(0, Signal(asterisk.Pid, Continue));
        }
        await us.Events.NextAsync<AriConnected>();
        await us.Events.UntilAsync<ApplicationRegistered>();
        Assert.Equal("pong", (await us.Client.PingAsync()).Ping);
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
        await c.SnoopAsync(channel, new("many.snoop"), new() { App = RealAsterisk.App, Spy = "both" });
        await c.HangUpAsync(new("many.snoop"));
        await c.RecordAsync(channel, new() { Name = "r1", IfExists = "overwrite" });
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
        Assert.Equal("ada", Assert.Single(await c.ListEndpointsAsync("PJSIP")).Resource);
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
    public async Task An_answer_does_not_wait_for_the_delayed_acknowledgement_of_the_event_before_it()
    {
        await using var us = await asterisk.ConnectAsync();
        var (channel, bridge) = (new ChannelId("quick.1"), new BridgeId("quick"));
        await us.Client.OriginateAsync(channel, new() { Endpoint = "Local/echo@from", App = RealAsterisk.App });
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
        // The best of twenty, so that a busy machine does not fail it; the delay that it is about is 40 ms each time.
        Assert.True(best < TimeSpan.FromMilliseconds(30), $"The best took {best.TotalMilliseconds} ms.");
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
    public async Task We_may_also_connect_to_it()
    {
        var log = new LogLines();
        await using var application = new AriApplication("visitor", new(), TimeProvider.System, log);
        using var enough = new CancellationTokenSource();
        var running = application.RunAsync(asterisk.Address, RealAsterisk.User, RealAsterisk.Password, enough.Token);
        var events = new Events(application);
        await events.NextAsync<AriConnected>();
        var channel = new ChannelId("visit.1");
        await application.Client.OriginateAsync(channel, new() { Endpoint = "Local/echo@from", App = "visitor" });
        await events.UntilAsync<StasisStart>(e => e.Channel.Id == channel);
        await application.Client.HangUpAsync(channel);
        await events.UntilAsync<ChannelDestroyed>(e => e.Channel.Id == channel);
        await enough.CancelAsync();
        await running.Within();
        Assert.Equal("We closed it.", (await events.UntilAsync<AriDisconnected>()).Reason);
    }

    [Fact]
    public async Task Every_event_of_its_own_list_is_typed_with_all_its_members()
    {
        using var http = Http();
        var models = JsonDocument.Parse(await http.GetStringAsync("api-docs/events.json")).RootElement.GetProperty("models");
        var types = models.GetProperty("Message").GetProperty("subTypes").EnumerateArray()
            .Concat(models.GetProperty("Event").GetProperty("subTypes").EnumerateArray())
            .Select(type => type.GetString()!).Where(type => type != "Event").ToList();
        Assert.True(types.Count >= 46, $"The list has {types.Count} types.");
        foreach (var type in types)
        {
            var record = AriJsonContext.Default.AriEvent.PolymorphismOptions!.DerivedTypes.SingleOrDefault(known => (string?)known.TypeDiscriminator == type);
            Assert.True(record.DerivedType is not null, $"{type} is not typed.");
            var members = AriJsonContext.Default.Options.GetTypeInfo(record.DerivedType).Properties.Select(p => p.Name).ToHashSet();
            foreach (var member in models.GetProperty(type).GetProperty("properties").EnumerateObject())
                if ((type, member.Name) is not ("RESTResponse", "transaction_id" or "content_type"))
                    Assert.True(members.Contains(member.Name), $"{type}.{member.Name} is not read.");
        }
    }

    /// <summary>signal(7)</summary>
    private const int Stop = 19;
    private const int Continue = 18;

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int pid, int signal);

    private HttpClient Http()
    {
        var http = new HttpClient { BaseAddress = asterisk.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{RealAsterisk.User}:{RealAsterisk.Password}")));
        return http;
    }
}
