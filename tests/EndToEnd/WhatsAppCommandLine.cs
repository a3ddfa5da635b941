using System.Text.Json.Nodes;
using Ringway.EndToEnd.Harness;
using Ringway.Tests.Provisioning;

namespace Ringway.EndToEnd;

/// <summary>`ringway whatsapp` as a person types it, against a Graph of the test; nothing else runs.</summary>
public sealed class WhatsAppCommandLine : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-e2e-").FullName;

    [Fact]
    public async Task Plan_shows_and_changes_nothing_apply_does_it_and_then_there_is_nothing_to_do()
    {
        await using var meta = await MetaOfTheTest.StartAsync();

        var plan = await RunAsync(meta, "plan");
        Assert.Equal(0, plan.ExitCode);
        Assert.StartsWith("shop: +49 30 901820, number 106540352242922 at Meta\n", plan.Output, StringComparison.Ordinal);
        Assert.Contains("~ sip.servers[].hostname               (not said) → calls.example.com\n", plan.Output, StringComparison.Ordinal);
        Assert.Contains("+ the SIP password will be fetched and stored\n", plan.Output, StringComparison.Ordinal);
        Assert.Equal(plan.Output, (await RunAsync(meta, "apply", "--dry-run")).Output);
        Assert.Empty(meta.Written);

        var apply = await RunAsync(meta, "apply");
        Assert.Equal((0, true), (apply.ExitCode, apply.Output.Contains("✓ done", StringComparison.Ordinal)));
        Assert.Contains("✓ shop: SRTP written", apply.Error, StringComparison.Ordinal);
        Assert.Equal(["sip", "status", "srtp_key_exchange_protocol"], meta.Written);
        Assert.True(File.Exists(Path.Combine(_folder, "numbers.json")));

        var again = await RunAsync(meta, "apply", "--json");
        var line = JsonNode.Parse(again.Output)![0]!;
        Assert.Equal((0, "shop", true, 0), (again.ExitCode, line["line"]!.GetValue<string>(), line["well"]!.GetValue<bool>(), line["changes"]!.AsArray().Count));

        var status = await RunAsync(meta, "status");
        Assert.Contains("SIP                  ENABLED; calls.example.com:5061", status.Output, StringComparison.Ordinal);
        Assert.Contains("as wanted            yes", status.Output, StringComparison.Ordinal);
        foreach (var run in new[] { plan, apply, again, status })
        {
            Assert.DoesNotContain(MetaOfTheTest.Token, run.Output + run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(MetaOfTheTest.Password, run.Output + run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_refusal_of_Metas_is_exit_code_1_with_cause_cure_and_who_must_act()
    {
        await using var meta = await MetaOfTheTest.StartAsync();
        meta.RefusesWith = 138015;

        var apply = await RunAsync(meta, "apply");
        Assert.Equal(1, apply.ExitCode);
        Assert.Contains("code 138015", apply.Output, StringComparison.Ordinal);
        Assert.Contains("messaging limit is below 2,000", apply.Output, StringComparison.Ordinal);
        Assert.Contains("(you can mend it)", apply.Output, StringComparison.Ordinal);

        var line = JsonNode.Parse((await RunAsync(meta, "apply", "--json")).Output)![0]!;
        Assert.Equal((false, 138015, "you"), (line["well"]!.GetValue<bool>(), line["code"]!.GetValue<int>(), line["who"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Asked_wrongly_is_exit_code_2_and_one_sentence()
    {
        await using var meta = await MetaOfTheTest.StartAsync();

        var unknown = await RunAsync(meta, "plan", "--line", "shoop");
        Assert.Equal((2, "ringway: there is no line 'shoop'; lines are shop.\n"), (unknown.ExitCode, unknown.Error));

        var withoutId = await Product.RunCliAsync("whatsapp", "plan", "--data", _folder, "--set", "lines[0].id=shop", "--set", "lines[0].number=+4930901820",
            "--set", "lines[0].password=x", "--set", "trunk.host=calls.example.com");
        Assert.Equal(2, withoutId.ExitCode);
        Assert.Contains("give lines[].phoneNumberId", withoutId.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_without_a_password_says_to_run_apply()
    {
        await using var meta = await MetaOfTheTest.StartAsync();

        var up = await Product.RunCliAsync(["up", .. Settings(meta)]);

        Assert.Equal(2, up.ExitCode);
        Assert.Contains("line shop has no SIP password yet: run `ringway whatsapp apply --line shop`", up.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<(int ExitCode, string Output, string Error)> RunAsync(MetaOfTheTest meta, string verb, params string[] more) =>
        Product.RunCliAsync(["whatsapp", verb, .. more, .. Settings(meta)]);

    private string[] Settings(MetaOfTheTest meta) =>
    [
        "--data", _folder,
        .. new[]
        {
            "lines[0].id=shop", "lines[0].number=+4930901820", $"lines[0].phoneNumberId={MetaOfTheTest.Id}", "trunk.host=calls.example.com",
            $"whatsapp.graph={meta.Address}", "whatsapp.webhookUrl=https://calls.example.com/webhooks/whatsapp",
            "whatsapp.accounts[0].id=own", $"whatsapp.accounts[0].businessAccountId={MetaOfTheTest.Account}", $"whatsapp.accounts[0].token={MetaOfTheTest.Token}",
        }.SelectMany(setting => new[] { "--set", setting }),
    ];
}
