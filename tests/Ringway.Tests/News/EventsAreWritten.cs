using System.Diagnostics;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Ringway.Agents;
using Ringway.News;
using Ringway.Options;
using Ringway.Store;
using Ringway.Tests.Api;

namespace Ringway.Tests.News;

/// <summary>A store without its tables stands for one that is away.</summary>
public sealed class EventsAreWritten : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-news-").FullName;
    private readonly FakeTimeProvider _time = new(Example.Noon);
    private readonly CallBoard _board = new();
    private readonly ICallStore _store;
    private readonly RingwayOptions _options = new()
    {
        Webhooks =
        [
            new() { Id = "all", Url = "https://crm.example.com/", Secret = new("0123456789abcdef") },
            new() { Id = "few", Url = "https://crm.example.com/", Secret = new("0123456789abcdef"), Events = [CallNewsKind.Missed] },
        ],
    };

    private readonly NewsSender _sender;
    private readonly NewsWriter _writer;

    public EventsAreWritten()
    {
        _store = StoreAddress.Open("sqlite", Path.Combine(_folder, "ringway.db"));
        _sender = new(_store, _options, _time, NullLogger<NewsSender>.Instance);
        _writer = Writer(_options);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _writer.StopAsync(default);
        _writer.Dispose();
        _sender.Dispose();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Events_wait_for_a_store_that_is_away_and_are_saved_in_their_order()
    {
        await _writer.StartAsync(default);
        _board.Publish(CallView.From(Example.Call()));
        _board.Publish(CallView.From(Example.Ended("n1-1", Example.Noon, agent: null) with { AnsweredAt = null }));
        Assert.Equal(3, _writer.Depth);
        _time.Advance(TimeSpan.FromSeconds(1));

        await _store.MigrateAsync();
        await UntilWrittenAsync();

        var rows = (await _store.OutboxAsync(9)).Reverse().ToList();
        Assert.Equal(
            [("all", "ringing"), ("all", "missed"), ("few", "missed"), ("all", "ended")], rows.Select(row => (row.Endpoint, row.Type)));
        Assert.All(rows, row => Assert.Equal(("n1", "n1-1", TimeSpan.FromHours(24)), (row.Node, row.Call, row.ExpiresAt - row.CreatedAt)));
        Assert.Equal(4, rows.Select(row => row.Id).Distinct().Count());
        Assert.All(rows, row => Assert.Contains(row.Id, row.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_waits_is_saved_at_the_end()
    {
        await _store.MigrateAsync();
        await _writer.StartAsync(default);
        _board.Publish(CallView.From(Example.Call()));

        await _writer.StopAsync(default);

        Assert.Equal(new OutboxCount(1, 0), await _store.OutboxCountAsync());
    }

    [Fact]
    public async Task Without_webhooks_nothing_is_heard()
    {
        using var nobody = Writer(_options with { Webhooks = [] });
        await nobody.StartAsync(default);

        _board.Publish(CallView.From(Example.Call()));

        Assert.Equal(0, nobody.Depth);
        await nobody.StopAsync(default);
    }

    private NewsWriter Writer(RingwayOptions options) => new(
        _board, _store, _sender, options, Microsoft.Extensions.Options.Options.Create(new JsonOptions()), _time, NullLogger<NewsWriter>.Instance);

    private async Task UntilWrittenAsync()
    {
        var patience = Stopwatch.StartNew();
        while (_writer.Depth > 0)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), "The events were not written.");
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }
}
