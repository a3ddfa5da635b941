using System.Net;
using System.Text.Json;
using Ringway.Store;

namespace Ringway.Tests.Api;

public class LinesByApi
{
    [Fact]
    public async Task A_line_is_closed_by_hand_everybody_sees_it_and_it_stays_so_when_ringway_is_started_anew()
    {
        var folder = Directory.CreateTempSubdirectory("ringway-night-").FullName;
        var first = await TestHost.StartAsync(folder: folder);
        var (ada, bob) = (await first.SignInAsync(), await first.SignInAsync("bob"));
        using (var ear = await bob.ListenAsync())
        {
            await ear.HearAsync("hello");

            Assert.Equal(HttpStatusCode.NoContent, (await ada.PutAsync("/api/v1/lines/main/night", new { open = false })).StatusCode);

            var told = (await ear.HearAsync("line")).GetProperty("line");
            var night = told.GetProperty("night");
            Assert.Equal(("main", false, "ada"), (told.GetProperty("id").GetString(), night.GetProperty("open").GetBoolean(), night.GetProperty("by").GetString()));
        }

        await first.StopAsync();
        await using var next = await TestHost.StartAsync(folder: folder);
        var page = await next.SignInAsync();
        Assert.False((await page.JsonAsync("/api/v1/lines"))[0].GetProperty("night").GetProperty("open").GetBoolean());
        Assert.Equal(HttpStatusCode.NoContent, (await page.DeleteAsync("/api/v1/lines/main/night")).StatusCode);
        Assert.Equal(JsonValueKind.Null, (await page.JsonAsync("/api/v1/lines"))[0].GetProperty("night").ValueKind);
        Assert.Empty(await next.Part<ICallStore>().NightsAsync());
    }

    [Fact]
    public async Task Who_may_not_or_says_what_cannot_be_changes_nothing()
    {
        await using var host = await TestHost.StartAsync(options => options with { Lines = [options.Lines[0] with { NightSwitch = ["bob"] }] });
        var (ada, bob) = (await host.SignInAsync(), await host.SignInAsync("bob"));

        Assert.Equal(HttpStatusCode.Forbidden, (await ada.PutAsync("/api/v1/lines/main/night", new { open = false })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await ada.DeleteAsync("/api/v1/lines/main/night")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.PutAsync("/api/v1/lines/nowhere/night", new { open = false })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await bob.PutAsync("/api/v1/lines/main/night", new { })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await bob.PutAsync("/api/v1/lines/main/night", new { open = false, until = Example.Noon.AddYears(-1) })).StatusCode);
        Assert.Empty(await host.Part<ICallStore>().NightsAsync());
    }
}
