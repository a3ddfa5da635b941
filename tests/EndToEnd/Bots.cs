using System.Text;
using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>Calls to one of the lines go to a program.</summary>
[Collection(nameof(RunningProduct))]
public sealed class Bots(RunningProduct running, Browsers browsers) : CallTest(running, browsers)
{
    private const double BotHz = 1480;

    [Fact]
    public async Task A_bot_and_the_user_hear_each_other_and_the_bot_gives_the_call_to_a_team()
    {
        await using var ivy = await BotProgram.StartAsync(BotHz);
        var ada = await ReadyAgentAsync();
        var call = await WhatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf("bot"), playHz = UserHz });

        var told = (await ivy.CallAsync()).GetProperty("channel_variables");
        Assert.Equal((User, "bot"), (told.GetProperty("RINGWAY_FROM").GetString(), told.GetProperty("RINGWAY_LINE").GetString()));
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("asterisk:hush")), ivy.Authorization);
        await WhatsApp.HearsAsync(call, BotHz);
        await ivy.HearsAsync(UserHz);

        await ivy.TransferAsync(Product, new { team = "near" });
        await ada.IsAsync("incoming");
        await WhatsApp.HearsMusicAsync(call);
        await ivy.OverAsync();
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(call, AdaHz);

        await ada.HangUpAsync();
        var record = await RecordAsync();
        AssertOutcome(record, "completed", "agent");
        Assert.Equal("ada", record.Agent);
        await NothingWasReNegotiatedAsync();
    }

    [Fact]
    public async Task A_bot_that_hangs_up_ends_the_call_as_any_agent()
    {
        await using var ivy = await BotProgram.StartAsync(BotHz);
        var call = await WhatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf("bot"), playHz = UserHz });
        await WhatsApp.HearsAsync(call, BotHz);

        await ivy.HangUpAsync();

        var record = await RecordAsync();
        AssertOutcome(record, "completed", "agent");
        Assert.Equal("ivy", record.Agent);
    }

    [Fact]
    public async Task When_the_bot_is_not_there_the_lines_agents_ring()
    {
        var ada = await ReadyAgentAsync();
        var call = await WhatsApp.CallAsync(new { from = User, to = RunningProduct.NumberOf("bot"), playHz = UserHz });

        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);
        await WhatsApp.HearsAsync(call, AdaHz);
        await WhatsApp.HangUpAsync(call);
        Assert.Equal("ada", (await RecordAsync()).Agent);
    }
}
