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
