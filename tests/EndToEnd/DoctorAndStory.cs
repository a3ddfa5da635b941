using System.Text.Json;
using System.Text.Json.Nodes;
using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>What an operator asks the command line afterwards: is it well, and why did that call go so?</summary>
[Trait("needs", "asterisk")]
public sealed class DoctorAndStory
{
    [Fact]
    public async Task A_demonstration_that_runs_is_well_and_one_that_does_not_is_not_known_to_be()
    {
        await using var product = await Product.StartAsync();

        var beside = await Product.RunCliAsync(["doctor", "--json", .. product.UpArguments]);
        await product.EndAsync();
        var alone = await Product.RunCliAsync(["doctor", "--json", "--only", "page", "--only", "echo", "--only", "files", .. product.UpArguments]);

        var findings = Findings(beside.Output);
        Assert.All(findings, finding => Assert.True((string?)finding["result"] is "pass", finding.ToJsonString()));
        Assert.Equal(0, beside.ExitCode);
        Assert.DoesNotContain(product.Password("ada"), beside.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(JsonNode.Parse(File.ReadAllText(Path.Combine(product.Data, "secrets.json")))!["ari"]!.GetValue<string>(), beside.Output, StringComparison.Ordinal);
        Assert.Equal(1, alone.ExitCode);
        Assert.Equal(
            [("page", "unknown", "you"), ("files", "pass", null), ("echo", "unknown", "you")],
            Findings(alone.Output).Select(finding => ((string?)finding["check"], (string?)finding["result"], (string?)finding["who"])));
    }

    [Fact]
    public async Task A_fault_that_was_made_on_purpose_is_found_and_the_exit_code_says_so()
    {
        await using var product = await Product.StartAsync();

        var other = await Product.RunCliAsync(["doctor", "--only", "running", .. product.UpArguments, "--set", "trunk.host=other.example.com"]);
        var unknown = await Product.RunCliAsync(["doctor", "--only", "runing", .. product.UpArguments]);

        Assert.Equal(2, other.ExitCode);
        Assert.Contains("You must act", other.Output, StringComparison.Ordinal);
        Assert.Contains("should be other.example.com", string.Join(' ', other.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(word => word != "│")), StringComparison.Ordinal);
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("there is no check runing", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callers_story_is_told_by_the_running_ringway_and_by_the_store_alike()
    {
        await using var product = await Product.StartAsync();
        using var whatsApp = new SimulatorApi(product);
        await whatsApp.EndedAsync(await whatsApp.CallAsync(new { from = "+15550102999", name = "Grace" }));
        CallSeen call;
        using (var api = await RingwayApi.SignInAsync(product, "ada"))
            call = await api.RecordAsync("Grace's call", seen => seen.Customer.Number == "+15550102999");

        var running = await Product.RunCliAsync(["call", "explain", call.Id, "--evidence", .. product.UpArguments]);
        await product.EndAsync();
        var store = await Product.RunCliAsync(["call", "explain", "last", "--json", .. product.UpArguments]);

        Assert.Equal(0, running.ExitCode);
        Assert.Contains("Grace (+1••••••••99) called", running.Output, StringComparison.Ordinal);
        Assert.Contains("No agent was signed in and ready.", running.Output, StringComparison.Ordinal);
        Assert.Contains("INVITE from WhatsApp, taken by Asterisk", running.Output, StringComparison.Ordinal);
        Assert.Contains("wacid.", running.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("15550102999", running.Output, StringComparison.Ordinal);
        var story = JsonNode.Parse(store.Output)!;
        Assert.Equal(call.Id, (string?)story["id"]);
        Assert.All(story["sentences"]!.AsArray(), sentence => Assert.Contains((string)sentence!, running.Output, StringComparison.Ordinal));
    }

    private static List<JsonObject> Findings(string output) => JsonSerializer.Deserialize<List<JsonObject>>(output)!;
}
