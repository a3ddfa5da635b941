using System.Net;
using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>An agent calls a WhatsApp user.</summary>
[Collection(nameof(RunningProduct))]
public sealed class OutboundCalls(RunningProduct running, Browsers browsers) : CallTest(running, browsers)
{
    [Fact]
    public async Task The_user_accepts_on_the_handset_and_each_hears_the_other()
    {
        var ada = await ReadyAgentAsync();
        var ana = await HandsetAsync();

        await ada.CallAsync(User);
        await ana.IsAsync("incoming");
        await ana.AcceptAsync();

        await ada.IsAsync("talking");
        await ada.HearsAsync(AnaHz);
        await ana.HearsAsync(AdaHz);
        await ana.HangUpAsync();
        await ada.IsAsync("over");
        var record = await RecordAsync();
        AssertOutcome(record, "completed", "customer");
        Assert.Equal(("outbound", "ada"), (record.Direction, record.Agent));
        Assert.Equal(200, (await EndedAtWhatsAppAsync()).FinalStatus);
    }

    [Theory, InlineData("main"), InlineData("dtls")]
    public async Task A_call_by_the_api_rings_the_agents_own_phone_first(string line)
    {
        var ada = await ReadyAgentAsync();
        using var api = await RingwayApi.SignInAsync(Product, "ada");
        await WhatsApp.ScriptAsync(User, new { answerAfter = 0.5, playHz = UserHz });

        var (status, id, _) = await api.PlaceAsync(User, line);

        Assert.Equal(HttpStatusCode.Accepted, status);
        await ada.IsAsync("talking");
        await ada.HearsAsync(UserHz);
        var call = (await WhatsApp.LastWithAsync(User))!;
        await WhatsApp.HearsAsync(call.Id, AdaHz);
        await ada.HangUpAsync();
        var record = await RecordAsync();
        Assert.Equal((id, line), (record.Id, record.Line.Id));
        AssertOutcome(record, "completed", "agent");
        await EndedAtWhatsAppAsync();
    }

    [Fact]
    public async Task The_user_declines() =>
        await EndsAsync(new { decline = true, answerAfter = 0.5 }, "declined", "customer");

    [Fact]
    public async Task The_user_does_not_answer() => await EndsAsync(new { ignore = true }, "noAnswer", "customer");

    [Fact]
    public async Task The_user_cannot_be_reached() => await EndsAsync(new { unreachable = true }, "unreachable", "customer");

    [Fact]
    public async Task The_user_has_given_no_permission() => await EndsAsync(new { noPermission = true }, "noPermission", "whatsapp");

    [Fact]
    public async Task The_agent_gives_up_while_it_rings()
    {
        var ada = await ReadyAgentAsync();
        await WhatsApp.ScriptAsync(User, new { ignore = true });
        await ada.CallAsync(User);
        await Eventually.SeeAsync("the user's phone rings", () => WhatsApp.LastWithAsync(User), call => call?.State == "ringing");

        await ada.HangUpAsync();

        AssertOutcome(await RecordAsync(), "abandoned", "agent");
        Assert.Equal(487, (await EndedAtWhatsAppAsync()).FinalStatus);
    }

    [Fact]
    public async Task Digits_of_the_keypad_reach_the_user()
    {
        var ada = await ReadyAgentAsync();
        await WhatsApp.ScriptAsync(User, new { answerAfter = 0.2, playHz = UserHz });
        await ada.CallAsync(User);
        await ada.HearsAsync(UserHz);

        await ada.SendDigitsAsync("15#");

        var call = (await WhatsApp.LastWithAsync(User))!;
        await Eventually.SeeAsync("the digits arrive", async () => (await WhatsApp.GetAsync(call.Id)).Heard?.Digits, digits => digits == "15#");
        await ada.HangUpAsync();
        await EndedAtWhatsAppAsync();
    }

    [Fact]
    public async Task A_busy_agent_places_no_second_call()
    {
        var ada = await ReadyAgentAsync();
        await WhatsApp.ScriptAsync(User, new { answerAfter = 0.2, playHz = UserHz });
        await ada.CallAsync(User);
        await ada.HearsAsync(UserHz);
        using var api = await RingwayApi.SignInAsync(Product, "ada");

        var (status, code, detail) = await api.PlaceAsync("+15550101998");

        Assert.Equal((HttpStatusCode.Conflict, "agent-busy"), (status, code));
        Assert.NotEmpty(detail!);
        await ada.HangUpAsync();
        await EndedAtWhatsAppAsync();
    }

    private async Task EndsAsync(object behaviour, string what, string whose)
    {
        var ada = await ReadyAgentAsync();
        await WhatsApp.ScriptAsync(User, behaviour);

        await ada.CallAsync(User);

        await ada.IsAsync("over", TimeSpan.FromSeconds(20));
        var record = await RecordAsync();
        AssertOutcome(record, what, whose);
        Assert.Equal(record.Outcome!.Sentence, await ada.SaysAsync());
        await EndedAtWhatsAppAsync();
    }
}
