using Microsoft.Playwright;
using Ringway.Doctor;
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
    public async Task A_sound_that_is_uploaded_is_heard_by_the_next_caller_and_what_replaces_it_by_the_one_after()
    {
        const int firstHz = 520, secondHz = 1480;
        const string another = "+15550101669";
        var ada = await ReadyAgentAsync();
        await ada.OpenRulesAsync("routed");
        await AddAsync(ada, User);
        await ada["rule-callers"].FillAsync(another);
        await ada["rule-callers"].PressAsync("Enter");
        await ada["rule-to-say"].CheckAsync(new() { Force = true });
        await ada["rule-say-sound"].CheckAsync(new() { Force = true });
        await ChooseAsync(ada, "sound-add", "Tone One.wav", Tone.Wav(firstHz, TimeSpan.FromSeconds(60)));
        Assert.Equal("tone-one", await ada["sound-name"].InputValueAsync());
        await UploadAsync(ada, "tone-one is uploaded.");
        Assert.Equal("sound:tone-one", await ada["rule-to"].InputValueAsync());
        Assert.InRange(await ada["sound-player"].EvaluateAsync<double>("async player => { player.muted = true; await player.play(); player.pause(); return player.duration; }"), 59.9, 60.1);
        await SaveAsync(ada);

        var first = await WhatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf("routed"), playHz = UserHz });
        await WhatsApp.HearsAsync(first, firstHz);

        await ada.OpenRulesAsync("routed");
        await ada["rule-edit"].Last.ClickAsync();
        await ChooseAsync(ada, "sound-replace", "two.wav", Tone.Wav(secondHz, TimeSpan.FromSeconds(15)));
        await UploadAsync(ada, "tone-one is replaced. The next caller hears the new one.");
        var second = await WhatsApp.CallAsync(new { from = another, to = RunningProduct.NumberOf("routed"), playHz = UserHz });
        await WhatsApp.HearsAsync(second, secondHz);
        await WhatsApp.HearsAsync(first, firstHz);
        await WhatsApp.HangUpAsync(first);
        await WhatsApp.EndedAsync(second, TimeSpan.FromSeconds(40)); // to its end, and then no longer

        await ada["sound-delete"].ClickAsync();
        await ada["rules-question-yes"].ClickAsync();
        await SaysAsync(ada, "sound-problem", "Sound 'tone-one' is said by rule 4 of line routed, so it stays.");
        await ada["rules-file"].ClickAsync();
        await ada["rules-question-yes"].ClickAsync();
        await OriginAsync(ada, "file");
        await ada.Page.Keyboard.PressAsync("Escape");
    }

    [Fact]
    public async Task What_is_no_sound_is_said_beside_the_file_and_one_that_nothing_says_is_deleted()
    {
        var ada = await ReadyAgentAsync();
        await ada.OpenRulesAsync("routed");
        await AddAsync(ada, User);
        await ada["rule-to-say"].CheckAsync(new() { Force = true });
        await ada["rule-say-sound"].CheckAsync(new() { Force = true });
        await ChooseAsync(ada, "sound-add", "notes.txt", "no sound at all"u8.ToArray());
        await SaysAsync(ada, "sound-problem", "The browser cannot read this file as sound. Try MP3, WAV, M4A or Ogg.");
        await ada["sound-file"].DispatchEventAsync("cancel", new { bubbles = true }); // whoever chooses no file is still here
        await ada["sound-cancel"].ClickAsync();
        await ChooseAsync(ada, "sound-add", "short.wav", Tone.Wav(520, TimeSpan.FromSeconds(1)));
        await ada["sound-name"].FillAsync("Short!");
        await ada["sound-upload"].ClickAsync();
        await SaysAsync(ada, "sound-problem", "A name has small letters, digits and dashes, a letter first, at most 40.");
        await ada["sound-name"].FillAsync("short");
        await UploadAsync(ada, "short is uploaded.");

        await ada["sound-delete"].ClickAsync();
        await ada["rules-question-yes"].ClickAsync();
        await SaysAsync(ada, "sound-done", "short is deleted.");
        Assert.Equal("sound:", await ada["rule-to"].InputValueAsync());
        await ada["rules-save"].ClickAsync();
        await Eventually.SeeAsync("a sound is missing", () => ada["rule-to"].GetAttributeAsync("aria-invalid"), marked => marked == "true");
        await ada.Page.Keyboard.PressAsync("Escape");
        await ada["rules-question-yes"].ClickAsync();
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

    private static async Task ChooseAsync(AgentPage page, string button, string name, byte[] file)
    {
        var chooser = await page.Page.RunAndWaitForFileChooserAsync(() => page[button].ClickAsync());
        await chooser.SetFilesAsync(new FilePayload { Name = name, MimeType = "audio/wav", Buffer = file });
        await page["sound-form"].WaitForAsync();
    }

    private static async Task UploadAsync(AgentPage page, string done)
    {
        await page["sound-upload"].ClickAsync();
        await SaysAsync(page, "sound-done", done);
    }

    private static Task<string> SaysAsync(AgentPage page, string part, string words) => Eventually.SeeAsync(
        $"the page says \"{words}\"", async () => await page[part].CountAsync() == 0 ? "" : (await page[part].InnerTextAsync()).Trim(), seen => seen == words);

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
