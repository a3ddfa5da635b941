using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;

namespace Ringway.Tests.Api;

public sealed class EventsToPages
{
    [Fact]
    public async Task A_page_is_told_how_everything_stands_and_then_what_changes()
    {
        await using var host = await TestHost.StartAsync();
        var (board, roster) = (host.Part<CallBoard>(), host.Part<Roster>());
        board.Publish(CallView.From(Example.Call("n1-1")));
        var page = await host.SignInAsync();
        using var ear = await page.ListenAsync();

        var hello = await ear.HearAsync("hello");
        Assert.Equal("ada", hello.GetProperty("agent").GetProperty("id").GetString());
        Assert.True(hello.GetProperty("ready").GetBoolean());
        Assert.Equal("n1-1", hello.GetProperty("calls")[0].GetProperty("id").GetString());
        Assert.Equal("main", hello.GetProperty("lines")[0].GetProperty("id").GetString());
        Assert.Equal(2, hello.GetProperty("agents").GetArrayLength());

        board.Publish(CallView.From(Example.Call("n1-1", "talking")));
        Assert.Equal("talking", (await ear.HearAsync("call")).GetProperty("call").GetProperty("state").GetString());
        roster.SetReady(new AgentId("ada"), false);
        Assert.False((await ear.HearAsync("agent")).GetProperty("agent").GetProperty("ready").GetBoolean());
    }

    [Fact]
    public async Task A_page_is_told_whose_calls_and_which_lines_recordings_it_may_hear()
    {
        await using var host = await TestHost.StartAsync(options => options with
        {
            Lines = [options.Lines[0] with { Recording = new() { Listeners = ["bob"] } }],
            Teams = [new TeamOptions { Id = "help", Supervisors = ["bob"] }],
        });
        using var adas = await (await host.SignInAsync()).ListenAsync();
        using var bobs = await (await host.SignInAsync("bob")).ListenAsync();

        var (ada, bob) = (await adas.HearAsync("hello"), await bobs.HearAsync("hello"));

        Assert.Equal("[][]", ada.GetProperty("supervises").GetRawText() + ada.GetProperty("hears").GetRawText());
        Assert.Equal("""["ada"]["main"]""", bob.GetProperty("supervises").GetRawText() + bob.GetProperty("hears").GetRawText());
    }

    [Fact]
    public async Task Colleagues_are_told_why_an_agent_takes_no_calls()
    {
        await using var host = await TestHost.StartAsync();
        var (ada, bob) = (await host.SignInAsync(), await host.SignInAsync("bob"));
        using var ear = await bob.ListenAsync();
        Assert.Equal(
            ["break Break", "lunch Lunch", "meeting Meeting", "training Training"],
            (await ear.HearAsync("hello")).GetProperty("pauseReasons").EnumerateArray().Select(reason => $"{reason.GetProperty("id")} {reason.GetProperty("name")}"));

        await ada.PutAsync("/api/v1/presence", new { ready = false, reason = "lunch" });
        var told = (await ear.HearAsync("agent")).GetProperty("agent");
        Assert.Equal(("ada", false), (told.GetProperty("id").GetString(), told.GetProperty("ready").GetBoolean()));
        var paused = told.GetProperty("paused");
        Assert.Equal(("lunch", "Lunch"), (paused.GetProperty("reason").GetString(), paused.GetProperty("name").GetString()));
        Assert.InRange(TimeProvider.System.GetUtcNow() - paused.GetProperty("since").GetDateTimeOffset(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal("lunch", (await ada.JsonAsync("/api/v1/session")).GetProperty("paused").GetProperty("reason").GetString());

        await ada.PutAsync("/api/v1/presence", new { ready = true });
        Assert.Equal(JsonValueKind.Null, (await ear.HearAsync("agent")).GetProperty("agent").GetProperty("paused").ValueKind);
    }

    [Fact]
    public async Task A_reason_that_there_is_not_is_refused_and_changes_nothing()
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();

        Assert.Equal(("unknown-reason", "There is no such reason. Give one of break, lunch, meeting, training."), await RefusedAsync(page, new { ready = false, reason = "siesta" }));
        Assert.Equal("bad-request", (await RefusedAsync(page, new { ready = true, reason = "lunch" })).Code);
        Assert.True(host.Part<Roster>().Find(new AgentId("ada")) is { Ready: true, Paused: null });

        await page.PutAsync("/api/v1/presence", new { ready = false, reason = "meeting" });
        Assert.Equal("unknown-reason", (await RefusedAsync(page, new { ready = false, reason = "" })).Code);
        Assert.Equal("meeting", host.Part<Roster>().Find(new AgentId("ada"))!.Paused?.Reason);
    }

    [Fact]
    public async Task Where_nobody_is_asked_a_pause_has_no_reason()
    {
        await using var host = await TestHost.StartAsync(options => options with { PauseReasons = [] });
        var page = await host.SignInAsync();
        using var ear = await page.ListenAsync();
        Assert.Equal(0, (await ear.HearAsync("hello")).GetProperty("pauseReasons").GetArrayLength());

        Assert.Equal("unknown-reason", (await RefusedAsync(page, new { ready = false, reason = "lunch" })).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await page.PutAsync("/api/v1/presence", new { ready = false })).StatusCode);
        Assert.True(host.Part<Roster>().Find(new AgentId("ada")) is { Ready: false, Paused: null });
    }

    private static async Task<(string? Code, string? Detail)> RefusedAsync(Page page, object presence)
    {
        var answer = await page.PutAsync("/api/v1/presence", presence);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (problem.GetProperty("code").GetString(), problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_page_that_falls_behind_is_told_the_whole_anew_and_ends_up_right()
    {
        await using var host = await TestHost.StartAsync();
        var board = host.Part<CallBoard>();
        var page = await host.SignInAsync();
        using var ear = await page.ListenAsync();
        await ear.HearAsync("hello");

        // More than fit into the outbox and the socket's buffers together, while the page reads nothing.
        var big = new string('x', 20_000);
        for (var i = 0; i < 2_000; i++)
        {
            var call = Example.Call($"n1-{i % 20}");
            board.Publish(CallView.From(call with { Customer = call.Customer with { Name = $"{i} {big}" } }));
        }

        board.Publish(CallView.From(Example.Call("n1-last")));
        var hellos = 0;
        for (var found = false; !found;)
        {
            var message = (await ear.HearAsync())!.Value;
            var type = message.GetProperty("type").GetString();
            if (type == "hello") hellos++;
            found = type == "hello"
                ? message.GetProperty("calls").EnumerateArray().Any(call => call.GetProperty("id").GetString() == "n1-last")
                : type == "call" && message.GetProperty("call").GetProperty("id").GetString() == "n1-last";
        }

        Assert.InRange(hellos, 1, 100);
    }

    [Fact]
    public async Task A_second_page_of_the_same_agent_takes_the_phone_and_the_first_is_told()
    {
        await using var host = await TestHost.StartAsync();
        var (first, second) = (await host.SignInAsync(), await host.SignInAsync());
        (await first.PostAsync("/api/v1/line")).EnsureSuccessStatusCode();
        using var ear = await first.ListenAsync();
        await ear.HearAsync("hello");

        var line = await (await second.PostAsync("/api/v1/line")).Content.ReadAsStringAsync();

        Assert.Equal("moved", (await ear.HearAsync("line-lost")).GetProperty("reason").GetString());
        Assert.Contains(Assert.Single(host.Lines.There), line);
    }

    [Fact]
    public async Task Stopping_ringway_says_goodbye()
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();
        using var ear = await page.ListenAsync();
        await ear.HearAsync("hello");

        var stopping = host.App.StopAsync();

        Assert.Equal("restarting", (await ear.HearAsync("bye")).GetProperty("reason").GetString());
        await stopping;
    }
}
