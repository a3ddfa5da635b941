using System.Text;

namespace Ringway.Ari.Tests;

public class RequestTests
{
    [Fact]
    public void A_request_looks_as_REST_over_WebSocket_wants_it()
    {
        var request = new AriRequest("POST", "channels/{channelId}", "a b/+1")
            .With("endpoint", "PJSIP/+15550001111@line-main")
            .With("app", null as string)
            .With("timeout", 30)
            .WithVariables(new Dictionary<string, string> { ["X"] = "1 & \"2\" é" });
        Assert.Equal(
            """{"type":"RESTRequest","transaction_id":"","request_id":"7","method":"POST","uri":"channels/a%20b%2F%2B1","query_strings":[{"name":"endpoint","value":"PJSIP/+15550001111@line-main"},{"name":"timeout","value":"30"}],"content_type":"application/json","message_body":"{\"variables\":{\"X\":\"1 & \\\"2\\\" é\"}}"}""",
            Encoding.UTF8.GetString(request.ToMessage(7)));
        Assert.Equal("channels/{channelId}", request.Route);
    }

    [Fact]
    public void Blanks_must_be_filled_and_not_with_nothing()
    {
        Assert.Throws<ArgumentException>(() => new AriRequest("GET", "channels", "x"));
        Assert.Throws<ArgumentException>(() => new AriRequest("GET", "channels/{channelId}", ""));
    }

    [Fact]
    public async Task Every_command_says_what_the_manual_says_and_they_leave_in_the_order_of_the_calls()
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var (c, ch, br) = (us.Client, new ChannelId("c1"), new BridgeId("b1"));
        var variables = new Dictionary<string, string> { ["A"] = "1" };
        (Func<Task> Call, string Said)[] commands =
        [
            (() => c.OriginateAsync(ch, new() { Endpoint = "PJSIP/ada", App = "ringway", AppArgs = "x", CallerId = "Ada <1>", TimeoutSeconds = 30, Formats = "opus", Originator = new("c0"), Variables = variables }),
                """POST channels/c1 endpoint=PJSIP/ada app=ringway appArgs=x callerId=Ada <1> timeout=30 formats=opus originator=c0 {"variables":{"A":"1"}}"""),
            (() => c.CreateAsync(ch, new() { Endpoint = "PJSIP/ada", App = "ringway" }), "POST channels/create channelId=c1 endpoint=PJSIP/ada app=ringway"),
            (() => c.DialAsync(ch, new ChannelId("c0"), 45), "POST channels/c1/dial caller=c0 timeout=45"),
            (() => c.AnswerAsync(ch), "POST channels/c1/answer"),
            (() => c.RingAsync(ch), "POST channels/c1/ring"),
            (() => c.StopRingingAsync(ch), "DELETE channels/c1/ring"),
            (() => c.ProgressAsync(ch), "POST channels/c1/progress"),
            (() => c.HangUpAsync(ch, 26), "DELETE channels/c1 reason_code=26"),
            (() => c.ContinueAsync(ch, "from", "s", 1, "l"), "POST channels/c1/continue context=from extension=s priority=1 label=l"),
            (() => c.MoveAsync(ch, "other", "x"), "POST channels/c1/move app=other appArgs=x"),
            (() => c.GetVariableAsync(ch, "CHANNEL(name)"), "GET channels/c1/variable variable=CHANNEL(name)"),
            (() => c.GetVariablesAsync(ch, ["A", "B"]), "GET channels/c1/variables variables=A,B"),
            (() => c.SetVariableAsync(ch, "A", "1"), "POST channels/c1/variable variable=A value=1"),
            (() => c.SetVariablesAsync(ch, variables), """POST channels/c1/variables {"variables":{"A":"1"}}"""),
            (() => c.PlayAsync(ch, "sound:hello", "p1", "en"), "POST channels/c1/play media=sound:hello playbackId=p1 lang=en"),
            (() => c.SilenceAsync(ch), "POST channels/c1/silence"),
            (() => c.StopSilenceAsync(ch), "DELETE channels/c1/silence"),
            (() => c.SendDtmfAsync(ch, "12#", 120, 80), "POST channels/c1/dtmf dtmf=12# duration=120 between=80"),
            (() => c.ExternalMediaAsync(ch, new() { App = "ringway", Format = "opus", ExternalHost = "127.0.0.1:9" }), "POST channels/externalMedia channelId=c1 app=ringway external_host=127.0.0.1:9 format=opus"),
            (() => c.SnoopAsync(ch, new("s1"), new() { App = "ringway", Spy = SnoopDirection.Both }), "POST channels/c1/snoop/s1 app=ringway spy=both"),
            (() => c.MuteAsync(ch, MuteDirection.In), "POST channels/c1/mute direction=in"),
            (() => c.UnmuteAsync(ch), "DELETE channels/c1/mute direction=both"),
            (() => c.HoldAsync(ch), "POST channels/c1/hold"),
            (() => c.UnholdAsync(ch), "DELETE channels/c1/hold"),
            (() => c.StartMusicAsync(ch, "calm"), "POST channels/c1/moh mohClass=calm"),
            (() => c.StopMusicAsync(ch), "DELETE channels/c1/moh"),
            (() => c.ListChannelsAsync(), "GET channels"),
            (() => c.GetChannelAsync(ch), "GET channels/c1"),
            (() => c.CreateBridgeAsync(br, "mixing,dtmf_events", "call"), "POST bridges/b1 type=mixing,dtmf_events name=call"),
            (() => c.AddToBridgeAsync(br, [ch, new("c2")]), "POST bridges/b1/addChannel channel=c1,c2"),
            (() => c.RemoveFromBridgeAsync(br, ch), "POST bridges/b1/removeChannel channel=c1"),
            (() => c.PlayAsync(br, "tone:ring"), "POST bridges/b1/play media=tone:ring"),
            (() => c.StartMusicAsync(br), "POST bridges/b1/moh"),
            (() => c.StopMusicAsync(br), "DELETE bridges/b1/moh"),
            (() => c.DestroyBridgeAsync(br), "DELETE bridges/b1"),
            (() => c.ListBridgesAsync(), "GET bridges"),
            (() => c.GetBridgeAsync(br), "GET bridges/b1"),
            (() => c.GetPlaybackAsync("p1"), "GET playbacks/p1"),
            (() => c.StopPlaybackAsync("p1"), "DELETE playbacks/p1"),
            (() => c.ControlPlaybackAsync("p1", PlaybackOperation.Pause), "POST playbacks/p1/control operation=pause"),
            (() => c.RecordAsync(ch, new() { Name = "r/1", Format = "wav16", MaxDurationSeconds = 60, IfExists = IfRecordingExists.Overwrite, Beep = true }), "POST channels/c1/record name=r/1 format=wav16 maxDurationSeconds=60 ifExists=overwrite beep=true"),
            (() => c.RecordAsync(br, new() { Name = "r" }), "POST bridges/b1/record name=r format=wav"),
            (() => c.GetLiveRecordingAsync("r"), "GET recordings/live/r"),
            (() => c.StopRecordingAsync("r"), "POST recordings/live/r/stop"),
            (() => c.CancelRecordingAsync("r"), "DELETE recordings/live/r"),
            (() => c.PauseRecordingAsync("r"), "POST recordings/live/r/pause"),
            (() => c.UnpauseRecordingAsync("r"), "DELETE recordings/live/r/pause"),
            (() => c.ListStoredRecordingsAsync(), "GET recordings/stored"),
            (() => c.DeleteStoredRecordingAsync("r"), "DELETE recordings/stored/r"),
            (() => c.GetInfoAsync(), "GET asterisk/info"),
            (() => c.PingAsync(), "GET asterisk/ping"),
            (() => c.GetGlobalVariableAsync("G"), "GET asterisk/variable variable=G"),
            (() => c.SetGlobalVariableAsync("G", "1"), "POST asterisk/variable variable=G value=1"),
            (() => c.PutConfigAsync("res_pjsip", "auth", "ada", new Dictionary<string, string> { ["auth_type"] = "digest" }), """PUT asterisk/config/dynamic/res_pjsip/auth/ada {"fields":[{"attribute":"auth_type","value":"digest"}]}"""),
            (() => c.GetConfigAsync("res_pjsip", "auth", "ada"), "GET asterisk/config/dynamic/res_pjsip/auth/ada"),
            (() => c.DeleteConfigAsync("res_pjsip", "auth", "ada"), "DELETE asterisk/config/dynamic/res_pjsip/auth/ada"),
            (() => c.GetApplicationAsync("ringway"), "GET applications/ringway"),
            (() => c.SubscribeAsync("ringway", ["channel:c1", "endpoint:PJSIP"]), "POST applications/ringway/subscription eventSource=channel:c1,endpoint:PJSIP"),
            (() => c.UnsubscribeAsync("ringway", ["channel:c1"]), "DELETE applications/ringway/subscription eventSource=channel:c1"),
            (() => c.FilterEventsAsync("ringway", ["ChannelVarset"]), """PUT applications/ringway/eventFilter {"disallowed":[{"type":"ChannelVarset"}]}"""),
            (() => c.ListEndpointsAsync("PJSIP"), "GET endpoints/PJSIP"),
            (() => c.ListEndpointsAsync(), "GET endpoints"),
            (() => c.GetEndpointAsync("PJSIP", "ada"), "GET endpoints/PJSIP/ada"),
            (() => c.HangUpAsync(ch, HangUpReason.AnsweredElsewhere), "DELETE channels/c1 reason=answered_elsewhere"),
            (() => c.CreateAsync(ch, new() { Endpoint = "Local/a", App = "ringway", OtherChannel = new("c1.b"), Variables = variables, ReportedVariables = new Dictionary<string, string> { ["B"] = "2" } }),
                """POST channels/create channelId=c1 endpoint=Local/a app=ringway otherChannelId=c1.b {"variables":{"A":"1","B":{"value":"2","report_events":true}}}"""),
            (() => c.SetVariablesAsync(ch, variables, reportEvents: true), """POST channels/c1/variables {"variables":{"A":{"value":"1","report_events":true}}}"""),
            (() => c.TellTransferProgressAsync(ch, TransferProgress.Answered), "POST channels/c1/transfer_progress states=channel_answered"),
            (() => c.AddToBridgeAsync(br, [ch], new BridgeMembership { Role = "announcer", AbsorbDtmf = true, Mute = false }), "POST bridges/b1/addChannel channel=c1 role=announcer absorbDTMF=true mute=false"),
            (() => c.PlayAsync(ch, new PlayRequest { Media = ["sound:a", "tone:ring"], OffsetMilliseconds = 10 }), "POST channels/c1/play media=sound:a,tone:ring offsetms=10"),
            (() => c.PlayAsync(br, new PlayRequest { Media = ["sound:a"] }, "slin48"), "POST bridges/b1/play media=sound:a announcer_format=slin48"),
            (() => c.RecordAsync(br, new() { Name = "r", TerminateOn = TerminateOn.Star }, "slin16"), "POST bridges/b1/record name=r format=wav terminateOn=* recorder_format=slin16"),
            (() => c.GetInfoAsync(InfoParts.System | InfoParts.Status), "GET asterisk/info only=system,status"),
            (() => c.FilterEventsAsync("ringway", null, ["StasisStart"]), """PUT applications/ringway/eventFilter {"allowed":[{"type":"StasisStart"},{"type":"RESTResponse"}]}"""),
            (() => c.FilterEventsAsync("ringway", [], []), """PUT applications/ringway/eventFilter {"allowed":[],"disallowed":[]}"""),
            (() => c.RaiseUserEventAsync("Note", "ringway", ["channel:c1", "bridge:b1"], variables), """POST events/user/Note application=ringway source=channel:c1,bridge:b1 {"variables":{"A":"1"}}"""),
        ];

        var tasks = commands.Select(command => command.Call()).ToList();
        foreach (var (_, said) in commands)
            Assert.Equal(said, (await asterisk.HearAsync())!.ToString());
        asterisk.Drop();
        foreach (var task in tasks)
            Assert.Equal(AriFailure.ConnectionLost, (await Assert.ThrowsAsync<AriException>(() => task.Within())).Failure);
    }
}
