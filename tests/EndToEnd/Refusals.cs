using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>What must be refused, each with a sentence.</summary>
[Collection(nameof(RunningProduct))]
public sealed class Refusals(RunningProduct running, Browsers browsers) : CallTest(running, browsers)
{
    private readonly Browsers _browsers = browsers;

    [Fact]
    public async Task A_wrong_password_and_an_unknown_agent_get_the_same_words()
    {
        using var http = RingwayApi.Anonymous(Product);
        using var wrong = await http.PostAsJsonAsync("session", new { agent = "ada", password = "not-her-password" });
        using var unknown = await http.PostAsJsonAsync("session", new { agent = "eve", password = "not-her-password" });

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (wrong.StatusCode, unknown.StatusCode));
        Assert.Equal(await DetailAsync(wrong), await DetailAsync(unknown));
    }

    [Fact]
    public async Task The_page_says_that_the_sign_in_was_wrong()
    {
        await using var page = await AgentPage.OpenAsync(_browsers, Product);

        await page.SignInAsync("ada", "not-her-password");

        await Eventually.SeeAsync("a sentence", () => page["sign-in-problem"].InnerTextAsync(), text => text.Length > 10);
    }

    [Fact]
    public async Task Somebody_elses_call_cannot_be_hung_up()
    {
        var ada = await ReadyAgentAsync();
        var call = await WhatsApp.CallAsync(new { from = User, playHz = UserHz });
        await ada.IsAsync("incoming");
        await ada.AnswerAsync();
        await ada.HearsAsync(UserHz);
        using var bob = await RingwayApi.SignInAsync(Product, "bob");
        using var hers = await RingwayApi.SignInAsync(Product, "ada");
        var id = (await hers.LiveAsync()).Single().Id;

        Assert.Equal((HttpStatusCode.Forbidden, "not-your-call"), await bob.HangUpAsync(id));

        await ada.HearsAsync(UserHz);
        Assert.Equal(HttpStatusCode.NoContent, (await hers.HangUpAsync(id)).Status);
        await WhatsApp.EndedAsync(call);
    }

    [Fact]
    public async Task A_malformed_number_is_not_called()
    {
        await ReadyAgentAsync();
        using var api = await RingwayApi.SignInAsync(Product, "ada");

        var (status, code, detail) = await api.PlaceAsync("call-me");

        Assert.Equal((HttpStatusCode.BadRequest, "bad-number"), (status, code));
        Assert.NotEmpty(detail!);
    }

    [Fact]
    public async Task An_agent_without_a_phone_places_no_call()
    {
        using var api = await RingwayApi.SignInAsync(Product, "bob");

        var (_, code, detail) = await api.PlaceAsync(User);

        Assert.Equal("not-registered", code);
        Assert.NotEmpty(detail!);
    }

    [Fact]
    public async Task Nobody_gets_in_without_a_sign_in()
    {
        using var http = RingwayApi.Anonymous(Product);
        foreach (var path in new[] { "calls", "history", "agents", "lines" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_browser_that_may_not_use_the_microphone_says_so_and_is_not_ready()
    {
        await using var page = await AgentPage.OpenAsync(_browsers, Product, withMicrophone: false);
        await page.DenyMicrophoneAsync();

        await page.SignInAsync("bob", Product.Password("bob"));

        await Eventually.SeeAsync("a notice about the microphone", () => page["notice"].InnerTextAsync(),
            text => text.Contains("icrophone", StringComparison.Ordinal));
    }

    private static async Task<string> DetailAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonObject>())!["detail"]!.GetValue<string>();
}
