using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Ringway.Tests.Api;

public sealed class SigningIn
{
    [Fact]
    public async Task Who_signs_in_gets_a_token_and_a_cookie_that_no_script_and_no_other_site_can_use()
    {
        await using var host = await TestHost.StartAsync();
        var page = host.NewPage();

        var answer = await page.PostAsync("/api/v1/session", new { agent = "ada", password = TestHost.AdasPassword });

        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("Ada", body.GetProperty("agent").GetProperty("name").GetString());
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.StartsWith("ringway_session=" + body.GetProperty("token").GetString(), cookie);
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=strict", cookie);
        var me = await page.JsonAsync("/api/v1/session");
        Assert.Equal("ada", me.GetProperty("agent").GetProperty("id").GetString());
        Assert.True(me.GetProperty("ready").GetBoolean());
        Assert.Equal(JsonValueKind.Null, me.GetProperty("line").ValueKind);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_agent_are_told_in_the_same_words()
    {
        await using var host = await TestHost.StartAsync();
        var page = host.NewPage();

        var wrong = await page.PostAsync("/api/v1/session", new { agent = "ada", password = "not hers" });
        var unknown = await page.PostAsync("/api/v1/session", new { agent = "eve", password = "not hers" });

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal("application/problem+json", wrong.Content.Headers.ContentType!.MediaType);
        var text = await wrong.Content.ReadAsStringAsync();
        Assert.Contains("\"code\":\"wrong-sign-in\"", text);
        Assert.Equal(WithoutTrace(text), WithoutTrace(await unknown.Content.ReadAsStringAsync()));

        static string WithoutTrace(string problem) => System.Text.RegularExpressions.Regex.Replace(problem, "\"traceId\":\"[^\"]*\"", "");
    }

    [Fact]
    public async Task After_ten_wrong_tries_even_the_right_password_waits_a_minute()
    {
        await using var host = await TestHost.StartAsync();
        var page = host.NewPage();
        for (var i = 0; i < 10; i++) await page.PostAsync("/api/v1/session", new { agent = "ada", password = $"guess {i}" });

        var answer = await page.PostAsync("/api/v1/session", new { agent = "ada", password = TestHost.AdasPassword });

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains("too-many-tries", await answer.Content.ReadAsStringAsync());
        (await page.PostAsync("/api/v1/session", new { agent = "bob", password = TestHost.BobsPassword })).EnsureSuccessStatusCode();
    }

    [Theory]
    [InlineData("GET", "/api/v1/session")]
    [InlineData("DELETE", "/api/v1/session")]
    [InlineData("POST", "/api/v1/line")]
    [InlineData("PUT", "/api/v1/presence")]
    [InlineData("GET", "/api/v1/agents")]
    [InlineData("GET", "/api/v1/lines")]
    [InlineData("GET", "/api/v1/calls")]
    [InlineData("POST", "/api/v1/calls")]
    [InlineData("DELETE", "/api/v1/calls/n1-1")]
    [InlineData("GET", "/api/v1/history")]
    [InlineData("GET", "/api/v1/events")]
    [InlineData("GET", "/sip")]
    public async Task Nothing_of_the_desk_is_there_for_strangers(string method, string path)
    {
        await using var host = await TestHost.StartAsync();

        var answer = await host.NewPage().Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("not-signed-in", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_script_signs_in_once_and_shows_its_token()
    {
        await using var host = await TestHost.StartAsync();
        var token = (await host.SignInAsync()).Token;
        using var script = new HttpClient { BaseAddress = host.Address };
        script.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        var me = await script.GetFromJsonAsync<JsonElement>("/api/v1/session");

        Assert.Equal("ada", me.GetProperty("agent").GetProperty("id").GetString());
    }

    [Fact]
    public async Task Signing_out_ends_the_token_the_phone_and_the_page()
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();
        (await page.PostAsync("/api/v1/line")).EnsureSuccessStatusCode();
        using var ear = await page.ListenAsync();
        await ear.HearAsync("hello");
        var token = page.Token;

        Assert.Equal(HttpStatusCode.NoContent, (await page.DeleteAsync("/api/v1/session")).StatusCode);

        Assert.Equal("signed-out", (await ear.HearAsync("bye")).GetProperty("reason").GetString());
        Assert.Null(await ear.HearAsync());
        Assert.Empty(host.Lines.There);
        using var script = new HttpClient { BaseAddress = host.Address };
        script.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Assert.Equal(HttpStatusCode.Unauthorized, (await script.GetAsync("/api/v1/session")).StatusCode);
    }

    [Fact]
    public async Task Another_sites_page_can_use_the_cookie_for_nothing()
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();
        page.Http.DefaultRequestHeaders.Add("Origin", "https://evil.example");

        var answer = await page.PostAsync("/api/v1/calls", new { to = "+4915112345678" });

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("wrong-origin", await answer.Content.ReadAsStringAsync());
        Assert.Empty(host.Calls.Asked);
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => page.ListenAsync("https://evil.example"));
        using var own = await page.ListenAsync($"http://{host.Options.Listen}");
    }

    [Fact]
    public async Task A_restart_signs_nobody_out()
    {
        var folder = Directory.CreateTempSubdirectory("ringway-host-").FullName;
        var before = await TestHost.StartAsync(folder: folder);
        var page = await before.SignInAsync();
        await page.PutAsync("/api/v1/presence", new { ready = false });
        await before.StopAsync();

        await using var after = await TestHost.StartAsync(folder: folder);
        using var script = new HttpClient { BaseAddress = after.Address };
        script.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", page.Token);

        var me = await script.GetFromJsonAsync<JsonElement>("/api/v1/session");
        Assert.Equal("ada", me.GetProperty("agent").GetProperty("id").GetString());
        Assert.False(me.GetProperty("ready").GetBoolean());
    }
}
