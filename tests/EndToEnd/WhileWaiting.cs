using System.Diagnostics;
using Ringway.Asterisk;
using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>What a caller hears who waits.</summary>
[Collection(nameof(RunningProduct))]
public sealed class WhileWaiting(RunningProduct running, Browsers browsers) : CallTest(running, browsers)
{
    /// <summary>The announcement takes about twice as long from where it is heard first.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);

    private const string Talker = "+15550101990";

    [Fact]
    public async Task Who_waits_hears_music_and_how_it_stands_and_music_again_and_is_then_taken()
    {
        var ada = await AdaTalksAsync();
        var waiting = await WhatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf("told"), playHz = 880 });

        await WhatsApp.HearsMusicAsync(waiting);
        await WhatsApp.HearsSpeechAsync(waiting);
        await WhatsApp.HearsMusicAgainAsync(waiting);
        await WhatsApp.HearsSpeechAsync(waiting);
        await ada.HearsAsync(UserHz);

        await ada.HangUpAsync();
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(880);
        await WhatsApp.HearsAsync(waiting, AdaHz);
        await WhatsApp.HangUpAsync(waiting);
        AssertOutcome(await RecordAsync(), "completed", "customer");
    }

    [Fact]
    public async Task Who_is_taken_in_the_middle_of_an_announcement_talks_at_once()
    {
        var ada = await AdaTalksAsync();
        var waiting = await WhatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf("told"), playHz = 880 });
        await WhatsApp.HearsMusicAsync(waiting);
        await WhatsApp.HearsSpeechAsync(waiting);

        var clock = Stopwatch.StartNew();
        await ada.HangUpAsync();
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(880);
        await WhatsApp.HearsAsync(waiting, AdaHz);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, AtOnce);
        await ada.HangUpAsync();
        AssertOutcome(await RecordAsync(), "completed", "agent");
        await TheRestIsNotSpokenAsync();
    }

    [Fact]
    public async Task Who_presses_the_key_is_told_so_and_is_on_the_agents_list_until_she_has_been_called_back()
    {
        var ada = await AdaTalksAsync();
        var ana = await HandsetAsync("told");
        await ana.CallAsync();
        await ana.IsAsync("talking");
        await ana.HearsMusicAsync();
        await ana.HearsSpeechAsync();

        await ana.PressAsync('1');
        await ana.HearsSpeechAsync();
        await ana.IsAsync("over", TimeSpan.FromSeconds(20));
        await Eventually.BeTrueAsync("ada sees that ana wants to be called back", async () => await ada["call-back"].CountAsync() == 1);
        AssertOutcome(await RecordAsync(), "callBack", "customer");
        await TheRestIsNotSpokenAsync();
        await ada.HearsAsync(UserHz);
        await ada.HangUpAsync();
        await ada.IsAsync("over");

        // Who does not take it stays on the list.
        await ada["call-back-button"].ClickAsync();
        await ana.IsAsync("incoming");
        Assert.Equal("ada", await ada["call-back"].GetAttributeAsync("data-taken"));
        await ana.DeclineAsync();
        await ada.IsAsync("over");
        await Eventually.SeeAsync("the entry is free", () => ada["call-back"].GetAttributeAsync("data-taken"), seen => seen == "");

        await ada["call-back-button"].ClickAsync();
        await ana.IsAsync("incoming");
        await ana.AcceptAsync();
        await ada.HearsAsync(AnaHz);
        await ana.HearsAsync(AdaHz);
        await Eventually.BeTrueAsync("nobody is to be called back", async () => await ada["call-back"].CountAsync() == 0);
        await ada.HangUpAsync();
        await ana.IsAsync("over");
    }

    /// <summary>What is asked of a channel that plays is done when it has finished, so nothing of an announcement may be left when it was stopped.</summary>
    private Task TheRestIsNotSpokenAsync() => Eventually.BeTrueAsync("the last sentence was cancelled", () => Task.FromResult(
        File.ReadLines(new AsteriskFolders(Path.Combine(Product.Data, "asterisk")).MessagesLog).Any(line =>
            line.Contains("Playback canceled", StringComparison.Ordinal) && line.EndsWith("team-told-call-back", StringComparison.Ordinal))));

    private async Task<AgentPage> AdaTalksAsync()
    {
        var ada = await ReadyAgentAsync();
        var call = await WhatsApp.CallAsync(new { from = Talker, to = RunningProduct.NumberOf("told"), playHz = UserHz });
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(call, AdaHz);
        return ada;
    }
}
