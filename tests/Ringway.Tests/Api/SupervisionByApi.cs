using System.Net;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.Tests.Api;

/// <summary>Bob is a supervisor of Ada's team.</summary>
public class SupervisionByApi
{
    private const string Path = "/api/v1/calls/n1-1/supervision";

    [Fact]
    public async Task A_supervisor_listens_whispers_comes_in_and_leaves_and_each_is_written_down()
    {
        await using var host = await StartAsync();
        var bob = await host.SignInAsync("bob");

        Assert.Equal(HttpStatusCode.NoContent, (await bob.SendAsync(HttpMethod.Put, Path, new { mode = "listen" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await bob.SendAsync(HttpMethod.Put, Path, new { mode = "whisper" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await bob.PostAsync(Path + "/barge", new { })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await bob.DeleteAsync(Path)).StatusCode);

        Assert.Equal(
            [
                new CallEvent.SuperviseAsked(new("bob"), SupervisionMode.Listen), new CallEvent.SuperviseAsked(new("bob"), SupervisionMode.Whisper),
                new CallEvent.BargeAsked(new("bob")), new CallEvent.SupervisionLeft(new("bob")),
            ],
            host.Calls.InCalls.Select(heard => heard.Asked));
        var rows = await host.Part<ICallStore>().AuditAsync("n1-1");
        Assert.Equal(["call.listen", "call.whisper", "call.barge"], rows.Select(row => row.Action));
        Assert.All(rows, row => Assert.Equal("bob", row.Agent));
    }

    [Fact]
    public async Task Whoever_is_none_of_the_agents_supervisors_is_refused_and_nothing_is_asked_or_written()
    {
        await using var host = await StartAsync(team => team with { Agents = ["eve"] });
        var (ada, bob) = (await host.SignInAsync("ada"), await host.SignInAsync("bob"));

        foreach (var page in (Page[])[ada, bob])
        {
            var refused = await page.SendAsync(HttpMethod.Put, Path, new { mode = "listen" });
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("teams[].supervisors", await refused.Content.ReadAsStringAsync());
            Assert.Equal(HttpStatusCode.Forbidden, (await page.PostAsync(Path + "/barge", new { })).StatusCode);
        }

        Assert.Empty(host.Calls.InCalls);
        Assert.Empty(await host.Part<ICallStore>().AuditAsync("n1-1"));
    }

    [Fact]
    public async Task A_call_that_is_not_there_and_a_way_to_listen_that_there_is_not_are_said_in_words()
    {
        await using var host = await StartAsync();
        var bob = await host.SignInAsync("bob");

        Assert.Equal(HttpStatusCode.NotFound, (await bob.SendAsync(HttpMethod.Put, "/api/v1/calls/n1-9/supervision", new { mode = "listen" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await bob.SendAsync(HttpMethod.Put, Path, new { })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await bob.SendAsync(HttpMethod.Put, Path, new { mode = "shout" })).StatusCode);
        Assert.Empty(host.Calls.InCalls);
    }

    private static async Task<TestHost> StartAsync(Func<TeamOptions, TeamOptions>? change = null)
    {
        var team = new TeamOptions { Id = "help", Agents = ["ada"], Supervisors = ["bob"] };
        var host = await TestHost.StartAsync(options => options with { Teams = [change?.Invoke(team) ?? team] });
        host.Part<CallBoard>().Publish(CallView.From(Example.Call("n1-1", "talking") with { Agent = "ada" }));
        return host;
    }
}
