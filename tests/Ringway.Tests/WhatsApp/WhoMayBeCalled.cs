using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Store;
using Ringway.Tests.Api;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Tests.WhatsApp;

public sealed class WhoMayBeCalled : IAsyncLifetime
{
    private static readonly WhatsAppUser Carla = PermissionCast.Carla;

    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-permissions-").FullName;
    private readonly FakeTimeProvider _time = new(Example.Noon);
    private readonly PlayedMeta _meta = new();
    private readonly List<PermissionView> _told = [];
    private readonly CallBoard _board = new();
    private ICallStore _store = null!;
    private UnsteadyStore _trouble = null!;
    private PermissionBook _book = null!;

    public async ValueTask InitializeAsync()
    {
        (_store, _trouble) = UnsteadyStore.Before(StoreAddress.Open("sqlite", Path.Combine(_folder, "ringway.db")));
        await _store.MigrateAsync();
        _book = NewBook();
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_line_without_Graph_lets_WhatsApp_decide()
    {
        var now = await _book.LookAsync("other", Carla, default);

        Assert.Equal((PermissionState.Unknown, true, false), (now.State, now.MayCall, now.MayAsk));
        Assert.Equal(0, _meta.Checks);
    }

    [Fact]
    public async Task Meta_is_asked_once_a_minute_however_many_want_to_know()
    {
        var answer = new TaskCompletionSource<MetaPermission>();
        _meta.Says = () => answer.Task;
        var together = Enumerable.Range(0, 10).Select(_ => _book.LookAsync("main", Carla, default)).ToList();
        answer.SetResult(PermissionCast.Yes(Example.Noon.AddDays(3)));

        Assert.All(await Task.WhenAll(together), now => Assert.Equal(PermissionState.Temporary, now.State));
        await _book.LookAsync("main", Carla, default);
        Assert.Equal(1, _meta.Checks);
        _time.Advance(TimeSpan.FromSeconds(61));
        await _book.LookAsync("main", Carla, default);
        Assert.Equal(2, _meta.Checks);
    }

    [Fact]
    public async Task A_Meta_that_takes_longer_than_two_seconds_does_not_keep_the_agent_waiting_and_is_heard_later()
    {
        var answer = new TaskCompletionSource<MetaPermission>();
        _meta.Says = () => answer.Task;
        var look = _book.LookAsync("main", Carla, default);
        await _time.UntilAsync(() => look.IsCompleted, "the patience with Meta ends");

        Assert.InRange(_time.GetUtcNow() - Example.Noon, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));
        Assert.Equal((PermissionState.Unknown, true), ((await look).State, (await look).MayCall));
        answer.SetResult(PermissionCast.No);
        await _time.UntilAsync(() => Told().Any(view => view.State == PermissionState.None), "the late answer is told");
        await _time.UntilAsync(() => SavedAsync().Result, "it is saved, which comes after");

        async Task<bool> SavedAsync() => await _store.FindPermissionAsync("main", Carla.Value, default) is not null;
    }

    [Fact]
    public async Task When_Meta_is_away_what_is_known_decides()
    {
        await _book.HearAsync("main", Carla, null, new PermissionEvent.Rejected(Example.Noon), default);
        _meta.Says = () => throw new MetaRefusedException(0, "Meta does not answer.");

        var now = await _book.LookAsync("main", Carla, default);

        Assert.Equal((PermissionState.Refused, false, "refused"), (now.State, now.MayCall, now.Why));
    }

    [Fact]
    public async Task When_the_store_is_away_too_the_agent_may_still_look_and_call()
    {
        _trouble.IsAway = true;
        _meta.Says = () => Task.FromResult(PermissionCast.Yes());

        Assert.Equal(PermissionState.Permanent, (await _book.LookAsync("main", Carla, default)).State);
        await Assert.ThrowsAnyAsync<Exception>(() => _book.HearAsync("main", Carla, null, new PermissionEvent.UserCame(Example.Noon), default));
    }

    [Fact]
    public async Task The_end_of_a_permission_is_told_though_Meta_says_nothing()
    {
        await _book.HearAsync("main", Carla, null, new PermissionEvent.Granted(Example.Noon, Example.Noon.AddHours(1)), default);
        Assert.Equal(PermissionState.Temporary, Told()[^1].State);
        using var clock = await StartClockAsync();

        await _time.UntilAsync(() => Told()[^1].State == PermissionState.None, "the end is told", TimeSpan.FromMinutes(1));

        Assert.False(Told()[^1].MayCall);
        Assert.InRange(_time.GetUtcNow() - Example.Noon, TimeSpan.FromHours(1), TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task What_was_heard_outlives_a_restart()
    {
        await _book.HearAsync("main", Carla, "DE.77", new PermissionEvent.Granted(Example.Noon, Example.Noon.AddDays(7)), default);
        await _book.HearAsync("main", Carla, null, new PermissionEvent.CallMissed(Example.Noon), default);
        _meta.Says = () => throw new MetaRefusedException(0, "away");

        var after = await NewBook().LookAsync("main", Carla, default);

        Assert.Equal((PermissionState.Temporary, Example.Noon.AddDays(7), 1), (after.State, after.Until, after.Unanswered));
    }

    [Fact]
    public async Task A_user_is_the_same_by_number_and_by_id()
    {
        await _book.HearAsync("main", Carla, "DE.77", new PermissionEvent.Granted(Example.Noon, null), default);
        Assert.True(WhatsAppUser.TryParse("DE.77", out var byId, out _));
        _meta.Says = () => throw new MetaRefusedException(0, "away");

        foreach (var book in new[] { _book, NewBook() })
        {
            var now = await book.LookAsync("main", byId, default);
            Assert.Equal((PermissionState.Permanent, Carla), (now.State, now.User));
        }
    }

    [Fact]
    public async Task A_request_needs_the_open_window_or_a_template()
    {
        Assert.Equal("needs-template", Assert.IsType<AskResult.Refused>(await AskAsync()).Code);
        var sent = Assert.IsType<AskResult.Sent>(await AskAsync(new AskTemplate("may_we_call", "en")));
        Assert.Equal((PermissionState.Asked, Example.Noon, "may_we_call"), (sent.Now.State, sent.Now.AskedAt, _meta.Template?.Name));
    }

    [Fact]
    public async Task Inside_the_window_a_request_goes_out_once_a_day()
    {
        await _book.HearAsync("main", Carla, null, new PermissionEvent.UserCame(Example.Noon.AddHours(-1)), default);

        var sent = Assert.IsType<AskResult.Sent>(await AskAsync());
        Assert.Equal((0, 1), (sent.Now.RequestsLeftToday, sent.Now.RequestsLeftThisWeek));
        var again = Assert.IsType<AskResult.Refused>(await AskAsync());

        Assert.Equal(1, _meta.Asked);
        Assert.Equal(("ask-limit", "WhatsApp allows 1 request a day and 2 a week to one user. You may ask again from Tuesday 12:00."), (again.Code, again.Detail));
    }

    [Fact]
    public async Task Who_allows_calls_for_good_is_not_asked()
    {
        _meta.Says = () => Task.FromResult(PermissionCast.Yes());

        Assert.Equal("already-allowed", Assert.IsType<AskResult.Refused>(await AskAsync(new AskTemplate("t", "en"))).Code);
    }

    [Theory]
    [InlineData(138009, "ask-limit")]
    [InlineData(138017, "already-allowed")]
    [InlineData(131030, "meta-refused")]
    public async Task What_Meta_refuses_keeps_its_words(int code, string problem)
    {
        _meta.Sends = () => throw new MetaRefusedException(code, "Cause. Cure.");

        var refused = Assert.IsType<AskResult.Refused>(await AskAsync(new AskTemplate("t", "en")));

        Assert.Equal((problem, "Cause. Cure."), (refused.Code, refused.Detail));
    }

    [Fact]
    public async Task An_answer_that_comes_before_Meta_has_said_that_the_request_was_sent_counts()
    {
        _meta.Sends = async () =>
        {
            await _book.HearAsync("main", Carla, null, new PermissionEvent.Granted(Example.Noon, Example.Noon.AddDays(7), "wamid.sent"), default);
            return "wamid.sent";
        };

        Assert.Equal(PermissionState.Temporary, Assert.IsType<AskResult.Sent>(await AskAsync(new AskTemplate("t", "en"))).Now.State);
    }

    [Fact]
    public async Task While_a_request_waits_Meta_is_asked_again_so_that_a_lost_webhook_does_no_harm()
    {
        await AskAsync(new AskTemplate("t", "en"));
        _meta.Says = () => Task.FromResult(PermissionCast.Yes(Example.Noon.AddDays(7)));
        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(PermissionState.Temporary, (await _book.LookAsync("main", Carla, default)).State);
    }

    [Fact]
    public async Task Calls_count_after_the_fact()
    {
        _meta.Says = () => throw new MetaRefusedException(0, "away");
        await _book.HearAsync("main", Carla, null, new PermissionEvent.Granted(Example.Noon, null), default);
        using var clock = await StartClockAsync();
        for (var i = 1; i <= 3; i++) _board.Publish(Ended($"n1-{i}", i, "declined"));
        await _time.UntilAsync(() => Told()[^1].Unanswered == 3, "three missed calls are counted");

        _board.Publish(Ended("n1-4", 4, "completed", answered: true));
        await _time.UntilAsync(() => Told()[^1] is { Unanswered: 0, CallsLeftToday: 99 }, "an answered call ends the streak");

        _board.Publish(CallView.From(Example.Call("n1-ring", "ringing") with { Direction = Direction.Outbound }));
        foreach (var id in new[] { "n1-none", "n1-ring" })
            _board.Publish(Ended(id, 4, "abandoned") with { Outcome = new OutcomeFact("abandoned", "agent", "In words.", null), EndedAt = Example.Noon.AddMinutes(4).AddSeconds(30) });
        await _time.UntilAsync(() => Told()[^1].Unanswered == 1, "a call that rang and was given up counts, one that did not ring does not");

        for (var i = 5; i <= 7; i++) _board.Publish(Ended($"n1-{i}", i, "noAnswer"));
        await _time.UntilAsync(() => Told()[^1].State == PermissionState.Blocked, "the fourth in a row takes the permission away");

        _board.Publish(Ended("n1-9", 9, "noPermission"));
        _board.Publish(CallView.From(Example.Call("n1-10") with { ArrivedAt = Example.Noon.AddMinutes(10) }));
        await _time.UntilAsync(() => Told()[^1].WindowUntil == Example.Noon.AddMinutes(10).AddHours(24), "a user's call opens the window");
    }

    [Fact]
    public async Task What_could_not_be_saved_is_saved_when_the_store_is_back()
    {
        await _book.LookAsync("main", Carla, default);
        _trouble.IsAway = true;
        await Assert.ThrowsAnyAsync<Exception>(() => _book.HearAsync("main", Carla, null, new PermissionEvent.Granted(Example.Noon, null), default));
        Assert.Equal(PermissionState.Permanent, Told()[^1].State);
        using var clock = await StartClockAsync();
        _trouble.IsAway = false;

        PermissionRow? row = null;
        await _time.UntilAsync(() => (row = _store.FindPermissionAsync("main", Carla.Value).Result)?.Facts.Contains("Permanent", StringComparison.Ordinal) == true, "the book saves", TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(Carla.Value, row!.ToString());
    }

    private static CallView Ended(string id, int minute, string what, bool answered = false) => CallView.From(Example.Ended(id, Example.Noon.AddMinutes(minute)) with
    {
        Direction = Direction.Outbound,
        Customer = new CustomerFact(null, Carla.Number, null),
        AnsweredAt = answered ? Example.Noon.AddMinutes(minute).AddSeconds(5) : null,
        Outcome = new OutcomeFact(what, what == "noPermission" ? "whatsapp" : "customer", "In words.", null),
    });

    private Task<AskResult> AskAsync(AskTemplate? template = null) => _book.AskAsync("main", Carla, "May we call?", template, default);

    private List<PermissionView> Told()
    {
        lock (_told) return [.. _told];
    }

    private PermissionBook NewBook()
    {
        var book = new PermissionBook(_store, _meta, Example.NoNews(_store, _time), _time, NullLogger<PermissionBook>.Instance);
        book.Changed += view =>
        {
            lock (_told) _told.Add(view);
        };
        return book;
    }

    private async Task<PermissionClock> StartClockAsync()
    {
        var clock = new PermissionClock(_book, _board, _meta, _time, NullLogger<PermissionClock>.Instance);
        await clock.StartAsync(default);
        return clock;
    }
}
