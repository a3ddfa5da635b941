using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.News;
using Ringway.Store;
using Ringway.Tests.Api;
using Ringway.Tests.WhatsApp;

namespace Ringway.Tests.News;

/// <summary>A store without its tables stands for one that is away.</summary>
public sealed class EventsAreWritten : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-news-").FullName;
    private readonly FakeTimeProvider _time = new(Example.Noon);
    private readonly ICallStore _store;
    private readonly NewsOffice _office;

    public EventsAreWritten()
    {
        _store = StoreAddress.Open("sqlite", Path.Combine(_folder, "ringway.db"));
        _office = new(_store, _time, NewsOffice.Hook("all"), NewsOffice.Hook("few", NewsKind.Missed));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _office.StopAsync();
        _office.Dispose();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Events_wait_for_a_store_that_is_away_and_are_saved_in_their_order()
    {
        await _office.StartAsync();
        _office.Board.Publish(CallView.From(Example.Call()));
        _office.Board.Publish(CallView.From(Example.Ended("n1-1", Example.Noon, agent: null) with { AnsweredAt = null }));
        Assert.Equal(3, _office.Writer.Depth);
        _time.Advance(TimeSpan.FromSeconds(1));

        await _store.MigrateAsync();
        await UntilWrittenAsync();

        var rows = (await _store.OutboxAsync(9)).Reverse().ToList();
        Assert.Equal(
            [("all", "ringing"), ("all", "missed"), ("few", "missed"), ("all", "ended")], rows.Select(row => (row.Endpoint, row.Type)));
        Assert.All(rows, row => Assert.Equal(("n1", "n1-1", TimeSpan.FromHours(24)), (row.Node, row.About, row.ExpiresAt - row.CreatedAt)));
        Assert.Equal(4, rows.Select(row => row.Id).Distinct().Count());
        Assert.All(rows, row => Assert.Contains(row.Id, row.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_waits_is_saved_at_the_end()
    {
        await _store.MigrateAsync();
        await _office.StartAsync();
        _office.Board.Publish(CallView.From(Example.Call()));

        await _office.StopAsync();

        Assert.Equal(new OutboxCount(1, 0), await _store.OutboxCountAsync());
    }

    [Fact]
    public async Task Without_webhooks_nothing_is_heard()
    {
        using var nobody = new NewsOffice(_store, _time);
        await nobody.StartAsync();

        nobody.Board.Publish(CallView.From(Example.Call()));

        Assert.Equal(0, nobody.Writer.Depth);
        Assert.Empty(await nobody.Writer.RecordedAsync(new CallId("n1-1"), new(1, true, null), default));
        await nobody.StopAsync();
    }

    [Fact]
    public async Task What_is_told_of_a_recording_waits_until_the_end_of_its_call_is_saved()
    {
        await _office.StartAsync();
        var over = Example.Ended("n1-1", Example.Noon);
        _office.Board.Publish(CallView.From(over));
        _office.Journal.Write(over);
        var recorded = _office.Writer.RecordedAsync(new CallId("n1-1"), new(8, true, null), default);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(recorded.IsCompleted);

        await _store.MigrateAsync();
        await _time.UntilAsync(() => recorded.IsCompleted, "the end is saved");

        Assert.Equal("ended", Assert.Single(await _store.OutboxAsync(9)).Type);
        var row = Assert.Single(await recorded);
        Assert.Equal(("all", "recorded", "n1-1"), (row.Endpoint, row.Type, row.About));
        var body = JsonSerializer.Deserialize<JsonElement>(row.Body);
        Assert.Equal("completed", body.GetProperty("call").GetProperty("outcome").GetProperty("what").GetString());
        Assert.Equal(8, body.GetProperty("call").GetProperty("recorded").GetProperty("seconds").GetDouble());
    }

    private async Task UntilWrittenAsync()
    {
        var patience = Stopwatch.StartNew();
        while (_office.Writer.Depth > 0)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), "The events were not written.");
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }
}
