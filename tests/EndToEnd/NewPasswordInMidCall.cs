using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ringway.EndToEnd.Harness;
using Ringway.Options;

namespace Ringway.EndToEnd;

/// <summary>Meta makes a new SIP password while people talk.</summary>
[Trait("needs", "asterisk")]
public sealed class NewPasswordInMidCall(Browsers browsers)
{
    private const string User = "+15550103200";
    private const int UserHz = 760;
    private const double AdaHz = 1000;

    [Fact]
    public async Task Apply_takes_it_over_the_call_goes_on_and_the_next_one_comes_in()
    {
        await using var product = await Product.StartAsync();
        await using var ada = await AgentPage.ReadyAsync(browsers, product, "ada", AdaHz);
        using var whatsApp = new SimulatorApi(product);
        var call = await whatsApp.CallAsync(new { from = User, playHz = UserHz });
        await TalkAsync(ada, whatsApp, call);

        await ResetAtMetaAsync(product);
        var apply = await Product.RunCliAsync(["whatsapp", "apply", .. product.UpArguments]);

        Assert.True(apply.ExitCode == 0, apply.Output + apply.Error);
        var heard = (await whatsApp.GetAsync(call)).Heard!.Packets;
        await Eventually.SeeAsync("the user goes on hearing", async () => (await whatsApp.GetAsync(call)).Heard!.Packets, packets => packets > heard + 50);
        await ada.HearsAsync(UserHz);
        await ada.HangUpAsync();
        await whatsApp.EndedAsync(call);
        await ada["dismiss"].ClickAsync();

        var next = await whatsApp.CallAsync(new { from = User, playHz = UserHz });
        await TalkAsync(ada, whatsApp, next);
        await ada.HangUpAsync();
        Assert.Empty((await whatsApp.EndedAsync(next)).Violations);
    }

    private static async Task TalkAsync(AgentPage ada, SimulatorApi whatsApp, string call)
    {
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);
        await whatsApp.HearsAsync(call, AdaHz);
    }

    /// <summary>Meta, "SIP": calling and SIP off and no server; with the next server comes a new password.</summary>
    private static async Task ResetAtMetaAsync(Product product)
    {
        var secrets = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(product.Data, "secrets.json")))!;
        using var graph = new HttpClient { BaseAddress = product.Ready.SimulatorApi };
        graph.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secrets["meta"]!["token"]!.GetValue<string>());
        using var answer = await graph.PostAsJsonAsync(
            $"v25.0/{Demo.PhoneNumberId}/settings",
            new { calling = new { status = "DISABLED", sip = new { status = "DISABLED", servers = Array.Empty<object>() } } });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
