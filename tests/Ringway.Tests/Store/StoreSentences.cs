using System.Collections.Immutable;
using Ringway.Calls;
using Ringway.Store;
using Ringway.Tests.Api;

namespace Ringway.Tests.Store;

/// <summary>What every store promises; SQLite and PostgreSQL each hold it.</summary>
public abstract partial class StoreSentences : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = Example.Noon;

    protected abstract Task<ICallStore> OpenAsync();

    protected ICallStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Store = await OpenAsync();
        await Store.MigrateAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Migrating_again_changes_nothing()
    {
        await Store.SaveCallAsync(Example.Call());

        await Store.MigrateAsync();

        Assert.Single(await Store.OpenCallsAsync());
        await Store.PingAsync();
    }

    [Fact]
    public async Task A_call_comes_back_as_it_was_written()
    {
        var call = Example.Call() with
        {
            Direction = Direction.Outbound,
            State = "over",
            Agent = "ada",
            OfferedTo = ["ada", "bob"],
            OfferedAt = Noon.AddTicks(12_345_670),
            AnsweredAt = Noon.AddSeconds(2),
            EndedAt = Noon.AddHours(1),
            Outcome = new OutcomeFact("noPermission", "whatsapp", "Not allowed — yet; \"quotes\" and 'ticks' and 日本.", 403),
            Detail = """{"why":["a","b"]}""",
        };

        await Store.SaveCallAsync(call);

        AssertSame(call, Assert.Single(await Store.HistoryAsync(10)));
    }

    [Fact]
    public async Task A_call_is_found_by_its_id_and_keeps_its_detail_when_a_later_record_has_none()
    {
        await Store.SaveCallAsync(Example.Call() with { Detail = """{"trace":1}""" });
        await Store.SaveCallAsync(Example.Call(state: "talking"));

        var found = await Store.FindCallAsync("n1-1");

        Assert.Equal(("talking", """{"trace":1}"""), (found!.State, found.Detail));
        Assert.Null(await Store.FindCallAsync("n1-2"));
    }

    [Fact]
    public async Task A_call_of_which_little_is_known_comes_back_as_little()
    {
        var call = Example.Call() with
        {
            Customer = new CustomerFact(null, null, null),
            Wacid = null,
            OfferedTo = [],
            OfferedAt = null,
        };

        await Store.SaveCallAsync(call);

        AssertSame(call, Assert.Single(await Store.OpenCallsAsync()));
    }

    [Fact]
    public async Task The_last_writing_of_a_call_stays_and_the_same_one_twice_is_one()
    {
        await Store.SaveCallAsync(Example.Call());
        Assert.Single(await Store.OpenCallsAsync());
        Assert.Empty(await Store.HistoryAsync(10));

        await Store.SaveCallAsync(Example.Ended("n1-1", Noon));
        await Store.SaveCallAsync(Example.Ended("n1-1", Noon));

        Assert.Empty(await Store.OpenCallsAsync());
        AssertSame(Example.Ended("n1-1", Noon), Assert.Single(await Store.HistoryAsync(10)));
    }

    [Fact]
    public async Task The_history_is_newest_first_and_goes_on_before_the_last_one_seen()
    {
        for (var i = 0; i < 5; i++) await Store.SaveCallAsync(Example.Ended($"n1-{i}", Noon.AddMicroseconds(i)));

        var first = await Store.HistoryAsync(2);
        var second = await Store.HistoryAsync(10, before: first[^1].ArrivedAt);

        Assert.Equal(["n1-4", "n1-3"], first.Select(call => call.Id));
        Assert.Equal(["n1-2", "n1-1", "n1-0"], second.Select(call => call.Id));
    }

    [Fact]
    public async Task Calls_of_a_time_are_read_to_the_last_one_though_many_arrived_at_once()
    {
        await Store.SaveCallAsync(Example.Ended("n1-early", Noon.AddMicroseconds(-1)));
        await Store.SaveCallAsync(Example.Ended("n1-late", Noon.AddSeconds(1)));
        await Store.SaveCallAsync(Example.Call("n1-open"));
        for (var i = 0; i < 1001; i++)
            await Store.SaveCallAsync(Example.Ended($"n1-{i:0000}", Noon.AddMilliseconds(i / 600)) with { Detail = "{}" });

        var calls = await Store.CallsBetweenAsync(Noon, Noon.AddSeconds(1)).ToListAsync();

        Assert.Equal(Enumerable.Range(0, 1001).Select(i => $"n1-{i:0000}"), calls.Select(call => call.Id));
        AssertSame(Example.Ended("n1-0000", Noon), calls[0]);
        Assert.Empty(await Store.CallsBetweenAsync(Noon.AddSeconds(2), Noon.AddSeconds(3)).ToListAsync());
    }

    [Fact]
    public async Task An_agents_history_has_the_calls_that_she_had_or_was_offered_and_no_namesakes()
    {
        await Store.SaveCallAsync(Example.Ended("n1-had", Noon, "ada"));
        await Store.SaveCallAsync(Example.Ended("n1-missed", Noon.AddSeconds(1), "bob") with { OfferedTo = ["bob", "ada"] });
        await Store.SaveCallAsync(Example.Ended("n1-others", Noon.AddSeconds(2), "adam") with { OfferedTo = ["adam", "grenada"] });

        Assert.Equal(["n1-missed", "n1-had"], (await Store.HistoryAsync(10, agent: "ada")).Select(call => call.Id));
    }

    [Fact]
    public async Task Agents_are_those_of_the_last_list()
    {
        await Store.ReplaceAgentsAsync([new AgentRow("ada", "Ada", "hash", "mark"), new AgentRow("bob", "Bob", "hash", "mark")]);
        await Store.ReplaceAgentsAsync([new AgentRow("ada", "Ada L.", "hash", "mark"), new AgentRow("carla", "Carla", "h", "m")]);

        Assert.Equal([new AgentRow("ada", "Ada L.", "hash", "mark"), new AgentRow("carla", "Carla", "h", "m")], await Store.AgentsAsync());
        Assert.Equal("Carla", (await Store.FindAgentAsync("carla"))!.Name);
        Assert.Null(await Store.FindAgentAsync("bob"));
    }

    [Fact]
    public async Task A_session_is_kept_changed_ended_and_forgotten_when_its_time_is_over()
    {
        await Store.ReplaceAgentsAsync([new AgentRow("ada", "Ada", "hash", "mark")]);
        var session = new SessionRow("a1", "ada", null, true, Noon, Noon, Noon.AddHours(1));
        await Store.SaveSessionAsync(session);
        await Store.SaveSessionAsync(session with { TokenHash = "b2", Expires = Noon.AddHours(2) });
        await Store.SaveSessionAsync(session with { TokenHash = "c3" });

        var changed = session with { SipUser = "ada-x7", Ready = false, LastSeen = Noon.AddMinutes(5), PauseReason = "lunch", PausedAt = Noon.AddMinutes(4) };
        await Store.SaveSessionAsync(changed);
        await Store.DeleteSessionAsync("c3");

        Assert.Equal([changed, session with { TokenHash = "b2", Expires = Noon.AddHours(2) }], await Store.SessionsAsync(Noon.AddMinutes(10)));
        Assert.Equal(["b2"], (await Store.SessionsAsync(Noon.AddHours(1))).Select(kept => kept.TokenHash));
    }

    [Fact]
    public async Task A_changed_password_or_a_removed_agent_ends_the_sessions()
    {
        var (ada, bob, carla) = (new AgentRow("ada", "Ada", "h", "m"), new AgentRow("bob", "Bob", "h", "m"), new AgentRow("carla", "Carla", "h", "m"));
        await Store.ReplaceAgentsAsync([ada, bob, carla]);
        foreach (var agent in new[] { ada, bob, carla })
            await Store.SaveSessionAsync(new SessionRow($"of-{agent.Id}", agent.Id, null, true, Noon, Noon, Noon.AddHours(1)));

        await Store.ReplaceAgentsAsync([ada with { Name = "Ada L." }, bob with { PasswordHash = "new", PasswordMark = "new" }]);

        Assert.Equal(["of-ada"], (await Store.SessionsAsync(Noon)).Select(session => session.TokenHash));
    }

    [Fact]
    public async Task Many_may_write_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(
            () => Store.SaveCallAsync(Example.Ended($"n1-{i % 20}", Noon.AddSeconds(i % 20))))));

        Assert.Equal(20, (await Store.HistoryAsync(100)).Count);
    }

    private static void AssertSame(CallRecord expected, CallRecord found)
    {
        Assert.Equal(expected.OfferedTo.AsEnumerable(), found.OfferedTo);
        Assert.Equal(expected with { OfferedTo = [] }, found with { OfferedTo = ImmutableArray<string>.Empty });
    }
}

public sealed class SqliteStore : StoreSentences
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-store-").FullName;

    [Fact]
    public async Task Another_process_may_read_the_file_meanwhile()
    {
        await using var other = StoreAddress.Open($"sqlite:{Path.Combine(_folder, "ringway.db")}", "");
        await Store.SaveCallAsync(Example.Call());

        Assert.Single(await other.OpenCallsAsync());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    protected override Task<ICallStore> OpenAsync() => Task.FromResult(StoreAddress.Open("sqlite", Path.Combine(_folder, "ringway.db")));
}

[Trait("needs", "postgresql")]
public sealed class PostgresStore(PrivatePostgres server) : StoreSentences, IClassFixture<PrivatePostgres>
{
    [Fact]
    public async Task Several_machines_may_migrate_at_once()
    {
        var empty = await server.NewDatabaseAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            await using var store = StoreAddress.Open(empty, "");
            await store.MigrateAsync();
        })));
    }

    [Fact]
    public async Task A_server_that_is_away_is_an_error_and_not_a_wait()
    {
        await using var nowhere = StoreAddress.Open("postgres://ringway@127.0.0.1:1/none", "");

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => nowhere.PingAsync());
    }

    protected override async Task<ICallStore> OpenAsync() => StoreAddress.Open(await server.NewDatabaseAsync(), "");
}
