using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Ringway.Store;
using Ringway.Tests.Api;

namespace Ringway.Tests.Store;

public sealed class TheStoreIsAway : IDisposable
{
    private readonly FakeTimeProvider _time = new(Example.Noon);
    private readonly StubbornStore _store = new();
    private readonly CallJournal _journal;

    public TheStoreIsAway() => _journal = new CallJournal(_store, _time, NullLogger<CallJournal>.Instance);

    [Fact]
    public async Task Records_wait_and_are_written_in_order_when_it_is_back()
    {
        _store.IsAway = true;
        await _journal.StartAsync(default);
        foreach (var id in new[] { "n1-1", "n1-2", "n1-3" }) _journal.Write(Example.Call(id));
        await UntilAsync(() => _store.Refusals >= 3, "the journal keeps trying");
        Assert.Equal(3, _journal.Depth);

        _store.IsAway = false;
        await UntilAsync(() => _journal.Depth == 0, "everything is written");

        Assert.Equal(["n1-1", "n1-2", "n1-3"], _store.Saved.Select(call => call.Id));
    }

    [Fact]
    public async Task Of_several_states_of_a_call_that_wait_the_newest_is_written()
    {
        _journal.Write(Example.Call("n1-1", "arriving"));
        _journal.Write(Example.Call("n1-2", "talking"));
        _journal.Write(Example.Call("n1-1", "offered"));
        await _journal.StartAsync(default);

        await UntilAsync(() => _journal.Depth == 0, "everything is written");

        Assert.Equal([("n1-2", "talking"), ("n1-1", "offered")], _store.Saved.Select(call => (call.Id, call.State)));
    }

    [Fact]
    public async Task Writing_never_waits_for_the_store()
    {
        _store.IsAway = true;
        await _journal.StartAsync(default);

        for (var i = 0; i < 10_000; i++) _journal.Write(Example.Call($"n1-{i}"));

        Assert.Equal(10_000, _journal.Depth);
    }

    [Fact]
    public async Task A_record_that_a_healthy_store_refuses_does_not_hold_up_the_others()
    {
        _store.Hates = "n1-bad";
        await _journal.StartAsync(default);
        _journal.Write(Example.Call("n1-bad"));
        _journal.Write(Example.Call("n1-good"));

        await UntilAsync(() => _journal.Depth == 0, "the good one is written");

        Assert.Equal(["n1-good"], _store.Saved.Select(call => call.Id));
    }

    [Fact]
    public async Task Stopping_writes_what_waits()
    {
        for (var i = 0; i < 100; i++) _journal.Write(Example.Call($"n1-{i}"));
        await _journal.StartAsync(default);

        await _journal.StopAsync(default);

        Assert.Equal(100, _store.Saved.Count);
        _journal.Write(Example.Call("n1-late"));
        Assert.Equal(0, _journal.Depth);
    }

    [Fact]
    public async Task Stopping_does_not_wait_longer_than_the_host_allows()
    {
        _store.IsAway = true;
        await _journal.StartAsync(default);
        _journal.Write(Example.Call());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));

        await _journal.StopAsync(patience.Token);

        Assert.Equal(1, _journal.Depth);
    }

    public void Dispose() => _journal.Dispose();

    /// <summary>Moves the clock until it is so; the reason says for what.</summary>
    private async Task UntilAsync(Func<bool> isSo, string reason)
    {
        var patience = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), $"Waited in vain: {reason}.");
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    /// <summary>A store in memory that can be away, or dislike one record.</summary>
    private sealed class StubbornStore : ICallStore
    {
        private readonly List<CallRecord> _saved = [];
        private volatile bool _isAway;
        private volatile int _refusals;

        public bool IsAway { get => _isAway; set => _isAway = value; }

        public string? Hates { get; set; }

        public int Refusals => _refusals;

        public IReadOnlyList<CallRecord> Saved
        {
            get { lock (_saved) return [.. _saved]; }
        }

        public Task SaveCallAsync(CallRecord call, CancellationToken ct = default)
        {
            if (IsAway || call.Id == Hates)
            {
                _refusals++;
                throw new InvalidOperationException("away");
            }

            lock (_saved) _saved.Add(call);
            return Task.CompletedTask;
        }

        public Task PingAsync(CancellationToken ct = default) => IsAway ? throw new InvalidOperationException("away") : Task.CompletedTask;

        public bool IsShared => false;

        public Task<SeatTable> BeatAsync(IReadOnlyCollection<string>? inCall, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<long> MoveSeatAsync(SeatMove move, CancellationToken ct = default) => throw new NotSupportedException();

        public Task TakeSeatAsync(SeatMove first, CancellationToken ct = default) => throw new NotSupportedException();

        public Task AskForSeatAsync(string agent, CancellationToken ct = default) => throw new NotSupportedException();

        public Task GiveSeatAsync(string agent, CancellationToken ct = default) => throw new NotSupportedException();

        public Task LeaveSeatAsync(string agent, CancellationToken ct = default) => throw new NotSupportedException();

        public Task EndNodeAsync(NodeRow silent, CancellationToken ct = default) => throw new NotSupportedException();

        public Task ListenAsync(Func<string?, Task> heard, CancellationToken ct) => throw new NotSupportedException();

        public Task SaveNightAsync(NightRow night, CancellationToken ct = default) => throw new NotSupportedException();

        public Task RemoveNightAsync(string line, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<NightRow>> NightsAsync(CancellationToken ct = default) => throw new NotSupportedException();

        public Task<bool> SaveRoutesAsync(RoutesRow routes, long before, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<bool> RemoveRoutesAsync(string line, long before, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<RoutesRow>> RoutesAsync(CancellationToken ct = default) => throw new NotSupportedException();

        public Task<bool> SaveSoundAsync(SoundRow sound, byte[] samples, bool isNew, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<bool> RemoveSoundAsync(string name, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<SoundRow>> SoundsAsync(CancellationToken ct = default) => throw new NotSupportedException();

        public Task<byte[]?> FindSoundAsync(string name, CancellationToken ct = default) => throw new NotSupportedException();

        public IAsyncEnumerable<PermissionRow> PermissionsAsync(CancellationToken ct = default) => throw new NotSupportedException();

        public Task AddCallBackAsync(CallBackRow callBack, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<CallBackRow>> CallBacksAsync(CancellationToken ct = default) => throw new NotSupportedException();

        public Task<bool> TakeCallBackAsync(string id, string agent, DateTimeOffset at, CancellationToken ct = default) => throw new NotSupportedException();

        public Task FreeCallBackAsync(string id, string agent, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<bool> RemoveCallBackAsync(string id, CancellationToken ct = default) => throw new NotSupportedException();

        public Task SaveRecordingAsync(RecordingRow recording, IReadOnlyCollection<OutboxRow>? news = null, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<RecordingRow?> FindRecordingAsync(string call, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<RecordingRow>> RecordingsBeforeAsync(DateTimeOffset ended, int limit, CancellationToken ct = default) => throw new NotSupportedException();

        public Task AddAuditAsync(AuditRow row, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<AuditRow>> AuditAsync(string call, CancellationToken ct = default) => throw new NotSupportedException();

        public Task MigrateAsync(CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<AgentRow>> AgentsAsync(CancellationToken ct = default) => throw new NotSupportedException();

        public Task<AgentRow?> FindAgentAsync(string id, CancellationToken ct = default) => throw new NotSupportedException();

        public Task ReplaceAgentsAsync(IReadOnlyCollection<AgentRow> agents, CancellationToken ct = default) => throw new NotSupportedException();

        public Task SaveSessionAsync(SessionRow session, CancellationToken ct = default) => throw new NotSupportedException();

        public Task DeleteSessionAsync(string tokenHash, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<SessionRow>> SessionsAsync(DateTimeOffset now, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<CallRecord?> FindCallAsync(string id, CancellationToken ct = default) => throw new NotSupportedException();

        public IAsyncEnumerable<CallRecord> CallsBetweenAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<CallRecord>> OpenCallsAsync(CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<CallRecord>> HistoryAsync(
            int limit, DateTimeOffset? before = null, string? agent = null, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<PermissionRow?> FindPermissionAsync(string line, string user, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<bool> HasWebhookAsync(string id, CancellationToken ct = default) => throw new NotSupportedException();

        public Task SaveWebhookAsync(WebhookRow webhook, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<WebhookCount>> WebhookCountsAsync(CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<WebhookRow>> WebhooksAsync(string field, int limit, CancellationToken ct = default) => throw new NotSupportedException();

        public Task ForgetWebhooksAsync(DateTimeOffset before, IReadOnlyCollection<string> except, CancellationToken ct = default) => throw new NotSupportedException();

        public Task SaveWhatsAppCallAsync(WhatsAppCallRow call, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<WhatsAppCallRow>> UnseenCallsAsync(
            DateTimeOffset endedBefore, DateTimeOffset createdBefore, CancellationToken ct = default) => throw new NotSupportedException();

        public Task SavePermissionAsync(PermissionRow permission, IReadOnlyCollection<OutboxRow>? news = null, CancellationToken ct = default) => throw new NotSupportedException();

        public Task AddToOutboxAsync(IReadOnlyCollection<OutboxRow> events, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<OutboxRow>> OutboxHeadsAsync(string node, string endpoint, int limit, CancellationToken ct = default) => throw new NotSupportedException();

        public Task UpdateOutboxAsync(OutboxRow row, CancellationToken ct = default) => throw new NotSupportedException();

        public Task RemoveFromOutboxAsync(string id, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<OutboxRow?> FindInOutboxAsync(string id, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<OutboxRow>> OutboxAsync(int limit, CancellationToken ct = default) => throw new NotSupportedException();

        public Task<OutboxCount> OutboxCountAsync(CancellationToken ct = default) => throw new NotSupportedException();

        public Task<int> KillOutboxExceptAsync(
            string node, IReadOnlyCollection<string> endpoints, DateTimeOffset now, string why, CancellationToken ct = default) => throw new NotSupportedException();

        public Task ForgetDeadAsync(DateTimeOffset before, CancellationToken ct = default) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
