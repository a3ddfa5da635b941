using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Ringway.Simulator.Tests.Edge;

namespace Ringway.Simulator.Tests.Graph;

/// <summary>What the handset's page asks and hears about users, Graph and misbehaviours.</summary>
public sealed class ThePageOfAUser
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stranger_has_a_name_of_digits_and_nothing_allowed()
    {
        await using var world = await GraphWorld.StartAsync();
        var user = JsonNode.Parse(await world.Http.GetStringAsync("/users/%2B15550102000", Ct))!;
        Assert.Equal(("+15550102000", "15550102000"), (user["user"]!.GetValue<string>(), user["name"]!.GetValue<string>()));
        Assert.Equal(
            $$"""{"number":"{{World.Number}}","name":"Acme","permission":"none","until":null,"unanswered":0,"windowUntil":null,"messages":[]}""", user["businesses"]![0]!.ToJsonString().Replace("\\u002B", "+", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Grant_and_revoke_are_done_in_the_profile_without_a_request()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        Assert.Equal(204, await world.PageAsync(HttpMethod.Post, "/users/%2B12195550714/permission", """{"answer":"grant"}"""));
        Assert.Equal("permanent", (await world.UserAsync())["permission"]!.GetValue<string>());
        await ear.HearsAsync("messages call_permission_reply");
        Assert.Null(ear.Value("messages call_permission_reply")["messages"]![0]!["context"]);
        Assert.Equal(204, await world.PageAsync(HttpMethod.Post, "/users/%2B12195550714/permission", $$"""{"business":"{{World.Number}}","answer":"revoke"}"""));
        Assert.Equal("none", (await world.UserAsync())["permission"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/users/%2B12195550714/permission", """{"answer":"accept"}""", 404)]
    [InlineData("/users/%2B12195550714/permission", """{"answer":"perhaps"}""", 400)]
    [InlineData("/users/%2B12195550714/permission", """{"business":"+19990000000","answer":"grant"}""", 404)]
    [InlineData("/users/a%40b/permission", """{"answer":"grant"}""", 400)]
    [InlineData("/users/%2B12195550714/message", """{"business":"+19990000000"}""", 404)]
    [InlineData("/webhooks", """{"url":"ftp://example.com"}""", 422)]
    public async Task What_cannot_be_is_refused(string path, string body, int status)
    {
        await using var world = await GraphWorld.StartAsync();
        Assert.Equal(status, await world.PageAsync(HttpMethod.Post, path, body));
    }

    [Fact]
    public async Task A_word_of_the_user_opens_the_window()
    {
        await using var world = await GraphWorld.StartAsync();
        Assert.Equal(204, await world.PageAsync(HttpMethod.Post, "/users/%2B12195550714/message", "{}"));
        Assert.Equal(world.Time.GetUtcNow().AddHours(24), (await world.UserAsync())["windowUntil"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task Misbehaviours_are_switched_by_name()
    {
        await using var world = await GraphWorld.StartAsync();
        Assert.Equal(204, await world.PageAsync(HttpMethod.Put, "/misbehaviours/ack-withheld", """{"on":true}"""));
        var all = (JsonArray)JsonNode.Parse(await world.Http.GetStringAsync("/misbehaviours", Ct))!;
        Assert.Equal(["srtp-reset", "ack-withheld", "digest-md5-only"], all.Where(m => m!["on"]!.GetValue<bool>()).Select(m => m!["id"]!.GetValue<string>()));
        Assert.All(all, m => Assert.True(m!["text"]!.GetValue<string>().Length > 10 && m["source"]!.GetValue<string>().Length > 3));
        Assert.Equal(404, await world.PageAsync(HttpMethod.Put, "/misbehaviours/kindness", """{"on":true}"""));
    }

    [Fact]
    public async Task Graph_is_shown_without_passwords()
    {
        await using var world = await GraphWorld.StartAsync();
        var text = await world.Http.GetStringAsync("/graph", Ct);
        Assert.Equal(GraphWorld.PhoneNumberId, JsonNode.Parse(text)!["numbers"]![0]!["phoneNumberId"]!.GetValue<string>());
        Assert.DoesNotContain(World.Password, text, StringComparison.Ordinal);
        Assert.DoesNotContain(GraphWorld.Token, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_and_Graph_are_told_on_the_events_socket()
    {
        await using var ear = await WebhookEar.StartAsync();
        await using var world = await GraphWorld.StartAsync(webhookUrl: ear.Url);
        await World.Until(() => world.Webhooks.IsVerified, "the handshake");
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(world.Http.BaseAddress!) { Scheme = "ws", Path = "/events" }.Uri, Ct);
        await world.GetAsync($"{GraphWorld.PhoneNumberId}/settings");
        world.Chats.Write(world.Number, World.User, "Hi");

        var heard = new List<string>();
        var buffer = new byte[64 * 1024];
        while (heard.Count < 3)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), Ct);
            var message = JsonNode.Parse(buffer.AsSpan(0, part.Count))!;
            heard.Add($"{message["type"]} {message["user"]?["user"]}{message["request"]?["path"]}{message["delivery"]?["event"]}");
        }
        Assert.Equal([$"graph /v25.0/{GraphWorld.PhoneNumberId}/settings", $"user {World.User}", "graph text"], heard);
    }
}
