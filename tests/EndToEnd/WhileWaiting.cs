using System.Diagnostics;
using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>What a caller hears who waits.</summary>
[Collection(nameof(RunningProduct))]
public sealed class WhileWaiting(RunningProduct running, Browsers browsers) : CallTest(running, browsers)
{
    /// <summary>The announcement takes about twice as long from where it is heard first.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);

    private const string Waiter = "+15550101991";

    [Fact]
    public async Task Who_waits_hears_music_and_how_it_stands_and_music_again_and_is_then_taken()
    {
        var ada = await AdaTalksAsync();
        var waiting = await WhatsApp.CallAsync(new { from = Waiter, to = RunningProduct.NumberOf("told"), playHz = 880 });

        await WhatsApp.HearsMusicAsync(waiting);
        await WhatsApp.HearsSpeechAsync(waiting);
        await WhatsApp.HearsMusicAgainAsync(waiting);
        await WhatsApp.HearsSpeechAsync(waiting);
        await WhatsApp.HearsMusicAgainAsync(waiting);
        await ada.HearsAsync(UserHz);

        await ada.HangUpAsync();
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(880);
        await WhatsApp.HearsAsync(waiting, AdaHz);
        await WhatsApp.HangUpAsync(waiting);
        AssertOutcome(await RecordAsync(Product, Waiter), "completed", "customer");
    }

    [Fact]
    public async Task Who_is_taken_in_the_middle_of_an_announcement_talks_at_once()
    {
        var ada = await AdaTalksAsync();
        var waiting = await WhatsApp.CallAsync(new { from = Waiter, to = RunningProduct.NumberOf("told"), playHz = 880 });
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
        AssertOutcome(await RecordAsync(Product, Waiter), "completed", "agent");
    }

    private async Task<AgentPage> AdaTalksAsync()
    {
        var ada = await ReadyAgentAsync();
        var call = await WhatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf("told"), playHz = UserHz });
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(call, AdaHz);
        return ada;
    }
}
