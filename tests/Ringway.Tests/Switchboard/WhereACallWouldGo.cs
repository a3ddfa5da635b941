using Ringway.Calls;
using Ringway.Hours;
using Ringway.Options;
using Ringway.Switchboard;
using Ringway.Tests.Api;

namespace Ringway.Tests.Switchboard;

/// <summary>What `ringway route test` says.</summary>
public sealed class WhereACallWouldGo
{
    private static readonly RingwayOptions Options = new()
    {
        Agents = [new() { Id = "ada", Skills = [new("german", 3)] }, new() { Id = "bob", Skills = [new("german", 7)] }, new() { Id = "eve" }],
        Teams =
        [
            new() { Id = "help", Agents = ["ada", "bob"], Strategy = Strategy.LongestIdle, Ring = TimeSpan.FromSeconds(20), Wait = TimeSpan.FromSeconds(180), Overflow = "sales", Announcements = new() { Every = TimeSpan.FromSeconds(30) }, CallBackKey = "1" },
            new() { Id = "sales", Agents = ["eve"] },
        ],
        Menus = [new() { Id = "first", Keys = [new() { Digit = "1", Team = "help" }, new() { Digit = "2", Voicemail = VoicemailMode.On }] }],
        Lines =
        [
            new()
            {
                Id = "main", Team = "sales", Voicemail = new() { Enabled = VoicemailMode.On },
                Hours = new() { Timezone = "Europe/Berlin", Weekly = [WeekLine.TryParse("mon-fri 09:00-18:00", out var week, out _) ? week : null!] },
                Routes =
                [
                    new() { Name = "vip", Callers = ["+4930*"], Team = "help", Skill = "german", SkillFor = TimeSpan.FromSeconds(30), Priority = TimeSpan.FromSeconds(600) },
                    new() { Payloads = ["order-*"], Menu = "first" },
                    new() { Returning = TimeSpan.FromHours(72) },
                ],
            },
        ],
    };

    [Fact]
    public void A_rule_that_takes_the_call_is_told_with_all_that_follows() => Says(new(new("+4930901820"), Example.Noon), ("vip", "team", ["help", "sales"]),
        "Rule 'vip' takes the call because of who calls.",
        "In a queue the caller counts as having waited for 600 s already.",
        "Only agents with the skill german are asked, the best first; the others too after 30 s, or when no such agent is signed in: bob (7), ada (3).",
        "Team help (ada, bob): who has been idle for longest rings for 20 s; the caller waits with music up to 180 s when there is room (at most 20 wait).",
        "After every 30 s of music the caller is told how it stands, and may press 1 to be called back.",
        "Whom help does not take goes to sales.",
        "Team sales (eve): all who are free ring for 30 s; nobody waits.",
        "Whom nobody takes hears the greeting and may speak a message.");

    [Fact]
    public void Rules_that_are_passed_over_say_why() => Says(new(new("+15550100001"), Example.Noon, Last: new(new("ada"), Example.Noon)), ("rule 3", "team", ["sales"]),
        "Rule 'vip' is passed over: the caller is none of +4930*.",
        "Rule 2 is passed over: the call has no payload.",
        "Rule 3 takes the call because the caller has talked with an agent within 72 h.",
        "ada is asked first; when ada is not free or does not answer, the call goes on.",
        "Team sales (eve): all who are free ring for 30 s; nobody waits.",
        "Whom nobody takes hears the greeting and may speak a message.");

    [Fact]
    public void Outside_of_the_hours_the_line_is_closed() => Says(new(new("+4930901820"), Example.Noon.AddHours(9)), (null, "closed", []),
        "Rule 'vip' is passed over: it is not in force at that time.",
        "Rule 2 is passed over: it is not in force at that time.",
        "Rule 3 is passed over: it is not in force at that time.",
        "The line itself is passed over: it is not in force at that time.",
        "So the line is closed.",
        "Whom nobody takes hears the closed greeting and may speak a message.");

    private static void Says(CallerFacts facts, (string? Rule, string To, string[] Teams) leads, params string[] sentences)
    {
        var story = RouteStory.Of(Options, Options.Lines[0], facts);
        Assert.Equal(sentences, story.Sentences);
        Assert.Equal((leads.Rule, leads.To), (story.Rule, story.To));
        Assert.Equal(leads.Teams, story.Teams);
    }
}
