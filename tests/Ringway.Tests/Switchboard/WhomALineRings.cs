using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Hours;
using Ringway.Options;
using Ringway.Sounds;
using Ringway.Store;
using Ringway.Switchboard;
using Ringway.Tests.Api;
using Ringway.Tests.WhatsApp;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Tests.Switchboard;

public sealed class WhomALineRings : IAsyncDisposable
{
    private static readonly AgentId Ada = new("ada"), Bob = new("bob"), Carla = new("carla");
    private static readonly CallId First = new("n1-1"), Second = new("n1-2");

    private readonly FakeTimeProvider _time = new(Example.Noon);
    private readonly Roster _roster = new();
    private readonly CallQueue _queue;
    // Never started, so that nothing is opened or written.
    private readonly CallJournal _journal = new(new SqliteCallStore("never-opened.db"), TimeProvider.System, NullLogger<CallJournal>.Instance);
    private readonly LastAgents _last;
    private readonly RecentWaits _waits;
    private readonly string _nightsFile = Path.Combine(Path.GetTempPath(), $"ringway-nights-{Guid.NewGuid():N}.db");
    private readonly SqliteCallStore _store;
    private readonly NightSwitch _night;
    private readonly PermissionBook _permissions;
    private readonly RouteBook _book;
    private readonly AllowedCallers _allowed;
    private readonly CallFloor _floor;

    public WhomALineRings()
    {
        var options = new RingwayOptions
        {
            Agents = [new() { Id = "ada" }, new() { Id = "bob", Skills = [new("german", 3)] }, new() { Id = "carla" }],
            Lines =
            [
                new LineOptions { Id = "main" }, new LineOptions { Id = "shop", Agents = ["bob", "carla"] }, new LineOptions { Id = "help", Team = "help" },
                new LineOptions { Id = "chain", Team = "near" }, new LineOptions { Id = "told", Team = "told" },
                new LineOptions
                {
                    Id = "routed", Team = "help", Routes =
                    [
                        new() { Callers = ["+4930*"], Agent = "bob", Priority = TimeSpan.FromHours(1) },
                        new() { Payloads = ["order-*"], Team = "near" },
                        new() { Returning = TimeSpan.FromHours(24) },
                        new() { Callers = ["+4940*"], Say = "No." },
                        new() { Callers = ["+4950*"], Team = "all", Skill = "german" },
                    ],
                },
                new LineOptions { Id = "asks", Menu = "first", Voicemail = new() { Enabled = VoicemailMode.On } },
                new LineOptions { Id = "day", Hours = new() { Timezone = "Europe/Berlin", Weekly = [Week("mon-fri 09:00-17:00")] } },
            ],
            Bots = [new() { Id = "ivy" }],
            Menus =
            [
                new MenuOptions { Id = "first", Tries = 2, Keys = [new() { Digit = "8", Agent = "bob" }, new() { Digit = "9", Bot = "ivy" }, new() { Digit = "1", Team = "help" }, new() { Digit = "2", Menu = "second" }, new() { Digit = "*", Voicemail = VoicemailMode.On }] },
                new MenuOptions { Id = "second" },
            ],
            Teams =
            [
                new TeamOptions { Id = "help", Agents = ["carla", "ada"], Strategy = Strategy.FixedOrder, Wait = TimeSpan.FromSeconds(60), QueueSize = 1 },
                new TeamOptions { Id = "near", Agents = ["bob"], Wait = TimeSpan.FromSeconds(60), QueueSize = 1, Overflow = "far" },
                new TeamOptions { Id = "told", Wait = TimeSpan.FromSeconds(60), CallBackKey = "4", Announcements = new() { Every = TimeSpan.FromSeconds(30) } },
                new TeamOptions { Id = "all" },
                new TeamOptions { Id = "far", Agents = ["ada"], Overflow = "help" },
            ],
        };
        _queue = new CallQueue(_roster, options, _time);
        _store = new SqliteCallStore(_nightsFile);
        _permissions = new PermissionBook(_store, new PlayedMeta(), Example.NoNews(_store, _time), _time, NullLogger<PermissionBook>.Instance);
        _book = new RouteBook(_store, options, new Prompts("/prompts", new RingwayOptions()), Example.NoSounds(_time), voice: null, _time, NullLogger<RouteBook>.Instance);
        _last = new LastAgents(options, _book, _time, NullLogger<LastAgents>.Instance);
        _allowed = new AllowedCallers(_permissions, _book, _time, NullLogger<AllowedCallers>.Instance);
        _waits = new RecentWaits(_time);
        _night = new NightSwitch(_store, options, _time, NullLogger<NightSwitch>.Instance);
        _floor = new CallFloor(_roster, _queue, new CallBoard(), _journal, options, new Prompts("/prompts", new RingwayOptions()), Example.NoArchive(_time), _last, _waits, Example.NoCallBacks(_time),
            _night, _book, _allowed, new HostPaths("/nothing", "/nothing"));
        _roster.Know([(Ada, "Ada"), (Bob, "Bob"), (Carla, "Carla")]);
    }

    [Fact]
    public void A_line_without_agents_of_its_own_rings_everybody()
    {
        OnDuty(Ada, Bob, Carla);

        Assert.Equal([Ada, Bob, Carla], Arrive(First, "main").Agents.AsEnumerable());
    }

    [Fact]
    public void A_line_with_agents_of_its_own_rings_those_of_them_who_are_free()
    {
        OnDuty(Ada, Bob, Carla);
        _roster.Engage(Second, [(Bob, true)]);

        Assert.Equal([Carla], Arrive(First, "shop").Agents.AsEnumerable());
        Assert.Equal("free", _roster.Find(Ada)!.State);
    }

    [Fact]
    public void When_none_of_its_agents_is_free_it_matters_whether_any_of_them_is_on_duty()
    {
        OnDuty(Ada);
        Assert.Equal(What.NobodySignedIn, Arrive(First, "shop").Otherwise);

        OnDuty(Bob);
        _roster.Engage(Second, [(Bob, true)]);
        Assert.Equal((true, What.Busy), (Arrive(First, "shop").Agents.IsEmpty, Arrive(First, "shop").Otherwise));
    }

    [Fact]
    public void A_team_rings_whom_its_strategy_names_and_who_finds_all_busy_may_wait_while_there_is_room()
    {
        OnDuty(Ada, Bob, Carla);
        Assert.Equal([Carla], Arrive(First, "help").Agents.AsEnumerable());
        Assert.Equal([Ada], Arrive(Second, "help").Agents.AsEnumerable());

        var third = new Story(new("n1-3"), Direction.Inbound, new("+15550100001"), "help", Example.Noon);
        Assert.Equal((true, true), (Arrive(third.Id, "help").Agents.IsEmpty, Arrive(third.Id, "help").MayWait));
        _floor.Seek(third, null);
        Assert.False(Arrive(new("n1-4"), "help").MayWait);
    }

    [Fact]
    public void Who_comes_while_others_wait_does_not_overtake_them()
    {
        OnDuty(Ada);
        _floor.Seek(new Story(First, Direction.Inbound, new("+15550100001"), "help", Example.Noon), null);

        Assert.Empty(Arrive(Second, "help").Agents);
    }

    [Fact]
    public void Who_waits_on_one_line_without_a_team_keeps_nobody_from_another()
    {
        OnDuty(Ada, Bob);
        _floor.Seek(new Story(First, Direction.Inbound, new("+15550100001"), "main", Example.Noon), null);

        Assert.Equal([Bob], Arrive(Second, "shop").Agents.AsEnumerable());
    }

    [Fact]
    public void Who_waits_is_told_her_place_in_her_teams_queue_and_who_is_being_offered_is_the_next()
    {
        var (first, second) = (Calls(First, "told") with { QueuedAt = Example.Noon }, Calls(Second, "told") with { QueuedAt = Example.Noon.AddSeconds(5) });
        _floor.Seek(second, null);
        _floor.Seek(first, null);
        _floor.Seek(Calls(new("n1-3"), "help") with { QueuedAt = Example.Noon.AddSeconds(-5) }, null);

        Assert.Equal((new WaitNotice(Place: 1, CallBackKey: '4'), new WaitNotice(Place: 2, CallBackKey: '4')), (_floor.Notice(first), _floor.Notice(second)));
        _queue.Remove(First);
        Assert.Equal((new WaitNotice(Place: 1, CallBackKey: '4'), new WaitNotice(Place: 1, CallBackKey: '4')), (_floor.Notice(first), _floor.Notice(second)));
        Assert.Equal(["sound:/prompts/team-told-place-2", "sound:/prompts/team-told-minutes-3"], _floor.Notice(first, new(Place: 2, Minutes: 3)));
        Assert.Equal(TimeSpan.FromSeconds(30), _floor.Patience(first).Music);
    }

    [Fact]
    public void Only_a_caller_who_shows_a_number_and_waits_for_a_team_that_calls_back_may_ask_for_it()
    {
        OnDuty(Ada);
        Assert.Equal(('4', '4'), (Calls(First, "told").CallBackKey, Arrive(First, "told").CallBackKey));
        Assert.Null(Calls(First, "told", from: "nobody").CallBackKey);
        Assert.Null(Arrive(Second, "told", from: "nobody").CallBackKey);
        Assert.Null(Calls(First, "help").CallBackKey);
        Assert.Equal(["sound:/prompts/team-told-promise"], _floor.Promise(Calls(First, "told")));
    }

    [Fact]
    public void Who_waits_is_told_of_the_wait_as_soon_as_the_team_has_taken_some_who_waited()
    {
        var waits = Calls(new("n1-9"), "told") with { QueuedAt = Example.Noon };
        foreach (var (place, seconds) in new[] { 40, 170, 100 }.Index())
        {
            Assert.Null(_floor.Notice(waits).Minutes);
            var story = Calls(new($"n1-{place + 20}"), "told") with { QueuedAt = Example.Noon.AddSeconds(-seconds), AnsweredAt = Example.Noon };
            _waits.Note("told", story);
            _waits.Note("told", story);
        }

        Assert.Equal(2, _floor.Notice(waits).Minutes);
    }

    [Fact]
    public void Nobody_waits_for_a_team_of_whom_nobody_is_on_duty() => Assert.False(Arrive(First, "help").MayWait);

    [Fact]
    public void A_team_of_whom_nobody_is_signed_in_or_whose_room_is_full_passes_the_call_on()
    {
        OnDuty(Carla);
        Assert.Equal(("help", false, Carla), (Arrive(First, "chain").Team, Arrive(First, "chain").MayPassOn, Assert.Single(_roster.All, agent => agent.State == "ringing").Id == "carla" ? Carla : Bob));
        _roster.Release(First);

        OnDuty(Ada, Bob);
        _roster.Engage(new("n1-9"), [(Bob, true)]);
        var waits = Arrive(First, "chain");
        Assert.Equal((true, true, null, true), (waits.Agents.IsEmpty, waits.MayWait, waits.Team, waits.MayPassOn));

        _floor.Seek(new Story(First, Direction.Inbound, new("+15550100001"), "chain", Example.Noon), null);
        var passed = Arrive(Second, "chain");
        Assert.Equal((Ada, "far", true), (Assert.Single(passed.Agents), passed.Team, passed.MayPassOn));
    }

    [Fact]
    public void A_caller_whom_a_team_does_not_take_is_the_next_teams_and_waits_for_the_first_no_more()
    {
        OnDuty(Ada, Bob);
        _roster.Engage(new("n1-9"), [(Bob, true)]);
        var story = new Story(First, Direction.Inbound, new("+15550100001"), "chain", Example.Noon) { QueuedAt = Example.Noon, MayPassOn = true };
        _floor.Seek(story, null);

        var next = Assert.IsType<CallEvent.AgentsChosen>(_floor.PassedOn(story));

        Assert.Equal((Ada, "far", true), (Assert.Single(next.Agents), next.Team, next.MayPassOn));
        Assert.Equal(0, _queue.Length("near"));
        Assert.Equal((true, "help", false), Last(_floor.PassedOn(story with { Team = "far" })));

        static (bool Nobody, string? Team, bool MayPassOn) Last(CallEvent end) =>
            Assert.IsType<CallEvent.AgentsChosen>(end) is var chosen ? (chosen.Agents.IsEmpty, chosen.Team, chosen.MayPassOn) : default;
    }

    [Fact]
    public void A_route_leads_to_an_agent_or_a_team_or_says_something_and_what_it_asks_for_stays_with_the_call()
    {
        OnDuty(Ada, Bob, Carla);

        Assert.Equal(TimeSpan.FromHours(1), Calls(First, "routed", "+4930901820").Wish.HeadStart);
        Assert.Equal((Bob, "@bob", true), Of(Arrive(First, "routed", "+4930901820")));
        _roster.Release(First);
        Assert.Equal((Bob, "near", true), Of(Arrive(Second, "routed", payload: "order-7")));
        Assert.Equal(new CallEvent.AnnouncementReached(LineRoutes.Announcement(new() { Say = "No." })), _floor.Arrived(Calls(new("n1-3"), "routed", "+494012")));
        Assert.Equal((Carla, null, false), Of(Arrive(new("n1-4"), "routed")));
        _roster.Release(Second);
        Assert.Equal((Bob, "all", false), Of(Arrive(new("n1-5"), "routed", "+4950111")));

        static (AgentId, string?, bool) Of(CallEvent.AgentsChosen chosen) => (Assert.Single(chosen.Agents), chosen.Team, chosen.MayPassOn);
    }

    [Fact]
    public void A_caller_who_comes_back_gets_the_agent_of_the_last_time_and_else_the_lines_team()
    {
        OnDuty(Ada, Bob, Carla);
        var talk = new Story(First, Direction.Inbound, new("+15550100001"), "routed", Example.Noon.AddHours(-3)) { Agent = Ada, AnsweredAt = Example.Noon.AddHours(-3) };
        _last.Note(CallFacts.Record(new Call.Over(talk, new(What.Completed, Whose.Customer), Example.Noon.AddHours(-2)), new()));
        var again = Arrive(First, "routed");
        Assert.Equal((Ada, "@ada"), (Assert.Single(again.Agents), again.Team));

        // While she is in a call: the others, as if the caller were new.
        var team = Arrive(Second, "routed");
        Assert.Equal((Carla, "help"), (Assert.Single(team.Agents), team.Team));
        _roster.Release(First);
        _roster.Release(Second);

        _time.Advance(TimeSpan.FromHours(23));
        Assert.Null(Arrive(First, "routed").Team);
    }

    [Fact]
    public void A_bot_takes_calls_of_any_number_and_has_its_team_behind_it_and_is_nobodys_last_agent()
    {
        OnDuty(Ada, Bob, Carla);
        foreach (var call in (CallId[])[First, Second])
        {
            var story = Calls(call, "asks");
            var ivy = Assert.IsType<CallEvent.AgentsChosen>(_floor.Chosen(story, "first", '9', 1));
            Assert.Equal((new AgentId("ivy"), "@ivy", true), (Assert.Single(ivy.Agents), ivy.Team, ivy.MayPassOn));
            Assert.Equal([Ada, Bob, Carla], Assert.IsType<CallEvent.AgentsChosen>(_floor.PassedOn(story with { Team = ivy.Team })).Agents.AsEnumerable());
            _roster.Release(call);
        }

        Assert.Equal((Bob, "@bob"), Assert.IsType<CallEvent.AgentsChosen>(_floor.Chosen(Calls(First, "asks"), "first", '8', 1)) is var bob ? (Assert.Single(bob.Agents), bob.Team) : default);
        _roster.Release(First);

        var talk = new Story(First, Direction.Inbound, new("+15550100001"), "routed", Example.Noon.AddHours(-3)) { Agent = new("ivy"), AnsweredAt = Example.Noon.AddHours(-3) };
        _last.Note(CallFacts.Record(new Call.Over(talk, new(What.Completed, Whose.Customer), Example.Noon.AddHours(-2)), new()));
        Assert.Equal(Carla, Assert.Single(Arrive(First, "routed").Agents));
    }

    [Fact]
    public void A_line_with_a_menu_asks_first_and_the_key_says_where_the_call_goes()
    {
        OnDuty(Ada, Bob, Carla);
        var story = new Story(First, Direction.Inbound, new("+15550100001"), "asks", Example.Noon);

        Assert.Equal(new CallEvent.MenuReached("first"), _floor.Arrived(story));
        Assert.Equal(new CallEvent.MenuReached("second"), _floor.Chosen(story, "first", '2', 1));
        var voicemail = Assert.IsType<CallEvent.AgentsChosen>(_floor.Chosen(story, "first", '*', 1));
        Assert.Equal((true, true), (voicemail.Agents.IsEmpty, voicemail.MayLeaveMessage));
        var help = Assert.IsType<CallEvent.AgentsChosen>(_floor.Chosen(story, "first", '1', 1));
        Assert.Equal((Carla, "help"), (Assert.Single(help.Agents), help.Team));
    }

    [Theory]
    [InlineData(null)]
    [InlineData('7')]
    public void Who_presses_no_key_or_a_wrong_one_is_asked_again_and_then_gets_the_agents_of_the_line(char? key)
    {
        OnDuty(Ada, Bob);
        var story = new Story(First, Direction.Inbound, new("+15550100001"), "asks", Example.Noon);

        Assert.Equal(new CallEvent.MenuReached("first"), _floor.Chosen(story, "first", key, 1));
        Assert.Equal([Ada, Bob], Assert.IsType<CallEvent.AgentsChosen>(_floor.Chosen(story, "first", key, 2)).Agents.AsEnumerable());
    }

    [Fact]
    public void Outside_of_its_hours_a_line_rings_nobody()
    {
        OnDuty(Ada);
        Assert.NotEmpty(Arrive(First, "day").Agents); // Monday, 13:00 in Berlin
        _roster.Release(First);

        _time.Advance(TimeSpan.FromHours(4));
        Assert.Equal((true, What.Closed, false), (Arrive(First, "day").Agents.IsEmpty, Arrive(First, "day").Otherwise, Arrive(First, "day").MayWait));
    }

    [Fact]
    public async Task A_line_that_was_closed_by_hand_rings_nobody_and_one_that_was_opened_rings_also_outside_of_its_hours()
    {
        await _store.MigrateAsync();
        OnDuty(Ada);
        await _night.SetAsync("day", open: false, Example.Noon.AddHours(1), Bob, default);
        Assert.Equal((true, What.Closed), (Arrive(First, "day").Agents.IsEmpty, Arrive(First, "day").Otherwise));
        Assert.NotEmpty(Arrive(Second, "main").Agents);
        _roster.Release(Second);

        var told = new List<string>();
        _night.Changed += told.Add;
        _time.Advance(TimeSpan.FromHours(1)); // its hours count again by themselves
        Assert.Equal(["day"], told);
        Assert.NotEmpty(Arrive(First, "day").Agents);
        _roster.Release(First);

        _time.Advance(TimeSpan.FromHours(4)); // closed, by its hours
        await _night.SetAsync("day", open: true, until: null, Bob, default);
        Assert.NotEmpty(Arrive(First, "day").Agents);
        await _night.EndAsync("day", Bob, default);
        Assert.Equal(What.Closed, Arrive(Second, "day").Otherwise);
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Dispose();
        _journal.Dispose();
        _night.Dispose();
        await _store.DisposeAsync(); // which closes the file, and removes what SQLite keeps beside it
        File.Delete(_nightsFile);
    }

    private CallEvent.AgentsChosen Arrive(CallId call, string line, string from = "+15550100001", string? payload = null) =>
        Assert.IsType<CallEvent.AgentsChosen>(_floor.Arrived(Calls(call, line, from, payload)));

    private Story Calls(CallId call, string line, string from = "+15550100001", string? payload = null) =>
        _floor.Known(new(call, Direction.Inbound, new(from), line, _time.GetUtcNow()) { Payload = payload });

    private static WeekLine Week(string text) => WeekLine.TryParse(text, out var line, out var whyNot) ? line : throw new ArgumentException(whyNot);

    private void OnDuty(params AgentId[] agents)
    {
        foreach (var agent in agents)
        {
            _roster.SetSignedIn(agent, true);
            _roster.SetReady(agent, true);
            _roster.GiveLine(agent, $"{agent}-phone");
            _roster.LineIs($"{agent}-phone", true);
        }
    }
}
