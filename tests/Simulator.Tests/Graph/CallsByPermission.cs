using System.Text.Json.Nodes;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Graph;
using Ringway.Simulator.Handsets;
using Ringway.Simulator.Sip;
using Ringway.Simulator.Tests.Edge;

namespace Ringway.Simulator.Tests.Graph;

/// <summary>Calls over SIP of a number that Graph knows: permission before, counts and webhooks after.</summary>
public sealed class CallsByPermission
{
    [Fact]
    public async Task Nobody_who_has_not_allowed_it_is_called()
    {
        await using var world = await GraphWorld.StartAsync();
        var (_, final, _) = await world.Sip.Business.CallAsync();
        Assert.Equal((403, "No Approved Call Permission Found: No approved call permission from the recipient"), (final.Status, final.Reason));
        Assert.Equal($"399 wa.meta.vc \"{final.Reason}\"", final.Headers["Warning"]);
        Assert.Equal(["permission"], world.Sip.Broken);
        Assert.Empty(world.Sip.Handsets.Received);
    }

    [Fact]
    public async Task A_number_that_Graph_does_not_know_needs_no_permission()
    {
        await using var world = await GraphWorld.StartAsync(b => b with { BusinessAccountId = null });
        Assert.Equal(200, (await world.Sip.Business.CallAsync()).Final.Status);
    }

    [Fact]
    public async Task The_rule_can_be_switched_off()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Sip.Rules.Switch("permission", false);
        Assert.Equal(200, (await world.Sip.Business.CallAsync()).Final.Status);
    }

    [Fact]
    public async Task With_permission_it_rings_until_the_permission_runs_out()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Chats.Write(world.Number, World.User, "Hi");
        await world.AskPermissionAsync();
        world.Chats.Reply(world.Number, World.User, null, Answer.Accept);
        await TalkAsync(world);
        world.Time.Advance(TimeSpan.FromDays(7));
        Assert.Equal(403, (await world.Sip.Business.CallAsync()).Final.Status);
    }

    [Fact]
    public async Task A_handset_script_without_permission_refuses_whatever_Graph_says()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Chats.Decide(world.Number, World.User, allow: true);
        world.Sip.Users.Script(World.User, new() { Reaction = Reaction.NoPermission });
        Assert.Equal(403, (await world.Sip.Business.CallAsync()).Final.Status);
        Assert.Empty(world.Sip.Broken); // the business could not know
    }

    [Fact]
    public async Task The_hundred_and_first_connected_call_of_a_day_is_refused()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Chats.Decide(world.Number, World.User, allow: true);
        for (var call = 0; call < 99; call++) world.Chats.Connected(world.Number, World.User, byBusiness: true);
        await TalkAsync(world);
        var (_, final, _) = await world.Sip.Business.CallAsync();
        Assert.Equal((403, "Business Initiated Connected Call Per Day Limit Hit"), (final.Status, final.Reason));
        Assert.Equal(["connected-limit"], world.Sip.Broken);
        world.Time.Advance(TimeSpan.FromHours(24));
        await TalkAsync(world);
    }

    [Fact]
    public async Task Four_calls_that_the_user_declines_end_the_permission_and_a_reply_says_so()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        world.Chats.Decide(world.Number, World.User, allow: true);
        world.Sip.Handsets.OnInvite = t => t.RespondAsync(t.Request.Respond(486, "Busy Here", "h"));
        for (var call = 1; call <= 4; call++)
        {
            Assert.Equal(486, (await world.Sip.Business.CallAsync()).Final.Status);
            await world.Sip.EmptyAsync();
            Assert.Equal(call, (await world.UserAsync())["unanswered"]!.GetValue<int>());
        }
        Assert.Equal(403, (await world.Sip.Business.CallAsync()).Final.Status);
        var messages = (JsonArray)(await world.UserAsync())["messages"]!;
        Assert.Equal(2, messages.Count); // the question after two, the farewell after four
        await ear.HearsAsync("messages call_permission_reply", "messages call_permission_reply");
        var reply = ear.Value("messages call_permission_reply")["messages"]![0]!;
        Assert.Equal(("reject", "automatic", null), (
            reply["interactive"]!["call_permission_reply"]!["response"]!.GetValue<string>(),
            reply["interactive"]!["call_permission_reply"]!["response_source"]!.GetValue<string>(), reply["context"]));
    }

    [Fact]
    public async Task A_phone_that_is_off_counts_as_unanswered_and_a_connected_call_forgives()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Chats.Decide(world.Number, World.User, allow: true);
        world.Sip.Users.Script(World.User, new() { Reaction = Reaction.Unreachable });
        Assert.Equal(480, (await world.Sip.Business.CallAsync()).Final.Status);
        Assert.Equal(1, (await world.UserAsync())["unanswered"]!.GetValue<int>());
        world.Sip.Users.Forget(World.User);
        await TalkAsync(world);
        Assert.Equal(0, (await world.UserAsync())["unanswered"]!.GetValue<int>());
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Who_calls_the_business_may_be_called_back_if_the_number_wants_that(bool callback)
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(b => b with { CallbackPermission = callback }, ear.Url);
        var call = await UserCallsAsync(world);
        Assert.Equal(callback ? "temporary" : "none", (await world.UserAsync())["permission"]!.GetValue<string>());
        Assert.NotNull((await world.UserAsync())["windowUntil"]);
        Assert.Equal(callback ? 200 : 403, (await world.Sip.Business.CallAsync()).Final.Status);
        if (!callback) return;
        await ear.HearsAsync("messages call_permission_reply");
        var reply = ear.Value("messages call_permission_reply")["messages"]![0]!;
        Assert.Equal((call.Wacid, "automatic"), (reply["context"]!["id"]!.GetValue<string>(), reply["interactive"]!["call_permission_reply"]!["response_source"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_call_of_the_business_is_told_as_created_and_terminated()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(b => b with { CallWebhooks = true }, ear.Url);
        world.Chats.Decide(world.Number, World.User, allow: true);
        await TalkAsync(world, TimeSpan.FromSeconds(12));
        await ear.HearsAsync("calls call_created", "calls terminate");
        var wacid = world.Sip.Call.Wacid;
        var created = ear.Value("calls call_created");
        var one = created["calls"]![0]!;
        Assert.Equal((wacid, "12145551869", "12195550714", "BUSINESS_INITIATED"), (one["id"]!.GetValue<string>(), one["from"]!.GetValue<string>(), one["to"]!.GetValue<string>(), one["direction"]!.GetValue<string>()));
        Assert.Null(one["session"]);
        Assert.Equal("12195550714", created["contacts"]![0]!["wa_id"]!.GetValue<string>());
        var end = ear.Value("calls terminate")["calls"]![0]!;
        Assert.Equal((wacid, "COMPLETED", 12), (end["id"]!.GetValue<string>(), end["status"]!.GetValue<string>(), end["duration"]!.GetValue<int>()));
        Assert.Equal(12, long.Parse(end["end_time"]!.GetValue<string>()) - long.Parse(end["start_time"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_declined_call_is_completed_without_duration()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(b => b with { CallWebhooks = true }, ear.Url);
        world.Chats.Decide(world.Number, World.User, allow: true);
        world.Sip.Handsets.OnInvite = t => t.RespondAsync(t.Request.Respond(486, "Busy Here", "h"));
        await world.Sip.Business.CallAsync();
        await ear.HearsAsync("calls call_created", "calls terminate");
        var end = ear.Value("calls terminate")["calls"]![0]!;
        Assert.Equal(("COMPLETED", null, null), (end["status"]!.GetValue<string>(), end["duration"], end["start_time"]));
    }

    [Fact]
    public async Task A_refused_call_is_not_told_at_all()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(b => b with { CallWebhooks = true }, ear.Url);
        await world.Sip.Business.CallAsync();
        world.Chats.Decide(world.Number, World.User, allow: true);
        await ear.HearsAsync("messages call_permission_reply");
        Assert.DoesNotContain(ear.Names, n => n.StartsWith("calls", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Calls_are_told_only_when_the_number_wants_that()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        world.Chats.Decide(world.Number, World.User, allow: true);
        await TalkAsync(world);
        world.Misbehaviours.Switch("srtp-reset", false);
        await world.SetAsync("""{"sip":{"webhook_delivery":"ENABLED"}}""");
        await TalkAsync(world);
        await ear.HearsAsync("calls call_created", "calls terminate");
        Assert.Equal(world.Sip.Call.Wacid, Assert.Single(ear.Heard, h => h.ToJsonString().Contains("call_created", StringComparison.Ordinal))["entry"]![0]!["changes"]![0]!["value"]!["calls"]![0]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Media_that_ends_makes_the_call_fail_with_138021()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(b => b with { CallWebhooks = true }, ear.Url);
        world.Chats.Decide(world.Number, World.User, allow: true);
        await world.Sip.Business.CallAsync();
        await World.Until(
            () =>
            {
                world.Time.Advance(TimeSpan.FromSeconds(1));
                return world.Sip.Edge.LiveCalls == 0;
            },
            "the call to end");
        await ear.HearsAsync("calls terminate");
        var value = ear.Value("calls terminate");
        Assert.Equal(("FAILED", 138021), (value["calls"]![0]!["status"]!.GetValue<string>(), value["errors"]![0]!["code"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_call_of_a_user_carries_payloads_and_a_hidden_number_stays_hidden()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(b => b with { CallWebhooks = true }, ear.Url);
        var call = await UserCallsAsync(world, "US.13491208655302741918", "x-wa-meta-cta-payload", "order 7");
        await ear.HearsAsync("calls call_created", "calls terminate");
        var one = ear.Value("calls call_created")["calls"]![0]!;
        Assert.Equal(("US.13491208655302741918", null, "12145551869", "order 7"), (one["from_user_id"]!.GetValue<string>(), one["from"], one["to"]!.GetValue<string>(), one["cta_payload"]!.GetValue<string>()));
        Assert.Equal((call.Wacid, "USER_INITIATED"), (one["id"]!.GetValue<string>(), one["direction"]!.GetValue<string>()));
        Assert.Null(ear.Value("calls call_created")["contacts"]![0]!["wa_id"]);
    }

    [Fact]
    public async Task A_line_of_the_dialogue_says_what_it_answers()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Chats.Decide(world.Number, World.User, allow: true);
        await TalkAsync(world);
        Assert.Equal(
            ["in INVITE 7", "out INVITE 7 407", "in ACK 7", "in INVITE 8", "out INVITE 8 100", "out INVITE 8 180", "out INVITE 8 200"],
            world.Sip.Call.Sip.Take(7).Select(line => $"{line.Direction} {line.Method} {line.CSeq} {line.Status}".TrimEnd()));
    }

    /// <summary>A call of the business that is answered, lasts so long and is hung up.</summary>
    private static async Task TalkAsync(GraphWorld world, TimeSpan? length = null)
    {
        world.Sip.Handsets.OnInvite = ScriptedHandsets.AnswerAsync;
        var (invite, final, _) = await world.Sip.Business.CallAsync();
        Assert.Equal(200, final.Status);
        await World.Until(() => world.Sip.Call.State == CallState.Talking, "the call to talk");
        if (length is { } time) world.Time.Advance(time);
        Assert.Equal(200, (await world.Sip.Business.SendAsync(SipDialog.OfCaller(invite, final).Request("BYE"))).Status);
        await world.Sip.EmptyAsync();
    }

    private static async Task<CallRecord> UserCallsAsync(GraphWorld world, string user = World.User, string? header = null, string? value = null)
    {
        world.Sip.Business.OnInvite = t => ScriptedBusiness.AnswerLikeAsteriskAsync(t);
        var call = world.Sip.Book.Open(CallDirection.UserInitiated, user, World.Number, "Ana", headers: header is null ? null : new Dictionary<string, string> { [header] = value! });
        var ringing = await world.Sip.Handsets.CallAsync(call);
        Assert.Equal(200, (await ringing.Final).Status);
        await World.Until(() => call.State == CallState.Talking, "the call to talk");
        world.Sip.Edge.End(call, "hung up");
        await World.Until(() => call.State == CallState.Over, "the call to end");
        await world.Sip.EmptyAsync();
        return call;
    }
}
