using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;
using Ringway.Tests.Api;
using Ringway.WhatsApp.Permissions;
using Ringway.WhatsApp.Webhooks;

namespace Ringway.Tests.WhatsApp;

/// <summary>Between the answer to Meta and the store a process may die anywhere, and the store may be away for as long as it likes.</summary>
public sealed class WebhooksAreNotLost : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-webhooks-").FullName;
    private readonly FakeTimeProvider _time = new(Example.Noon);
    private readonly RingwayOptions _options = Payloads.WithAccount(new RingwayOptions
    {
        Lines = [new LineOptions { Id = "main", Number = PhoneNumber.Parse("+15550001000"), Name = "Shop" }],
    });

    private ICallStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _store = StoreAddress.Open("sqlite", Path.Combine(_folder, "ringway.db"));
        await _store.MigrateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A kill before and after each step towards the store, and the next process finishes the work.</summary>
    [Fact]
    public async Task A_kill_at_any_step_between_the_disk_and_the_store_loses_nothing_and_doubles_nothing()
    {
        string[] deliveries =
        [
            Payloads.Reply("wamid.yes", second: 1), Payloads.Message("wamid.m1", second: 2), Payloads.CallCreated(second: 3),
            Payloads.Terminate(second: 20), Payloads.Restriction, Payloads.Reply("wamid.no", "reject", second: 40, request: null),
        ];
        var expected = await WorkOffAsync(deliveries, (_, _) => { });
        Assert.True(expected.Steps > 15, "the work has steps to be killed at");

        for (var step = 1; step <= expected.Steps; step++)
        {
            foreach (var before in new[] { true, false })
            {
                var killed = await WorkOffAsync(deliveries, (trouble, kill) => (trouble.DiesBefore, trouble.DiesAfter) = (before ? kill : null, before ? null : kill), step);
                Assert.Equal(expected.Outcome, killed.Outcome);
            }
        }
    }

    [Fact]
    public async Task A_kill_at_any_byte_of_writing_leaves_all_that_was_answered()
    {
        using (var spool = new WebhookSpool(Folder("whole")))
        {
            await spool.AppendAsync(Payloads.Bytes("first"), Example.Noon);
            await spool.AppendAsync(Payloads.Bytes("second"), Example.Noon.AddSeconds(1));
        }

        var whole = await File.ReadAllBytesAsync(Path.Combine(Folder("whole"), "spool"));
        var second = whole.Length - "second".Length - 20;
        for (var length = 0; length <= whole.Length; length++)
        {
            var folder = Folder($"cut{length}");
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(Path.Combine(folder, "spool"), whole[..length]);

            using var spool = new WebhookSpool(folder);
            await spool.AppendAsync(Payloads.Bytes("third"), Example.Noon.AddSeconds(2));

            string[] expected = [.. length >= second ? ["first"] : Array.Empty<string>(), .. length == whole.Length ? ["second"] : Array.Empty<string>(), "third"];
            Assert.Equal(expected, spool.Peek(9).Select(one => System.Text.Encoding.UTF8.GetString(one.Body)));
            Assert.Equal(length - (length == whole.Length ? whole.Length : length >= second ? second : 0), spool.Damage);
        }
    }

    [Fact]
    public async Task The_spool_is_for_its_owner_only_and_empty_when_all_is_done()
    {
        using var spool = new WebhookSpool(Folder("spool"));
        await spool.AppendAsync(Payloads.Bytes("one"), Example.Noon);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder("spool"), "spool")));
        Assert.Equal((1, Example.Noon), (spool.Waiting, spool.OldestAt));

        await spool.DoneAsync(1);

        Assert.Equal((0, 0L), (spool.Waiting, new FileInfo(Path.Combine(Folder("spool"), "spool")).Length));
    }

    [Fact]
    public async Task A_damaged_byte_takes_no_more_than_what_follows_and_that_is_put_aside()
    {
        using (var spool = new WebhookSpool(Folder("bad")))
            for (var i = 0; i < 3; i++) await spool.AppendAsync(Payloads.Bytes($"body {i}"), Example.Noon);
        var path = Path.Combine(Folder("bad"), "spool");
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        using var again = new WebhookSpool(Folder("bad"));

        Assert.Equal(1, again.Waiting);
        Assert.Equal(again.Damage + 1, new FileInfo(Path.Combine(Folder("bad"), "damaged")).Length);
    }

    [Fact]
    public async Task A_store_that_is_away_for_ten_minutes_costs_nothing_but_time()
    {
        var (store, trouble) = UnsteadyStore.Before(_store);
        trouble.IsAway = true;
        using var desk = Open(store, Folder("spool"));
        await desk.Sorter.StartAsync(default);
        for (var i = 0; i < 300; i++) await desk.Spool.AppendAsync(Payloads.Bytes(Payloads.Message($"wamid.{i}", second: 300 - i)), _time.GetUtcNow());
        await _time.UntilAsync(() => _time.GetUtcNow() - Example.Noon > TimeSpan.FromMinutes(10), "ten minutes pass", TimeSpan.FromSeconds(1));
        Assert.Equal(300, desk.Spool.Waiting);

        trouble.IsAway = false;
        await _time.UntilAsync(() => desk.Spool.Waiting == 0, "all is worked off");
        await desk.Sorter.StopAsync(default);

        Assert.Equal(0, desk.Sorter.Failed);
        Assert.Equal(300, Assert.Single(await _store.WebhookCountsAsync()).Count);
        // The newest message was sent 300 s after noon, though it came first.
        Assert.Equal(Example.Noon.AddSeconds(300).AddHours(24), (await desk.Book.LookAsync("main", PermissionCast.Carla, default)).WindowUntil);
    }

    [Fact]
    public async Task Doubles_and_late_ones_do_no_harm()
    {
        string[] deliveries = [Payloads.Reply("wamid.no", "reject", second: 50, request: null), Payloads.Terminate(second: 30), Payloads.CallCreated(), Payloads.Reply("wamid.yes", second: 10)];

        var once = await WorkOffAsync(deliveries, (_, _) => { });
        var doubled = await WorkOffAsync([.. deliveries.Reverse(), .. deliveries, .. deliveries.Reverse()], (_, _) => { });

        Assert.Equal(once.Outcome, doubled.Outcome);
        Assert.Contains("Refused", once.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_cannot_be_carried_out_does_not_hold_up_the_others()
    {
        var bad = "{\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"bad\",\"value\":\"\\u0000\"}]}]}";
        var (store, trouble) = UnsteadyStore.Before(_store);
        trouble.Hates = "bad";
        using var desk = Open(store, Folder("spool"));
        await desk.Spool.AppendAsync(Payloads.Bytes(bad), Example.Noon);
        await desk.Spool.AppendAsync(Payloads.Bytes(Payloads.Message("wamid.good")), Example.Noon);
        await desk.Sorter.StartAsync(default);

        await _time.UntilAsync(() => desk.Spool.Waiting == 0, "both are worked off", TimeSpan.FromSeconds(1));

        Assert.Equal(1, desk.Sorter.Failed);
        Assert.True(await _store.HasWebhookAsync("message:wamid.good"));
        Assert.Equal(bad + "\n", await File.ReadAllTextAsync(Path.Combine(Folder("spool"), "refused")));
        await desk.Sorter.StopAsync(default);
    }

    [Fact]
    public async Task A_call_that_we_saw_has_in_its_detail_what_Meta_told()
    {
        await _store.SaveCallAsync(Example.Ended("n1-1", Example.Noon) with { Wacid = Payloads.Wacid, Detail = """{"quality":"good"}""" });

        await WorkOffHereAsync(Payloads.CallCreated(payload: "order-7"), Payloads.Terminate(duration: 12), Payloads.Voicemail());
        await _store.SaveCallAsync(Example.Ended("n1-1", Example.Noon) with { Wacid = Payloads.Wacid }); // the journal, late

        var call = Assert.Single(await _store.HistoryAsync(10));
        Assert.Equal(
            """{"quality":"good","whatsapp":{"createdAt":"2026-11-23T12:00:00+00:00","startedAt":"2026-11-23T12:00:18+00:00","endedAt":"2026-11-23T12:00:30+00:00","durationSeconds":12,"status":"COMPLETED","payload":"order-7","voicemail":"media-9"}}""",
            call.Detail);
    }

    [Fact]
    public async Task A_call_that_we_placed_learns_its_wacid_from_Meta()
    {
        var placed = Example.Ended("n1-9", Example.Noon.AddSeconds(-4)) with { Direction = Direction.Outbound, Wacid = null };
        await _store.SaveCallAsync(placed);
        await _store.SaveCallAsync(placed with { Id = "n1-8", ArrivedAt = Example.Noon.AddMinutes(-10) });

        await WorkOffHereAsync(Payloads.CallCreated("wacid.OUT", byUser: false), Payloads.Terminate("wacid.OUT", byUser: false));
        await _store.SaveCallAsync(placed); // written again by who does not know

        var calls = await _store.HistoryAsync(10);
        Assert.Equal("wacid.OUT", calls.Single(call => call.Id == "n1-9").Wacid);
        Assert.Null(calls.Single(call => call.Id == "n1-8").Wacid);
        Assert.Equal(2, calls.Count);
    }

    [Theory]
    [InlineData(null, "noAnswer", "ringway")]
    [InlineData(12, "completed", "unknown")]
    public async Task A_call_that_ringway_never_saw_appears_in_the_history_once(int? duration, string what, string whose)
    {
        await WorkOffHereAsync(Payloads.CallCreated(), Payloads.Terminate(duration: duration));
        Assert.Empty(await _store.HistoryAsync(10));
        _time.Advance(TimeSpan.FromSeconds(90));
        using var desk = Open(_store, Folder("later"));
        var told = new List<CallView>();
        desk.Board.Changed += told.Add;

        await desk.Effects.RecordUnseenAsync(default);
        await desk.Effects.RecordUnseenAsync(default);

        var call = Assert.Single(await _store.HistoryAsync(10));
        Assert.Equal((Direction.Inbound, "over", Payloads.Wacid, what, whose), (call.Direction, call.State, call.Wacid, call.Outcome!.What, call.Outcome.Whose));
        Assert.Equal(("Carla", "+4915112345678"), (call.Customer.Name, call.Customer.Number!.Value.E164));
        Assert.Equal((Example.Noon, Example.Noon.AddSeconds(30)), (call.ArrivedAt, call.EndedAt!.Value));
        Assert.Equal(call.Id, Assert.Single(told).Id);
    }

    [Fact]
    public async Task A_call_that_we_saw_without_its_wacid_is_not_told_twice()
    {
        await WorkOffHereAsync(Payloads.CallCreated(), Payloads.Terminate());
        await _store.SaveCallAsync(Example.Ended("n1-1", Example.Noon.AddSeconds(1)) with { Wacid = null }); // the record came after Meta's word
        _time.Advance(TimeSpan.FromSeconds(90));
        using var desk = Open(_store, Folder("later"));

        await desk.Effects.RecordUnseenAsync(default);

        Assert.Equal(("n1-1", Payloads.Wacid), (Assert.Single(await _store.HistoryAsync(10)).Id, (await _store.HistoryAsync(10))[0].Wacid));
    }

    [Fact]
    public async Task A_call_is_not_called_unseen_while_records_wait_to_be_written()
    {
        await WorkOffHereAsync(Payloads.CallCreated(), Payloads.Terminate());
        _time.Advance(TimeSpan.FromSeconds(90));
        using var desk = Open(_store, Folder("later"));
        desk.Journal.Write(Example.Ended("n1-1", Example.Noon)); // nobody writes: the journal is not started

        await desk.Effects.RecordUnseenAsync(default);

        Assert.Empty(await _store.HistoryAsync(10));
    }

    private string Folder(string name) => Path.Combine(_folder, name);

    private async Task WorkOffHereAsync(params string[] deliveries)
    {
        using var desk = Open(_store, Folder("here"));
        foreach (var delivery in deliveries) await desk.Spool.AppendAsync(Payloads.Bytes(delivery), _time.GetUtcNow());
        await desk.Sorter.WorkOffAsync(default);
    }

    /// <summary>A process takes the deliveries in and is killed; a second one finishes. What the store holds then, as text.</summary>
    private async Task<(string Outcome, int Steps)> WorkOffAsync(string[] deliveries, Action<UnsteadyStore, int> kill, int step = 0)
    {
        var folder = Directory.CreateTempSubdirectory("ringway-killed-").FullName;
        try
        {
            await using var real = StoreAddress.Open("sqlite", Path.Combine(folder, "ringway.db"));
            await real.MigrateAsync();
            var (store, trouble) = UnsteadyStore.Before(real);
            var spoolFolder = Path.Combine(folder, "spool");
            using (var first = Open(store, spoolFolder))
            {
                foreach (var delivery in deliveries) await first.Spool.AppendAsync(Payloads.Bytes(delivery), _time.GetUtcNow());
                kill(trouble, step);
                var work = first.Sorter.WorkOffAsync(default);
                if (await Task.WhenAny(work, trouble.Died) == work) await work;
            }

            using var second = Open(real, spoolFolder);
            await second.Sorter.WorkOffAsync(default);
            Assert.Equal(0, second.Spool.Waiting);
            var permission = await real.FindPermissionAsync("main", PermissionCast.Carla.Value);
            var counts = string.Join(", ", (await real.WebhookCountsAsync()).Select(one => $"{one.Kind} {one.Count}"));
            var calls = string.Join(", ", (await real.UnseenCallsAsync(Example.Noon.AddDays(1), Example.Noon)).Select(one => (one with { HeardAt = default }).ToString() + one.EndedAt + one.CreatedAt));
            return ($"{permission?.Facts} | {counts} | {calls}", trouble.Calls);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Desk Open(ICallStore store, string folder)
    {
        var (spool, board, journal) = (new WebhookSpool(folder), new CallBoard(), new CallJournal(store, _time, NullLogger<CallJournal>.Instance));
        var book = new PermissionBook(store, new PlayedMeta { Says = () => throw new MetaRefusedException(0, "away") }, Example.NoNews(store, _time), _time, NullLogger<PermissionBook>.Instance);
        var effects = new WebhookEffects(store, book, board, journal, _options, _time, NullLogger<WebhookEffects>.Instance);
        return new Desk(spool, board, journal, book, effects, new WebhookSorter(spool, store, effects, _time, NullLogger<WebhookSorter>.Instance));
    }

    private sealed record Desk(WebhookSpool Spool, CallBoard Board, CallJournal Journal, PermissionBook Book, WebhookEffects Effects, WebhookSorter Sorter) : IDisposable
    {
        public void Dispose()
        {
            Sorter.Dispose();
            Journal.Dispose();
            Spool.Dispose();
        }
    }
}
