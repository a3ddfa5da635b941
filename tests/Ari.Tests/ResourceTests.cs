using System.Net;
using System.Net.Sockets;

namespace Ringway.Ari.Tests;

/// <summary>Every resource of ARI, as the real Asterisk does it; most of the docstrings' claims come from here.</summary>
[Collection(OneAsterisk.Name), Trait("needs", "asterisk")]
public class ResourceTests(RealAsterisk asterisk) : IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await asterisk.ClearAsync();

    [Fact]
    public async Task Applications_are_listed_subscribed_and_filtered()
    {
        await using var us = await asterisk.ConnectAsync();
        var c = us.Client;
        Assert.Contains(await c.ListApplicationsAsync(), app => app.Name == RealAsterisk.App);
        Assert.Equal(["Stasis:lamp"], (await c.SubscribeAsync(RealAsterisk.App, ["deviceState:Stasis:lamp"])).DeviceNames);
        Assert.Equal(["Stasis:lamp"], (await c.SubscribeAsync(RealAsterisk.App, ["deviceState:Stasis:lamp"])).DeviceNames);
        Assert.Empty((await c.UnsubscribeAsync(RealAsterisk.App, ["deviceState:Stasis:lamp"]))!.DeviceNames);
        Assert.Null(await c.UnsubscribeAsync(RealAsterisk.App, ["deviceState:Stasis:lamp"]));
        Assert.Null(await c.UnsubscribeAsync(RealAsterisk.App, ["channel:nobody"]));
        await RefusedAsync(422, () => c.SubscribeAsync(RealAsterisk.App, ["channel:nobody"]));
        await RefusedAsync(400, () => c.SubscribeAsync(RealAsterisk.App, ["weather:tomorrow"]));
        await RefusedAsync(404, () => c.SubscribeAsync("nobody", ["endpoint:PJSIP"]));

        // With an allowed list the answers still come, and nothing else.
        var filtered = await c.FilterEventsAsync(RealAsterisk.App, [nameof(StasisEnd)], [nameof(ChannelUserevent)]);
        Assert.Equal(["ChannelUserevent", "RESTResponse"], filtered.EventsAllowed.Select(filter => filter.Type).Order());
        Assert.Equal([new(nameof(StasisEnd))], filtered.EventsDisallowed);
        await using (var call = await CallAsync(us, "filtered", heardOf: false))
            await c.RaiseUserEventAsync("Note", RealAsterisk.App, [$"channel:{call.Id}"]);
        Assert.IsType<ChannelUserevent>(await us.Events.NextAsync());
        Assert.Empty((await c.FilterEventsAsync(RealAsterisk.App, null, [])).EventsAllowed);
        Assert.Empty((await c.FilterEventsAsync(RealAsterisk.App, [])).EventsDisallowed);
    }

    [Fact]
    public async Task Asterisk_tells_of_itself_and_its_modules_and_logs_are_moved_about()
    {
        await using var us = await asterisk.ConnectAsync();
        var c = us.Client;
        var info = await c.GetInfoAsync(InfoParts.Config | InfoParts.Status);
        Assert.Equal((null, null, "n1", 65536), (info.Build, info.System, info.Config!.Name, info.Config.MaxOpenFiles));
        Assert.True(info.Status!.StartupTime > DateTimeOffset.UnixEpoch);
        Assert.Equal("Linux", (await c.GetInfoAsync()).Build!.Os);

        Assert.Contains(await c.ListModulesAsync(), module => module is { Name: "res_ari.so", Status: "Running", SupportLevel: "core" });
        Assert.Equal("Simple Echo Application", (await c.GetModuleAsync("app_echo.so"))!.Description);
        Assert.Null(await c.GetModuleAsync("app_nothing.so"));
        await c.UnloadModuleAsync("app_playtones.so");
        await c.UnloadModuleAsync("app_playtones.so");
        await c.LoadModuleAsync("app_playtones.so");
        await RefusedAsync(409, () => c.LoadModuleAsync("app_playtones.so"));
        await RefusedAsync(409, () => c.LoadModuleAsync("app_nothing.so"));
        await RefusedAsync(409, () => c.ReloadModuleAsync("app_echo.so")); // It has nothing to reload.
        await RefusedAsync(404, () => c.ReloadModuleAsync("app_nothing.so"));
        await c.ReloadModuleAsync("res_musiconhold.so");

        await c.AddLogChannelAsync("tests.log", "notice,warning");
        await RefusedAsync(409, () => c.AddLogChannelAsync("tests.log", "notice"));
        var log = Assert.Single(await c.ListLogChannelsAsync(), log => log.Channel.EndsWith("tests.log"));
        Assert.Equal(("File", "Enabled", "NOTICE WARNING "), (log.Type, log.Status, log.Configuration));
        await c.RotateLogChannelAsync("tests.log");
        await RefusedAsync(404, () => c.RotateLogChannelAsync("nothing.log"));
        await c.DeleteLogChannelAsync("tests.log");
        await c.DeleteLogChannelAsync("tests.log");

        await c.SetGlobalVariableAsync("GONE", "1");
        await c.SetGlobalVariableAsync("GONE", null);
        Assert.Null(await c.GetGlobalVariableAsync("GONE"));
    }

    [Fact]
    public async Task Configuration_is_pushed_as_objects_and_what_a_file_says_stays()
    {
        await using var us = await asterisk.ConnectAsync();
        var c = us.Client;
        await c.PutConfigAsync("res_pjsip", "aor", "eve", new Dictionary<string, string> { ["max_contacts"] = "3" });
        var made = await c.PutConfigAsync("res_pjsip", "endpoint", "eve", new Dictionary<string, string> { ["aors"] = "eve", ["context"] = "from", ["allow"] = "!all,opus" });
        Assert.Contains(made, field => field is { Attribute: "dtmf_mode" }); // all of it, not what was named
        await c.PutConfigAsync("res_pjsip", "endpoint", "eve", new Dictionary<string, string> { ["accountcode"] = "7" });
        var read = await c.GetConfigAsync("res_pjsip", "endpoint", "eve");
        Assert.Contains(read!, field => field is { Attribute: "context", Value: "from" });
        Assert.Contains(read!, field => field is { Attribute: "accountcode", Value: "7" });
        Assert.Equal("offline", (await c.GetEndpointAsync("PJSIP", "eve"))!.State);
        await c.PutConfigAsync("res_pjsip", "endpoint", "mute", new Dictionary<string, string> { ["context"] = "from" });
        await RefusedAsync(500, () => c.PutConfigAsync("res_pjsip", "endpoint", "mute", new Dictionary<string, string> { ["context"] = "from" })); // without a codec
        await c.DeleteConfigAsync("res_pjsip", "endpoint", "mute");
        await RefusedAsync(400, () => c.PutConfigAsync("res_pjsip", "endpoint", "eve", new Dictionary<string, string> { ["no_such_field"] = "1" }));
        await RefusedAsync(403, () => c.DeleteConfigAsync("res_pjsip", "endpoint", "ada"));
        await RefusedAsync(404, () => c.PutConfigAsync("res_nothing", "endpoint", "eve", new Dictionary<string, string> { ["a"] = "1" }));
        await c.DeleteConfigAsync("res_pjsip", "endpoint", "eve");
        await c.DeleteConfigAsync("res_pjsip", "aor", "eve");
        await Until.TrueAsync(async () => await c.GetEndpointAsync("PJSIP", "eve") is null);
    }

    [Fact]
    public async Task A_bridge_has_variables_roles_and_a_picture()
    {
        await using var us = await asterisk.ConnectAsync();
        var (c, bridge) = (us.Client, new BridgeId("bridge-roles"));
        await using var call = await CallAsync(us, "roles");
        var made = await c.CreateBridgeAsync(
            bridge, "holding", "waiting room", new Dictionary<string, string> { ["A"] = "1" }, new Dictionary<string, string> { ["B"] = "2" });
        Assert.Equal((BridgeTypes.Holding, "stasis", "waiting room", "2"), (made.BridgeType, made.BridgeClass, made.Name, made.BridgeVars["B"]));
        Assert.Equal("1", await c.GetBridgeVariableAsync(bridge, "A"));
        Assert.Null(await c.GetBridgeVariableAsync(bridge, "C"));
        await c.SetBridgeVariableAsync(bridge, "C", "3", reportEvents: true);
        await c.SetBridgeVariablesAsync(bridge, new Dictionary<string, string> { ["D"] = "4", ["E"] = "5" }, reportEvents: true);
        Assert.Equal(new Dictionary<string, string?> { ["C"] = "3", ["X"] = null }, await c.GetBridgeVariablesAsync(bridge, ["C", "X"]));

        await c.AddToBridgeAsync(bridge, [call.Id], new BridgeMembership { Role = "announcer", AbsorbDtmf = true, Mute = true, InhibitConnectedLineUpdates = true });
        var entered = await us.Events.UntilAsync<ChannelEnteredBridge>();
        Assert.Equal(["B", "C", "D", "E"], entered.Bridge.BridgeVars.Keys.Order());
        await c.ClearVideoSourceAsync(bridge);
        await c.SetVideoSourceAsync(bridge, call.Id);
        await RefusedAsync(400, () => c.SetVideoSourceAsync(bridge, new("nobody")));
        await RefusedAsync(400, () => c.AddToBridgeAsync(bridge, [call.Id, new("nobody")]));
        await RefusedAsync(404, () => c.AddToBridgeAsync(new("nowhere"), [call.Id]));
        await c.RemoveFromBridgeAsync(bridge, call.Id);
        await RefusedAsync(422, () => c.SetVideoSourceAsync(bridge, call.Id));
        await c.DestroyBridgeAsync(bridge);
        await Until.TrueAsync(async () => await c.GetBridgeAsync(bridge) is null);
        Assert.Null(await c.GetBridgeVariableAsync(bridge, "A"));
        await c.ClearVideoSourceAsync(bridge);
    }

    /// <summary>Asterisk keeps an application's subscriptions by id alone (res/stasis/app.c), so the bridge counts as subscribed to already.</summary>
    [Fact]
    public async Task Of_a_bridge_with_the_id_of_a_channel_nothing_is_told()
    {
        await using var us = await asterisk.ConnectAsync();
        await using var call = await CallAsync(us, "same");
        await us.Client.CreateBridgeAsync(new("same"));
        await us.Client.AddToBridgeAsync(new("same"), call.Id);
        await Until.TrueAsync(async () => (await us.Client.GetBridgeAsync(new("same")))!.Channels is [_]);
        await us.Client.RaiseUserEventAsync("Enough", RealAsterisk.App);
        for (AriEvent happened; (happened = await us.Events.NextAsync()) is not ChannelUserevent;)
            Assert.IsNotType<ChannelEnteredBridge>(happened);
        await us.Client.DestroyBridgeAsync(new("same"));
    }

    [Fact]
    public async Task Sounds_play_one_after_another_and_are_held_up_wound_and_stopped()
    {
        await using var us = await asterisk.ConnectAsync();
        var (c, bridge) = (us.Client, new BridgeId("bridge-sounds"));
        await using var call = await CallAsync(us, "sounds");
        var first = await c.PlayAsync(call.Id, new PlayRequest { Media = [asterisk.Sound, "tone:ring"], PlaybackId = "list", SkipMilliseconds = 100, OffsetMilliseconds = 200 });
        Assert.Equal(("list", asterisk.Sound, "tone:ring", $"channel:{call.Id}"), (first.Id, first.MediaUri, first.NextMediaUri, first.TargetUri));
        Assert.Equal(PlaybackState.Playing, (await us.Events.UntilAsync<PlaybackStarted>()).Playback.State);
        foreach (var operation in (PlaybackOperation[])[PlaybackOperation.Pause, PlaybackOperation.Unpause, PlaybackOperation.Reverse, PlaybackOperation.Forward, PlaybackOperation.Restart])
            await c.ControlPlaybackAsync("list", operation);
        Assert.Equal("tone:ring", (await us.Events.UntilAsync<PlaybackContinuing>()).Playback.NextMediaUri);
        Assert.NotNull(await c.GetPlaybackAsync("list"));
        await c.PlayAsync(call.Id, "tone:busy", "waits");
        await RefusedAsync(409, () => c.ControlPlaybackAsync("waits", PlaybackOperation.Pause));
        await c.StopPlaybackAsync("list");
        Assert.Equal(PlaybackState.Done, (await us.Events.UntilAsync<PlaybackFinished>(e => e.Playback.Id == "list")).Playback.State);
        await us.Events.UntilAsync<PlaybackStarted>(e => e.Playback.Id == "waits");
        await c.StopPlaybackAsync("waits");
        await c.PlayAsync(call.Id, "sound:no-such-sound", "missing");
        Assert.Equal(PlaybackState.Failed, (await us.Events.UntilAsync<PlaybackFinished>(e => e.Playback.Id == "missing")).Playback.State);
        // Asterisk tells the end first and forgets the playback then; when the next one plays it has.
        await c.PlayAsync(call.Id, "tone:busy", "next");
        await us.Events.UntilAsync<PlaybackStarted>(e => e.Playback.Id == "next");
        Assert.Null(await c.GetPlaybackAsync("missing"));
        await RefusedAsync(404, () => c.ControlPlaybackAsync("missing", PlaybackOperation.Pause));
        await c.StopPlaybackAsync("next");

        await c.CreateBridgeAsync(bridge);
        await c.AddToBridgeAsync(bridge, call.Id);
        await RefusedAsync(422, () => c.PlayAsync(bridge, new PlayRequest { Media = ["tone:ring"] }, "no-such-codec"));
        Assert.Equal($"bridge:{bridge}", (await c.PlayAsync(bridge, new PlayRequest { Media = ["tone:ring"], PlaybackId = "all" }, "slin16")).TargetUri);
        await c.StopPlaybackAsync("all");
        await c.DestroyBridgeAsync(bridge);
    }

    [Fact]
    public async Task A_recording_is_muted_paused_kept_copied_fetched_and_thrown_away()
    {
        await using var us = await asterisk.ConnectAsync();
        var (c, bridge) = (us.Client, new BridgeId("bridge-recorded"));
        await using var call = await CallAsync(us, "recorded");
        var live = await c.RecordAsync(call.Id, new() { Name = "tape/1", MaxDurationSeconds = 60, MaxSilenceSeconds = 30, TerminateOn = TerminateOn.Pound, Beep = false });
        Assert.Equal(("tape/1", "wav", $"channel:{call.Id}"), (live.Name, live.Format, live.TargetUri));
        await us.Events.UntilAsync<RecordingStarted>();
        await c.MuteRecordingAsync("tape/1");
        await c.MuteRecordingAsync("tape/1");
        await c.UnmuteRecordingAsync("tape/1");
        await c.PauseRecordingAsync("tape/1");
        Assert.Equal(RecordingState.Paused, (await c.GetLiveRecordingAsync("tape/1"))!.State);
        await c.UnpauseRecordingAsync("tape/1");
        await RefusedAsync(409, () => c.RecordAsync(call.Id, new() { Name = "tape/1" })); // under way, whatever IfExists says
        await c.StopRecordingAsync("tape/1");
        Assert.NotNull((await us.Events.UntilAsync<RecordingFinished>()).Recording.Duration);
        await c.StopRecordingAsync("tape/1");
        await RefusedAsync(404, () => c.PauseRecordingAsync("tape/1"));
        await RefusedAsync(422, () => c.RecordAsync(call.Id, new() { Name = "tape/2", Format = "no-such-format" }));

        Assert.Equal(new StoredRecording { Name = "tape/1", Format = "wav" }, await c.GetStoredRecordingAsync("tape/1"));
        Assert.Equal("copies/1", (await c.CopyStoredRecordingAsync("tape/1", "copies/1")).Name);
        await RefusedAsync(409, () => c.CopyStoredRecordingAsync("tape/1", "copies/1"));
        await RefusedAsync(404, () => c.CopyStoredRecordingAsync("nothing", "copies/2"));
        var fetched = new AriHttp(new HttpClient(), asterisk.Address, RealAsterisk.User, RealAsterisk.Password, new(), TimeProvider.System);
        Assert.Equal("RIFF"u8.ToArray(), (await fetched.Client.GetStoredRecordingFileAsync("copies/1"))![..4]);
        await c.DeleteStoredRecordingAsync("copies/1");
        await c.DeleteStoredRecordingAsync("tape/1");
        Assert.Null(await c.GetStoredRecordingAsync("tape/1"));

        await c.CreateBridgeAsync(bridge);
        await c.AddToBridgeAsync(bridge, call.Id);
        await c.RecordAsync(call.Id, new() { Name = "tape/3" }); // 201, and then:
        Assert.Equal("Cannot record channel while in bridge", (await us.Events.UntilAsync<RecordingFailed>()).Recording.Cause);
        await RefusedAsync(422, () => c.RecordAsync(bridge, new() { Name = "tape/4" }, "no-such-codec"));
        Assert.Equal($"bridge:{bridge}", (await c.RecordAsync(bridge, new() { Name = "tape/4" }, "slin16")).TargetUri);
        await us.Events.UntilAsync<RecordingStarted>(e => e.Recording.Name == "tape/4");
        await Until.TrueAsync(async () => await c.GetStoredRecordingAsync("tape/4") is not null); // before there is a file to delete, cancelling says 500
        await c.CancelRecordingAsync("tape/4");
        await Until.TrueAsync(async () => await c.GetLiveRecordingAsync("tape/4") is null);
        await Until.TrueAsync(async () => await c.GetStoredRecordingAsync("tape/4") is null);
        await c.DestroyBridgeAsync(bridge);
    }

    [Fact]
    public async Task A_snoop_hears_a_call_and_ends_with_it()
    {
        await using var us = await asterisk.ConnectAsync();
        var call = await CallAsync(us, "snooped");
        var snoop = new ChannelId("snooped.ear");
        await us.Client.SnoopAsync(call.Id, snoop, new() { App = RealAsterisk.App, AppArgs = "ear", Spy = SnoopDirection.In, Whisper = SnoopDirection.Out });
        Assert.Equal(["ear"], (await us.Events.UntilAsync<StasisStart>(e => e.Channel.Id == snoop)).Args);
        await RefusedAsync(404, () => us.Client.SnoopAsync(new("nobody"), new("x"), new() { App = RealAsterisk.App, Spy = SnoopDirection.Both }));
        await RefusedAsync(400, () => us.Client.SnoopAsync(call.Id, new("x"), new() { App = RealAsterisk.App })); // neither to hear nor to say anything
        await call.DisposeAsync();
        await us.Events.UntilAsync<StasisEnd>(e => e.Channel.Id == snoop);
    }

    [Fact]
    public async Task Another_program_gets_a_channels_sound()
    {
        await using var us = await asterisk.ConnectAsync();
        using var program = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var (c, channel) = (us.Client, new ChannelId("external"));
        var made = await c.ExternalMediaAsync(channel, new()
        {
            App = RealAsterisk.App, ExternalHost = program.Client.LocalEndPoint!.ToString(), Format = "ulaw", Encapsulation = Encapsulation.Rtp,
            Transport = MediaTransport.Udp, ConnectionType = ConnectionType.Client, Direction = MediaDirection.Both,
            Variables = new Dictionary<string, string> { ["A"] = "1" }, ReportedVariables = new Dictionary<string, string> { ["B"] = "2" },
        });
        Assert.StartsWith("UnicastRTP/", made.Name);
        await us.Events.UntilAsync<StasisStart>(e => e.Channel.Id == channel);
        Assert.Equal("1", await c.GetVariableAsync(channel, "A"));
        Assert.Equal("2", (await c.GetChannelAsync(channel))!.ChannelVars["B"]);
        await c.PlayAsync(channel, "tone:ring");
        var packet = await program.ReceiveAsync().Within();
        Assert.Equal((0x80, 0, 172), (packet.Buffer[0], packet.Buffer[1] & 0x7f, packet.Buffer.Length)); // RTP, PCMU, 20 ms
        Assert.Null(await c.GetRtpStatisticsAsync(channel));
        await RefusedAsync(500, () => c.ExternalMediaAsync(new("x"), new() { App = RealAsterisk.App, ExternalHost = "127.0.0.1:9", Format = "no-such-codec" }));
        await c.HangUpAsync(channel);
    }

    [Fact]
    public async Task Device_states_are_ours_or_only_to_be_looked_at()
    {
        await using var us = await asterisk.ConnectAsync();
        var c = us.Client;
        await c.SubscribeAsync(RealAsterisk.App, ["deviceState:Stasis:desk"]);
        Assert.Equal(DeviceStates.Unknown, (await c.GetDeviceStateAsync("Stasis:desk")).State);
        foreach (var state in (string[])[DeviceStates.InUse, DeviceStates.Ringing, DeviceStates.OnHold])
        {
            await c.SetDeviceStateAsync("Stasis:desk", state);
            Assert.Equal(state, (await us.Events.UntilAsync<DeviceStateChanged>(e => e.DeviceState.State == state)).DeviceState.State);
        }
        Assert.Equal(new DeviceState { Name = "Stasis:desk", State = DeviceStates.OnHold }, Assert.Single(await c.ListDeviceStatesAsync()));
        Assert.Equal(DeviceStates.Unavailable, (await c.GetDeviceStateAsync("PJSIP/ada")).State);
        await RefusedAsync(409, () => c.SetDeviceStateAsync("PJSIP/ada", DeviceStates.Busy));
        await RefusedAsync(500, () => c.SetDeviceStateAsync("Stasis:desk", "ASLEEP"));
        await c.DeleteDeviceStateAsync("Stasis:desk");
        await c.DeleteDeviceStateAsync("Stasis:desk");
        Assert.Empty(await c.ListDeviceStatesAsync());
        await c.UnsubscribeAsync(RealAsterisk.App, ["deviceState:Stasis:desk"]);
    }

    [Fact]
    public async Task Sounds_are_those_whose_format_is_loaded()
    {
        await using var us = await asterisk.ConnectAsync();
        var c = us.Client;
        Assert.Empty(await c.ListSoundsAsync());
        Assert.Null(await c.GetSoundAsync("hello-world"));
        await c.LoadModuleAsync("format_gsm.so"); // Debian's sounds are GSM.
        var hello = await c.GetSoundAsync("hello-world");
        var file = Assert.Single(hello!.Formats, format => format.Format == "gsm");
        Assert.Contains(await c.ListSoundsAsync(file.Language, "gsm"), sound => sound.Id == "hello-world");
        Assert.Empty(await c.ListSoundsAsync("xx"));
        await c.UnloadModuleAsync("format_gsm.so");
    }

    [Fact]
    public async Task A_user_event_comes_in_line_with_the_others()
    {
        await using var us = await asterisk.ConnectAsync();
        await using var call = await CallAsync(us, "noted");
        var (c, bridge) = (us.Client, new BridgeId("bridge-noted"));
        await c.CreateBridgeAsync(bridge);
        await c.RaiseUserEventAsync("Note", RealAsterisk.App, [$"channel:{call.Id}", $"bridge:{bridge}", "endpoint:PJSIP/ada"], new Dictionary<string, string> { ["text"] = "é" });
        var note = await us.Events.UntilAsync<ChannelUserevent>();
        Assert.Equal(("Note", call.Id, bridge, "ada"), (note.EventName, note.Channel!.Id, note.Bridge!.Id, note.Endpoint!.Resource));
        Assert.Equal("é", note.UserEvent.GetProperty("text").GetString());
        await RefusedAsync(404, () => c.RaiseUserEventAsync("Note", "nobody"));
        await RefusedAsync(422, () => c.RaiseUserEventAsync("Note", RealAsterisk.App, ["channel:nobody"]));
        await RefusedAsync(400, () => c.RaiseUserEventAsync("Note", RealAsterisk.App, ["weather:tomorrow"]));
        await c.DestroyBridgeAsync(bridge);
    }

    [Fact]
    public async Task A_call_that_is_offered_to_two_goes_to_the_first_who_claims_it()
    {
        await using var us = await asterisk.ConnectAsync();
        await using var rival = await asterisk.ConnectAsync(name: "rival");
        await us.Client.OriginateAsync(new("offer"), new() { Endpoint = "Local/offered@from", Context = "from", Extension = "echo", Priority = 1, CallerId = "Bob <+15550002222>" });
        var offer = await us.Events.UntilAsync<CallBroadcast>();
        Assert.Equal(offer.Channel.Id, (await rival.Events.UntilAsync<CallBroadcast>()).Channel.Id);
        Assert.True(await us.Client.ClaimAsync(offer.Channel.Id, RealAsterisk.App));
        Assert.False(await rival.Client.ClaimAsync(offer.Channel.Id, "rival"));
        Assert.Equal(RealAsterisk.App, (await rival.Events.UntilAsync<CallClaimed>()).WinnerApp);
        Assert.Equal(["offered"], (await us.Events.UntilAsync<StasisStart>(e => e.Channel.Id == offer.Channel.Id)).Args);
        Assert.False(await us.Client.ClaimAsync(new("nobody"), RealAsterisk.App));
        await us.Client.HangUpAsync(offer.Channel.Id);
    }

    [Fact]
    public async Task Mailboxes_are_not_built_and_that_is_not_taken_for_an_empty_one()
    {
        await using var us = await asterisk.ConnectAsync();
        Func<Task>[] all =
        [
            () => us.Client.ListMailboxesAsync(), () => us.Client.GetMailboxAsync("1"), () => us.Client.SetMailboxAsync("1", 0, 1), () => us.Client.DeleteMailboxAsync("1"),
        ];
        foreach (var ask in all)
        {
            var refusal = await Assert.ThrowsAsync<AriException>(ask);
            Assert.Equal((AriFailure.Refused, 404, true, false), (refusal.Failure, refusal.Status, refusal.IsMissingModule, refusal.IsNotFound));
        }
    }

    [Fact]
    public async Task Each_reason_of_a_hang_up_is_its_cause()
    {
        await using var us = await asterisk.ConnectAsync();
        (HangUpReason Reason, int Cause)[] causes =
        [
            (HangUpReason.Normal, 16), (HangUpReason.Busy, 17), (HangUpReason.Congestion, 34), (HangUpReason.NoAnswer, 19), (HangUpReason.Timeout, 18),
            (HangUpReason.Rejected, 21), (HangUpReason.Unallocated, 1), (HangUpReason.NormalUnspecified, 31), (HangUpReason.NumberIncomplete, 28),
            (HangUpReason.CodecMismatch, 58), (HangUpReason.Interworking, 127), (HangUpReason.Failure, 38), (HangUpReason.AnsweredElsewhere, 26),
        ];
        Assert.Equal(Enum.GetValues<HangUpReason>(), causes.Select(pair => pair.Reason));
        foreach (var (reason, cause) in causes)
        {
            var channel = new ChannelId($"reason.{reason}");
            await us.Client.CreateAsync(channel, new() { Endpoint = "Local/ring@from", App = RealAsterisk.App });
            await us.Client.HangUpAsync(channel, reason);
            Assert.Equal((reason, cause), (reason, (await us.Events.UntilAsync<ChannelDestroyed>(e => e.Channel.Id == channel)).Cause));
        }
    }

    [Fact]
    public async Task A_channel_goes_where_it_is_sent_or_stays()
    {
        await using var us = await asterisk.ConnectAsync();
        await using var rival = await asterisk.ConnectAsync(name: "rival");
        var (c, channel) = (us.Client, new ChannelId("sent"));
        await c.OriginateAsync(channel, new()
        {
            Endpoint = "Local/echo@from", App = RealAsterisk.App, OtherChannel = new("sent.far"), Formats = "ulaw",
            ReportedVariables = new Dictionary<string, string> { ["CALL"] = "7" },
        });
        Assert.Equal("7", (await us.Events.UntilAsync<StasisStart>(e => e.Channel.Id == channel)).Channel.ChannelVars["CALL"]);
        Assert.NotNull(await c.GetChannelAsync(new("sent.far")));
        await c.SetVariableAsync(channel, "CALL", null);
        Assert.Null(await c.GetVariableAsync(channel, "CALL"));

        await c.MoveAsync(channel, "nobody"); // 204 all the same
        Assert.Equal("nobody", (await us.Events.UntilAsync<ApplicationMoveFailed>()).Destination);
        await c.MoveAsync(channel, "rival", "a,b");
        await us.Events.UntilAsync<StasisEnd>(e => e.Channel.Id == channel);
        Assert.Equal(["a", "b"], (await rival.Events.UntilAsync<StasisStart>(e => e.Channel.Id == channel)).Args);
        await RefusedAsync(422, () => c.RedirectAsync(channel, "PJSIP/ada"));
        await RefusedAsync(404, () => c.RedirectAsync(new("nobody"), "PJSIP/ada"));
        await c.ContinueAsync(channel, "from", "no-such-extension");
        await Until.TrueAsync(async () => await c.GetChannelAsync(channel) is null);
        Assert.Null(await c.GetRtpStatisticsAsync(channel));
        await RefusedAsync(400, () => c.OriginateAsync(new("x"), new() { Endpoint = "Local/echo@from" })); // into nothing
    }

    [Fact]
    public async Task Talking_is_told_where_it_is_asked_for()
    {
        await using var us = await asterisk.ConnectAsync();
        var (c, channel) = (us.Client, new ChannelId("speaks"));
        await c.OriginateAsync(channel, new()
        {
            Endpoint = "Local/speaks@from", App = RealAsterisk.App,
            Variables = new Dictionary<string, string> { ["TALK_DETECT(set)"] = "200,100" },
        });
        await us.Events.UntilAsync<StasisStart>();
        await us.Events.UntilAsync<ChannelTalkingStarted>();
        Assert.True((await us.Events.UntilAsync<ChannelTalkingFinished>()).Duration > 0);
        await c.HangUpAsync(channel);
    }

    private static async Task RefusedAsync(int status, Func<Task> command)
    {
        var refusal = await Assert.ThrowsAsync<AriException>(command);
        Assert.True((AriFailure.Refused, status) == (refusal.Failure, refusal.Status), $"Expected {status}, and it was: {refusal.Message}");
    }

    /// <summary>A call that echoes, in our application.</summary>
    private static async Task<OurCall> CallAsync(Connected us, string id, bool heardOf = true)
    {
        await us.Client.OriginateAsync(new(id), new() { Endpoint = "Local/echo@from", App = RealAsterisk.App });
        if (heardOf)
            await us.Events.UntilAsync<StasisStart>(e => e.Channel.Id.Value == id);
        return new(us.Client, new(id));
    }

    private sealed record OurCall(AriClient Client, ChannelId Id) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Client.HangUpAsync(Id);
    }
}
