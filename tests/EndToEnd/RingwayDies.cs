using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>kill -9 of ringway at the worst moments, on products of their own.</summary>
[Trait("needs", "asterisk")]
public sealed class RingwayDies(Browsers browsers) : IAsyncLifetime
{
    private const string User = "+15550103000";
    private const int UserHz = 760;
    private const double AdaHz = 1000;

    private readonly List<IAsyncDisposable> _toEnd = [];
    private Product _product = null!;
    private SimulatorApi _whatsApp = null!;

    public async ValueTask InitializeAsync()
    {
        _product = await RunningProduct.AnotherAsync("calls.rejoinSeconds=60"); // a start of ringway in between
        _whatsApp = new SimulatorApi(_product);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var page in _toEnd)
            await page.DisposeAsync();
        _whatsApp.Dispose();
        await _product.DisposeAsync();
    }

    [Fact]
    public async Task In_the_middle_of_a_call_both_go_on_talking_and_the_next_ringway_ends_and_records_it()
    {
        var ada = await ReadyAdaAsync();
        var call = await _whatsApp.CallAsync(new { from = User, playHz = UserHz });
        await TalkAsync(ada, call);
        var before = _product.Ready.Pids;

        await _product.KillRingwayAsync();
        await ada.HearsAsync(UserHz);
        await HeardMoreAsync(call);

        await _product.UpAsync();
        Assert.Equal((before.Asterisk, before.Simulator), (_product.Ready.Pids.Asterisk, _product.Ready.Pids.Simulator));
        await ada.LineStateAsync("registered");
        await ada.HearsAsync(UserHz);
        await HeardMoreAsync(call);
        await ada.HangUpAsync();

        await _whatsApp.EndedAsync(call);
        var record = await RecordAsync();
        Assert.Equal(("completed", "agent", "ada"), (record.Outcome!.What, record.Outcome.Whose, record.Agent));
        Assert.NotNull(record.AnsweredAt);
        await CallTest.AsteriskIsEmptyAsync(_product);
    }

    [Fact]
    public async Task While_the_customer_is_on_hold_the_music_goes_on_and_the_agent_takes_the_customer_back_afterwards()
    {
        var ada = await ReadyAdaAsync();
        var call = await _whatsApp.CallAsync(new { from = User, playHz = UserHz });
        await TalkAsync(ada, call);
        await ada.AskAsync("PUT", "hold");
        await _whatsApp.HearsMusicAsync(call);

        await _product.KillRingwayAsync();
        await _product.UpAsync();
        await ada.LineStateAsync("registered");
        await _whatsApp.HearsMusicAsync(call);
        await ada.HearsNothingAsync();

        await Eventually.SeeAsync("the customer can be taken back", () => ada.AskAsync("DELETE", "hold"), refusal => refusal is null);
        await ada.HearsAsync(UserHz);
        await _whatsApp.HearsAsync(call, AdaHz);
        await ada.HangUpAsync();
        await _whatsApp.EndedAsync(call);
        Assert.Equal(("completed", "agent", "ada"), (await RecordAsync()) is var record ? (record.Outcome!.What, record.Outcome.Whose, record.Agent) : default);
        await CallTest.AsteriskIsEmptyAsync(_product);
    }

    [Fact]
    public async Task Who_was_hearing_an_announcement_hears_music_afterwards_and_is_taken()
    {
        var ada = await ReadyAdaAsync();
        var call = await _whatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf("told"), playHz = UserHz });
        await TalkAsync(ada, call);
        var waiting = await _whatsApp.CallAsync(new { from = "+15550103001", to = RunningProduct.NumberOf("told"), playHz = 880 });
        await _whatsApp.HearsMusicAsync(waiting);
        await _whatsApp.HearsSpeechAsync(waiting);

        await _product.KillRingwayAsync();
        await _product.UpAsync();
        await ada.LineStateAsync("registered");
        await _whatsApp.HearsMusicAgainAsync(waiting);
        await ada.HearsAsync(UserHz);

        await ada.HangUpAsync();
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(880);
        await _whatsApp.HearsAsync(waiting, AdaHz);
        await ada.HangUpAsync();
        await _whatsApp.EndedAsync(waiting);
        await CallTest.AsteriskIsEmptyAsync(_product);
    }

    [Fact]
    public async Task A_recording_goes_on_while_it_is_away_and_the_next_one_keeps_it()
    {
        var ada = await ReadyAdaAsync();
        var call = await _whatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf("taped"), playHz = UserHz });
        await TalkAsync(ada, call);
        await ada.RecordingAsync("Recording");

        await _product.KillRingwayAsync();
        await _product.UpAsync();
        await ada.LineStateAsync("registered");
        await ada.RecordingAsync("Recording");
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System); // what they say, and not only while a start takes the processor
        await ada.HangUpAsync();

        var record = await RecordAsync();
        var heard = await Eventually.SeeAsync("the recording is kept", () => ada.RecordedHzAsync(record.Id), heard => heard is not null);
        Assert.InRange(heard!.Length, (record.EndedAt - record.AnsweredAt)!.Value.TotalSeconds - 3, (record.EndedAt - record.AnsweredAt)!.Value.TotalSeconds + 1);
        Assert.Contains(heard[^4..], second => Math.Abs(second[0] - UserHz) < 10 && Math.Abs(second[1] - AdaHz) < 10);
        await CallTest.AsteriskIsEmptyAsync(_product);
    }

    [Fact]
    public async Task A_supervisor_goes_on_listening_while_it_is_away_and_the_next_one_lets_her_go_without_the_call()
    {
        var ada = await ReadyAdaAsync();
        var call = await _whatsApp.CallAsync(new { from = User, playHz = UserHz });
        await TalkAsync(ada, call);
        var bob = await ReadyAsync("bob", 1240);
        await bob["listen"].ClickAsync();
        await ada.IsToldOfSupervisorAsync("listen");

        await _product.KillRingwayAsync();
        await ada.SpeakAsync(0);
        await bob.HearsAsync(UserHz);
        await _product.UpAsync();
        await bob.LineStateAsync("registered");
        await ada.IsToldOfSupervisorAsync("listen");
        await ada.HearsAsync(UserHz);

        await bob.HangUpAsync();
        await Eventually.BeTrueAsync("nobody listens any more", async () => await ada["supervisor"].CountAsync() == 0);
        await ada.SpeakAsync(AdaHz);
        await _whatsApp.HearsAsync(call, AdaHz);
        await ada.HangUpAsync();
        Assert.Equal("ada", (await RecordAsync()).Agent);
        await CallTest.AsteriskIsEmptyAsync(_product);
    }

    [Fact]
    public async Task While_the_agents_page_is_away_the_music_goes_on_and_the_agent_comes_back_afterwards()
    {
        var ada = await ReadyAdaAsync();
        var call = await _whatsApp.CallAsync(new { from = User, playHz = UserHz });
        await TalkAsync(ada, call);
        await ada.VanishAsync();
        await _whatsApp.HearsMusicAsync(call);

        await _product.KillRingwayAsync();
        await _product.UpAsync();
        await _whatsApp.HearsMusicAsync(call);

        ada = await AgentPage.OpenAsync(browsers, _product);
        _toEnd.Add(ada);
        await ada.SignInAsync("ada", _product.Password("ada"));
        await ada.SpeakAsync(AdaHz);
        await _whatsApp.HearsAsync(call, AdaHz);
        await ada.HearsAsync(UserHz);
        await ada.HangUpAsync();
        await _whatsApp.EndedAsync(call);
        Assert.Equal("ada", (await RecordAsync()).Agent);
        await CallTest.AsteriskIsEmptyAsync(_product);
    }

    [Fact]
    public async Task A_customer_who_hangs_up_while_it_is_away_is_recorded_by_the_next_one()
    {
        var ada = await ReadyAdaAsync();
        var call = await _whatsApp.CallAsync(new { from = User, playHz = UserHz });
        await TalkAsync(ada, call);
        await _product.WrittenDownAsync("ada");

        await _product.KillRingwayAsync();
        await _whatsApp.HangUpAsync(call);
        await _whatsApp.EndedAsync(call);
        await _product.UpAsync();

        var record = await RecordAsync();
        Assert.Equal("ada", record.Agent);
        Assert.NotNull(record.Outcome);
        await ada.IsAsync("over");
        await CallTest.AsteriskIsEmptyAsync(_product);
    }

    [Fact]
    public async Task In_the_middle_of_a_conference_all_go_on_talking_and_the_next_one_knows_who_is_in_it()
    {
        var ada = await ReadyAsync("ada", AdaHz);
        var call = await _whatsApp.CallAsync(new { from = User, playHz = UserHz });
        await TalkAsync(ada, call);
        var (bob, eve) = (await ReadyAsync("bob", 1240), await ReadyAsync("eve", 1420));
        foreach (var colleague in new[] { bob, eve })
        {
            await ada.AskAsync("POST", "consult", $"{colleague}");
            await colleague.IsAsync("incoming");
            await colleague.AnswerAsync();
            if (colleague == bob) await Eventually.SeeAsync("bob is in the call", () => ada.AskAsync("POST", "consult/merge"), refusal => refusal is null);
        }

        await eve.IsAsync("talking");
        foreach (var agent in new[] { ada, bob, eve }) await agent.SpeakAsync(0);
        foreach (var agent in new[] { ada, bob, eve }) await agent.HearsAsync(UserHz); // her page talks before she is in the bridge

        await _product.KillRingwayAsync();
        foreach (var agent in new[] { ada, bob, eve }) await agent.HearsAsync(UserHz);
        await eve.SpeakAsync(1420);
        await _whatsApp.HearsAsync(call, 1420);
        await _product.UpAsync();
        await ada.LineStateAsync("registered");

        await Eventually.SeeAsync("bob can be dropped", () => ada.AskAsync("DELETE", "consult/bob"), refusal => refusal is null);
        await bob.IsAsync("over");
        await ada.HangUpAsync();
        await _whatsApp.HearsAsync(call, 1420);
        await eve.HearsAsync(UserHz);
        await eve.HangUpAsync();
        Assert.Equal("eve", (await RecordAsync()).Agent);
        await CallTest.AsteriskIsEmptyAsync(_product);
    }

    [Fact]
    public async Task While_it_rings_nothing_half_done_stays()
    {
        var ada = await ReadyAdaAsync();
        var call = await _whatsApp.CallAsync(new { from = User });
        await ada.IsAsync("incoming");

        await _product.KillRingwayAsync();
        await _product.UpAsync();

        await _whatsApp.EndedAsync(call);
        await RecordAsync();
        await CallTest.AsteriskIsEmptyAsync(_product);
    }

    private Task<AgentPage> ReadyAdaAsync() => ReadyAsync("ada", AdaHz);

    private async Task<AgentPage> ReadyAsync(string agent, double hz)
    {
        var page = await AgentPage.ReadyAsync(browsers, _product, agent, hz);
        _toEnd.Add(page);
        return page;
    }

    private async Task TalkAsync(AgentPage ada, string call)
    {
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);
        await _whatsApp.HearsAsync(call, AdaHz);
    }

    /// <summary>Sound still arrives at the user's end: more of it than a moment ago.</summary>
    private async Task HeardMoreAsync(string call)
    {
        var until = (await _whatsApp.GetAsync(call)).Heard!.Packets + 50; // a second of sound
        await Eventually.SeeAsync(
            "the user goes on hearing", async () => (await _whatsApp.GetAsync(call)).Heard!, heard => heard.Packets >= until);
        await _whatsApp.HearsAsync(call, AdaHz);
    }

    private async Task<CallSeen> RecordAsync()
    {
        using var api = await RingwayApi.SignInAsync(_product, "bob");
        return await api.RecordAsync($"the call with {User}", call => call.Customer.Number == User);
    }
}
