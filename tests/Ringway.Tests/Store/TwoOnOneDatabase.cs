using System.Threading.Channels;
using Ringway.Store;
using Ringway.Tests.Api;

namespace Ringway.Tests.Store;

/// <summary>What belongs to one of several ringways on a PostgreSQL, what belongs to all, and how they hear of each other.</summary>
[Trait("needs", "postgresql")]
public sealed class TwoOnOneDatabase(PrivatePostgres server) : IClassFixture<PrivatePostgres>, IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = Example.Noon;
    private static readonly SeatMove AdaComes = new("ada", Ready: true);
    private ICallStore _first = null!, _second = null!;

    public async ValueTask InitializeAsync()
    {
        var database = await server.NewDatabaseAsync();
        (_first, _second) = (StoreAddress.Open(database, "", "n1"), StoreAddress.Open(database, "", "n2"));
        await _first.MigrateAsync();
        await _first.BeatAsync([]);
        await _second.BeatAsync([]);
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task Open_calls_old_recordings_agents_and_sign_ins_are_of_the_ringway_that_has_them()
    {
        await _first.SaveCallAsync(Example.Call("n1-1"));
        await _second.SaveCallAsync(Example.Call("n2-1"));
        await _second.SaveCallAsync(Example.Call("n22-1"));
        await _second.SaveRecordingAsync(new("n2-9", null, null, 1, 1, "n2-9.opus", null, Noon));
        foreach (var (store, mark) in new[] { (_first, "a"), (_second, "b") })
        {
            await store.ReplaceAgentsAsync([new AgentRow("ada", "Ada", $"hash-{mark}", mark)]);
            await store.SaveSessionAsync(new SessionRow(mark, "ada", null, true, Noon, Noon, Noon.AddHours(1)));
        }

        await _first.ReplaceAgentsAsync([new AgentRow("ada", "Ada", "hash-c", "c")]);

        Assert.Equal(["n1-1"], (await _first.OpenCallsAsync()).Select(call => call.Id));
        Assert.Equal(["n2-1"], (await _second.OpenCallsAsync()).Select(call => call.Id));
        Assert.Empty(await _first.RecordingsBeforeAsync(Noon.AddDays(1), 9));
        Assert.Single(await _second.RecordingsBeforeAsync(Noon.AddDays(1), 9));
        Assert.Empty(await _first.SessionsAsync(Noon));
        Assert.Equal(["b"], (await _second.SessionsAsync(Noon)).Select(session => session.TokenHash));
        Assert.Equal("hash-b", Assert.Single(await _second.AgentsAsync()).PasswordHash);
    }

    [Fact]
    public async Task A_seat_is_given_by_who_has_it_and_taken_only_from_who_is_dead()
    {
        await _first.TakeSeatAsync(AdaComes);
        await _second.TakeSeatAsync(AdaComes);
        Assert.Equal(("n1", null), await SeatAsync());

        await _second.AskForSeatAsync("ada");
        await _second.GiveSeatAsync("ada");
        Assert.Equal(("n1", "n2"), await SeatAsync());
        await _first.GiveSeatAsync("ada");
        Assert.Equal(("n2", null), await SeatAsync());

        await _first.MoveSeatAsync(AdaComes);
        Assert.Equal(("n2", "n1"), await SeatAsync());
        await _first.LeaveSeatAsync("ada");
        Assert.Equal(("n2", null), await SeatAsync());

        await _second.EndNodeAsync((await _first.BeatAsync([])).Nodes[1]);
        await _first.TakeSeatAsync(AdaComes);
        Assert.Equal(("n1", null), await SeatAsync());
        await _second.MoveSeatAsync(AdaComes); // lives again, without its seats
        Assert.Equal(("n1", "n2"), await SeatAsync());
        await _first.MoveSeatAsync(AdaComes);
        Assert.Equal(("n1", null), await SeatAsync());
    }

    [Fact]
    public async Task Of_many_who_take_a_seat_at_once_one_has_it()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => (i % 2 == 0 ? _first : _second).TakeSeatAsync(AdaComes))));

        var (node, wanted) = await SeatAsync();
        Assert.True(node is "n1" or "n2");
        Assert.Null(wanted);
    }

    [Fact]
    public async Task Whoever_listens_hears_what_others_change_and_nothing_of_signs_of_life()
    {
        var heard = Channel.CreateUnbounded<string?>();
        using var power = new CancellationTokenSource();
        var listening = _second.ListenAsync(table => heard.Writer.WriteAsync(table).AsTask(), power.Token);
        Assert.Null(await NextAsync(heard));

        await _first.SaveNightAsync(new("main", Open: false, null, "ada", Noon));
        Assert.Equal(StoreNews.Nights, await NextAsync(heard));
        await _first.SaveRoutesAsync(new("main", "[]", 1, "ada", Noon), before: 0);
        Assert.Equal(StoreNews.Routes, await NextAsync(heard));
        await _first.SaveSoundAsync(new("closed", 2, "mark", "ada", Noon), [1, 2], isNew: true);
        Assert.Equal(StoreNews.Sounds, await NextAsync(heard));
        await _first.AddCallBackAsync(new("n1-1", "main", PhoneNumber.Parse("+15550100001"), null, Noon));
        Assert.Equal(StoreNews.CallBacks, await NextAsync(heard));
        await _first.BeatAsync(["ada"]);
        await _first.MoveSeatAsync(AdaComes);
        Assert.Equal(StoreNews.Seats, await NextAsync(heard));
        await _first.BeatAsync(["ada"]);
        await _first.EndNodeAsync((await _second.BeatAsync([])).Nodes[0]);
        Assert.Equal(StoreNews.Nodes, await NextAsync(heard));

        await power.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }

    [Fact]
    public async Task Who_calls_somebody_back_is_known_with_her_ringway_as_long_as_that_lives()
    {
        await _first.AddCallBackAsync(new("n1-1", "main", PhoneNumber.Parse("+15550100001"), null, Noon));
        await _first.TakeCallBackAsync("n1-1", "ada", Noon);

        Assert.Equal("n1", Assert.Single(await _second.CallBacksAsync()).TakenOn);
        await _second.EndNodeAsync((await _second.BeatAsync([])).Nodes[0]);
        Assert.Null(Assert.Single(await _second.CallBacksAsync()).TakenOn);
    }

    private static async Task<string?> NextAsync(Channel<string?> heard) => await heard.Reader.ReadAsync(Ear.Patience());

    private async Task<(string Node, string? WantedBy)> SeatAsync()
    {
        var seat = Assert.Single((await _second.BeatAsync([])).Seats);
        return (seat.Node, seat.WantedBy);
    }
}
