using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>Nobody answers where WhatsApp should be.</summary>
[Trait("needs", "asterisk")]
public sealed class WhatsAppIsAway(Browsers browsers)
{
    [Fact]
    public async Task A_call_out_ends_as_trunk_down_and_says_what_to_check()
    {
        await using var product = await Product.StartAsync(
            "simulator.enabled=off", "trunk.host=phone.example.com", "trunk.bind=127.0.0.1",
            "whatsapp.address=127.0.0.1", "whatsapp.port=1",
            "lines.0.id=main", "lines.0.number=+15550001000", "lines.0.password=meta-made-this-1");
        await using var ada = await AgentPage.ReadyAsync(browsers, product, "ada", 1000);

        await ada.CallAsync("+15550102000");

        // At once as a rule. A call that goes out in the very moment in which Asterisk's own probe of the trunk fails shares its connection,
        // is not told of its end, and waits for SIP's timer B, 32 s.
        await ada.IsAsync("over", TimeSpan.FromSeconds(50));
        using var api = await RingwayApi.SignInAsync(product, "ada");
        var record = await api.RecordAsync("the call", call => call.Direction == "outbound");
        Assert.Equal("trunkDown", record.Outcome!.What);
        Assert.Contains("Check", record.Outcome.Sentence, StringComparison.Ordinal);
    }
}
