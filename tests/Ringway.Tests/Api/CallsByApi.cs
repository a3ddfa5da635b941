using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Switchboard;
using Ringway.Store;

namespace Ringway.Tests.Api;

public sealed class CallsByApi
{
    [Fact]
    public async Task A_call_is_placed_for_who_is_signed_in_and_answered_with_its_id()
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();

        var answer = await page.PostAsync("/api/v1/calls", new { to = "+49 151 1234-5678", line = "main" });

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("n1-7", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString());
        var asked = Assert.Single(host.Calls.Asked);
        Assert.Equal(("ada", "+4915112345678", "main"), (asked.By.Value, asked.To.E164, asked.Line));
    }

    [Theory]
    [InlineData("{\"to\":\"0151 1234\"}", 400, "bad-number")]
    [InlineData("{\"to\":\"+1\"}", 400, "bad-number")]
    [InlineData("{}", 400, "bad-number")]
    [InlineData("{\"to\":\"+4915112345678\",\"line\":\"other\"}", 409, "no-line")]
    [InlineData("not json", 400, "bad-request")]
    public async Task A_call_that_cannot_be_is_refused_with_a_code(string body, int status, string code)
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();

        var answer = await page.Http.PostAsync("/api/v1/calls", new StringContent(body, null, "application/json"));

        Assert.Equal(status, (int)answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.Empty(host.Calls.Asked);
    }

    [Theory]
    [InlineData("agent-busy", 409)]
    [InlineData("not-registered", 409)]
    [InlineData("no-permission", 403)]
    [InlineData("trunk-down", 503)]
    public async Task What_the_switchboard_refuses_keeps_its_code_and_its_words(string code, int status)
    {
        await using var host = await TestHost.StartAsync();
        host.Calls.Answer = new PlaceResult.Refused(code, "In plain words.");
        var page = await host.SignInAsync();

        var answer = await page.PostAsync("/api/v1/calls", new { to = "+4915112345678" });

        Assert.Equal(status, (int)answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((code, "In plain words."), (problem.GetProperty("code").GetString(), problem.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task Somebody_elses_call_cannot_be_hung_up()
    {
        await using var host = await TestHost.StartAsync();
        host.Part<CallBoard>().Publish(CallView.From(Example.Call("n1-1")));
        var (ada, bob) = (await host.SignInAsync("ada"), await host.SignInAsync("bob"));

        var bobs = await bob.DeleteAsync("/api/v1/calls/n1-1");

        Assert.Equal(HttpStatusCode.Forbidden, bobs.StatusCode);
        Assert.Contains("not-your-call", await bobs.Content.ReadAsStringAsync());
        Assert.Empty(host.Calls.HungUp);
        Assert.Equal(HttpStatusCode.NoContent, (await ada.DeleteAsync("/api/v1/calls/n1-1")).StatusCode);
        Assert.Equal("ada", Assert.Single(host.Calls.HungUp).By.Value);
    }

    [Theory]
    [InlineData("PUT", "hold", null, typeof(CallEvent.HoldAsked))]
    [InlineData("DELETE", "hold", null, typeof(CallEvent.ResumeAsked))]
    [InlineData("POST", "transfer", "bob", typeof(CallEvent.TransferAsked))]
    [InlineData("POST", "consult", "bob", typeof(CallEvent.ConsultAsked))]
    [InlineData("DELETE", "consult", null, typeof(CallEvent.ConsultCancelled))]
    [InlineData("POST", "consult/complete", null, typeof(CallEvent.ConsultCompleted))]
    [InlineData("PUT", "park", null, typeof(CallEvent.ParkAsked))]
    [InlineData("DELETE", "park", null, typeof(CallEvent.FetchAsked))]
    [InlineData("POST", "consult/swap", null, typeof(CallEvent.SwapAsked))]
    [InlineData("POST", "consult/merge", null, typeof(CallEvent.MergeAsked))]
    public async Task What_is_asked_of_a_call_reaches_it_in_the_name_of_who_is_signed_in(string method, string what, string? to, Type asked)
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync("ada");

        var answer = await page.SendAsync(new(method), $"/api/v1/calls/n1-1/{what}", to is null ? null : new { to });

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var heard = Assert.Single(host.Calls.InCalls);
        Assert.Equal(("n1-1", asked), (heard.Call, heard.Asked.GetType()));
        Assert.Contains("By = ada", heard.Asked.ToString(), StringComparison.Ordinal);
        if (to is not null) Assert.Contains("To = bob", heard.Asked.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_colleague_is_dropped_by_name()
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync("ada");

        Assert.Equal(HttpStatusCode.NoContent, (await page.SendAsync(HttpMethod.Delete, "/api/v1/calls/n1-1/consult/bob", null)).StatusCode);

        Assert.Equal(new CallEvent.ConsultCancelled(new("ada"), new AgentId("bob")), Assert.Single(host.Calls.InCalls).Asked);
    }

    [Fact]
    public async Task A_call_is_given_to_a_colleague_a_team_or_a_menu_and_not_to_two_of_them()
    {
        await using var host = await TestHost.StartAsync(options => options with { Teams = [new() { Id = "help", Overflow = "near" }, new() { Id = "near", Agents = ["bob"] }] });
        var page = await host.SignInAsync("ada");

        Assert.Equal(HttpStatusCode.NoContent, (await page.PostAsync("/api/v1/calls/n1-1/transfer", new { team = "help" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await page.PostAsync("/api/v1/calls/n1-1/transfer", new { team = "near" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await page.PostAsync("/api/v1/calls/n1-1/transfer", new { menu = "first" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await page.PostAsync("/api/v1/calls/n1-1/transfer", new { team = "help", to = "bob" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await page.PostAsync("/api/v1/calls/n1-1/transfer", new { })).StatusCode);

        Assert.Equal(
            [
                new CallEvent.TeamTransferAsked(new("ada"), "help", MayPassOn: true), new CallEvent.TeamTransferAsked(new("ada"), "near"),
                new CallEvent.MenuTransferAsked(new("ada"), "first"),
            ],
            host.Calls.InCalls.Select(heard => heard.Asked));
    }

    [Fact]
    public async Task What_cannot_be_done_with_a_call_is_said_in_words_and_a_transfer_names_somebody_else()
    {
        await using var host = await TestHost.StartAsync();
        host.Calls.Refuses = new("agent-busy", "Bob is in a call.");
        var page = await host.SignInAsync("ada");

        var busy = await page.PostAsync("/api/v1/calls/n1-1/transfer", new { to = "bob" });
        Assert.Equal(HttpStatusCode.Conflict, busy.StatusCode);
        Assert.Contains("Bob is in a call.", await busy.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, (await page.PostAsync("/api/v1/calls/n1-1/transfer", new { to = "ada" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await page.PostAsync("/api/v1/calls/n1-1/consult", new { })).StatusCode);
        Assert.Single(host.Calls.InCalls);
    }

    [Fact]
    public async Task The_history_is_read_page_by_page_newest_first()
    {
        await using var host = await TestHost.StartAsync();
        for (var i = 0; i < 5; i++)
            await host.Part<ICallStore>().SaveCallAsync(Example.Ended($"n1-{i}", Example.Noon.AddMinutes(i)));
        var page = await host.SignInAsync();

        var first = (await page.JsonAsync("/api/v1/history?limit=3")).GetProperty("calls");
        var last = Uri.EscapeDataString(first[2].GetProperty("arrivedAt").GetString()!);
        var second = (await page.JsonAsync($"/api/v1/history?limit=3&before={last}")).GetProperty("calls");

        Assert.Equal(["n1-4", "n1-3", "n1-2"], first.EnumerateArray().Select(call => call.GetProperty("id").GetString()));
        Assert.Equal(["n1-1", "n1-0"], second.EnumerateArray().Select(call => call.GetProperty("id").GetString()));
        Assert.Equal(HttpStatusCode.BadRequest, (await page.GetAsync("/api/v1/history?limit=1000")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await page.GetAsync("/api/v1/history?before=yesterday")).StatusCode);
    }

    [Fact]
    public async Task A_call_looks_to_pages_as_the_contract_says()
    {
        await using var host = await TestHost.StartAsync();
        await host.Part<ICallStore>().SaveCallAsync(Example.Ended("n1-1", Example.Noon));
        var page = await host.SignInAsync();

        var call = (await page.JsonAsync("/api/v1/history")).GetProperty("calls")[0];

        Assert.Equal(
            """{"id":"n1-1","direction":"inbound","state":"over","customer":{"name":"Carla","number":"+4915112345678","userId":"DE.123","display":"Carla"},"line":{"id":"main","number":"+15550001000","name":"Shop"},"agent":"ada","offeredTo":["ada"],"arrivedAt":"2026-11-23T12:00:00+00:00","offeredAt":"2026-11-23T12:00:00.001+00:00","answeredAt":"2026-11-23T12:00:02+00:00","endedAt":"2026-11-23T12:00:10+00:00","outcome":{"what":"completed","whose":"customer","sentence":"The WhatsApp user hung up.","sip":200},"onHold":false,"parkedBy":null,"parkedAt":null,"away":false,"ringing":[],"colleagues":[],"supervision":null,"transferredBy":null,"recording":null,"recorded":null,"queuedAt":null}""",
            call.GetRawText());
    }

    [Fact]
    public async Task Lines_and_agents_are_told()
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();

        Assert.Equal("""[{"id":"main","number":"+15550001000","name":"Shop","media":"sdes","nightSwitch":[],"night":null,"editors":[],"routesVersion":0}]""", (await page.JsonAsync("/api/v1/lines")).GetRawText());
        Assert.Equal(
            """[{"id":"ada","name":"Ada","signedIn":true,"ready":true,"lineUp":false,"state":"away","paused":null,"elsewhere":null},{"id":"bob","name":"Bob","signedIn":false,"ready":false,"lineUp":false,"state":"away","paused":null,"elsewhere":null}]""",
            (await page.JsonAsync("/api/v1/agents")).GetRawText());
    }
}
