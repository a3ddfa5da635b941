using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>Which agent a caller gets, by the line's teams and routes.</summary>
[Collection(nameof(RunningProduct))]
public sealed class TheWayOfACall(RunningProduct running, Browsers browsers) : CallTest(running, browsers)
{
    [Fact]
    public async Task Whom_the_first_team_does_not_take_in_time_the_second_team_does()
    {
        var ada = await ReadyAgentAsync();
        var bob = await ReadyAgentAsync("bob", BobHz);
        var busy = await WhatsApp.CallAsync(new { from = "+15550101889", to = RunningProduct.NumberOf("chain"), playHz = UserHz });
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);

        var second = await WhatsApp.CallAsync(new { from = "+15550101890", to = RunningProduct.NumberOf("chain"), playHz = 880 });
        await WhatsApp.HearsMusicAsync(second);
        await bob.IsAsync("incoming");
        await bob.AnswerAsync();

        await bob.HearsAsync(880);
        await WhatsApp.HearsAsync(second, BobHz);
        await ada.HearsAsync(UserHz);
        await bob.HangUpAsync();
        await ada.HangUpAsync();
        await WhatsApp.HangUpAsync(busy);
        var record = await RecordAsync(Product, "+15550101890");
        AssertOutcome(record, "completed", "agent");
        Assert.Equal("bob", record.Agent);
    }

    [Theory]
    [InlineData("x-wa-meta-cta-payload")]
    [InlineData("x-wa-meta-deeplink-payload")]
    public async Task What_came_with_the_button_or_link_leads_the_call_to_the_team_that_its_route_names(string header)
    {
        await ReadyAgentAsync();
        var bob = await ReadyAgentAsync("bob", BobHz);
        var call = await WhatsApp.CallAsync(new
        {
            from = User, to = RunningProduct.NumberOf("routed"), playHz = UserHz, headers = new Dictionary<string, string> { [header] = "order-7, \"Grün\" (${x})" },
        });
        await bob.IsAsync("incoming");
        await bob.AnswerAsync();

        await bob.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(call, BobHz);
        await WhatsApp.HangUpAsync(call);
        var record = await RecordAsync();
        Assert.Equal("bob", record.Agent);

        // Who comes back gets bob, though the line's own team is ada's.
        var again = await WhatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf("routed"), playHz = UserHz });
        await bob.IsAsync("incoming");
        await bob.AnswerAsync();
        await bob.HearsAsync(UserHz);
        await WhatsApp.HangUpAsync(again);
    }

    [Fact]
    public async Task A_line_that_an_agent_closes_by_hand_takes_no_calls_until_it_is_by_its_hours_again()
    {
        var ada = await ReadyAgentAsync();
        await ada["lines-button"].ClickAsync();
        await ada["night-close-main"].ClickAsync();
        await Eventually.BeTrueAsync("everybody sees that it is closed", async () => await ada["closed-by-hand"].CountAsync() == 1);
        await WhatsApp.EndedAsync(await WhatsApp.CallAsync(new { from = User, playHz = UserHz }));
        AssertOutcome(await RecordAsync(), "closed", "agent");

        await ada["night-end-main"].ClickAsync();
        await Eventually.BeTrueAsync("it is open", async () => await ada["closed-by-hand"].CountAsync() == 0);
        await ada.Page.Keyboard.PressAsync("Escape");
        var call = await WhatsApp.CallAsync(new { from = User, playHz = UserHz });
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(call, AdaHz);
        await ada.HangUpAsync();
    }

    [Fact]
    public async Task A_caller_whose_route_is_an_announcement_hears_it_and_then_the_call_ends()
    {
        await ReadyAgentAsync();
        var call = await WhatsApp.CallAsync(new { from = "+15550101771", to = RunningProduct.NumberOf("routed"), playHz = UserHz });

        await WhatsApp.HearsSpeechAsync(call);
        var record = await RecordAsync(Product, "+15550101771");
        AssertOutcome(record, "told", "ringway");
        Assert.Null(record.OfferedAt);
    }
}
