using Microsoft.Playwright;
using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>The people of an operator change where calls go, in the desk, while calls come in.</summary>
[Collection(nameof(RunningProduct))]
public sealed class RulesInTheDesk(RunningProduct running, Browsers browsers) : CallTest(running, browsers)
{
    /// <summary>Two numbers of its own for each test, so that nobody has talked with anybody yet.</summary>
    private const string Mask = "+1555010166?";

    [Fact]
    public async Task A_rule_that_is_saved_leads_the_next_call_and_the_files_rules_do_again_when_it_is_given_back()
    {
        var ada = await ReadyAgentAsync();
        var bob = await ReadyAgentAsync("bob", BobHz);
        await ada.OpenRulesAsync("routed");
        await AddAsync(ada, Mask);
        await ada["rule-to-team"].CheckAsync(new() { Force = true });
        await ada["rule-to"].SelectOptionAsync("far");
        await ada["rule-done"].ClickAsync();

        await ada["rule-up"].Last.FocusAsync();
        await ada.Page.Keyboard.PressAsync("Enter");
        await Eventually.SeeAsync("the move is said", () => ada["rules-said"].InnerTextAsync(), said => said == "Rule 4 is now rule 3");
        await GoesByTheRuleAsync(ada, "+15550101661", place: 2);
        await SaveAsync(ada);

        var led = await WhatsApp.CallAsync(new { from = "+15550101661", to = RunningProduct.NumberOf("routed"), playHz = UserHz });
        await bob.IsAsync("incoming");
        await bob.AnswerAsync();
        await bob.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(led, BobHz);
        await ada.IsAsync("none");
        await WhatsApp.HangUpAsync(led);
        await bob.IsAsync("over");
        await RingsAdaAsync(ada, User);

        await ada.OpenRulesAsync("routed");
        await ada["rules-file"].ClickAsync();
        await ada["rules-question-yes"].ClickAsync();
        await OriginAsync(ada, "file");
        Assert.Equal(3, await ada["rule"].CountAsync());
        await ada.Page.Keyboard.PressAsync("Escape");
        await RingsAdaAsync(ada, "+15550101662");
    }

    [Fact]
    public async Task A_rule_that_says_a_text_is_heard_by_the_next_caller()
    {
        var ada = await ReadyAgentAsync();
        await ada.OpenRulesAsync("routed");
        await AddAsync(ada, User);
        await ada["rule-to-say"].CheckAsync(new() { Force = true });
        await ada["rule-to"].FillAsync("You have reached our office. We are all away today, and will call you back tomorrow between nine and twelve. Thank you for your patience.");
        await SaveAsync(ada);

        var call = await WhatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf("routed"), playHz = UserHz });
        await WhatsApp.HearsSpeechAsync(call);
        await WhatsApp.EndedAsync(call);
        AssertOutcome(await RecordAsync(), "told", "ringway");
        Assert.Null((await RecordAsync()).OfferedAt);

        await ada.OpenRulesAsync("routed");
        await ada["rules-file"].ClickAsync();
        await ada["rules-question-yes"].ClickAsync();
        await OriginAsync(ada, "file");
        await ada.Page.Keyboard.PressAsync("Escape");
    }

    [Fact]
    public async Task What_is_wrong_stands_beside_its_field_and_nothing_is_changed_by_it()
    {
        var ada = await ReadyAgentAsync();
        await ada.OpenRulesAsync("routed");
        await AddAsync(ada, "0301234");
        await ada["rules-save"].ClickAsync();
        await Eventually.SeeAsync("the field is marked", () => ada["rule-callers"].GetAttributeAsync("aria-invalid"), marked => marked == "true");
        Assert.Equal("One field is not right yet", (await ada["rules-faults"].InnerTextAsync()).Trim());
        Assert.True(await ada["rule-callers"].EvaluateAsync<bool>("field => field === document.activeElement"));

        await ada.Page.Keyboard.PressAsync("Escape");
        await ada["rules-question-no"].ClickAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await ada["rules-question-yes"].ClickAsync();
        await ada.OpenRulesAsync("routed");
        await OriginAsync(ada, "file");
        await ada.Page.Keyboard.PressAsync("Escape");
    }

    [Fact]
    public async Task Nobody_is_offered_the_rules_of_a_line_that_she_may_not_edit()
    {
        var bob = await ReadyAgentAsync("bob", BobHz);
        await bob["lines-button"].ClickAsync();
        await bob["line-routed"].WaitForAsync();
        Assert.Equal(0, await bob["rules-routed"].CountAsync());
        await bob.Page.Keyboard.PressAsync("Escape");
    }

    private static async Task AddAsync(AgentPage page, string caller)
    {
        await page["rule-add"].ClickAsync();
        await page["rule-callers"].FillAsync(caller);
        await page["rule-callers"].PressAsync("Enter");
    }

    private static async Task GoesByTheRuleAsync(AgentPage page, string caller, int place)
    {
        await page["try-from"].FillAsync(caller);
        await page["try-button"].ClickAsync();
        await Eventually.SeeAsync(
            $"rule {place + 1} is marked", () => page["rule"].Nth(place).GetAttributeAsync("data-takes"), takes => takes == "true");
        Assert.Contains("Team far", await page["try-story"].InnerTextAsync(), StringComparison.Ordinal);
    }

    private static async Task SaveAsync(AgentPage page)
    {
        await page["rules-save"].ClickAsync();
        await OriginAsync(page, "desk");
        await page.Page.Keyboard.PressAsync("Escape");
        await page["rules-sheet"].WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    private static Task<string?> OriginAsync(AgentPage page, string origin) => Eventually.SeeAsync(
        $"the rules are those of the {origin}", () => page["rules-sheet"].GetAttributeAsync("data-origin"), seen => seen == origin);

    private async Task RingsAdaAsync(AgentPage ada, string caller)
    {
        var call = await WhatsApp.CallAsync(new { from = caller, to = RunningProduct.NumberOf("routed"), playHz = UserHz });
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(call, AdaHz);
        await WhatsApp.HangUpAsync(call);
        await ada.IsAsync("over");
    }
}
