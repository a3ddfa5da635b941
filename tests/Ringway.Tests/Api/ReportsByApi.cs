using System.Net;
using Ringway.Store;

namespace Ringway.Tests.Api;

public sealed class ReportsByApi
{
    [Fact]
    public async Task The_history_comes_as_CSV_oldest_first()
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();
        var store = host.Part<ICallStore>();
        for (var i = 0; i < 3; i++) await store.SaveCallAsync(Example.Ended($"n1-{i}", Example.Noon.AddHours(i)));
        await store.SaveCallAsync(Example.Call("n1-open"));

        var answer = await page.GetAsync("/api/v1/history.csv?from=2026-11-23&to=2026-11-23T14:00:00Z");

        Assert.Equal(("text/csv", "utf-8"), (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentType.CharSet));
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n");
        Assert.Equal(["id", "n1-0", "n1-1", ""], lines.Select(line => line.Split(',')[0]));
    }

    [Fact]
    public async Task Calls_of_a_time_are_counted_by_what_was_asked_for()
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();
        await host.Part<ICallStore>().SaveCallAsync(Example.Ended("n1-1", Example.Noon));
        await host.Part<ICallStore>().SaveCallAsync(Example.Ended("n1-2", Example.Noon.AddDays(1)));

        var report = await page.JsonAsync("/api/v1/reports?from=2026-11-23&to=2026-11-24&by=agent");

        Assert.Equal(("agent", 1), (report.GetProperty("by").GetString(), report.GetProperty("all").GetProperty("offered").GetInt32()));
        Assert.Equal(
            """{"key":"ada","offered":1,"answered":1,"abandoned":0,"missed":0,"answeredWithin20s":1,"serviceLevel":1,"answeredRatio":1,"averageWaitSeconds":2,"averageTalkSeconds":8,"closed":0,"placed":0,"pickedUp":0,"pickUpRatio":null}""",
            Assert.Single(report.GetProperty("rows").EnumerateArray()).GetRawText());
        Assert.Equal(HttpStatusCode.BadRequest, (await page.GetAsync("/api/v1/reports?by=team")).StatusCode);
    }

    [Theory]
    [InlineData("/api/v1/history.csv")]
    [InlineData("/api/v1/reports")]
    public async Task What_is_no_period_is_refused_and_nobody_reads_without_a_sign_in(string path)
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();

        var answer = await page.GetAsync(path + "?from=yesterday");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("from and to are times", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.NewPage().GetAsync(path)).StatusCode);
    }
}
