using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Ringway.Simulator.Tests.Real;

/// <summary>The HTTP API as tests and the handset's page use it.</summary>
[Trait("needs", "asterisk"), Collection("real world")]
public sealed class Api(RealWorld world) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new($"http://127.0.0.1:{world.Options.WebPort}") };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_change_of_a_call_is_told_on_the_events_socket()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new($"ws://127.0.0.1:{world.Options.WebPort}/events"), Ct);
        var answer = await _http.PostAsJsonAsync("/calls", new { from = "+12195550720", name = "Nia", hangUpAfter = 0.5, headers = new Dictionary<string, string> { ["x-wa-meta-cta-payload"] = "order 7" } }, Ct);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var id = (await answer.Content.ReadFromJsonAsync<JsonObject>(Ct))!["id"]!.GetValue<string>();

        var states = new List<string>();
        var buffer = new byte[64 * 1024];
        while (!states.Contains("over"))
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do length += (part = await socket.ReceiveAsync(buffer.AsMemory(length), Ct)).Count;
            while (!part.EndOfMessage);
            var message = JsonNode.Parse(buffer.AsSpan(0, length))!;
            if (message["call"]!["id"]!.GetValue<string>() == id) states.Add(message["call"]!["state"]!.GetValue<string>().ToLowerInvariant());
        }
        Assert.Equal(["arriving", "talking", "over"], states.Distinct().Where(s => s != "ringing"));
        var call = (await _http.GetFromJsonAsync<JsonObject>($"/calls/{id}", Ct))!;
        Assert.Equal(("Nia", "userInitiated", 200), (call["userName"]!.GetValue<string>(), call["direction"]!.GetValue<string>(), call["finalStatus"]!.GetValue<int>()));
        await world.EmptyAsync();
    }

    [Theory]
    [InlineData("""{"to":"+19990000000"}""", 404, "no-such-business")]
    [InlineData("""{"from":"sip:evil@example.com"}""", 400, "bad-number")]
    [InlineData("""{"headers":{"X-A: b\r\nX-C":"d"}}""", 400, "bad-header")]
    public async Task A_call_that_cannot_be_is_refused_in_words(string order, int status, string code)
    {
        var answer = await _http.PostAsync("/calls", new StringContent(order, null, "application/json"), Ct);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>(Ct))!;
        Assert.Equal((status, code), ((int)answer.StatusCode, problem["code"]!.GetValue<string>()));
        Assert.NotEmpty(problem["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_page_gets_credentials_and_the_lines_it_may_call()
    {
        var page = (await (await _http.PostAsJsonAsync("/handset", new { name = "Ana", number = "+15550102000" }, Ct)).Content.ReadFromJsonAsync<JsonObject>(Ct))!;
        Assert.Equal(("sip:h-15550102000@handsets", "/sip", "sip:handsets"), (page["uri"]!.GetValue<string>(), page["socket"]!.GetValue<string>(), page["registrar"]!.GetValue<string>()));
        Assert.Equal(RealWorld.Sdes, page["lines"]![0]!["number"]!.GetValue<string>());
        Assert.Contains("h-15550102000", await world.Simulator.Asterisk.ConsoleAsync("pjsip show endpoints", Ct), StringComparison.Ordinal);

        using var sip = new ClientWebSocket();
        sip.Options.AddSubProtocol("sip");
        await sip.ConnectAsync(new($"ws://127.0.0.1:{world.Options.WebPort}/sip"), Ct);
        Assert.Equal("sip", sip.SubProtocol);
        await sip.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Ct);
    }

    [Fact]
    public async Task Rules_can_be_switched_by_name_only()
    {
        Assert.Equal(HttpStatusCode.NoContent, (await _http.PutAsJsonAsync("/rules/ptime", new { on = false }, Ct)).StatusCode);
        var rules = (await _http.GetFromJsonAsync<JsonArray>("/rules", Ct))!;
        Assert.Equal(["ptime"], rules.Where(r => !r!["on"]!.GetValue<bool>()).Select(r => r!["id"]!.GetValue<string>()));
        await _http.PutAsJsonAsync("/rules/ptime", new { on = true }, Ct);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.PutAsJsonAsync("/rules/no-such-rule", new { on = false }, Ct)).StatusCode);
    }

    [Fact]
    public async Task Scripts_come_and_go()
    {
        await _http.PutAsJsonAsync("/handsets/%2B12195550721", new { decline = true, answerAfter = 2 }, Ct);
        Assert.Equal("decline", (await _http.GetFromJsonAsync<JsonObject>("/handsets", Ct))!["+12195550721"]!["reaction"]!.GetValue<string>());
        await _http.PutAsJsonAsync("/handsets/%2B12195550721", new { }, Ct);
        Assert.Null((await _http.GetFromJsonAsync<JsonObject>("/handsets", Ct))!["+12195550721"]);
    }

    [Fact]
    public async Task Graph_is_served_where_pages_are_and_knows_only_accounts()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await _http.GetAsync("/v25.0/106540352242922/settings", Ct)).StatusCode);
        var user = (await _http.GetFromJsonAsync<JsonObject>("/users/%2B12195550722", Ct))!;
        Assert.Equal([RealWorld.Sdes, RealWorld.Dtls], user["businesses"]!.AsArray().Select(b => b!["number"]!.GetValue<string>()));
        Assert.Equal("permanent", user["businesses"]![0]!["permission"]!.GetValue<string>()); // without account no permission is needed
        Assert.Empty((await _http.GetFromJsonAsync<JsonObject>("/graph", Ct))!["numbers"]!.AsArray());
    }

    [Fact]
    public async Task Ari_is_not_served_where_pages_are()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("/ari/handsets", Ct)).StatusCode);
    }

    public void Dispose() => _http.Dispose();
}
