using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Ringway.Agents;
using Ringway.CallBacks;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Sounds;
using Ringway.Store;
using Ringway.Switchboard;
using Ringway.Tests.Api;
using Ringway.Tests.Store;
using Ringway.Tests.WhatsApp;

namespace Ringway.Tests.Agents;

/// <summary>Two whole ringways, each with an Asterisk of its own as far as they know, on one PostgreSQL.</summary>
[Trait("needs", "postgresql")]
public sealed class TwoRingways(PrivatePostgres server) : IClassFixture<PrivatePostgres>, IAsyncLifetime
{
    private static readonly AgentId Ada = new("ada"), Bob = new("bob");
    private string _database = "";
    private Machine _a = null!, _b = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await server.NewDatabaseAsync();
        _a = await Machine.StartAsync("n1", _database);
        _b = await Machine.StartAsync("n2", _database);
    }

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    [Fact]
    public async Task An_agent_is_rung_by_one_ringway_at_a_time()
    {
        await _a.OpenPageAsync();
        await UntilAsync("she is rung at the first", () => _a.Sees(Ada) == "free");
        await _b.OpenPageAsync();
        await UntilAsync("she is rung where she has come to", () => (_a.Sees(Ada), _b.Sees(Ada)) == ("elsewhere", "free"));

        // A caller at each: one rings her, the other waits, though the line has no queue.
        var waits = Assert.IsType<CallEvent.AgentsChosen>(_a.Floor.Arrived(Call("n1-1")));
        Assert.True(waits is { Agents.IsEmpty: true, MayWait: true });
        Assert.Equal([Ada], Assert.IsType<CallEvent.AgentsChosen>(_b.Floor.Arrived(Call("n2-1"))).Agents.AsEnumerable());
        _b.Roster.Engage(new("n2-1"), [(Ada, true)]);
        _a.Floor.Seek(Call("n1-1"), null);
        await UntilAsync("the first has asked for her", async () => (await SeatAsync()) == ("n2", "n1"));
        await UntilAsync("the second has heard of it", () => _b.Roster.SeatOf(Ada).IsWanted);
        Assert.Empty(_a.Rung);

        // Another one comes to where she is; it is not her turn.
        _b.Floor.Seek(Call("n2-2"), null);
        _b.Roster.Release(new("n2-1"));
        await UntilAsync("the caller who waited longer rings her", () => _a.Rung.Contains(("n1-1", "ada")));
        Assert.Empty(_b.Rung);
        await UntilAsync("both know", () => (_a.Sees(Ada), _b.Sees(Ada)) == ("ringing", "elsewhere"));

        _a.Roster.Release(new("n1-1"));
        await UntilAsync("then the other one does", () => _b.Rung.Contains(("n2-2", "ada")) && _a.Sees(Ada) == "elsewhere");
    }

    [Fact]
    public async Task While_she_talks_she_stays_and_then_follows_her_click()
    {
        await _a.OpenPageAsync();
        var there = await _b.OpenPageAsync();
        await UntilAsync("she is at the second", () => _b.Sees(Ada) == "free");
        _b.Roster.TryReserve(new("n2-1"), [Ada]);

        Assert.Equal(HttpStatusCode.NoContent, (await _a.Page.PutAsync("/api/v1/presence", new { ready = true })).StatusCode);
        await UntilAsync("the first has asked for her", async () => (await SeatAsync()) == ("n2", "n1"));
        Assert.Equal("ringing", _b.Sees(Ada));
        Assert.False(_a.Roster.TryReserveOwn(new("n1-1"), Ada));

        _b.Roster.Release(new("n2-1"));
        await UntilAsync("she is where she has clicked", () => (_a.Sees(Ada), _b.Sees(Ada)) == ("free", "elsewhere"));
        // Her phone at the second asks for another account by itself; that is nobody's click.
        await there.PostAsync("/api/v1/line");
        await _b.LookAsync();
        Assert.Equal("elsewhere", _b.Sees(Ada));
    }

    [Fact]
    public async Task Her_own_call_fetches_her_first_or_is_refused_in_words()
    {
        await _a.OpenPageAsync();
        await _b.OpenPageAsync();
        await UntilAsync("she is at the second", () => _b.Sees(Ada) == "free");

        Assert.True(await _a.Seats.ComeAsync(Ada, default));
        Assert.True(_a.Roster.TryReserveOwn(new("n1-1"), Ada));

        var later = _b.Seats.ComeAsync(Ada, default);
        await UntilAsync("the second has asked", async () => (await SeatAsync()) == ("n1", "n2"));
        _b.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await later);
    }

    [Fact]
    public async Task Who_pauses_at_one_pauses_everywhere_and_who_signs_out_there_is_rung_where_she_is_still()
    {
        await _a.OpenPageAsync();
        var there = await _b.OpenPageAsync();
        await UntilAsync("she is at the second", () => (_a.Sees(Ada), _b.Sees(Ada)) == ("elsewhere", "free"));

        await there.PutAsync("/api/v1/presence", new { ready = false, reason = "lunch" });
        await UntilAsync("the first knows", () => _a.Roster.Find(Ada) is { Ready: false, Paused.Name: "Lunch" });
        Assert.True((await _a.Page.JsonAsync("/api/v1/session")).GetProperty("paused").GetProperty("reason").GetString() == "lunch");
        await there.PutAsync("/api/v1/presence", new { ready = true });
        await UntilAsync("she takes calls again, at both", () => _a.Roster.Find(Ada) is { Ready: true, Paused: null });

        await there.DeleteAsync("/api/v1/session");
        await UntilAsync("she is rung where she is signed in", () => (_a.Sees(Ada), _b.Sees(Ada)) == ("free", "elsewhere"));
    }

    [Fact]
    public async Task Colleagues_see_at_which_ringway_she_is_and_that_she_is_in_a_call()
    {
        var bob = await _b.Host.SignInAsync("bob");
        using var ear = await bob.ListenAsync();
        await ear.HearAsync("hello");

        await _a.OpenPageAsync();
        await UntilAsync("she is at the first", () => _a.Sees(Ada) == "free");
        _a.Roster.TryReserve(new("n1-1"), [Ada]);
        await UntilAsync("it is known at the second", () => _b.Sees(Ada) == "elsewhere");
        await _a.LookAsync();
        await _b.LookAsync();

        JsonElement told;
        do told = (await ear.HearAsync("agent")).GetProperty("agent");
        while (told.GetProperty("id").GetString() != "ada" || told.GetProperty("elsewhere") is not { ValueKind: JsonValueKind.Object } there || !there.GetProperty("inCall").GetBoolean());
        Assert.Equal(("elsewhere", "n1"), (told.GetProperty("state").GetString(), told.GetProperty("elsewhere").GetProperty("node").GetString()));
    }

    [Fact]
    public async Task A_ringway_that_dies_leaves_its_agents_to_the_other_after_its_lease()
    {
        await _b.OpenPageAsync();
        await UntilAsync("she is at the second", () => _b.Sees(Ada) == "free");
        await _a.OpenPageAsync();
        await UntilAsync("she is at the first", () => (_a.Sees(Ada), _b.Sees(Ada)) == ("free", "elsewhere"));

        await _a.DieAsync();
        for (var passed = 0; passed < 15; passed += 3)
        {
            await _b.LookAsync();
            Assert.Equal("elsewhere", _b.Sees(Ada));
            _b.Time.Advance(TimeSpan.FromSeconds(3));
        }

        await UntilAsync("the lease is over", () => _b.Sees(Ada) == "free");

        // It is back, and does not believe that she is still there.
        _a = await Machine.StartAsync("n1", _database, _a.Folder);
        Assert.Equal("elsewhere", _a.Sees(Ada));
    }

    [Fact]
    public async Task A_ringway_that_is_restarted_keeps_its_agents_and_leaves_the_other_in_peace()
    {
        await _a.OpenPageAsync();
        await _b.OpenPageAsync("bob");
        await UntilAsync("each has one", () => (_a.Sees(Ada), _b.Sees(Bob)) == ("free", "free"));
        await _a.Host.Part<ICallStore>().SaveCallAsync(Example.Call("n1-1"));
        await _b.Host.Part<ICallStore>().SaveCallAsync(Example.Call("n2-1"));

        await _b.DieAsync();
        _b = await Machine.StartAsync("n2", _database, _b.Folder);

        Assert.Equal("free", _a.Sees(Ada));
        Assert.True((await _a.Page.GetAsync("/api/v1/session")).IsSuccessStatusCode);
        Assert.Equal(["n2-1"], (await _b.Host.Part<ICallStore>().OpenCallsAsync()).Select(call => call.Id));
        Assert.True(_b.Roster.SeatOf(Bob).IsHere);
        Assert.Equal("n1", _b.Roster.SeatOf(Ada).At);
    }

    [Fact]
    public async Task Who_was_in_a_call_when_her_ringway_died_is_not_given_away_before_it_knows_its_calls_again()
    {
        await _a.OpenPageAsync();
        await UntilAsync("she is at the first", () => _a.Sees(Ada) == "free");
        _a.Roster.TryReserve(new("n1-1"), [Ada]);
        await _a.LookAsync();
        await _b.OpenPageAsync();
        await UntilAsync("the second has asked for her", async () => (await SeatAsync()) == ("n1", "n2"));

        await _a.DieAsync();
        _a = await Machine.StartAsync("n1", _database, _a.Folder);
        await _a.LookAsync();
        Assert.Equal(("n1", "n2"), await SeatAsync());

        for (var passed = 0; passed < 30; passed += 3)
        {
            Assert.Equal(("n1", "n2"), await SeatAsync());
            await _b.LookAsync(); // it lives
            _a.Time.Advance(TimeSpan.FromSeconds(3));
            await _a.LookAsync();
        }

        await UntilAsync("the call was not found", async () => (await SeatAsync()) == ("n2", null));
    }

    [Fact]
    public async Task While_the_database_is_away_each_goes_on_with_the_agents_it_has()
    {
        await _a.OpenPageAsync();
        await _b.OpenPageAsync("bob");
        await UntilAsync("each has one", () => (_a.Sees(Ada), _b.Sees(Bob)) == ("free", "free"));
        _a.Trouble.IsAway = _b.Trouble.IsAway = true;

        for (var i = 0; i < 10; i++)
        {
            _a.Time.Advance(TimeSpan.FromSeconds(3));
            _b.Time.Advance(TimeSpan.FromSeconds(3));
        }

        Assert.Equal([Ada], _a.Roster.TryReserve(new("n1-1"), [Ada]).AsEnumerable());
        Assert.Empty(_b.Roster.TryReserve(new("n2-1"), [Ada]));
        Assert.Equal([Bob], _b.Roster.TryReserve(new("n2-1"), [Bob]).AsEnumerable());
        await _b.OpenPageAsync("eve"); // whom nobody had
        await UntilAsync("who signs in now is rung where she is, when it lasts", () =>
        {
            _b.Time.Advance(TimeSpan.FromSeconds(3));
            return _b.Sees(new("eve")) == "free";
        });

        _a.Trouble.IsAway = _b.Trouble.IsAway = false;
        await _a.LookAsync();
        await _b.LookAsync();
        Assert.Equal(("n1", "n2"), (_b.Roster.SeatOf(Ada).At, _a.Roster.SeatOf(Bob).At));
    }

    [Fact]
    public async Task A_line_closed_at_one_is_closed_at_the_other_and_its_pages_are_told()
    {
        var page = await _b.Host.SignInAsync("bob");
        using var ear = await page.ListenAsync();
        await ear.HearAsync("hello");
        var ada = await _a.Host.SignInAsync();

        await ada.PutAsync("/api/v1/lines/main/night", new { open = false });
        var told = (await ear.HearAsync("line")).GetProperty("line").GetProperty("night");
        Assert.Equal((false, "ada"), (told.GetProperty("open").GetBoolean(), told.GetProperty("by").GetString()));
        Assert.Equal(What.Closed, Assert.IsType<CallEvent.AgentsChosen>(_b.Floor.Arrived(Call("n2-1"))).Otherwise);

        await page.DeleteAsync("/api/v1/lines/main/night");
        await UntilAsync("it is open again at the first", () => _a.Host.Part<NightSwitch>().Of("main") is null);
    }

    [Fact]
    public async Task Rules_changed_at_one_lead_the_others_calls_too()
    {
        var ada = await _a.Host.SignInAsync();

        var saved = await ada.PutAsync("/api/v1/lines/main/routes", new { version = 0, routes = new[] { new { callers = new[] { "+49*" }, agent = "bob" } } });
        Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        await UntilAsync("the second knows them", () => _b.Host.Part<RouteBook>().Kept("main") is { By.Value: "ada" });
        Assert.Equal("bob", Assert.Single(_b.Host.Part<RouteBook>().Line("main")!.Routes).Agent);
    }

    [Fact]
    public async Task A_sound_that_is_uploaded_at_one_and_the_rule_that_says_it_are_the_others_too()
    {
        var ada = await _a.Host.SignInAsync();
        using var sound = new ByteArrayContent(Wav.Write(Enumerable.Range(0, 8000).Select(i => (byte)i).ToArray(), 16000));
        Assert.Equal(HttpStatusCode.OK, (await ada.Http.PutAsync("/api/v1/sounds/closed", sound, TestContext.Current.CancellationToken)).StatusCode);
        await ada.PutAsync("/api/v1/lines/main/routes", new { version = 0, routes = new[] { new { say = "sound:closed" } } });

        await UntilAsync("the second says it", () => _b.Host.Part<RouteBook>().Kept("main") is { Faults.IsEmpty: true });
        var media = Assert.Single(_b.Floor.Announcement(Assert.IsType<CallEvent.AnnouncementReached>(_b.Floor.Arrived(Call("n2-1"))).Announcement));
        Assert.StartsWith("sound:" + _b.Host.Part<HostPaths>().Prompts, media, StringComparison.Ordinal);
        Assert.Equal(8000, new FileInfo(media["sound:".Length..] + ".sln16").Length);
    }

    [Fact]
    public async Task Who_wants_to_be_called_back_at_one_is_on_the_list_of_the_other_and_is_taken_once()
    {
        _a.Host.Part<CallBackBook>().LeftMessage(Example.Ended("n1-1", Example.Noon, agent: null));
        await UntilAsync("it is on the other's list", () => _b.Host.Part<CallBackBook>().Now is [{ Id: "n1-1", TakenBy: null }]);

        Assert.IsType<CallBackTaken.Yours>(await _b.Host.Part<CallBackBook>().TakeAsync("n1-1", Bob, default));
        await UntilAsync("the first knows", () => _a.Host.Part<CallBackBook>().Now is [{ TakenBy: "bob" }]);
        Assert.IsType<CallBackTaken.Others>(await _a.Host.Part<CallBackBook>().TakeAsync("n1-1", Ada, default));

        // There is no such call here; it is at the second, which looks after it itself.
        for (var passed = 0; passed < 66; passed += 3)
        {
            await _b.LookAsync(); // it lives
            await _a.LookAsync();
            _a.Time.Advance(TimeSpan.FromSeconds(3));
        }

        await _a.Host.Part<CallBackBook>().RemoveAsync("n1-9", default);
        Assert.Equal("bob", Assert.Single(await _a.Host.Part<ICallStore>().CallBacksAsync()).TakenBy);
    }

    [Fact]
    public async Task What_was_changed_while_nobody_could_be_told_is_read_when_the_listener_is_back()
    {
        await using var admin = new NpgsqlConnection(_database);
        await admin.OpenAsync();
        await using var cut = new NpgsqlCommand(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and query ilike 'listen%'", admin);
        await using var change = new NpgsqlCommand(
            "alter table nights disable trigger all; insert into nights (line, open, by_agent, at) values ('main', false, 'ada', now())", admin);
        await change.ExecuteNonQueryAsync();
        await cut.ExecuteScalarAsync();

        await UntilAsync("it is read again", () =>
        {
            _b.Time.Advance(TimeSpan.FromSeconds(1));
            return _b.Host.Part<NightSwitch>().Of("main") is { Open: false };
        });
    }

    [Fact]
    public async Task Two_of_the_same_name_say_so()
    {
        await using var another = StoreAddress.Open(_database, "", "n1");
        await another.BeatAsync([]);

        await _a.LookAsync();

        Assert.Contains(_a.Log.Lines, line => line.Contains("is called n1, too", StringComparison.Ordinal));
        Assert.DoesNotContain(_b.Log.Lines, line => line.Contains("is called", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_was_taken_for_dead_hears_of_it_and_who_has_moved_meanwhile_stays_there()
    {
        await _b.OpenPageAsync();
        await _a.OpenPageAsync();
        await UntilAsync("she is at the first", () => (_a.Sees(Ada), _b.Sees(Ada)) == ("free", "elsewhere"));
        _a.Trouble.IsAway = true; // for the first alone

        // A sign of life that was under way may be seen some looks later; from then on the lease is counted.
        for (var passed = 0; passed <= 15 || passed <= 45 && _b.Sees(Ada) != "free"; passed += 3)
        {
            await _b.LookAsync();
            _b.Time.Advance(TimeSpan.FromSeconds(3));
        }

        await UntilAsync("she is at the second", () => _b.Sees(Ada) == "free");
        Assert.Equal("free", _a.Sees(Ada)); // the price: it cannot know

        _a.Trouble.IsAway = false;
        await _a.Seats.LookAgainAsync(default);
        await UntilAsync("the first has heard", () => _a.Sees(Ada) == "elsewhere");
        Assert.Contains(_a.Log.Lines, line => line.Contains("took this one for dead", StringComparison.Ordinal));
    }

    private static Story Call(string id) => new(new(id), Direction.Inbound, new("+15550100001"), "main", Example.Noon);

    private async Task<(string Node, string? WantedBy)> SeatAsync()
    {
        await using var database = new NpgsqlConnection(_database);
        await database.OpenAsync();
        await using var ask = new NpgsqlCommand("select node, wanted_by from seats where agent = 'ada'", database);
        await using var answer = await ask.ExecuteReaderAsync();
        return await answer.ReadAsync() ? (answer.GetString(0), answer.IsDBNull(1) ? null : answer.GetString(1)) : ("", null);
    }

    private static Task UntilAsync(string what, Func<bool> isSo) => UntilAsync(what, () => Task.FromResult(isSo()));

    /// <summary>What others write comes over real connections; the clocks stand still meanwhile.</summary>
    private static async Task UntilAsync(string what, Func<Task<bool>> isSo)
    {
        var patience = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(10), $"Waited in vain until {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>One ringway, its clock, and ada's page at it.</summary>
    private sealed class Machine : IAsyncDisposable
    {
        public required TestHost Host { get; init; }
        public required FakeTimeProvider Time { get; init; }
        public required UnsteadyStore Trouble { get; init; }
        public required ICallStore Store { get; init; }
        public required NotedLog Log { get; init; }
        public required string Folder { get; init; }
        public Page Page { get; private set; } = null!;
        public ConcurrentQueue<(string Call, string Agent)> Rung { get; } = new();

        public Roster Roster => Host.Part<Roster>();
        public Seats Seats => Host.Part<Seats>();
        public CallFloor Floor => Host.Part<CallFloor>();

        public string Sees(AgentId agent) => Roster.Find(agent)!.State;

        public static async Task<Machine> StartAsync(string node, string database, string? folder = null)
        {
            folder ??= Directory.CreateTempSubdirectory("ringway-two-").FullName;
            var log = new NotedLog();
            var (time, real, trouble) = (new FakeTimeProvider(TimeProvider.System.GetUtcNow()), StoreAddress.Open(database, "", node), (UnsteadyStore?)null); // cookies go by the real clock
            var host = await TestHost.StartAsync(options => options with
            {
                Node = node,
                Lines = [options.Lines[0] with { Editors = ["ada"] }],
                Store = new StoreOptions { Url = new Secret(database) },
                Agents = [.. options.Agents, new AgentOptions { Id = "eve", Name = "Eve", Password = new Secret("eve-password") }],
            }, folder, builder =>
            {
                (var store, trouble) = UnsteadyStore.Before(real);
                builder.Logging.AddProvider(log);
                builder.Services.AddSingleton(store).AddSingleton<TimeProvider>(time);
            });
            var machine = new Machine { Host = host, Time = time, Trouble = trouble!, Store = real, Log = log, Folder = folder };
            await host.Part<StoreWatch>().Listens.WaitAsync(Ear.Patience());
            var queue = host.Part<CallQueue>();
            await UntilAsync("the switchboard is wired", () => queue.WaitOn.Target is Seats);
            queue.Found = (call, chosen) =>
            {
                foreach (var agent in chosen.Agents) machine.Rung.Enqueue((call.Value, agent.Value));
                return true;
            };
            return machine;
        }

        /// <summary>
        /// Signs in, and her phone is up. That she has come is in the store then: she comes twice, by her sign-in and by her page, and the second word
        /// would move her here again when it is written after what a test does next.
        /// </summary>
        public async Task<Page> OpenPageAsync(string agent = "ada")
        {
            Page = await Host.SignInAsync(agent);
            var account = await (await Page.PostAsync("/api/v1/line?opened=true")).Content.ReadFromJsonAsync<JsonElement>();
            Roster.LineIs(account.GetProperty("user").GetString()!, up: true);
            if (!Trouble.IsAway) await LookAsync();
            return Page;
        }

        /// <summary>Until it has looked at the store as it is now.</summary>
        public async Task LookAsync()
        {
            for (var i = 0; i < 2; i++) // the first look may have begun before
            {
                var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                void Note() => looked.TrySetResult();
                Seats.Looked += Note;
                await Seats.LookAgainAsync(default);
                await looked.Task.WaitAsync(Ear.Patience());
                Seats.Looked -= Note;
            }
        }

        /// <summary>Without a word to anybody.</summary>
        public async Task DieAsync()
        {
            Trouble.IsAway = true;
            await Host.StopAsync();
            await Store.DisposeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Store.DisposeAsync();
        }
    }
}
