using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>A WhatsApp user calls the business.</summary>
[Collection(nameof(RunningProduct))]
public sealed class InboundCalls(RunningProduct running, Browsers browsers) : CallTest(running, browsers)
{
    [Theory, InlineData("main"), InlineData("dtls")]
    public async Task An_agent_answers_and_each_hears_the_other(string line)
    {
        var ada = await ReadyAgentAsync();
        var ana = await HandsetAsync(line);

        await ana.CallAsync();
        await ada.IsAsync("incoming");
        Assert.Equal("Ana Souza", await ada["caller-name"].InnerTextAsync());
        await ada.AnswerAsync();

        await ada.IsAsync("talking");
        await ana.IsAsync("talking");
        await ada.HearsAsync(AnaHz);
        await ana.HearsAsync(AdaHz);

        await ada.HangUpAsync();
        await ana.IsAsync("over");
        var record = await RecordAsync();
        AssertOutcome(record, "completed", "agent");
        Assert.Equal(("inbound", line, "ada"), (record.Direction, record.Line.Id, record.Agent));
        Assert.True(record.ArrivedAt <= record.OfferedAt && record.OfferedAt <= record.AnsweredAt && record.AnsweredAt < record.EndedAt);
        Assert.Equal(200, (await EndedAtWhatsAppAsync()).FinalStatus);
    }

    [Fact]
    public async Task Who_is_on_a_break_is_not_rung_and_colleagues_see_why_also_after_a_reload()
    {
        var ada = await ReadyAgentAsync();
        var bob = await ReadyAgentAsync("bob", BobHz);
        await bob.PauseAsync("lunch");
        await bob.ReadyLabelAsync("On a break · Lunch");
        await ada.ColleagueAsync("bob", "Lunch");
        await bob.ReloadAsync();
        await bob.LineStateAsync("registered");
        await bob.ReadyLabelAsync("On a break · Lunch");

        var call = await WhatsApp.CallAsync(new { from = User, playHz = UserHz });
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);
        await WhatsApp.HangUpAsync(call);
        await ada.IsAsync("over");
        Assert.Equal(["ada"], (await RecordAsync()).OfferedTo);

        await bob.ReadyAgainAsync();
        await ada.ColleagueAsync("bob", "Ready");
    }

    [Fact]
    public async Task Reasons_for_a_break_are_chosen_by_keys_alone()
    {
        var ada = await ReadyAgentAsync();

        await ada.Page.Keyboard.PressAsync("r");
        await ada["pause-menu"].WaitForAsync();
        await ada.Page.Keyboard.PressAsync("m"); // finds Meeting, and does not mute
        await ada.Page.Keyboard.PressAsync("ArrowUp");
        await ada.Page.Keyboard.PressAsync("Enter");
        await ada.ReadyLabelAsync("On a break · Lunch");

        await ada.Page.Keyboard.PressAsync("Enter"); // the focus is where the menu opens again
        await ada.Page.Keyboard.PressAsync("End");
        await ada.Page.Keyboard.PressAsync("Escape");
        await ada.ReadyLabelAsync("On a break · Lunch");
        await ada.Page.Keyboard.PressAsync("r");
        await ada.ReadyLabelAsync("Ready");
    }

    [Fact]
    public async Task The_customer_hangs_up()
    {
        var ada = await ReadyAgentAsync();
        var ana = await HandsetAsync();
        await ana.CallAsync();
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(AnaHz);

        await ana.HangUpAsync();

        await ada.IsAsync("over");
        AssertOutcome(await RecordAsync(), "completed", "customer");
    }

    [Fact]
    public async Task The_customer_gives_up_while_it_rings()
    {
        var ada = await ReadyAgentAsync();
        await WhatsApp.CallAsync(new { from = User, giveUpAfter = 2 });
        await ada.IsAsync("incoming");

        await ada.IsAsync("over");

        AssertOutcome(await RecordAsync(), "abandoned", "customer");
        Assert.Equal(487, (await EndedAtWhatsAppAsync()).FinalStatus);
    }

    [Fact]
    public async Task Nobody_answers()
    {
        var ada = await ReadyAgentAsync();
        await WhatsApp.CallAsync(new { from = User });
        await ada.IsAsync("incoming");

        await ada.IsAsync("over");

        AssertOutcome(await RecordAsync(), "noAnswer", "agent");
        Assert.Equal(480, (await EndedAtWhatsAppAsync()).FinalStatus);
    }

    [Fact]
    public async Task The_agent_declines()
    {
        var ada = await ReadyAgentAsync();
        await WhatsApp.CallAsync(new { from = User });
        await ada.IsAsync("incoming");

        await ada.DeclineAsync();

        AssertOutcome(await RecordAsync(), "declined", "agent");
        Assert.Equal(603, (await EndedAtWhatsAppAsync()).FinalStatus);
    }

    [Fact]
    public async Task Nobody_is_signed_in()
    {
        await WhatsApp.CallAsync(new { from = User });

        AssertOutcome(await RecordAsync(), "nobodySignedIn", "agent");
        Assert.Equal(480, (await EndedAtWhatsAppAsync()).FinalStatus);
    }

    [Fact]
    public async Task An_agent_who_is_not_ready_does_not_ring()
    {
        var ada = await ReadyAgentAsync();
        await ada.PauseAsync();
        await WhatsApp.CallAsync(new { from = User });

        AssertOutcome(await RecordAsync(), "nobodySignedIn", "agent");
        await ada.IsAsync("none");
    }

    [Fact]
    public async Task All_agents_are_in_a_call()
    {
        var ada = await ReadyAgentAsync();
        var first = await WhatsApp.CallAsync(new { from = "+15550101999", playHz = UserHz });
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);

        await WhatsApp.CallAsync(new { from = User });

        AssertOutcome(await RecordAsync(), "busy", "agent");
        Assert.Equal(486, (await EndedAtWhatsAppAsync()).FinalStatus);
        await ada.HearsAsync(UserHz);
        await WhatsApp.HangUpAsync(first);
        await ada.IsAsync("over");
    }

    [Fact]
    public async Task Two_agents_ring_and_the_first_to_answer_has_the_call()
    {
        var ada = await ReadyAgentAsync();
        var bob = await ReadyAgentAsync("bob", BobHz);
        var call = await WhatsApp.CallAsync(new { from = User, playHz = UserHz });
        await ada.IsAsync("incoming");
        await bob.IsAsync("incoming");

        await bob.AnswerAsync();

        await bob.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(call, BobHz);
        await Eventually.BeTrueAsync("ada's phone stops ringing", async () => await ada["incoming"].CountAsync() == 0);
        await bob.HangUpAsync();
        var record = await RecordAsync();
        AssertOutcome(record, "completed", "agent");
        Assert.Equal("bob", record.Agent);
    }

    [Fact]
    public async Task When_one_agent_declines_the_other_goes_on_ringing()
    {
        var ada = await ReadyAgentAsync();
        var bob = await ReadyAgentAsync("bob", BobHz);
        var call = await WhatsApp.CallAsync(new { from = User, playHz = UserHz });
        await ada.IsAsync("incoming");
        await bob.IsAsync("incoming");

        await ada.DeclineAsync();
        await bob.IsAsync("incoming");
        await bob.AnswerAsync();

        await WhatsApp.HearsAsync(call, BobHz);
        await bob.HangUpAsync();
        Assert.Equal("bob", (await RecordAsync()).Agent);
    }

    [Fact]
    public async Task A_caller_with_a_user_id_in_place_of_a_number_is_shown_by_name()
    {
        const string userId = "US.13491208655302741918";
        var ada = await ReadyAgentAsync();
        var call = await WhatsApp.CallAsync(new { from = userId, name = "Nia", playHz = UserHz });
        await ada.IsAsync("incoming");
        Assert.Equal("Nia", await ada["caller-name"].InnerTextAsync());

        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);
        await WhatsApp.HangUpAsync(call);

        var record = await RecordAsync(Product, userId);
        AssertOutcome(record, "completed", "customer");
        Assert.Null(record.Customer.Number);
        Assert.Equal(userId, record.Customer.UserId);
    }

    [Fact]
    public async Task A_muted_agent_is_not_heard_and_is_heard_again()
    {
        var ada = await ReadyAgentAsync();
        var ana = await HandsetAsync();
        await ana.CallAsync();
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ana.HearsAsync(AdaHz);

        await ada["mute"].ClickAsync();
        await ana.HearsNothingAsync();
        await ada["mute"].ClickAsync();
        await ana.HearsAsync(AdaHz);

        await ana.HangUpAsync();
        await ada.IsAsync("over");
    }
}
