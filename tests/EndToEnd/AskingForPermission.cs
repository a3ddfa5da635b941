using System.Net;
using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>
/// May this customer be called? On the demonstration as it comes, whose line has an account at Meta: asked on the phone,
/// allowed on the handset, heard of by webhook.
/// </summary>
[Trait("needs", "asterisk")]
public sealed class AskingForPermission(Browsers browsers) : IAsyncLifetime
{
    private const string Ana = "+15550102400";
    private const double AdaHz = 1000;
    private const double AnaHz = 600;

    private Product _product = null!;

    public async ValueTask InitializeAsync() => _product = await Product.StartAsync();

    public ValueTask DisposeAsync() => _product.DisposeAsync();

    [Fact]
    public async Task An_agent_asks_the_user_allows_it_and_they_talk()
    {
        await using var ada = await AgentPage.ReadyAsync(browsers, _product, "ada", AdaHz);
        await using var ana = await HandsetPage.OpenAsync(browsers, _product, Ana, AnaHz);
        using (var api = await RingwayApi.SignInAsync(_product, "ada"))
        {
            var (status, code, _) = await api.PlaceAsync(Ana);
            Assert.Equal((HttpStatusCode.Forbidden, "no-permission"), (status, code));
        }

        await ana.WriteAsync("Hello"); // opens the 24 hours in which a request needs no template
        await ada.DialAsync(Ana);
        await ada.CallButtonAsync("ask");
        await ada.AskAsync();
        await ana.AllowAsync();
        await ada.CallAfterAskingAsync();

        await ana.IsAsync("incoming");
        await ana.AcceptAsync();
        await ada.HearsAsync(AnaHz);
        await ana.HearsAsync(AdaHz);
        await ana.HangUpAsync();
        await ada.IsAsync("over");
        await CallTest.AsteriskIsEmptyAsync(_product);
    }

    [Fact]
    public async Task A_user_who_refuses_is_not_called_and_the_phone_says_so()
    {
        await using var ada = await AgentPage.ReadyAsync(browsers, _product, "ada", AdaHz);
        await using var ana = await HandsetPage.OpenAsync(browsers, _product, Ana, AnaHz);
        await ana.WriteAsync("Hello");
        await ada.DialAsync(Ana);
        await ada.CallButtonAsync("ask");
        await ada.AskAsync();

        await ana.RefuseAsync();

        await ada.PermissionAsync("refused");
        using var api = await RingwayApi.SignInAsync(_product, "ada");
        var (status, code, sentence) = await api.PlaceAsync(Ana);
        Assert.Equal((HttpStatusCode.Forbidden, "no-permission"), (status, code));
        Assert.NotEmpty(sentence!);
        using var whatsApp = new SimulatorApi(_product);
        Assert.Null(await whatsApp.LastWithAsync(Ana)); // nothing was dialled
    }
}
