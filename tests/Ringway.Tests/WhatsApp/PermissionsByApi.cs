using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Ringway.Tests.Api;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Tests.WhatsApp;

public sealed class PermissionsByApi
{
    private readonly PlayedMeta _meta = new();

    [Fact]
    public async Task A_permission_looks_to_pages_as_the_contract_says()
    {
        var until = TimeProvider.System.GetUtcNow().AddDays(3);
        _meta.Says = () => Task.FromResult(PermissionCast.Yes(until));
        await using var host = await StartAsync();
        var page = await host.SignInAsync();

        var permission = await page.JsonAsync("/api/v1/permission?to=%2B4915112345678&line=main");

        Assert.Equal(
            ["user", "line", "state", "until", "mayCall", "mayAsk", "sentence", "why", "requestsLeftToday", "requestsLeftThisWeek", "callsLeftToday",
                "unanswered", "windowUntil", "askedAt", "checkedAt"],
            permission.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("+4915112345678", "main", "temporary", until), (permission.GetProperty("user").GetString(), permission.GetProperty("line").GetString(),
            permission.GetProperty("state").GetString(), permission.GetProperty("until").GetDateTimeOffset()));
        Assert.Equal((true, JsonValueKind.Null, 1, 2, 100), (permission.GetProperty("mayCall").GetBoolean(), permission.GetProperty("why").ValueKind,
            permission.GetProperty("requestsLeftToday").GetInt32(), permission.GetProperty("requestsLeftThisWeek").GetInt32(), permission.GetProperty("callsLeftToday").GetInt32()));
        Assert.StartsWith("You may call until ", permission.GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("to=0151&line=main", 400, "bad-number")]
    [InlineData("line=main", 400, "bad-number")]
    [InlineData("to=%2B4915112345678&line=other", 409, "no-line")]
    public async Task What_cannot_be_looked_up_is_refused_with_a_code(string query, int status, string code)
    {
        await using var host = await StartAsync();
        var page = await host.SignInAsync();

        var answer = await page.GetAsync($"/api/v1/permission?{query}");

        Assert.Equal((status, code), ((int)answer.StatusCode, await CodeAsync(answer)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.NewPage().GetAsync($"/api/v1/permission?{query}")).StatusCode);
    }

    [Fact]
    public async Task A_user_with_an_id_in_place_of_a_number_can_be_looked_up()
    {
        await using var host = await StartAsync();
        var page = await host.SignInAsync();

        Assert.Equal("none", (await page.JsonAsync("/api/v1/permission?to=US.13491208655302741918")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Asking_outside_the_window_needs_a_template_and_is_told_to_every_page()
    {
        await using var host = await StartAsync();
        var (ada, bob) = (await host.SignInAsync(), await host.SignInAsync("bob"));
        using var ear = await bob.ListenAsync();
        await ear.HearAsync("hello");

        var without = await ada.PostAsync("/api/v1/permission/ask", new { to = "+4915112345678", text = "May we?" });
        Assert.Equal((HttpStatusCode.Conflict, "needs-template"), (without.StatusCode, await CodeAsync(without)));
        var sent = await ada.PostAsync("/api/v1/permission/ask", new { to = "+4915112345678", line = "main", template = "may_we_call" });
        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        Assert.Equal("asked", (await sent.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString());
        var again = await ada.PostAsync("/api/v1/permission/ask", new { to = "+4915112345678", template = "may_we_call" });
        Assert.Equal((HttpStatusCode.Conflict, "ask-limit"), (again.StatusCode, await CodeAsync(again)));

        var told = await ear.HearAsync("permission");
        while (told.GetProperty("permission").GetProperty("state").GetString() != "asked") told = await ear.HearAsync("permission");
    }

    [Fact]
    public async Task A_button_goes_out_while_the_window_is_open()
    {
        await using var host = await StartAsync();
        var page = await host.SignInAsync();
        object request = new { to = "+4915112345678", text = "Call us", button = "Call now", payload = "order-7" };

        var closed = await page.PostAsync("/api/v1/permission/button", request);
        Assert.Equal((HttpStatusCode.Conflict, "no-window"), (closed.StatusCode, await CodeAsync(closed)));
        await host.Part<PermissionBook>().HearAsync("main", PermissionCast.Carla, null, new PermissionEvent.UserCame(TimeProvider.System.GetUtcNow()), default);
        var sent = await page.PostAsync("/api/v1/permission/button", request);

        Assert.Equal("wamid.sent", (await sent.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString());
        foreach (var bad in new object[] { new { to = "+4915112345678" }, new { to = "+4915112345678", text = "x", button = new string('x', 21) }, new { to = "+4915112345678", text = "x", payload = new string('x', 513) } })
            Assert.Equal("bad-request", await CodeAsync(await page.PostAsync("/api/v1/permission/button", bad)));
    }

    [Fact]
    public async Task A_line_without_Graph_says_so()
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();

        var permission = await page.JsonAsync("/api/v1/permission?to=%2B4915112345678");
        Assert.Equal(("unknown", true, false), (permission.GetProperty("state").GetString(), permission.GetProperty("mayCall").GetBoolean(), permission.GetProperty("mayAsk").GetBoolean()));
        Assert.Equal("no-graph", await CodeAsync(await page.PostAsync("/api/v1/permission/ask", new { to = "+4915112345678" })));
        Assert.Equal("no-graph", await CodeAsync(await page.PostAsync("/api/v1/permission/button", new { to = "+4915112345678", text = "x" })));
    }

    [Fact]
    public async Task What_Meta_refuses_is_a_bad_gateway_with_cause_and_cure()
    {
        _meta.Sends = () => throw new MetaRefusedException(131030, "The number is not on the list. Put it there.");
        await using var host = await StartAsync();
        var page = await host.SignInAsync();

        var answer = await page.PostAsync("/api/v1/permission/ask", new { to = "+4915112345678", template = "t" });

        Assert.Equal((HttpStatusCode.BadGateway, "meta-refused"), (answer.StatusCode, await CodeAsync(answer)));
    }

    [Fact]
    public async Task A_link_calls_the_line_and_carries_the_payload()
    {
        await using var host = await StartAsync();
        var page = await host.SignInAsync();

        Assert.Equal("https://wa.me/call/15550001000", (await page.JsonAsync("/api/v1/calllink")).GetProperty("url").GetString());
        Assert.Equal("https://wa.me/call/15550001000?biz_payload=a%20b%26c", (await page.JsonAsync("/api/v1/calllink?line=main&payload=a%20b%26c")).GetProperty("url").GetString());
        Assert.Equal("no-line", await CodeAsync(await page.GetAsync("/api/v1/calllink?line=other")));
    }

    private Task<TestHost> StartAsync() => TestHost.StartAsync(
        Payloads.WithAccount, adjust: builder => builder.Services.AddSingleton<ICallPermissionSource>(_meta));

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
}
