using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>
/// Takes the pictures of README and docs anew; asked for by name only:
/// <c>Ringway.EndToEnd -explicit only -method '*Pictures*'</c>.
/// </summary>
[Collection(nameof(RunningProduct))]
public sealed class Pictures(RunningProduct running, Browsers browsers) : CallTest(running, browsers)
{
    private static readonly string Folder = Directory.CreateDirectory(
        Path.Combine(Environment.GetEnvironmentVariable("RINGWAY_ROOT") ?? ".", "docs", "pictures")).FullName;

    [Fact(Explicit = true)]
    public async Task Of_both_pages_while_a_customer_calls()
    {
        var ada = await ReadyAgentAsync();
        await ReadyAgentAsync("bob", BobHz);
        foreach (var (from, name) in new[] { ("+15550102011", "Jonas Weber"), ("+15550102012", "Amira Haddad") })
        {
            var call = await WhatsApp.CallAsync(new { from, name, playHz = UserHz });
            await ada.IsAsync("incoming");
            await ada.AnswerAsync();
            await ada.HearsAsync(UserHz);
            await WhatsApp.HangUpAsync(call);
            await ada.IsAsync("over");
            await ada["dismiss"].ClickAsync();
        }

        var ana = await HandsetAsync();
        await ana.CallAsync();
        await ada.IsAsync("incoming");
        await ana.IsAsync("outgoing");
        await SaveAsync(ada, "desk");
        await SaveAsync(ana, "handset");
        await ada.AnswerAsync();
        await ada.HearsAsync(AnaHz);
        await ana.HearsAsync(AdaHz);
        await ana.HangUpAsync();
        await ada.IsAsync("over");
    }

    /// <summary>Every screen of a call that is held, given away and waited for, wide and light, narrow and dark; beside the docs' own, for whoever changes one.</summary>
    [Fact(Explicit = true)]
    public async Task Of_the_desk_in_the_call()
    {
        var ada = await ReadyAgentAsync();
        var bob = await ReadyAgentAsync("bob", BobHz);
        await bob.PauseAsync();
        var call = await WhatsApp.CallAsync(new { from = "+15550102021", name = "Jonas Weber", to = RunningProduct.NumberOf("help"), playHz = UserHz });
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);
        var waits = await WhatsApp.CallAsync(new { from = "+15550102022", name = "Amira Haddad", to = RunningProduct.NumberOf("help"), playHz = 880 });
        await WhatsApp.HearsMusicAsync(waits);
        await ada["hold"].ClickAsync();
        await WhatsApp.HearsMusicAsync(call);
        await EachWayAsync(ada, "hold");
        await WhatsApp.HangUpAsync(waits);
        await bob.ReadyAgainAsync();
        await ada["transfer"].ClickAsync();
        await EachWayAsync(ada, "transfer");
        await ada["consult-bob"].ClickAsync();
        await bob.IsAsync("incoming");
        await EachWayAsync(ada, "consult-ringing");
        await EachWayAsync(bob, "consult-asked");
        await bob.AnswerAsync();
        await ada.HearsAsync(BobHz);
        await EachWayAsync(ada, "consult");
        await EachWayAsync(bob, "consult-guest");
        await ada["consult-swap"].ClickAsync();
        await bob.HearsMusicAsync();
        await EachWayAsync(ada, "consult-swapped");
        await EachWayAsync(bob, "consult-waits");
        await ada["consult-merge"].ClickAsync();
        await ada.SpeakAsync(0);
        await bob.HearsAsync(UserHz);
        await EachWayAsync(ada, "together");
        var eve = await ReadyAgentAsync("eve", EveHz);
        await ada["consult-add"].ClickAsync();
        await EachWayAsync(ada, "add");
        await ada["consult-eve"].ClickAsync();
        await eve.IsAsync("incoming");
        await EachWayAsync(ada, "adding");
        await eve.AnswerAsync();
        await eve.HearsAsync(UserHz);
        await EachWayAsync(ada, "conference");
        await EachWayAsync(eve, "conference-guest");
        await ada["hold"].ClickAsync();
        await WhatsApp.HearsMusicAsync(call);
        await EachWayAsync(ada, "conference-on-hold");
        await ada["consult-merge"].ClickAsync();
        await eve.HangUpAsync();
        await ada["consult-complete"].ClickAsync();
        await ada.IsAsync("over");
        await EachWayAsync(ada, "given-away");
        await WhatsApp.HangUpAsync(call);
        await bob.IsAsync("over");

        await bob.PauseAsync();
        await ada.PauseAsync();
        var message = await WhatsApp.CallAsync(new { from = "+15550102023", name = "Sam Lee", to = RunningProduct.NumberOf("help"), playHz = 620 });
        await WhatsApp.HearsSpeechAsync(message);
        await Task.Delay(TimeSpan.FromSeconds(12), TimeProvider.System);
        await WhatsApp.HangUpAsync(message);
        await Eventually.BeTrueAsync("the message is in the history", async () => await ada["message"].CountAsync() > 0);
        await EachWayAsync(ada, "message");
    }

    /// <summary>An agent who says why she takes no calls, and her colleague's desk.</summary>
    [Fact(Explicit = true)]
    public async Task Of_the_desk_on_a_break()
    {
        var ada = await ReadyAgentAsync();
        var bob = await ReadyAgentAsync("bob", BobHz);
        await bob.PauseAsync("meeting");
        await ada["ready-switch"].ClickAsync();
        await ada["pause-menu"].WaitForAsync();
        await EachWayAsync(ada, "pause-menu");
        await ada["pause-lunch"].ClickAsync();
        await ada.ReadyLabelAsync("On a break · Lunch");
        await Task.Delay(TimeSpan.FromSeconds(75), TimeProvider.System);
        await ada["pause-why"].ClickAsync();
        await EachWayAsync(ada, "pause-chosen");
        await EachWayAsync(bob, "paused");
    }

    /// <summary>A call that is recorded, parked, and heard again.</summary>
    [Fact(Explicit = true)]
    public async Task Of_the_desk_with_a_recorded_call()
    {
        var ada = await ReadyAgentAsync();
        await WhatsApp.CallAsync(new { from = "+15550102024", name = "Noor Aziz", to = RunningProduct.NumberOf("taped"), playHz = UserHz });
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.RecordingAsync("Recording");
        await EachWayAsync(ada, "recording");
        await ada["record"].ClickAsync();
        await ada.RecordingAsync("Recording paused");
        await EachWayAsync(ada, "recording-paused");
        await ada["park"].ClickAsync();
        await Eventually.BeTrueAsync("the call is parked", async () => await ada["pick-up"].CountAsync() == 1);
        await EachWayAsync(ada, "parked");
        await ada["pick-up"].ClickAsync();
        await ada.IsAsync("talking");
        await ada.HangUpAsync();
        await Eventually.BeTrueAsync("the recording is in the history", async () =>
        {
            await ada.Page.ReloadAsync();
            await ada.LineStateAsync("registered");
            return await ada["recording"].CountAsync() > 0;
        });
        await EachWayAsync(ada, "recorded");
    }

    /// <summary>A line that is closed by hand.</summary>
    [Fact(Explicit = true)]
    public async Task Of_the_desk_with_a_closed_line()
    {
        var ada = await ReadyAgentAsync();
        await ada["lines-button"].ClickAsync();
        await ada["night-close-main"].ClickAsync();
        await Eventually.BeTrueAsync("main is closed", async () => await ada["closed-by-hand"].CountAsync() == 1);
        await EachWayAsync(ada, "lines");
        await ada.Page.Keyboard.PressAsync("Escape");
        await EachWayAsync(ada, "closed-by-hand");
        await ada["lines-button"].ClickAsync();
        await ada["night-end-main"].ClickAsync();
        await Eventually.BeTrueAsync("main is by its hours", async () => await ada["closed-by-hand"].CountAsync() == 0);
        await ada.Page.Keyboard.PressAsync("Escape");
    }

    /// <summary>A line's rules, one of them being changed, and a call that is tried by them.</summary>
    [Fact(Explicit = true)]
    public async Task Of_the_desk_with_a_lines_rules()
    {
        var ada = await ReadyAgentAsync();
        await ada.OpenRulesAsync("routed");
        await EachWayAsync(ada, "rules");
        await ada["try-from"].FillAsync("+1 555 010 1771");
        await ada["try-button"].ClickAsync();
        await Eventually.BeTrueAsync("a rule is marked", async () => await ada.Page.Locator("[data-testid=rule][data-takes=true]").CountAsync() == 1);
        await EachWayAsync(ada, "rules-tried");
        await ada["rule-add"].ClickAsync();
        await ada["rule-name"].FillAsync("Berlin");
        await ada["rule-callers"].FillAsync("+4930*");
        await ada["rule-callers"].PressAsync("Enter");
        await ada["rule-with-hours"].ClickAsync();
        await EachWayAsync(ada, "rules-form");
        await ada["rule-callers"].FillAsync("030");
        await ada["rule-callers"].PressAsync("Enter");
        await ada["rules-save"].ClickAsync();
        await Eventually.BeTrueAsync("what is wrong stands there", async () => await ada["rules-faults"].CountAsync() == 1);
        await EachWayAsync(ada, "rules-faults");
        await ada.Page.Keyboard.PressAsync("Escape");
        await EachWayAsync(ada, "rules-leave");
        await ada["rules-question-yes"].ClickAsync();
    }

    /// <summary>A rule that says a sound, from the choice of the file on.</summary>
    [Fact(Explicit = true)]
    public async Task Of_the_desk_with_a_sound()
    {
        var ada = await ReadyAgentAsync();
        await ada.OpenRulesAsync("routed");
        await ada["rule-add"].ClickAsync();
        await ada["rule-callers"].FillAsync("+1555010177?");
        await ada["rule-callers"].PressAsync("Enter");
        await ada["rule-to-say"].CheckAsync(new() { Force = true });
        await ada["rule-say-sound"].CheckAsync(new() { Force = true });
        await ada["sound-add"].ScrollIntoViewIfNeededAsync();
        await EachWayAsync(ada, "sound-none", "rule-done");
        await ada["sound-file"].SetInputFilesAsync(new Microsoft.Playwright.FilePayload { Name = "Wir sind im Urlaub.wav", MimeType = "audio/wav", Buffer = Doctor.Tone.Wav(520, TimeSpan.FromSeconds(95)) });
        await Eventually.SeeAsync("the file is read", () => ada["sound-read"].InnerTextAsync(), said => said.Contains("1:35", StringComparison.Ordinal));
        await ada["sound-name"].FillAsync("wir sind");
        await ada["sound-upload"].ClickAsync();
        await ada["sound-problem"].WaitForAsync();
        await EachWayAsync(ada, "sound-chosen", "sound-cancel");
        await ada["sound-name"].FillAsync("wir-sind-im-urlaub");
        await ada["sound-upload"].ClickAsync();
        await ada["sound-player"].WaitForAsync();
        await ada["sound-delete"].ScrollIntoViewIfNeededAsync();
        await EachWayAsync(ada, "sound-there", "sound-player");
        await ada["sound-delete"].ClickAsync();
        await EachWayAsync(ada, "sound-delete");
        await ada["rules-question-yes"].ClickAsync();
        await Eventually.BeTrueAsync("it is deleted", async () => await ada["sound-player"].CountAsync() == 0);
        await ada.Page.Keyboard.PressAsync("Escape");
        await ada["rules-question-yes"].ClickAsync();
    }

    /// <summary>A call that a supervisor hears, speaks into and joins.</summary>
    [Fact(Explicit = true)]
    public async Task Of_the_desk_with_a_supervisor()
    {
        var ada = await ReadyAgentAsync();
        var call = await WhatsApp.CallAsync(new { from = "+15550102025", name = "Noor Aziz", playHz = UserHz });
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);
        var bob = await ReadyAgentAsync("bob", BobHz);
        await Eventually.BeTrueAsync("bob may listen", async () => await bob["listen"].CountAsync() == 1);
        await EachWayAsync(bob, "may-listen");
        await bob["listen"].ClickAsync();
        await ada.IsToldOfSupervisorAsync("listen");
        await EachWayAsync(bob, "listening");
        await EachWayAsync(ada, "listened-to");
        await bob["supervise-whisper"].ClickAsync();
        await ada.IsToldOfSupervisorAsync("whisper");
        await EachWayAsync(bob, "whispering");
        await EachWayAsync(ada, "whispered-to");
        await bob["supervise-barge"].ClickAsync();
        await Eventually.BeTrueAsync("bob is in", async () => await bob["supervision-bar"].CountAsync() == 0);
        await EachWayAsync(bob, "came-in");
        await EachWayAsync(ada, "supervisor-came-in");
        await WhatsApp.HangUpAsync(call);
        await ada.IsAsync("over");
    }

    /// <summary>Somebody waits, and somebody did not want to.</summary>
    [Fact(Explicit = true)]
    public async Task Of_the_desk_with_callers_to_call_back()
    {
        var ada = await ReadyAgentAsync();
        var talks = await WhatsApp.CallAsync(new { from = "+15550102025", name = "Jonas Weber", to = RunningProduct.NumberOf("told"), playHz = UserHz });
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);
        var waits = await WhatsApp.CallAsync(new { from = "+15550102026", name = "Amira Haddad", to = RunningProduct.NumberOf("told"), playHz = 880 });
        await WhatsApp.CallAsync(new { from = "+15550102027", name = "Maximiliane von Oberndorff-Schwarzenstein", to = RunningProduct.NumberOf("told"), playHz = 620, digits = "1" });
        await WhatsApp.CallAsync(new { from = "+15550102028", name = "Sam Lee", to = RunningProduct.NumberOf("told"), playHz = 620, digits = "1" });
        await Eventually.BeTrueAsync("two are to be called back", async () => await ada["call-back"].CountAsync() == 2);
        await EachWayAsync(ada, "call-backs-busy");
        await WhatsApp.HangUpAsync(talks);
        await WhatsApp.HangUpAsync(waits);
        await ada.IsAsync("over");
        await ada["dismiss"].ClickAsync();
        await EachWayAsync(ada, "call-backs");
        await ada["call-back-drop"].First.ClickAsync();
        await Eventually.BeTrueAsync("one is to be called back", async () => await ada["call-back"].CountAsync() == 1);
        await ada["call-back-button"].ClickAsync();
        await ada.IsAsync("talking");
        await ada.HangUpAsync();
    }

    /// <param name="shown">What must be seen on the narrow one.</param>
    private static async Task EachWayAsync(AgentPage page, string name, string? shown = null)
    {
        var beside = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "ringway-pictures")).FullName;
        await page.Page.ScreenshotAsync(new() { Path = Path.Combine(name is "hold" or "transfer" or "consult" or "rules-tried" ? Folder : beside, name + ".png"), Animations = Microsoft.Playwright.ScreenshotAnimations.Disabled });
        await page.Page.SetViewportSizeAsync(360, 740);
        await page.Page.EmulateMediaAsync(new() { ColorScheme = Microsoft.Playwright.ColorScheme.Dark, ReducedMotion = Microsoft.Playwright.ReducedMotion.Reduce });
        if (shown is not null) await page[shown].ScrollIntoViewIfNeededAsync();
        await page.Page.ScreenshotAsync(new() { Path = Path.Combine(beside, name + "-narrow.png"), FullPage = true, Animations = Microsoft.Playwright.ScreenshotAnimations.Disabled });
        await page.Page.EmulateMediaAsync(new() { ColorScheme = Microsoft.Playwright.ColorScheme.Light });
        await page.Page.SetViewportSizeAsync(1280, 800);
    }

    private static Task<byte[]> SaveAsync(SoundPage page, string name) =>
        page.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, name + ".png"), Animations = Microsoft.Playwright.ScreenshotAnimations.Disabled });
}
