using System.Diagnostics;
using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>An agent's page that is loaded anew, or dies, in the middle of a call: the user hears music, and never the end.</summary>
[Collection(nameof(RunningProduct))]
public sealed class AgentComesBack(RunningProduct running, Browsers browsers) : CallTest(running, browsers)
{
    private AgentPage _ada = null!;
    private string _call = "";

    [Theory, InlineData("main"), InlineData("dtls")]
    public async Task A_page_that_is_loaded_anew_is_in_its_call_again_within_five_seconds_of_registering(string line)
    {
        await AdaTalksAsync(line);

        await _ada.ReloadAsync();
        await _ada.LineStateAsync("registered");
        var registered = Stopwatch.StartNew();
        await _ada.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(_call, AdaHz);

        Assert.InRange(registered.Elapsed.TotalSeconds, 0, 5);
        await _ada.HangUpAsync();
        AssertOutcome(await RecordAsync(), "completed", "agent");
        Assert.DoesNotContain((await EndedAtWhatsAppAsync()).Sip, message => message.Direction == "in"
            && (message.FirstLine.StartsWith("INVITE", StringComparison.Ordinal) || message.FirstLine.StartsWith("UPDATE", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Who_uses_another_tab_of_her_browser_takes_her_call_along()
    {
        await AdaTalksAsync();

        await using var tab = await _ada.UseInAnotherTabAsync(Product);
        await tab.IsAsync("talking");
        await tab.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(_call, AdaHz);
        await Eventually.BeTrueAsync("the first tab is not the phone any more", async () => await _ada["use-here"].CountAsync() == 1);

        await tab.HangUpAsync();
        AssertOutcome(await RecordAsync(), "completed", "agent");
        await NothingWasReNegotiatedAsync();
    }

    [Fact]
    public async Task While_the_page_is_away_the_user_hears_music_and_is_on_hold_again_if_she_was_before()
    {
        await AdaTalksAsync();
        await _ada.LeaveAsync();
        await WhatsApp.HearsMusicAsync(_call);
        await _ada.ComeBackAsync(Product);
        await _ada.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(_call, AdaHz);

        await _ada["hold"].ClickAsync();
        await WhatsApp.HearsMusicAsync(_call);
        await _ada.LeaveAsync();
        await _ada.ComeBackAsync(Product);
        await _ada["hold"].ClickAsync();
        await WhatsApp.HearsAsync(_call, AdaHz);
        await _ada.HearsAsync(UserHz);

        await WhatsApp.HangUpAsync(_call);
        await _ada.IsAsync("over");
        AssertOutcome(await RecordAsync(), "completed", "customer");
    }

    [Fact]
    public async Task Who_hangs_up_while_her_phone_is_taken_for_lost_has_hung_up_and_is_not_called_back()
    {
        await AdaTalksAsync();
        await _ada.AnswerNoPingAsync();
        await Eventually.SeeAsync("Asterisk takes her phone for lost", _ada.IsSaidToHaveLineAsync, seen => !seen, TimeSpan.FromSeconds(40));

        await _ada.LineStateAsync("registered"); // and she does not know it
        await _ada.HearsAsync(UserHz);
        await _ada.HangUpAsync();
        AssertOutcome(await RecordAsync(), "completed", "agent");
    }

    [Fact]
    public async Task A_page_that_dies_for_ever_leaves_the_user_with_music_and_then_with_another_agent()
    {
        await AdaTalksAsync();
        var bob = await ReadyAgentAsync("bob", BobHz);

        await _ada.VanishAsync();
        await WhatsApp.HearsMusicAsync(_call);
        await bob.IsAsync("incoming", TimeSpan.FromSeconds(30));
        await bob.AnswerAsync();

        await WhatsApp.HearsAsync(_call, BobHz);
        await bob.HearsAsync(UserHz);
        await WhatsApp.HangUpAsync(_call);
        var record = await RecordAsync(Product, User, "bob");
        AssertOutcome(record, "completed", "customer");
        Assert.Equal("bob", record.Agent);
    }

    [Fact]
    public async Task Where_there_is_no_other_agent_the_user_waits_and_then_it_ends_as_the_agents_loss()
    {
        await AdaTalksAsync();

        await _ada.VanishAsync();
        await WhatsApp.HearsMusicAsync(_call);

        await WhatsApp.EndedAsync(_call, TimeSpan.FromSeconds(40));
        AssertOutcome(await RecordAsync(Product, User, "bob"), "agentLost", "agent");
    }

    [Fact]
    public async Task A_colleague_in_the_call_goes_on_with_the_user_when_the_agents_page_dies()
    {
        await AdaTalksAsync();
        var bob = await ReadyAgentAsync("bob", BobHz);
        await _ada.AskAsync("POST", "consult", "bob");
        await bob.IsAsync("incoming");
        await bob.AnswerAsync();
        await bob.HearsAsync(AdaHz);

        await _ada.VanishAsync();

        await WhatsApp.HearsAsync(_call, BobHz);
        await bob.HearsAsync(UserHz);
        await bob.HangUpAsync();
        Assert.Equal("bob", (await RecordAsync(Product, User, "bob")).Agent);
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
}
