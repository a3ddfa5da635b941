using System.Net;
using System.Text.Json;
using Ringway.Api;
using Ringway.Options;
using Ringway.Store;
using Ringway.Switchboard;

namespace Ringway.Tests.Api;

public sealed class StoriesByApi
{
    [Fact]
    public async Task A_call_that_is_over_is_told_by_its_id_and_the_newest_as_last()
    {
        await using var host = await TestHost.StartAsync();
        await host.Part<ICallStore>().SaveCallAsync(Example.Ended("n1-1", Example.Noon));
        await host.Part<ICallStore>().SaveCallAsync(Example.Ended("n1-2", Example.Noon.AddMinutes(1)));
        var page = await host.SignInAsync();

        var story = await page.JsonAsync("/api/v1/calls/n1-1/story");
        var last = await page.JsonAsync("/api/v1/calls/last/story");

        Assert.Equal("Ada was rung after 0.0 s.", story.GetProperty("sentences")[1].GetString());
        Assert.Equal("n1-2", last.GetProperty("id").GetString());
        var missing = await page.GetAsync("/api/v1/calls/n1-3/story");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("no-such-call", await missing.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_operator_of_this_machine_may_ask_for_a_story_and_for_nothing_else()
    {
        var folder = Directory.CreateTempSubdirectory("ringway-operator-").FullName;
        await using var host = await TestHost.StartAsync(folder: folder);
        await host.Part<ICallStore>().SaveCallAsync(Example.Ended("n1-1", Example.Noon));
        var page = host.NewPage();

        Assert.Equal(HttpStatusCode.Unauthorized, (await page.GetAsync("/api/v1/calls/n1-1/story")).StatusCode);
        page.Http.DefaultRequestHeaders.Authorization = new("Bearer", OperatorAccess.Token(Secrets.Open(folder)));
        Assert.Equal(HttpStatusCode.OK, (await page.GetAsync("/api/v1/calls/n1-1/story")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await page.GetAsync("/api/v1/history")).StatusCode);
        page.Http.DefaultRequestHeaders.Authorization = new("Bearer", OperatorAccess.Token(Secrets.Open(folder))[..^1] + "_");
        Assert.Equal(HttpStatusCode.Unauthorized, (await page.GetAsync("/api/v1/calls/n1-1/story")).StatusCode);
    }
}
