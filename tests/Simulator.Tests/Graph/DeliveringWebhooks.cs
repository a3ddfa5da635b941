using System.Text.Json.Nodes;
using Ringway.Simulator.Graph;
using Ringway.Simulator.Tests.Edge;

namespace Ringway.Simulator.Tests.Graph;

/// <summary>Meta's deliveries: handshake, signature, retries, and what can go wrong with them.</summary>
public sealed class DeliveringWebhooks
{
    [Fact]
    public async Task An_address_is_taken_only_after_the_handshake()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync();
        Assert.Equal(422, await world.PageAsync(HttpMethod.Post, "/webhooks", $$"""{"url":"{{ear.Url}}","verifyToken":"wrong"}"""));
        Assert.Equal(422, await world.PageAsync(HttpMethod.Post, "/webhooks", $$"""{"url":"http://127.0.0.1:{{World.Free().Port}}/"}"""));
        ear.Handshake = _ => (200, "anything");
        Assert.Equal(422, await world.PageAsync(HttpMethod.Post, "/webhooks", $$"""{"url":"{{ear.Url}}"}"""));
        Assert.False((await StateAsync(world))["verified"]!.GetValue<bool>());
        ear.Handshake = request => (200, request.Query["hub.challenge"].ToString());
        Assert.Equal(204, await world.PageAsync(HttpMethod.Post, "/webhooks", $$"""{"url":"{{ear.Url}}"}"""));
        Assert.Equal((true, ear.Url.ToString()), (await StateAsync(world) is var state ? (state["verified"]!.GetValue<bool>(), state["url"]!.GetValue<string>()) : default));
    }

    [Fact]
    public async Task A_configured_address_that_starts_later_gets_what_happened_meanwhile()
    {
        await using var ear = await WebhookEar.StartAsync();
        var honest = ear.Handshake;
        ear.Handshake = _ => (503, "");
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        world.Chats.Write(world.Number, World.User, "Hi");
        Assert.Empty(ear.Heard);
        ear.Handshake = honest;
        await MoveUntilAsync(world, () => ear.Heard.Count == 1);
        Assert.Equal("messages text", Assert.Single(ear.Names));
    }

    [Fact]
    public async Task The_envelope_is_Metas_and_numbers_have_no_plus()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        world.Chats.Name(World.User, "Ana Ünal");
        world.Chats.Write(world.Number, World.User, "Grüße / 😀");
        await ear.HearsAsync("messages text");
        var heard = ear.Heard.Single();
        Assert.Equal(("whatsapp_business_account", GraphWorld.AccountId), (heard["object"]!.GetValue<string>(), heard["entry"]![0]!["id"]!.GetValue<string>()));
        var value = ear.Value("messages text");
        Assert.Equal(("whatsapp", "12145551869", GraphWorld.PhoneNumberId), (value["messaging_product"]!.GetValue<string>(), value["metadata"]!["display_phone_number"]!.GetValue<string>(), value["metadata"]!["phone_number_id"]!.GetValue<string>()));
        Assert.Equal(("Ana Ünal", "12195550714"), (value["contacts"]![0]!["profile"]!["name"]!.GetValue<string>(), value["contacts"]![0]!["wa_id"]!.GetValue<string>()));
        Assert.Equal(("12195550714", "Grüße / 😀", world.Time.GetUtcNow().ToUnixTimeSeconds().ToString()), (value["messages"]![0]!["from"]!.GetValue<string>(), value["messages"]![0]!["text"]!["body"]!.GetValue<string>(), value["messages"]![0]!["timestamp"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_refused_delivery_comes_again_with_growing_waits_and_every_attempt_is_seen()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        await World.Until(() => world.Webhooks.IsVerified, "the handshake");
        ear.Answer = () => 500;
        world.Chats.Write(world.Number, World.User, "Hi");
        await MoveUntilAsync(world, () => Attempts(world).Count >= 4);
        ear.Answer = () => 200;
        await MoveUntilAsync(world, () => world.Webhooks.Waiting == 0);

        var attempts = Attempts(world);
        Assert.Equal(Enumerable.Range(1, attempts.Count), attempts.Select(a => a.Attempt));
        Assert.Equal(["HTTP 500", "HTTP 500", "HTTP 500"], attempts.Take(3).Select(a => a.Error));
        Assert.Equal(200, attempts[^1].Status);
        var waits = attempts.Zip(attempts.Skip(1), (one, next) => next.At - one.At).ToList();
        Assert.All(waits.Zip(Webhooks.Waits), pair => Assert.InRange(pair.First, pair.Second, pair.Second + TimeSpan.FromSeconds(1)));
        Assert.Single(ear.Heard);
    }

    [Fact]
    public async Task Who_does_not_answer_within_20_seconds_hears_it_again()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        await World.Until(() => world.Webhooks.IsVerified, "the handshake");
        using var hold = new ManualResetEventSlim();
        ear.Answer = () => { hold.Wait(TimeSpan.FromSeconds(10)); return 200; };
        world.Chats.Write(world.Number, World.User, "Hi");
        await MoveUntilAsync(world, () => Attempts(world).Count >= 1);
        Assert.Equal((null, "no answer within 20 s"), (Attempts(world)[0].Status, Attempts(world)[0].Error));
        hold.Set();
        await MoveUntilAsync(world, () => world.Webhooks.Waiting == 0);
        Assert.Equal(200, Attempts(world)[^1].Status);
    }

    [Fact]
    public async Task An_app_that_has_not_subscribed_hears_nothing()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        await world.AskAsync(HttpMethod.Delete, $"{GraphWorld.AccountId}/subscribed_apps");
        world.Chats.Write(world.Number, World.User, "Hi");
        await world.PostAsync($"{GraphWorld.AccountId}/subscribed_apps", "{}");
        world.Chats.Decide(world.Number, World.User, allow: true);
        await ear.HearsAsync("messages call_permission_reply");
        Assert.Single(ear.Heard);
    }

    [Fact]
    public async Task A_change_of_settings_is_told_to_all_also_ones_own()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        await world.SetAsync("""{"audio":{"additional_codecs":["PCMU"]}}"""); // not one of those that are told
        await world.SetAsync("""{"call_icon_visibility":"DISABLE_ALL"}""");
        await ear.HearsAsync("account_settings_update phone_number_settings");
        var settings = ear.Value("account_settings_update phone_number_settings")["phone_number_settings"]!;
        Assert.Equal((GraphWorld.PhoneNumberId, "DISABLE_ALL"), (settings["phone_number_id"]!.GetValue<string>(), settings["calling"]!["call_icon_visibility"]!.GetValue<string>()));
        Assert.Single(ear.Heard);
    }

    [Fact]
    public async Task A_restriction_is_told_shown_and_obeyed_for_seven_days()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        world.Chats.Decide(world.Number, World.User, allow: true);
        Assert.Equal(204, await world.PageAsync(HttpMethod.Put, "/misbehaviours/restricted", """{"on":true}"""));
        await ear.HearsAsync("account_update ACCOUNT_RESTRICTION");
        Assert.Equal("RESTRICTED_BUSINESS_INITIATED_CALLING", ear.Value("account_update ACCOUNT_RESTRICTION")["restriction_info"]![0]!["restriction_type"]!.GetValue<string>());
        Assert.Equal(
            world.Time.GetUtcNow().AddDays(7).ToUnixTimeSeconds(), (await world.SettingsAsync())["restrictions"]!["restrictions_list"]![0]!["expiration"]!.GetValue<long>());
        Assert.Equal(403, (await world.Sip.Business.CallAsync()).Final.Status);
        world.Time.Advance(TimeSpan.FromDays(7));
        Assert.Equal(200, (await world.Sip.Business.CallAsync()).Final.Status);
    }

    [Fact]
    public async Task Twice()
    {
        var (ear, world) = await WithAsync("webhook-duplicate");
        await using var _ = ear;
        await using var __ = world;
        world.Chats.Write(world.Number, World.User, "Hi");
        await World.Until(() => ear.Heard.Count == 2, "both");
        Assert.Equal(ear.Heard.First().ToJsonString(), ear.Heard.Last().ToJsonString());
    }

    [Fact]
    public async Task Late()
    {
        var (ear, world) = await WithAsync("webhook-late");
        await using var _ = ear;
        await using var __ = world;
        world.Chats.Write(world.Number, World.User, "Hi");
        await MoveUntilAsync(world, () => ear.Heard.Count == 1);
        var message = ear.Value("messages text")["messages"]![0]!;
        Assert.True(world.Time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(long.Parse(message["timestamp"]!.GetValue<string>())) >= Webhooks.Lateness);
    }

    [Fact]
    public async Task In_the_other_order()
    {
        var (ear, world) = await WithAsync("webhook-reordered");
        await using var _ = ear;
        await using var __ = world;
        world.Chats.Write(world.Number, World.User, "first");
        world.Chats.Write(world.Number, World.User, "second");
        world.Chats.Write(world.Number, World.User, "third");
        await MoveUntilAsync(world, () => ear.Heard.Count == 3);
        Assert.Equal(["second", "first", "third"], ear.Heard.Select(h => h["entry"]![0]!["changes"]![0]!["value"]!["messages"]![0]!["text"]!["body"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Lost_and_then_again()
    {
        var (ear, world) = await WithAsync("webhook-lost");
        await using var _ = ear;
        await using var __ = world;
        world.Chats.Write(world.Number, World.User, "Hi");
        await MoveUntilAsync(world, () => ear.Heard.Count == 1);
        Assert.Equal([1, 2], Attempts(world).Select(a => a.Attempt));
        Assert.Contains("lost", Attempts(world)[0].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_signature_that_is_wrong_and_then_right()
    {
        var (ear, world) = await WithAsync("webhook-forged");
        await using var _ = ear;
        await using var __ = world;
        world.Chats.Write(world.Number, World.User, "Hi");
        await MoveUntilAsync(world, () => ear.Heard.Count == 1);
        Assert.Equal((1, 401), (ear.Forged, Attempts(world)[0].Status));
    }

    [Fact]
    public async Task Beside_one_that_nobody_knows()
    {
        var (ear, world) = await WithAsync("webhook-strange");
        await using var _ = ear;
        await using var __ = world;
        world.Chats.Write(world.Number, World.User, "Hi");
        await World.Until(() => ear.Heard.Count == 2, "both");
        Assert.Contains(ear.Heard, h => h["entry"]![0]!["changes"]![0]!["field"]!.GetValue<string>() == "weather_in_menlo_park");
    }

    private static async Task<(WebhookEar, GraphWorld)> WithAsync(string misbehaviour)
    {
        var ear = await WebhookEar.StartAsync();
        var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        await World.Until(() => world.Webhooks.IsVerified, "the handshake");
        Assert.True(world.Misbehaviours.Switch(misbehaviour, true));
        return (ear, world);
    }

    private static List<Delivery> Attempts(GraphWorld world) => [.. world.Webhooks.Deliveries.Reverse().Where(d => d.Field != "verification")];

    /// <summary>The clock goes in small steps until something that it should bring about has happened.</summary>
    private static Task MoveUntilAsync(GraphWorld world, Func<bool> condition) => World.Until(
        () =>
        {
            if (condition()) return true;
            world.Time.Advance(TimeSpan.FromMilliseconds(250));
            return false;
        },
        "what the passing of time should bring about", TimeSpan.FromSeconds(20));

    private static async Task<JsonNode> StateAsync(GraphWorld world) => JsonNode.Parse(await world.Http.GetStringAsync("/graph"))!["webhooks"]!;
}
