using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Ringway.News;
using Ringway.Options;
using Ringway.Store;
using Ringway.Tests.Api;

namespace Ringway.Tests.News;

public sealed class EventsAreSent : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-news-").FullName;
    private readonly FakeTimeProvider _time = new(Example.Noon);
    private readonly Wire _wire = new();
    private readonly ICallStore _store;
    private readonly RingwayOptions _options;
    private readonly NewsSender _sender;

    public EventsAreSent()
    {
        _store = StoreAddress.Open("sqlite", Path.Combine(_folder, "ringway.db"));
        _options = new RingwayOptions
        {
            Webhooks =
            [
                new() { Id = "crm", Url = "https://crm.example.com/hook", Secret = new("0123456789abcdef") },
                new() { Id = "slow", Url = "https://slow.example.com/", Secret = new("0123456789abcdef") },
            ],
        };
        _sender = new(_store, _options, _time, NullLogger<NewsSender>.Instance, _wire);
    }

    public async ValueTask InitializeAsync() => await _store.MigrateAsync();

    public async ValueTask DisposeAsync()
    {
        await _sender.StopAsync(default);
        _sender.Dispose();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_event_is_posted_with_its_time_and_signature_and_leaves_the_outbox()
    {
        await StartWithAsync(Event("e1", "a"));

        await UntilAsync(async () => await _store.FindInOutboxAsync("e1") is null, "it was taken");
        var (request, body) = Assert.Single(_wire.Seen);
        Assert.Equal(("POST", "https://crm.example.com/hook", "{\"n\":\"e1\"}"), (request.Method.Method, request.RequestUri!.ToString(), body));
        Assert.Equal("application/json", request.Content!.Headers.ContentType!.MediaType);
        Assert.Equal(Example.Noon.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), request.Headers.GetValues("X-Ringway-Timestamp").Single());
        Assert.Equal(
            NewsSignature.Of("0123456789abcdef", Example.Noon.ToUnixTimeSeconds(), body), request.Headers.GetValues("X-Ringway-Signature").Single());
    }

    /// <summary>Made with openssl: <c>printf '1795435200.{"n":1}' | openssl dgst -sha256 -hmac 0123456789abcdef</c>.</summary>
    [Fact]
    public void The_signature_is_what_others_compute() =>
        Assert.Equal("sha256=2e153acd5e15e8fc98c207fd915be1587f36e08142371abf5a97c53f74f1a4d4", NewsSignature.Of("0123456789abcdef", 1795435200, "{\"n\":1}"));

    [Fact]
    public async Task The_next_event_of_a_call_waits_for_the_one_before_and_other_calls_do_not()
    {
        _wire.Answers["e1"] = HttpStatusCode.InternalServerError;
        await StartWithAsync(Event("e1", "a"), Event("e2", "a"), Event("e3", "b"));
        await UntilAsync(async () => (await _store.FindInOutboxAsync("e1"))!.Tries == 1 && await _store.FindInOutboxAsync("e3") is null, "one failed, one was taken");
        Assert.DoesNotContain(_wire.Seen, seen => seen.Body.Contains("e2", StringComparison.Ordinal));

        _wire.Answers.Clear();
        Pass(TimeSpan.FromSeconds(1));

        await UntilAsync(async () => (await _store.OutboxCountAsync()).Waiting == 0, "all were taken");
        Assert.Equal(["e1", "e1", "e2"], _wire.Seen.Select(seen => seen.Body[6..8]).Where(id => id != "e3"));
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, "HTTP 500")]
    [InlineData(HttpStatusCode.NotFound, "HTTP 404")]
    [InlineData(HttpStatusCode.TemporaryRedirect, "HTTP 307")]
    public async Task What_is_not_taken_is_tried_again_ever_more_slowly_and_is_dead_after_a_day(HttpStatusCode status, string error)
    {
        _wire.Answers["e1"] = status;
        await StartWithAsync(Event("e1", "a"));
        var tries = 0;
        foreach (var wait in new[] { 1, 5, 30, 120, 600, 3600, 3600 })
        {
            tries++;
            await UntilAsync(async () => (await _store.FindInOutboxAsync("e1"))!.Tries == tries, "the next try failed");
            var row = (await _store.FindInOutboxAsync("e1"))!;
            Assert.Equal((error, TimeSpan.FromSeconds(wait), null), (row.LastError, row.DueAt - _time.GetUtcNow(), row.DeadAt));
            Pass(TimeSpan.FromSeconds(wait));
        }

        await UntilAsync(async () => (await _store.FindInOutboxAsync("e1"))!.Tries == tries + 1, "the next try failed");
        Pass(TimeSpan.FromHours(24));

        await UntilAsync(async () => (await _store.FindInOutboxAsync("e1"))!.DeadAt is not null, "it is dead");
        var count = _wire.Seen.Count;
        Pass(TimeSpan.FromHours(24));
        Assert.Equal((count, new OutboxCount(0, 1)), (_wire.Seen.Count, await _store.OutboxCountAsync()));
    }

    [Fact]
    public async Task What_is_about_a_user_is_sent_in_order_and_its_death_shows_no_number_in_the_log()
    {
        using var log = new NotedLog();
        using var logs = LoggerFactory.Create(to => to.AddProvider(log));
        using var sender = new NewsSender(_store, _options, _time, logs.CreateLogger<NewsSender>(), _wire);
        _wire.Answers["e1"] = HttpStatusCode.InternalServerError;
        var about = OutboxRow.OfUser("main", "+4915112345678");
        await _store.AddToOutboxAsync([Event("e1", about) with { ExpiresAt = Example.Noon }, Event("e2", about)]);

        await sender.StartAsync(default);
        await UntilAsync(async () => await _store.FindInOutboxAsync("e2") is null, "the second was taken");

        Assert.Equal(["e1", "e2"], _wire.Seen.Select(seen => seen.Body[6..8]));
        Assert.NotNull((await _store.FindInOutboxAsync("e1"))!.DeadAt);
        Assert.Contains(log.Lines, line => line.Contains("of user +4••••••••••78 of line main is given up", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("12345678", StringComparison.Ordinal));
        await sender.StopAsync(default);
    }

    [Fact]
    public async Task A_webhook_that_is_gone_for_good_ends_the_event()
    {
        _wire.Answers["e1"] = HttpStatusCode.Gone;
        await StartWithAsync(Event("e1", "a"));

        await UntilAsync(async () => await _store.FindInOutboxAsync("e1") is null, "nothing is left of it");
        Assert.Single(_wire.Seen);
    }

    [Fact]
    public async Task A_webhook_that_does_not_answer_is_given_ten_seconds_and_holds_up_no_other()
    {
        _wire.Hangs.Add("e1");
        await StartWithAsync(Event("e1", "a") with { Endpoint = "slow" }, Event("e2", "a"));
        await UntilAsync(async () => await _store.FindInOutboxAsync("e2") is null && _wire.Seen.Count == 2, "the other was taken");

        Pass(TimeSpan.FromSeconds(9.9));
        Assert.Equal(0, (await _store.FindInOutboxAsync("e1"))!.Tries);
        Pass(TimeSpan.FromSeconds(0.1));

        await UntilAsync(async () => (await _store.FindInOutboxAsync("e1"))!.LastError == "no answer within 10 s", "the try ended");
    }

    [Fact]
    public async Task Events_for_a_webhook_that_is_not_configured_any_more_are_dead()
    {
        await StartWithAsync(Event("e1", "a") with { Endpoint = "gone" });

        await UntilAsync(async () => (await _store.FindInOutboxAsync("e1"))!.DeadAt is not null, "it is dead");
        Assert.Empty(_wire.Seen);
    }

    private static OutboxRow Event(string id, string call) =>
        new(id, "n1", "crm", call, "ringing", $$"""{"n":"{{id}}"}""", Example.Noon, Example.Noon, Example.Noon.AddHours(24));

    private async Task StartWithAsync(params OutboxRow[] events)
    {
        await _store.AddToOutboxAsync(events);
        await _sender.StartAsync(default);
    }

    /// <summary>The bell too: the sender may just have looked at the clock.</summary>
    private void Pass(TimeSpan time)
    {
        _time.Advance(time);
        _sender.Wake("crm");
        _sender.Wake("slow");
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, string reason)
    {
        var patience = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), $"Waited in vain: {reason}.");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }

    /// <summary>Webhooks that take everything but what the test says.</summary>
    private sealed class Wire : HttpMessageHandler
    {
        private readonly List<(HttpRequestMessage Request, string Body)> _seen = [];

        public Dictionary<string, HttpStatusCode> Answers { get; } = [];

        public HashSet<string> Hangs { get; } = [];

        public IReadOnlyList<(HttpRequestMessage Request, string Body)> Seen
        {
            get { lock (_seen) return [.. _seen]; }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            lock (_seen) _seen.Add((request, body));
            if (Hangs.Contains(body[6..8])) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return new HttpResponseMessage(Answers.GetValueOrDefault(body[6..8], HttpStatusCode.OK));
        }
    }
}
