using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Ringway.Calls;
using Ringway.Options;

namespace Ringway.Tests.Api;

public class BotsByApi
{
    private const string Token = "ivy-has-this-token";

    [Fact]
    public async Task A_bot_gives_its_call_away_in_its_own_name()
    {
        await using var host = await StartAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await AskAsync(host, Token, HttpMethod.Post, "calls/n1-1/transfer", new { team = "help" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await AskAsync(host, Token, HttpMethod.Put, "calls/n1-1/hold")).StatusCode);

        Assert.Equal([new CallEvent.TeamTransferAsked(new("ivy"), "help"), new CallEvent.HoldAsked(new("ivy"))], host.Calls.InCalls.Select(heard => heard.Asked));
    }

    [Theory]
    [InlineData(Token, "GET", "history")]
    [InlineData(Token, "GET", "calls")]
    [InlineData(Token, "POST", "line")]
    [InlineData(Token, "PUT", "presence")]
    [InlineData("ivy-has-no-such-token", "PUT", "calls/n1-1/hold")]
    [InlineData("", "PUT", "calls/n1-1/hold")]
    public async Task Nothing_else_is_open_to_it_nor_this_to_anybody_else(string token, string method, string path)
    {
        await using var host = await StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(host, token, new(method), path, method == "GET" ? null : new { })).StatusCode);
        Assert.Empty(host.Calls.InCalls);
    }

    private static Task<TestHost> StartAsync() => TestHost.StartAsync(options => options with
    {
        Teams = [new() { Id = "help" }],
        Bots = [new() { Id = "max", Url = "wss://bots.example.com/max" }, new() { Id = "ivy", Url = "wss://bots.example.com/ivy", Token = new(Token) }],
    });

    private static async Task<HttpResponseMessage> AskAsync(TestHost host, string token, HttpMethod method, string path, object? body = null)
    {
        using var http = new HttpClient { BaseAddress = new Uri(host.Address, "api/v1/") };
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request);
    }
}
