using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>Bob may listen to Ada's calls.</summary>
[Collection(nameof(RunningProduct))]
public sealed class Supervision(RunningProduct running, Browsers browsers) : CallTest(running, browsers)
{
    private AgentPage _ada = null!;
    private AgentPage _bob = null!;
    private HandsetPage _ana = null!;

    [Theory]
    [InlineData("main")]
    [InlineData("dtls")]
    public async Task A_supervisor_hears_both_unheard_then_speaks_to_the_agent_alone_and_then_to_both(string line)
    {
        await AdaAndAnaTalkAsync(line);

        await BobListensAsync();
        await _ada.SpeakAsync(0);
        await _bob.HearsAsync(AnaHz);
        await _ana.SpeakAsync(0);
        await _ada.HearsNothingAsync();
        await _ana.HearsNothingAsync();
        await _ada.SpeakAsync(AdaHz);
        await _bob.HearsAsync(AdaHz);
        await _ana.HearsAsync(AdaHz);

        await _ada.SpeakAsync(0);
        await _bob["supervise-whisper"].ClickAsync();
        await _ada.HearsAsync(BobHz);
        await _ana.HearsNothingAsync();
        await _ada.IsToldOfSupervisorAsync("whisper");
        await _bob["supervise-listen"].ClickAsync();
        await _ada.HearsNothingAsync();
        await _ada.IsToldOfSupervisorAsync("listen");

        await _bob["supervise-barge"].ClickAsync();
        await _ana.HearsAsync(BobHz);
        await _ada.HearsAsync(BobHz);
        await _bob.HangUpAsync();
        await _bob.IsAsync("over");
        await _bob["dismiss"].ClickAsync(); // it goes by itself after a while
        await _ada.SpeakAsync(AdaHz);
        await _ana.SpeakAsync(AnaHz);
        await _ana.HearsAsync(AdaHz);
        await _ada.HearsAsync(AnaHz);

        await _bob["listen"].ClickAsync();
        await _ada.SpeakAsync(0);
        await _bob.HearsAsync(AnaHz);
        await _ada["hold"].ClickAsync();
        await _bob.HearsNothingAsync();
        await _ada["hold"].ClickAsync();
        await _bob.HearsAsync(AnaHz);

        await _ana.HangUpAsync();
        Assert.Equal("ada", (await RecordAsync()).Agent);
        await NothingWasReNegotiatedAsync();
    }

    [Fact]
    public async Task What_a_supervisor_whispers_is_on_no_recording_and_what_she_says_to_both_is_and_what_is_said_after_her()
    {
        await AdaAndAnaTalkAsync("taped");
        await _ada.RecordingAsync("Recording");
        await BobListensAsync();
        await _ada.SpeakAsync(0);
        await _bob["supervise-whisper"].ClickAsync();
        await _ada.HearsAsync(BobHz);
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System); // what must not be on it
        await _bob["supervise-barge"].ClickAsync();
        await _ana.HearsAsync(BobHz);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System); // what must
        await _bob.HangUpAsync();
        await _ada.SpeakAsync(AdaHz);
        await _ana.HearsAsync(AdaHz);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System); // and this
        await _ana.HangUpAsync();

        var call = (await RecordAsync()).Id;
        var heard = (await Eventually.SeeAsync("the recording is kept", () => _ada.RecordedHzAsync(call), seconds => seconds is not null))!;
        var cameIn = Array.FindIndex(heard, second => Math.Abs(second[1] - BobHz) < 10);
        Assert.True(cameIn > 0, "Bob is not on the recording, though he came into the call.");
        Assert.True(heard[cameIn..].Count(second => Math.Abs(second[1] - AdaHz) < 10) >= 2, "When Bob had left Ada spoke, and that is not on the recording.");
        Assert.True(heard[..cameIn].Count(second => Math.Abs(second[0] - AnaHz) < 10 && second[1] == 0) >= 3, "While Bob whispered Ana heard nothing, and that is on the recording.");
    }

    [Fact]
    public async Task When_the_agent_gives_the_call_away_nobody_listens_any_more_and_the_call_goes_on()
    {
        await AdaAndAnaTalkAsync("main");
        await BobListensAsync();

        await _ada["park"].ClickAsync();
        await _bob.IsAsync("over");
        await _ana.HearsMusicAsync();
        await _ada["pick-up"].ClickAsync();
        await _ana.HearsAsync(AdaHz);
        await _ada.HearsAsync(AnaHz);
        await _ana.HangUpAsync();
    }

    [Fact]
    public async Task Whoever_is_no_supervisor_of_the_agent_may_not_listen()
    {
        _bob = await ReadyAgentAsync("bob", BobHz);
        _ana = await HandsetAsync();
        await _ana.CallAsync();
        await _bob.IsAsync("incoming");
        await _bob.AnswerAsync();
        await _bob.HearsAsync(AnaHz);
        _ada = await ReadyAgentAsync();

        Assert.Equal("not-your-call", await _ada.SuperviseAsync("bob"));
        Assert.Equal(0, await _ada["listen"].CountAsync());

        await _ana.HangUpAsync();
        await _bob.IsAsync("over");
    }

    private async Task AdaAndAnaTalkAsync(string line)
    {
        _ada = await ReadyAgentAsync();
        _ana = await HandsetAsync(line);
        await _ana.CallAsync();
        await _ada.IsAsync("incoming");
        await _ada.AnswerAsync();
        await _ada.HearsAsync(AnaHz);
        await _ana.HearsAsync(AdaHz);
    }

    private async Task BobListensAsync()
    {
        _bob = await ReadyAgentAsync("bob", BobHz);
        await _bob["listen"].ClickAsync();
        await _bob.IsAsync("talking");
        await _ada.IsToldOfSupervisorAsync("listen");
    }
}
