using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Ringway.Calls;
using Ringway.Hours;
using Ringway.Options;
using Ringway.Store;
using Ringway.Switchboard;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Tests.Api;

/// <summary>A line's rules, changed by its editors while ringway runs.</summary>
public class RoutesByApi
{
    private const string Rules = "/api/v1/lines/main/routes";

    [Fact]
    public async Task Rules_that_an_editor_saves_lead_the_next_call_and_still_do_when_ringway_is_started_anew()
    {
        var folder = Directory.CreateTempSubdirectory("ringway-rules-").FullName;
        var first = await TestHost.StartAsync(WithRules, folder);
        var (ada, bob) = (await first.SignInAsync(), await first.SignInAsync("bob"));
        var written = await ada.JsonAsync(Rules);
        Assert.Equal(("file", 0L, "vip"), (Text(written, "origin"), written.GetProperty("version").GetInt64(), Text(written.GetProperty("routes")[0], "name")));

        using (var ear = await bob.ListenAsync())
        {
            await ear.HearAsync("hello");
            var saved = await SaveAsync(ada, 0, new { callers = new[] { "+4940*" }, team = "far", prioritySeconds = 60 });
            Assert.Equal(("desk", "ada"), (Text(saved, "origin"), Text(saved, "by")));

            var told = (await ear.HearAsync("line")).GetProperty("line");
            Assert.Equal(saved.GetProperty("version").GetInt64(), told.GetProperty("routesVersion").GetInt64());
            Assert.Equal(["ada"], told.GetProperty("editors").EnumerateArray().Select(editor => editor.GetString()));
        }

        Assert.Equal("far", TeamOf(first, "+4940123456"));
        await first.StopAsync();

        await using var next = await TestHost.StartAsync(WithRules, folder);
        var page = await next.SignInAsync();
        var kept = await page.JsonAsync(Rules);
        Assert.Equal("far", TeamOf(next, "+4940123456"));
        Assert.Equal("""[{"callers":["+4940*"],"team":"far","prioritySeconds":60}]""", kept.GetProperty("routes").GetRawText());

        var ended = await page.DeleteAsync($"{Rules}?version={kept.GetProperty("version").GetInt64()}");
        Assert.Equal("file", Text(await ended.Content.ReadFromJsonAsync<JsonElement>(), "origin"));
        Assert.Null(TeamOf(next, "+4940123456"));
        Assert.Empty(await next.Part<ICallStore>().RoutesAsync());
    }

    [Fact]
    public async Task What_is_wrong_is_told_all_at_once_and_changes_nothing()
    {
        await using var host = await TestHost.StartAsync(WithRules);
        var (ada, payloads) = (await host.SignInAsync(), new[] { "order-*" });

        var answer = await ada.PutAsync(Rules, new
        {
            version = 0,
            routes = new object[]
            {
                new { payloads, team = "fra" }, new { callers = new[] { "Ada" }, say = "file:/etc/shadow" }, new { payloads, prioritySeconds = 9999, nonsense = 1 },
                new { payloads, agent = "bob", voicemail = "on" }, new { permission = "allowed" }, new { name = "two\nlines", hours = new { weekly = new[] { "mon" } } },
            },
        });

        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "bad-routes"), (answer.StatusCode, Text(problem, "code")));
        var keys = problem.GetProperty("faults").EnumerateArray().Select(fault => Text(fault, "key")!).ToList();
        Assert.Equal(
            [
                "routes[0].team", "routes[1].callers[0]", "routes[1].say", "routes[2].nonsense", "routes[2].prioritySeconds", "routes[3]", "routes[3].voicemail",
                "routes[4].permission", "routes[5].hours.weekly[0]", "routes[5].name",
            ], keys.Order(StringComparer.Ordinal));
        Assert.Contains("did you mean 'far'", problem.GetProperty("faults").EnumerateArray().First(fault => Text(fault, "key") == "routes[0].team").GetProperty("text").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await host.Part<ICallStore>().RoutesAsync());
        Assert.Equal("near", TeamOf(host, "+4930123456"));
    }

    [Fact]
    public async Task Who_began_from_older_rules_is_told_so_and_changes_nothing()
    {
        await using var host = await TestHost.StartAsync(options => WithRules(options) with { Lines = [WithRules(options).Lines[0] with { Editors = ["ada", "bob"] }] });
        var (ada, bob) = (await host.SignInAsync(), await host.SignInAsync("bob"));
        var saved = await SaveAsync(ada, 0, new { team = "far" });

        Assert.Equal(HttpStatusCode.Conflict, (await bob.PutAsync(Rules, new { version = 0, routes = new[] { new { team = "near" } } })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await bob.DeleteAsync($"{Rules}?version=0")).StatusCode);
        Assert.Equal("far", TeamOf(host, "+4930123456"));

        await SaveAsync(bob, saved.GetProperty("version").GetInt64(), new { team = "near" });
        Assert.Equal("near", TeamOf(host, "+4940123456"));
    }

    [Fact]
    public async Task Only_editors_see_and_change_rules()
    {
        await using var host = await TestHost.StartAsync(WithRules);
        var (ada, bob) = (await host.SignInAsync(), await host.SignInAsync("bob"));

        Assert.Equal(HttpStatusCode.Forbidden, (await bob.GetAsync(Rules)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await bob.PutAsync(Rules, new { version = 0, routes = Array.Empty<object>() })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await bob.DeleteAsync($"{Rules}?version=0")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await bob.PostAsync($"{Rules}/test", new { from = "+4930123456" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync("/api/v1/lines/nowhere/routes")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.NewPage().GetAsync(Rules)).StatusCode);
    }

    [Fact]
    public async Task Rules_that_do_not_fit_any_more_leave_the_line_to_the_file_until_they_are_mended()
    {
        var (folder, log) = (Directory.CreateTempSubdirectory("ringway-rules-").FullName, new NotedLog());
        var first = await TestHost.StartAsync(WithRules, folder);
        await SaveAsync(await first.SignInAsync(), 0, new { team = "far" });
        await first.StopAsync();

        await using var next = await TestHost.StartAsync(
            options => WithRules(options) with { Teams = [WithRules(options).Teams[0]] }, folder, builder => builder.Logging.AddProvider(log));
        var ada = await next.SignInAsync();
        var broken = await ada.JsonAsync(Rules);

        Assert.Equal(("file", "routes[0].team"), (Text(broken, "origin"), Text(broken.GetProperty("faults")[0], "key")));
        Assert.Equal("far", Text(broken.GetProperty("kept")[0], "team"));
        Assert.Equal("near", TeamOf(next, "+4930123456"));
        Assert.Contains(log.Lines, line => line.Contains("do not fit any more", StringComparison.Ordinal));

        var mended = await SaveAsync(ada, broken.GetProperty("version").GetInt64(), new { team = "near" });
        Assert.Equal(("desk", 0), (Text(mended, "origin"), mended.GetProperty("faults").GetArrayLength()));
    }

    [Fact]
    public async Task A_call_is_tried_by_rules_that_are_not_saved()
    {
        await using var host = await TestHost.StartAsync(WithRules);
        var ada = await host.SignInAsync();

        var draft = await TryAsync(ada, new { from = "+4940123456", routes = new[] { new { payloads = new[] { "order-*" }, team = "far" } }, payload = "order-7" });
        var inForce = await TryAsync(ada, new { from = "+4930123456" });

        Assert.Equal(("rule 1", "team", "far"), (Text(draft, "rule"), Text(draft, "to"), draft.GetProperty("teams")[0].GetString()));
        Assert.Equal("vip", Text(inForce, "rule"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ada.PostAsync($"{Rules}/test", new { from = "+4930123456", routes = new[] { new { team = "fra" } } })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await ada.PostAsync($"{Rules}/test", new { from = "me" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await ada.PostAsync($"{Rules}/test", new { from = "+4930123456", returning = "nobody" })).StatusCode);
    }

    [Fact]
    public async Task A_rule_may_ask_whether_the_caller_may_be_called_and_learns_what_was_known_before_it_was_made()
    {
        await using var host = await TestHost.StartAsync(options => WithRules(options) with
        {
            Lines = [WithRules(options).Lines[0] with { PhoneNumberId = "106540352242922", Account = "acme" }],
            WhatsApp = options.WhatsApp with { Accounts = [new() { Id = "acme", BusinessAccountId = "102290129340398", Token = new("token") }] },
        });
        var (friend, stranger) = (WhatsAppUser.Of(PhoneNumber.Parse("+4940111111")), WhatsAppUser.Of(PhoneNumber.Parse("+4940222222")));
        var (permissions, now) = (host.Part<PermissionBook>(), TimeProvider.System.GetUtcNow());
        await permissions.HearAsync("main", friend, "DE.1", new PermissionEvent.Granted(now.AddMinutes(-1), null, null), TestContext.Current.CancellationToken);

        await SaveAsync(await host.SignInAsync(), 0, new { permission = "allowed", team = "far" });
        Assert.Equal("far", TeamOf(host, "+4940111111"));
        Assert.Null(TeamOf(host, "+4940222222"));

        await permissions.HearAsync("main", stranger, null, new PermissionEvent.Granted(now, now.AddDays(7), null), TestContext.Current.CancellationToken);
        await permissions.HearAsync("main", friend, null, new PermissionEvent.Rejected(now, false, null), TestContext.Current.CancellationToken);
        Assert.Equal("far", TeamOf(host, "+4940222222"));
        Assert.Null(TeamOf(host, "+4940111111"));
    }

    [Fact]
    public void What_is_written_is_read_again_as_it_was()
    {
        var options = WithRules(new RingwayOptions { Agents = [new() { Id = "ada" }, new() { Id = "bob", Skills = [new("german", 3)] }], Lines = [new() { Id = "main", Voicemail = new() { Enabled = VoicemailMode.On } }] });
        RouteOptions[] rules =
        [
            new() { Name = "vip", Callers = ["+4930*", "DE.7"], Team = "far", Skill = "german", SkillFor = TimeSpan.FromSeconds(30), Priority = TimeSpan.FromMinutes(10) },
            new() { Payloads = ["order-*"], Returning = TimeSpan.FromHours(72), Agent = "ada" },
            new()
            {
                Hours = new() { Timezone = "Europe/Berlin", Weekly = [Week("mon-thu 09:00-12:30, 13:30-18:00"), Week("fri 09:00-24:00")], Holidays = [Day("2026-12-24 09:00-12:00"), Day("2026-12-25")] },
                Voicemail = VoicemailMode.On,
            },
            new() { Say = "Guten Tag", Language = "de" },
        ];

        var json = JsonSerializer.SerializeToElement(RoutesJson.Write(rules));
        var (read, faults) = RoutesJson.Read(options, options.Lines[0] with { Editors = [] }, json, sounds: []);

        Assert.Empty(faults);
        Assert.Equal(json.GetRawText(), JsonSerializer.Serialize(RoutesJson.Write(read)));
        Assert.Equal(4, read.Length);

        static WeekLine Week(string text) => WeekLine.TryParse(text, out var line, out var whyNot) ? line : throw new FormatException(whyNot);
        static Holiday Day(string text) => Holiday.TryParse(text, out var day, out var whyNot) ? day : throw new FormatException(whyNot);
    }

    private static RingwayOptions WithRules(RingwayOptions options) => options with
    {
        Teams = [new() { Id = "near", Agents = ["ada"] }, new() { Id = "far", Agents = ["bob"] }],
        Lines = [options.Lines[0] with { Editors = ["ada"], Routes = [new() { Name = "vip", Callers = ["+4930*"], Team = "near" }] }],
    };

    /// <summary>Where the product itself would lead a call; null where the line leads.</summary>
    private static string? TeamOf(TestHost host, string caller)
    {
        var story = new Story(new("n1-test"), Direction.Inbound, new(caller), "main", TimeProvider.System.GetUtcNow());
        return (host.Part<CallFloor>().Arrived(story) as CallEvent.AgentsChosen)!.Team;
    }

    private static async Task<JsonElement> SaveAsync(Page page, long version, params object[] routes)
    {
        var answer = await page.PutAsync(Rules, new { version, routes });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<JsonElement> TryAsync(Page page, object call)
    {
        var answer = await page.PostAsync($"{Rules}/test", call);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
