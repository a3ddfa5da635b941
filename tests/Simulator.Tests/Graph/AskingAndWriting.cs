using System.Text.Json.Nodes;
using Ringway.Simulator.Graph;
using Ringway.Simulator.Tests.Edge;

namespace Ringway.Simulator.Tests.Graph;

/// <summary>Messages to users: requests for permission, buttons, templates; and what call_permissions says of it.</summary>
public sealed class AskingAndWriting
{
    private const string Template = """ "type":"template","template":{"name":"call_permission","language":{"code":"en_US"}} """;

    [Fact]
    public async Task A_request_inside_the_window_arrives_and_can_be_accepted()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        world.Chats.Write(world.Number, World.User, "Hi");
        var said = await world.AskPermissionAsync();
        var id = said.Body["messages"]![0]!["id"]!.GetValue<string>();
        Assert.StartsWith("wamid.", id, StringComparison.Ordinal);
        Assert.Equal(("12195550714", "12195550714"), (said.Body["contacts"]![0]!["input"]!.GetValue<string>(), said.Body["contacts"]![0]!["wa_id"]!.GetValue<string>()));

        var message = (await world.UserAsync())["messages"]![0]!;
        Assert.Equal(("permissionRequest", "May we call you?", null), (message["kind"]!.GetValue<string>(), message["text"]!.GetValue<string>(), message["answer"]));
        Assert.Equal(204, await world.PageAsync(HttpMethod.Post, $"/users/%2B12195550714/permission", """{"answer":"accept"}"""));
        var after = await world.UserAsync();
        Assert.Equal(("temporary", "accept"), (after["permission"]!.GetValue<string>(), after["messages"]![0]!["answer"]!.GetValue<string>()));

        await ear.HearsAsync("messages text", "messages sent", "messages delivered", "messages call_permission_reply");
        var reply = ear.Value("messages call_permission_reply")["messages"]![0]!;
        Assert.Equal((id, "12195550714"), (reply["context"]!["id"]!.GetValue<string>(), reply["from"]!.GetValue<string>()));
        var permission = reply["interactive"]!["call_permission_reply"]!;
        Assert.Equal(("accept", false, "user_action"), (permission["response"]!.GetValue<string>(), permission["is_permanent"]!.GetValue<bool>(), permission["response_source"]!.GetValue<string>()));
        Assert.Equal(world.Time.GetUtcNow().AddDays(7).ToUnixTimeSeconds().ToString(), permission["expiration_timestamp"]!.GetValue<string>());
    }

    [Fact]
    public async Task Always_has_no_end_and_refuse_ends_what_there_was()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        world.Chats.Write(world.Number, World.User, "Hi");
        await world.AskPermissionAsync();
        await world.PageAsync(HttpMethod.Post, "/users/%2B12195550714/permission", """{"answer":"always"}""");
        await ear.HearsAsync("messages call_permission_reply");
        var reply = ear.Value("messages call_permission_reply")["messages"]![0]!["interactive"]!["call_permission_reply"]!;
        Assert.Equal((true, null), (reply["is_permanent"]!.GetValue<bool>(), reply["expiration_timestamp"]));
        Assert.Equal(("permanent", null), await PermissionAsync(world));

        // For seven days after the answer the user may think again.
        world.Time.Advance(TimeSpan.FromDays(6));
        Assert.Equal(204, await world.PageAsync(HttpMethod.Post, "/users/%2B12195550714/permission", """{"answer":"refuse"}"""));
        Assert.Equal(("no_permission", null), await PermissionAsync(world));
        await ear.HearsAsync("messages call_permission_reply", "messages call_permission_reply");
        Assert.Equal("reject", ear.Value("messages call_permission_reply")["messages"]![0]!["interactive"]!["call_permission_reply"]!["response"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_request_that_nobody_answers_dies_after_seven_days()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Chats.Write(world.Number, World.User, "Hi");
        await world.AskPermissionAsync();
        world.Time.Advance(TimeSpan.FromDays(7));
        Assert.Equal(404, await world.PageAsync(HttpMethod.Post, "/users/%2B12195550714/permission", """{"answer":"accept"}"""));
    }

    [Fact]
    public async Task Who_acts_on_a_newer_request_lets_the_older_one_go()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Chats.Write(world.Number, World.User, "Hi");
        var first = (await world.AskPermissionAsync()).Body["messages"]![0]!["id"]!.GetValue<string>();
        world.Time.Advance(TimeSpan.FromHours(24));
        world.Chats.Write(world.Number, World.User, "Hi");
        await world.AskPermissionAsync();
        Assert.Equal(204, await world.PageAsync(HttpMethod.Post, "/users/%2B12195550714/permission", """{"answer":"refuse"}"""));
        Assert.Equal(404, await world.PageAsync(HttpMethod.Post, "/users/%2B12195550714/permission", $$"""{"request":"{{first}}","answer":"accept"}"""));
    }

    [Fact]
    public async Task A_temporary_permission_runs_out_and_nobody_says_so()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        world.Chats.Write(world.Number, World.User, "Hi");
        await world.AskPermissionAsync();
        world.Chats.Reply(world.Number, World.User, null, Answer.Accept);
        Assert.Equal(("temporary", world.Time.GetUtcNow().AddDays(7).ToUnixTimeSeconds()), await PermissionAsync(world));
        await World.Until(() => world.Webhooks.Waiting == 0, "all webhooks to be delivered");
        var heard = ear.Heard.Count;
        world.Time.Advance(TimeSpan.FromDays(7));
        Assert.Equal(("no_permission", null), await PermissionAsync(world));
        Assert.Equal((heard, 0), (ear.Heard.Count, world.Webhooks.Waiting));
    }

    [Fact]
    public async Task Outside_the_window_a_request_is_taken_and_fails_by_status()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        var said = await world.AskPermissionAsync();
        Assert.Equal(200, said.Status);
        await ear.HearsAsync("messages failed");
        var status = ear.Value("messages failed")["statuses"]![0]!;
        Assert.Equal((said.Body["messages"]![0]!["id"]!.GetValue<string>(), 131047), (status["id"]!.GetValue<string>(), status["errors"]![0]!["code"]!.GetValue<int>()));
        Assert.Empty((JsonArray)(await world.UserAsync())["messages"]!);
        Assert.Equal(["open-window"], world.Sip.Broken);
        // It did not reach the user, so it does not count.
        Assert.Equal((true, 0), await AskAsync(world, 0));
    }

    [Fact]
    public async Task A_call_of_the_user_opens_the_window_too()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Chats.Calls(world.Number, World.User);
        await world.AskPermissionAsync();
        Assert.Empty(world.Sip.Broken);
        Assert.NotNull((await world.UserAsync())["windowUntil"]);
        world.Time.Advance(TimeSpan.FromHours(24));
        Assert.Null((await world.UserAsync())["windowUntil"]);
    }

    [Fact]
    public async Task The_second_request_of_a_day_and_the_third_of_a_week_are_refused_with_138009()
    {
        await using var world = await GraphWorld.StartAsync();
        Assert.Equal(200, (await world.SendAsync(Template)).Status);
        Assert.Equal((false, 1), await AskAsync(world, 0));
        var said = await world.SendAsync(Template);
        Assert.Equal((400, 138009), (said.Status, said.Code));
        Assert.Contains("2026-03-03T09:00:00", said.Error["error_data"]!["details"]!.GetValue<string>(), StringComparison.Ordinal);

        world.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(200, (await world.SendAsync(Template)).Status);
        world.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(138009, (await world.SendAsync(Template)).Code);
        Assert.Equal((false, 2), await AskAsync(world, 1));
        var limit = await LimitAsync(world, "send_call_permission_request", 1);
        Assert.Equal(new DateTimeOffset(2026, 3, 9, 9, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), limit["limit_expiration_time"]!.GetValue<long>());
        Assert.Equal(["ask-limit", "ask-limit"], world.Sip.Broken);

        world.Chats.Connected(world.Number, World.User, byBusiness: false);
        Assert.Equal(200, (await world.SendAsync(Template)).Status);
    }

    [Fact]
    public async Task Of_ten_requests_at_once_one_gets_through()
    {
        await using var world = await GraphWorld.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => world.SendAsync(Template)));
        Assert.Equal(1, answers.Count(a => a.Status == 200));
        Assert.Single((JsonArray)(await world.UserAsync())["messages"]!);
    }

    [Fact]
    public async Task Who_may_call_for_ever_must_not_ask_again()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Chats.Decide(world.Number, World.User, allow: true);
        Assert.Equal(138017, (await world.SendAsync(Template)).Code);
    }

    [Fact]
    public async Task Limits_tell_their_end_only_when_they_are_reached()
    {
        await using var world = await GraphWorld.StartAsync();
        var action = await LimitAsync(world, "start_call", 0);
        Assert.Equal(("PT24H", 100, 0, null), (action["time_period"]!.GetValue<string>(), action["max_allowed"]!.GetValue<int>(), action["current_usage"]!.GetValue<int>(), action["limit_expiration_time"]));
        for (var call = 0; call < 100; call++) world.Chats.Connected(world.Number, World.User, byBusiness: true);
        Assert.Equal(world.Time.GetUtcNow().AddHours(24).ToUnixTimeSeconds(), (await LimitAsync(world, "start_call", 0))["limit_expiration_time"]!.GetValue<long>());
    }

    [Fact]
    public async Task Permissions_may_be_read_five_times_a_second()
    {
        await using var world = await GraphWorld.StartAsync();
        for (var read = 0; read < 5; read++) Assert.Equal(200, (await ReadAsync(world)).Status);
        Assert.Equal((429, 613), await ReadAsync(world) is var said ? (said.Status, said.Code) : default);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await ReadAsync(world)).Status);
    }

    [Fact]
    public async Task A_user_who_hides_the_number_is_asked_by_id_and_answers_without_a_number()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        const string User = "US.13491208655302741918";
        var said = await world.PostAsync(
            $"{GraphWorld.PhoneNumberId}/messages", $$"""{"messaging_product":"whatsapp","recipient":"{{User}}",{{Template}}}""");
        Assert.Equal((User, null, "accepted"), (said.Body["contacts"]![0]!["user_id"]!.GetValue<string>(), said.Body["contacts"]![0]!["wa_id"], said.Body["messages"]![0]!["message_status"]!.GetValue<string>()));
        Assert.Equal(204, await world.PageAsync(HttpMethod.Post, $"/users/{User}/permission", """{"answer":"accept"}"""));
        await ear.HearsAsync("messages call_permission_reply");
        var reply = ear.Value("messages call_permission_reply");
        Assert.Equal((User, null, null), (reply["messages"]![0]!["from_user_id"]!.GetValue<string>(), reply["messages"]![0]!["from"], reply["contacts"]![0]!["wa_id"]));
        Assert.Equal("temporary", (await world.GetAsync($"{GraphWorld.PhoneNumberId}/call_permissions?recipient={User}")).Body["permission"]!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_id_that_a_webhook_gives_for_a_number_leads_to_the_same_user()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        world.Chats.Decide(world.Number, World.User, allow: true);
        await ear.HearsAsync("messages call_permission_reply");
        var id = ear.Value("messages call_permission_reply")["messages"]![0]!["from_user_id"]!.GetValue<string>();
        Assert.Equal("permanent", (await world.GetAsync($"{GraphWorld.PhoneNumberId}/call_permissions?recipient={id}")).Body["permission"]!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_call_button_carries_its_payload_to_the_user_until_it_expires()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Chats.Write(world.Number, World.User, "Hi");
        await world.SendAsync(""" "type":"interactive","interactive":{"type":"voice_call","body":{"text":"Call us"},"action":{"name":"voice_call","parameters":{"display_text":"Call Acme","ttl_minutes":30,"payload":"order 7"}}} """);
        var message = (await world.UserAsync())["messages"]![0]!;
        Assert.Equal(("callButton", "Call us", "Call Acme", "order 7"), (message["kind"]!.GetValue<string>(), message["text"]!.GetValue<string>(), message["button"]!.GetValue<string>(), message["payload"]!.GetValue<string>()));
        Assert.Equal(world.Time.GetUtcNow().AddMinutes(30), message["expiresAt"]!.GetValue<DateTimeOffset>());
    }

    [Theory]
    [InlineData(""" "type":"interactive","interactive":{"type":"voice_call","body":{"text":"x"},"action":{"name":"voice_call","parameters":{"display_text":"more than twenty characters"}}} """, 131009)]
    [InlineData(""" "type":"interactive","interactive":{"type":"voice_call","body":{"text":"x"},"action":{"name":"voice_call","parameters":{"ttl_minutes":43201}}} """, 131009)]
    [InlineData(""" "type":"interactive","interactive":{"type":"voice_call","action":{"name":"voice_call"}} """, 131008)]
    [InlineData(""" "type":"interactive","interactive":{"type":"call_permission_request","action":{"name":"call_permission_request"},"header":{"type":"text","text":"x"}} """, 131009)]
    [InlineData(""" "type":"interactive","interactive":{"type":"call_permission_request"} """, 131008)]
    [InlineData(""" "type":"text","text":{} """, 131008)]
    [InlineData(""" "type":"template","template":{"name":"no_such","language":{"code":"en_US"}} """, 132001)]
    [InlineData(""" "type":"template","template":{"name":"call_permission","language":{"code":"de"}} """, 132001)]
    public async Task A_message_that_Meta_would_not_take_is_refused(string rest, int code)
    {
        await using var world = await GraphWorld.StartAsync();
        world.Chats.Write(world.Number, World.User, "Hi");
        Assert.Equal(code, (await world.SendAsync(rest)).Code);
        Assert.Empty((JsonArray)(await world.UserAsync())["messages"]!);
    }

    [Fact]
    public async Task A_message_needs_its_product_and_a_recipient_who_can_be()
    {
        await using var world = await GraphWorld.StartAsync();
        Assert.Equal(100, (await world.PostAsync($"{GraphWorld.PhoneNumberId}/messages", """{"to":"12195550714","type":"text","text":{"body":"x"}}""")).Code);
        Assert.Equal(131008, (await world.PostAsync($"{GraphWorld.PhoneNumberId}/messages", """{"messaging_product":"whatsapp","type":"text","text":{"body":"x"}}""")).Code);
        Assert.Equal(100, (await world.SendAsync(""" "type":"text","text":{"body":"x"} """, to: "US.1349")).Code);
        Assert.Equal(100, (await world.PostAsync($"{GraphWorld.PhoneNumberId}/messages", "not json")).Code);
    }

    [Fact]
    public async Task A_new_template_is_reviewed_before_it_can_be_sent()
    {
        await using var world = await GraphWorld.StartAsync();
        const string Body = """{"name":"may_we_call","language":"de","category":"UTILITY","components":[{"type":"BODY","text":"Dürfen wir anrufen?"},{"type":"call_permission_request"}]}""";
        var said = await world.PostAsync($"{GraphWorld.AccountId}/message_templates", Body);
        Assert.Equal("PENDING", said.Body["status"]!.GetValue<string>());
        Assert.Equal(100, (await world.PostAsync($"{GraphWorld.AccountId}/message_templates", Body)).Code);
        const string Send = """ "type":"template","template":{"name":"may_we_call","language":{"code":"de"}} """;
        Assert.Equal(132001, (await world.SendAsync(Send)).Code);
        world.Time.Advance(Ringway.Simulator.Graph.Template.Review);
        Assert.Equal("APPROVED", (await world.GetAsync($"{GraphWorld.AccountId}/message_templates?name=may_we_call")).Body["data"]![0]!["status"]!.GetValue<string>());
        Assert.Equal(200, (await world.SendAsync(Send)).Status);
        Assert.True((await world.UserAsync())["messages"]![0]!["asksPermission"]!.GetValue<bool>());
        Assert.Equal(100, (await world.PostAsync($"{GraphWorld.AccountId}/message_templates", """{"name":"x","language":"de","category":"UTILITY","components":[{"type":"call_permission_request"}]}""")).Code);
    }

    [Fact]
    public async Task A_phone_that_is_off_gets_no_delivery_status()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        world.Misbehaviours.Switch("message-undelivered", true);
        await world.SendAsync(Template);
        await World.Until(() => world.Webhooks.Waiting == 0 && !ear.Heard.IsEmpty, "the webhooks to be delivered");
        Assert.Equal(["messages sent"], ear.Names);
    }

    private static Task<Said> ReadAsync(GraphWorld world) => world.GetAsync($"{GraphWorld.PhoneNumberId}/call_permissions?user_wa_id=12195550714");

    private static async Task<(string, long?)> PermissionAsync(GraphWorld world)
    {
        var permission = (await ReadAsync(world)).Body["permission"]!;
        return (permission["status"]!.GetValue<string>(), permission["expiration_time"]?.GetValue<long>());
    }

    private static async Task<JsonNode> LimitAsync(GraphWorld world, string action, int which) =>
        ((JsonArray)(await ReadAsync(world)).Body["actions"]!).Single(a => a!["action_name"]!.GetValue<string>() == action)!["limits"]![which]!;

    private static async Task<(bool May, int Used)> AskAsync(GraphWorld world, int which)
    {
        var action = ((JsonArray)(await ReadAsync(world)).Body["actions"]!).Single(a => a!["action_name"]!.GetValue<string>() == "send_call_permission_request")!;
        return (action["can_perform_action"]!.GetValue<bool>(), action["limits"]![which]!["current_usage"]!.GetValue<int>());
    }
}
