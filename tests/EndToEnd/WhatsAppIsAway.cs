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

        // At once as a rule. Three times nothing had come after 30 s; most likely SIP's own timer B, 32 s, ends the call then (RFC 3261
        // section 17.1.1.2), because Asterisk's probe of the trunk was failing in the same moment.
        await ada.IsAsync("over", TimeSpan.FromSeconds(50));
        using var api = await RingwayApi.SignInAsync(product, "ada");
        var record = await api.RecordAsync("the call", call => call.Direction == "outbound");
        Assert.Equal("trunkDown", record.Outcome!.What);
        Assert.Contains("Check", record.Outcome.Sentence, StringComparison.Ordinal);
    }
}
