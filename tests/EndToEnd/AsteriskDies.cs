using System.Diagnostics;
using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>Asterisk is killed under us.</summary>
[Trait("needs", "asterisk")]
public sealed class AsteriskDies(Browsers browsers)
{
    [Fact]
    public async Task The_call_is_recorded_as_lost_and_the_next_one_goes_through()
    {
        const string user = "+15550104000";
        await using var product = await RunningProduct.AnotherAsync();
        using var whatsApp = new SimulatorApi(product);
        await using var ada = await AgentPage.ReadyAsync(browsers, product, "ada", 1000);
        await whatsApp.CallAsync(new { from = user, playHz = 760 });
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(760);

        Process.GetProcessById(product.Ready.Pids.Asterisk).Kill();

        using var api = await RingwayApi.SignInAsync(product, "bob");
        var lost = await api.RecordAsync("the lost call", call => call.Customer.Number == user);
        Assert.Equal(("failed", "asterisk"), (lost.Outcome!.What, lost.Outcome.Whose));
        Assert.Contains("Asterisk", product.Said, StringComparison.Ordinal);

        await ada.LineStateAsync("registered");
        var second = await Eventually.SeeAsync(
            "the next call rings",
            async () =>
            {
                var id = await whatsApp.CallAsync(new { from = "+15550104001", playHz = 760, giveUpAfter = 5 });
                return await RingsAsync(ada) ? id : null;
            },
            id => id is not null,
            TimeSpan.FromSeconds(40));
        await ada.AnswerAsync();
        await whatsApp.HearsAsync(second!, 1000);
        await ada.HangUpAsync();
        // Not the handsets' one: a killed Asterisk says no BYE, so the user of the lost call waits there for sound.
        await CallTest.AsteriskIsEmptyAsync(product, "asterisk");
    }

    private static async Task<bool> RingsAsync(AgentPage ada)
    {
        try
        {
            await ada.IsAsync("incoming", TimeSpan.FromSeconds(4));
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
