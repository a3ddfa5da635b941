using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>What an agent does with a call that she has; none of it is seen by WhatsApp as anything but one quiet call.</summary>
[Collection(nameof(RunningProduct))]
public sealed class InTheCall(RunningProduct running, Browsers browsers) : CallTest(running, browsers)
{
    private AgentPage _ada = null!;
    private AgentPage _bob = null!;
    private string _call = "";

    [Theory, InlineData("main"), InlineData("dtls")]
    public async Task On_hold_the_user_hears_music_and_the_agent_nothing_until_she_takes_the_user_back(string line)
    {
        await AdaTalksAsync(line);

        await _ada["hold"].ClickAsync();
        await WhatsApp.HearsMusicAsync(_call);
        await _ada.HearsNothingAsync();
        Assert.Contains("On hold", await _ada.SaysAsync(), StringComparison.Ordinal);
        Assert.Equal("not-now", await _ada.AskAsync("PUT", "hold"));

        await _ada["hold"].ClickAsync();
        await WhatsApp.HearsAsync(_call, AdaHz);
        await _ada.HearsAsync(UserHz);
        await _ada.HangUpAsync();
        AssertOutcome(await RecordAsync(), "completed", "agent");
        await NothingWasReNegotiatedAsync();
    }

    [Fact]
    public async Task A_call_given_away_rings_the_colleague_who_then_has_it()
    {
        await AdaTalksAsync();
        _bob = await ReadyAgentAsync("bob", BobHz);

        await _ada["transfer"].ClickAsync();
        await _ada["transfer-now-bob"].ClickAsync();
        await _ada.IsAsync("over");
        Assert.Contains("You gave the call to", await _ada.SaysAsync(), StringComparison.Ordinal);
        await BobTakesItAndHasItToTheEndAsync();
    }

    [Fact]
    public async Task A_call_given_to_a_team_waits_with_music_and_rings_who_is_free_of_it()
    {
        await AdaTalksAsync();
        _bob = await ReadyAgentAsync("bob", BobHz);

        await _ada["transfer"].ClickAsync();
        await _ada["transfer-team-far"].ClickAsync();
        await _ada.IsAsync("over");
        Assert.Equal("You gave the call to far.", await _ada.SaysAsync());
        await BobTakesItAndHasItToTheEndAsync();
    }

    [Fact]
    public async Task A_call_given_to_a_menu_lets_the_user_choose_anew()
    {
        _bob = await ReadyAgentAsync("bob", BobHz);
        await _bob.PauseAsync();
        _ada = await ReadyAgentAsync();
        var ana = await HandsetAsync();
        await ana.CallAsync();
        await _ada.IsAsync("incoming");
        await _ada.AnswerAsync();
        await _ada.HearsAsync(AnaHz);
        await _ada.PauseAsync();
        await _bob.ReadyAgainAsync();

        await _ada["transfer"].ClickAsync();
        await _ada["transfer-menu-first"].ClickAsync();
        await _ada.IsAsync("over");
        await ana.PressAsync('1');
        await _bob.IsAsync("incoming");
        await _bob.AnswerAsync();

        await ana.HearsAsync(BobHz);
        await _bob.HearsAsync(AnaHz);
        await _bob.HangUpAsync();
        Assert.Equal("bob", (await RecordAsync()).Agent);
    }

    [Fact]
    public async Task A_call_given_away_that_the_colleague_does_not_take_comes_back()
    {
        await AdaTalksAsync();
        _bob = await ReadyAgentAsync("bob", BobHz);
        await _ada.AskAsync("POST", "transfer", "bob");
        await _bob.IsAsync("incoming");

        await _bob.DeclineAsync();
        await _ada.IsAsync("incoming");
        await WhatsApp.HearsMusicAsync(_call);
        await _ada.AnswerAsync();

        await WhatsApp.HearsAsync(_call, AdaHz);
        await _ada.HearsAsync(UserHz);
        await _ada.HangUpAsync();
        Assert.Equal("ada", (await RecordAsync()).Agent);
    }

    [Fact]
    public async Task Two_agents_talk_about_the_user_who_hears_music_and_then_the_colleague_has_the_call()
    {
        await AdaTalksAsync();
        await BobIsAskedAsync();
        await WhatsApp.HearsMusicAsync(_call);

        await _ada["consult-complete"].ClickAsync();
        await WhatsApp.HearsAsync(_call, BobHz);
        await _bob.HearsAsync(UserHz);
        await _ada.IsAsync("over");
        await _bob.HangUpAsync();
        Assert.Equal("bob", (await RecordAsync()).Agent);
        await NothingWasReNegotiatedAsync();
    }

    [Fact]
    public async Task A_parked_call_has_music_and_a_colleague_picks_it_up_and_left_alone_it_rings_who_parked_it()
    {
        await AdaTalksAsync();
        _bob = await ReadyAgentAsync("bob", BobHz);

        await _ada["park"].ClickAsync();
        await _ada.IsAsync("over");
        Assert.Contains("You parked the call", await _ada.SaysAsync(), StringComparison.Ordinal);
        await WhatsApp.HearsMusicAsync(_call);
        await _bob["pick-up"].ClickAsync();
        await WhatsApp.HearsAsync(_call, BobHz);
        await _bob.HearsAsync(UserHz);

        await _bob.AskAsync("PUT", "park");
        await _bob.IsAsync("over");
        await WhatsApp.HearsMusicAsync(_call);
        await _bob.IsAsync("incoming", TimeSpan.FromSeconds(30));
        await _bob.AnswerAsync();
        await WhatsApp.HearsAsync(_call, BobHz);
        await _bob.HangUpAsync();
        Assert.Equal("bob", (await RecordAsync()).Agent);
        await NothingWasReNegotiatedAsync();
    }

    [Fact]
    public async Task The_agent_turns_from_the_colleague_to_the_user_and_back_and_who_waits_hears_music_and_not_them()
    {
        await AdaTalksAsync();
        await BobIsAskedAsync();
        await WhatsApp.HearsMusicAsync(_call);

        await _ada["consult-swap"].ClickAsync();
        await WhatsApp.HearsAsync(_call, AdaHz);
        await _ada.HearsAsync(UserHz);
        await _bob.HearsMusicAsync();

        await _ada.Page.Keyboard.PressAsync("w");
        await WhatsApp.HearsMusicAsync(_call);
        await _ada.HearsAsync(BobHz);
        await _bob.HearsAsync(AdaHz);

        await _ada["consult-swap"].ClickAsync();
        await _bob.HearsMusicAsync();
        await _ada["consult-complete"].ClickAsync();
        await WhatsApp.HearsAsync(_call, BobHz);
        await _bob.HearsAsync(UserHz);
        await _bob.HangUpAsync();
        Assert.Equal("bob", (await RecordAsync()).Agent);
        await NothingWasReNegotiatedAsync();
    }

    [Fact]
    public async Task Three_talk_together_and_whoever_has_the_call_may_leave_the_other_two()
    {
        await AdaTalksAsync();
        await BobIsAskedAsync();

        await _ada["consult-merge"].ClickAsync();
        await _ada.SpeakAsync(0);
        await WhatsApp.HearsAsync(_call, BobHz);
        await _ada.SpeakAsync(AdaHz);
        await _bob.SpeakAsync(0);
        await WhatsApp.HearsAsync(_call, AdaHz);
        await _bob.SpeakAsync(BobHz);

        await _ada.HangUpAsync();
        await WhatsApp.HearsAsync(_call, BobHz);
        await _bob.HearsAsync(UserHz);
        await WhatsApp.HangUpAsync(_call);
        Assert.Equal("bob", (await RecordAsync()).Agent);
    }

    [Fact]
    public async Task A_fourth_comes_in_while_three_go_on_talking_and_each_is_heard_and_the_last_two_are_two_again()
    {
        await AdaTalksAsync("dtls");
        await BobIsAskedAsync();
        var eve = await EveRingsAsync();
        await OnlyOneSpeaksAsync(_ada, _bob, eve);
        await WhatsApp.HearsAsync(_call, AdaHz);
        await eve.AnswerAsync();

        await OnlyOneSpeaksAsync(_bob, _ada, eve);
        await WhatsApp.HearsAsync(_call, BobHz);
        await OnlyOneSpeaksAsync(eve, _ada, _bob);
        await WhatsApp.HearsAsync(_call, EveHz);
        await eve.SpeakAsync(0);
        foreach (var agent in new[] { _ada, _bob, eve }) await agent.HearsAsync(UserHz);

        await _ada["consult-drop-bob"].ClickAsync();
        await _bob.IsAsync("over");
        await OnlyOneSpeaksAsync(eve, _ada, _bob);
        await WhatsApp.HearsAsync(_call, EveHz);
        await _ada["consult-complete"].ClickAsync();
        await _ada.IsAsync("over");
        await eve.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(_call, EveHz);
        await eve.HangUpAsync();
        Assert.Equal("eve", (await RecordAsync()).Agent);
        await NothingWasReNegotiatedAsync();
    }

    [Fact]
    public async Task A_private_word_of_a_conference_is_not_heard_by_the_user_and_then_all_are_together_again()
    {
        await AdaTalksAsync();
        await BobIsAskedAsync();
        var eve = await EveRingsAsync();
        await eve.AnswerAsync();

        await _ada["hold"].ClickAsync();
        await WhatsApp.HearsMusicAsync(_call);
        await OnlyOneSpeaksAsync(_ada, _bob, eve);
        await _bob.HearsAsync(AdaHz);
        await eve.HearsAsync(AdaHz);

        await _ada["consult-merge"].ClickAsync();
        await WhatsApp.HearsAsync(_call, AdaHz);
        await WhatsApp.HangUpAsync(_call);
        foreach (var agent in new[] { _ada, _bob, eve }) await agent.IsAsync("over");
        AssertOutcome(await RecordAsync(), "completed", "customer");
    }

    [Fact]
    public async Task A_colleague_who_does_not_want_to_be_asked_leaves_the_user_on_hold_with_the_agent()
    {
        await AdaTalksAsync();
        _bob = await ReadyAgentAsync("bob", BobHz);
        await _ada["transfer"].ClickAsync();
        await _ada["consult-bob"].ClickAsync();
        await _bob.IsAsync("incoming");

        await _bob.DeclineAsync();
        await _ada["hold"].ClickAsync();

        await WhatsApp.HearsAsync(_call, AdaHz);
        await _ada.HearsAsync(UserHz);
        await _ada.HangUpAsync();
        Assert.Equal("ada", (await RecordAsync()).Agent);
    }

    [Fact]
    public async Task Who_finds_all_busy_waits_with_music_and_is_given_to_the_first_who_is_free()
    {
        await AdaTalksAsync("help");
        var waiting = await WhatsApp.CallAsync(new { from = "+15550101888", to = RunningProduct.NumberOf("help"), playHz = 880 });
        await WhatsApp.HearsMusicAsync(waiting);

        await _ada.HangUpAsync();
        await _ada.IsAsync("incoming");
        await _ada.AnswerAsync();

        await _ada.HearsAsync(880);
        await WhatsApp.HearsAsync(waiting, AdaHz);
        await WhatsApp.HangUpAsync(waiting);
        await _ada.IsAsync("over");
        AssertOutcome(await RecordAsync(Product, "+15550101888"), "completed", "customer");
    }

    [Fact]
    public async Task A_caller_who_presses_a_key_of_the_menu_gets_the_team_that_it_leads_to()
    {
        _ada = await ReadyAgentAsync();
        _call = await WhatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf("asks"), playHz = UserHz, digits = "1" });

        await _ada.IsAsync("incoming");
        await _ada.AnswerAsync();

        await _ada.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(_call, AdaHz);
        await _ada.HangUpAsync();
        AssertOutcome(await RecordAsync(), "completed", "agent");
    }

    [Fact]
    public async Task Who_has_waited_as_long_as_may_be_is_greeted_and_speaks_a_message_that_the_agent_can_hear()
    {
        await AdaTalksAsync("help");
        var waiting = await WhatsApp.CallAsync(new { from = "+15550101887", to = RunningProduct.NumberOf("help"), playHz = 620 });
        await WhatsApp.HearsMusicAsync(waiting);

        using var api = await RingwayApi.SignInAsync(Product, "ada");
        var waits = (await api.LiveAsync()).Single(call => call.Customer.Number == "+15550101887").Id;
        await WhatsApp.HearsSpeechAsync(waiting);
        await Eventually.BeTrueAsync("the message is being recorded", () => api.HasMessageAsync(waits), TimeSpan.FromSeconds(40));
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System); // what she says
        await WhatsApp.HangUpAsync(waiting);

        var record = await RecordAsync(Product, "+15550101887");
        AssertOutcome(record, "voicemail", "customer");
        Assert.InRange(LoudestHz(await api.MessageAsync(record.Id)), 610, 630);
        await Eventually.BeTrueAsync("she is to be called back", async () => await _ada["call-back-message"].CountAsync() == 1);
        await _ada["call-back-drop"].ClickAsync();
        await Eventually.BeTrueAsync("nobody is to be called back", async () => await _ada["call-back"].CountAsync() == 0);
        await _ada.HearsAsync(UserHz);
        await _ada.HangUpAsync();
    }

    [Fact]
    public async Task A_recorded_call_has_the_user_on_the_left_and_what_she_heard_on_the_right_also_after_hold()
    {
        await AdaTalksAsync("taped");
        await _ada.RecordingAsync("Recording");
        await _ada["hold"].ClickAsync();
        await WhatsApp.HearsMusicAsync(_call);
        await _ada["hold"].ClickAsync();
        await WhatsApp.HearsAsync(_call, AdaHz);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System); // what they say
        await _ada.HangUpAsync();

        var record = await RecordAsync();
        var heard = await RecordedAsync(record.Id);
        Assert.Contains(heard[^3..], IsTalk);
        Assert.InRange(heard.Length, (record.EndedAt - record.AnsweredAt)!.Value.TotalSeconds - 3, (record.EndedAt - record.AnsweredAt)!.Value.TotalSeconds + 1);
        await NothingWasReNegotiatedAsync();
    }

    [Fact]
    public async Task What_is_said_in_a_pause_is_not_on_the_recording()
    {
        await AdaTalksAsync("taped");
        await _ada.RecordingAsync("Recording");
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System); // what may be on it
        await _ada["record"].ClickAsync();
        await _ada.RecordingAsync("Recording paused");
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System); // what may not
        await WhatsApp.HearsAsync(_call, AdaHz);
        await _ada.HangUpAsync();

        var heard = await RecordedAsync((await RecordAsync()).Id);
        Assert.Contains(heard, IsTalk);
        Assert.All(heard[^2..], second => Assert.Equal([0, 0], second));
    }

    [Fact]
    public async Task Where_the_agent_decides_a_call_is_recorded_from_when_she_wants_it_and_its_file_is_sealed()
    {
        await AdaTalksAsync("dtls");
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System); // what must not be on it
        await _ada["record"].ClickAsync();
        await _ada.RecordingAsync("Recording");
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System); // what must
        await _ada.HangUpAsync();

        var record = await RecordAsync();
        var heard = await RecordedAsync(record.Id);
        Assert.Contains(heard[^3..], IsTalk);
        Assert.InRange(heard.Length, 3, (record.EndedAt - record.AnsweredAt)!.Value.TotalSeconds - 2);
        var file = Assert.Single(Directory.EnumerateFiles(Path.Combine(Product.Data, "recordings"), $"*{record.Id}*", SearchOption.AllDirectories));
        Assert.Equal(-1, (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf("Opus"u8));
        await NothingWasReNegotiatedAsync();
    }

    /// <summary>The user's tone on the left, the agent's on the right.</summary>
    private static bool IsTalk(double[] second) => Math.Abs(second[0] - UserHz) < 10 && Math.Abs(second[1] - AdaHz) < 10;

    private async Task<double[][]> RecordedAsync(string call) =>
        (await Eventually.SeeAsync("the recording is kept", () => _ada.RecordedHzAsync(call), heard => heard is not null))!;

    /// <summary>By counting how often the sound crosses zero upwards, in the middle of a WAV file of 16 kHz.</summary>
    private static double LoudestHz(byte[] wav)
    {
        var samples = wav.Skip(44).Chunk(2).Where(pair => pair.Length == 2).Select(pair => (int)BitConverter.ToInt16(pair)).ToArray();
        var middle = samples[(samples.Length / 2 - 8000)..(samples.Length / 2 + 8000)];
        Assert.True(middle.Max() > 500, "The message is silent.");
        return middle.Zip(middle.Skip(1)).Count(pair => pair is { First: < 0, Second: >= 0 });
    }

    private async Task AdaTalksAsync(string line = "main")
    {
        _ada = await ReadyAgentAsync();
        _call = await WhatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf(line), playHz = UserHz });
        await _ada.IsAsync("incoming");
        await _ada.AnswerAsync();
        await _ada.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(_call, AdaHz);
    }

    /// <summary>The user hears music until then.</summary>
    private async Task BobTakesItAndHasItToTheEndAsync()
    {
        await _bob.IsAsync("incoming");
        await WhatsApp.HearsMusicAsync(_call);
        await _bob.AnswerAsync();

        await WhatsApp.HearsAsync(_call, BobHz);
        await _bob.HearsAsync(UserHz);
        await WhatsApp.HangUpAsync(_call);
        var record = await RecordAsync();
        AssertOutcome(record, "completed", "customer");
        Assert.Equal("bob", record.Agent);
        await NothingWasReNegotiatedAsync();
    }

    /// <summary>While the user, Ada and Bob go on talking.</summary>
    private async Task<AgentPage> EveRingsAsync()
    {
        await _ada["consult-merge"].ClickAsync();
        var eve = await ReadyAgentAsync("eve", EveHz);
        await _ada["consult-add"].ClickAsync();
        await _ada["consult-eve"].ClickAsync();
        await eve.IsAsync("incoming");
        return eve;
    }

    private static async Task OnlyOneSpeaksAsync(AgentPage speaks, params AgentPage[] others)
    {
        foreach (var silent in others) await silent.SpeakAsync(0);
        await speaks.SpeakAsync(speaks.OwnHz);
    }

    private async Task BobIsAskedAsync()
    {
        _bob = await ReadyAgentAsync("bob", BobHz);
        await _ada["transfer"].ClickAsync();
        await _ada["consult-bob"].ClickAsync();
        await _bob.IsAsync("incoming");
        await _bob.AnswerAsync();
        await _ada.HearsAsync(BobHz);
        await _bob.HearsAsync(AdaHz);
    }
}
