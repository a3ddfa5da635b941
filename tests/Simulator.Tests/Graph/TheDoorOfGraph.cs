using System.Text.Json.Nodes;
using Ringway.Simulator.Graph;

namespace Ringway.Simulator.Tests.Graph;

/// <summary>Who may ask Graph, and how it refuses.</summary>
public sealed class TheDoorOfGraph
{
    [Theory, InlineData(null), InlineData(""), InlineData("EAAG-another")]
    public async Task Without_the_right_token_everything_is_refused_with_190(string? token)
    {
        await using var world = await GraphWorld.StartAsync();
        var said = await world.AskAsync(HttpMethod.Get, $"{GraphWorld.PhoneNumberId}/settings", token: token);
        Assert.Equal((401, 190), (said.Status, said.Code));
        Assert.Equal("OAuthException", said.Error["type"]!.GetValue<string>());
        Assert.NotEmpty(said.Error["message"]!.GetValue<string>());
        Assert.NotEmpty(said.Error["fbtrace_id"]!.GetValue<string>());
    }

    [Theory, InlineData("GET", "999/settings"), InlineData("POST", "999/messages"), InlineData("GET", "999"), InlineData("GET", GraphWorld.PhoneNumberId + "/no_such_edge"), InlineData("POST", GraphWorld.AccountId + "/messages")]
    public async Task An_id_that_is_unknown_or_has_no_such_edge_is_100_with_33(string method, string path)
    {
        await using var world = await GraphWorld.StartAsync();
        var said = await world.AskAsync(new(method), path, method == "POST" ? "{}" : null);
        Assert.Equal((400, 100, 33, "GraphMethodException"), (said.Status, said.Code, said.Error["error_subcode"]!.GetValue<int>(), said.Error["type"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_token_of_another_account_sees_nothing_of_ours()
    {
        await using var world = await GraphWorld.StartAsync(more: new SimulatedAccount("777", "888", "EAAG-other"));
        var said = await world.AskAsync(HttpMethod.Get, $"{GraphWorld.PhoneNumberId}/settings", token: "EAAG-other");
        Assert.Equal((100, 33), (said.Code, said.Error["error_subcode"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Versions_before_17_know_no_calling_and_later_ones_do()
    {
        await using var world = await GraphWorld.StartAsync();
        Assert.Equal(2500, (await world.AskAsync(HttpMethod.Get, $"{GraphWorld.PhoneNumberId}/settings", version: "v16.0")).Code);
        Assert.Equal(200, (await world.AskAsync(HttpMethod.Get, $"{GraphWorld.PhoneNumberId}/settings", version: "v17.0")).Status);
        Assert.Equal(200, (await world.AskAsync(HttpMethod.Get, $"{GraphWorld.PhoneNumberId}/settings", version: "v26.0")).Status);
    }

    [Fact]
    public async Task Too_many_requests_are_refused_with_429_and_the_time_to_wait()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Misbehaviours.Switch("graph-429", true);
        var said = await world.GetAsync($"{GraphWorld.PhoneNumberId}/settings");
        Assert.Equal((429, "2"), (said.Status, said.Raw.Headers.RetryAfter!.ToString()));
    }

    [Fact]
    public async Task A_transient_failure_says_that_it_is_one()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Misbehaviours.Switch("graph-500", true);
        var said = await world.GetAsync($"{GraphWorld.PhoneNumberId}/settings");
        Assert.Equal((500, 2, true), (said.Status, said.Code, said.Error["is_transient"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task An_expired_token_is_190_with_463()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Misbehaviours.Switch("token-expired", true);
        var said = await world.GetAsync($"{GraphWorld.PhoneNumberId}/settings");
        Assert.Equal((401, 190, 463), (said.Status, said.Code, said.Error["error_subcode"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_token_says_whose_it_is_and_what_it_may()
    {
        await using var world = await GraphWorld.StartAsync();
        var facts = (await world.GetAsync($"debug_token?input_token={GraphWorld.Token}")).Body["data"]!;
        Assert.Equal((true, GraphWorld.AppId), (facts["is_valid"]!.GetValue<bool>(), facts["app_id"]!.GetValue<string>()));
        Assert.Equal(["whatsapp_business_management", "whatsapp_business_messaging"], ((JsonArray)facts["scopes"]!).Select(s => s!.GetValue<string>()));
        Assert.Equal(GraphWorld.AccountId, facts["granular_scopes"]![0]!["target_ids"]![0]!.GetValue<string>());
        Assert.False((await world.GetAsync("debug_token?input_token=nonsense")).Body["data"]!["is_valid"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_number_tells_its_fields_and_no_others()
    {
        await using var world = await GraphWorld.StartAsync();
        var all = (await world.GetAsync(GraphWorld.PhoneNumberId)).Body;
        Assert.Equal(["display_phone_number", "id", "quality_rating", "verified_name"], all.Select(f => f.Key).Order());
        Assert.Equal("+1 214-555-1869", all["display_phone_number"]!.GetValue<string>());
        var two = (await world.GetAsync($"{GraphWorld.PhoneNumberId}?fields=status,verified_name")).Body;
        Assert.Equal(("CONNECTED", "Acme", GraphWorld.PhoneNumberId), (two["status"]!.GetValue<string>(), two["verified_name"]!.GetValue<string>(), two["id"]!.GetValue<string>()));
        Assert.Equal(100, (await world.GetAsync($"{GraphWorld.PhoneNumberId}?fields=shoe_size")).Code);
        var listed = (await world.GetAsync($"{GraphWorld.AccountId}/phone_numbers")).Body["data"]!;
        Assert.Equal(GraphWorld.PhoneNumberId, listed[0]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_health_of_a_number_without_SIP_reads_blocked_with_the_two_errors()
    {
        await using var world = await GraphWorld.StartAsync();
        Assert.Equal(("AVAILABLE", "AVAILABLE AVAILABLE"), await HealthAsync());
        await world.SetAsync("""{"sip":{"status":"DISABLED","servers":[]}}""");
        Assert.Equal(("BLOCKED", "BLOCKED 138024 BLOCKED 138025"), await HealthAsync());

        async Task<(string, string)> HealthAsync()
        {
            var health = (await world.GetAsync($"{GraphWorld.PhoneNumberId}?fields=health_status")).Body["health_status"]!;
            var sip = ((JsonArray)health["entities"]!).Where(e => e!["can_receive_call_sip"] is not null)
                .Select(e => e!["can_receive_call_sip"] + (e["errors"] is { } errors ? $" {errors[0]!["error_code"]}" : ""));
            return (health["can_send_message"]!.GetValue<string>(), string.Join(' ', sip));
        }
    }

    [Fact]
    public async Task Calls_by_Graph_are_refused_while_SIP_is_on()
    {
        await using var world = await GraphWorld.StartAsync();
        var said = await world.PostAsync($"{GraphWorld.PhoneNumberId}/calls", """{"messaging_product":"whatsapp","to":"12195550714","action":"connect"}""");
        Assert.Equal((400, 131055), (said.Status, said.Code));
        Assert.Equal("whatsapp", said.Error["error_data"]!["messaging_product"]!.GetValue<string>());
        await world.SetAsync("""{"status":"DISABLED","sip":{"status":"DISABLED"}}""");
        Assert.Equal((401, 138000), await world.PostAsync($"{GraphWorld.PhoneNumberId}/calls", "{}") is var off ? (off.Status, off.Code) : default);
    }

    [Fact]
    public async Task An_app_subscribes_and_leaves()
    {
        await using var world = await GraphWorld.StartAsync();
        Assert.Empty((JsonArray)(await world.GetAsync($"{GraphWorld.AccountId}/subscribed_apps")).Body["data"]!);
        Assert.True((await world.PostAsync($"{GraphWorld.AccountId}/subscribed_apps", "{}")).Body["success"]!.GetValue<bool>());
        var apps = (await world.GetAsync($"{GraphWorld.AccountId}/subscribed_apps")).Body["data"]!;
        Assert.Equal(GraphWorld.AppId, apps[0]!["whatsapp_business_api_data"]!["id"]!.GetValue<string>());
        await world.AskAsync(HttpMethod.Delete, $"{GraphWorld.AccountId}/subscribed_apps");
        Assert.Empty((JsonArray)(await world.GetAsync($"{GraphWorld.AccountId}/subscribed_apps")).Body["data"]!);
    }

    [Fact]
    public async Task Each_request_is_written_down_without_its_query()
    {
        await using var world = await GraphWorld.StartAsync();
        await world.GetAsync($"debug_token?input_token={GraphWorld.Token}");
        await world.AskAsync(HttpMethod.Get, "999", token: "wrong");
        var log = (JsonArray)JsonNode.Parse(await world.Http.GetStringAsync("/graph"))!["requests"]!;
        Assert.Equal(["/v25.0/999 401 190", "/v25.0/debug_token 200 "], log.Select(r => $"{r!["path"]} {r["status"]} {r["code"]}"));
    }
}
