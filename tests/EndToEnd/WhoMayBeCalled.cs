using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>The demonstration as it is: its line is known to Graph, so a customer is asked before she is called.</summary>
[Trait("needs", "asterisk")]
public sealed class WhoMayBeCalled(Browsers browsers) : IAsyncLifetime
{
    private const string Ana = "+15550103100";
    private const double AdaHz = 1000;
    private const double AnaHz = 600;

    private readonly List<SoundPage> _pages = [];
    private Product _product = null!;
    private SimulatorApi _whatsApp = null!;

    public async ValueTask InitializeAsync()
    {
        _product = await Product.StartAsync();
        _whatsApp = new SimulatorApi(_product);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var page in _pages)
        {
            if (TestContext.Current.TestState?.Result == TestResult.Failed)
                await page.PictureAsync(TestContext.Current.Test!.TestDisplayName);
            await page.DisposeAsync();
        }

        _whatsApp.Dispose();
        await _product.DisposeAsync();
    }

    [Fact]
    public async Task A_customer_is_asked_on_her_phone_and_can_be_called_once_she_allows_it()
    {
        var ada = await AgentPage.ReadyAsync(browsers, _product, "ada", AdaHz);
        var ana = await HandsetPage.OpenAsync(browsers, _product, Ana, AnaHz);
        _pages.AddRange([ada, ana]);

        await ada["dial-input"].FillAsync(Ana);
        await DoesAsync(ada, "call-button", "ask");
        await ada["call-button"].ClickAsync();
        await IsAsync(ada, "ask-form", "data-way", "template");

        await ana["message-text"].FillAsync("Hello, where is my order?");
        await ana["message-send"].ClickAsync();
        await IsAsync(ada, "ask-form", "data-way", "text");
        await ada["ask-text"].FillAsync("May we call you about your order?");
        await ada["ask-send"].ClickAsync();
        await DoesAsync(ada, "ask-sheet", "waiting");

        await ana["request-allow"].ClickAsync();
        await DoesAsync(ada, "ask-sheet", "call");
        await IsAsync(ana, "permission-state", "data-permission", "temporary");

        await ada["ask-call"].ClickAsync();
        await ana.IsAsync("incoming");
        await ana.AcceptAsync();
        await ada.HearsAsync(AnaHz);
        await ana.HearsAsync(AdaHz);
        await ana.HangUpAsync();
        await ada.IsAsync("over");
        await DoesAsync(ada, "call-again", "call");

        await ana["permission-revoke"].ClickAsync();
        await DoesAsync(ada, "redial", "ask");
        Assert.Empty((await _whatsApp.LastWithAsync(Ana))!.Violations);
    }

    [Fact]
    public async Task A_call_that_she_has_not_allowed_is_refused_before_WhatsApp_hears_of_it()
    {
        var ada = await AgentPage.ReadyAsync(browsers, _product, "ada", AdaHz);
        _pages.Add(ada);

        // Quicker than the phone can ask what is allowed.
        await ada.CallAsync(Ana);

        await ada.IsAsync("over");
        await DoesAsync(ada, "call-again", "ask");
        Assert.Null(await _whatsApp.LastWithAsync(Ana));
    }

    private static Task<string?> DoesAsync(SoundPage page, string mark, string what) => IsAsync(page, mark, "data-does", what);

    private static Task<string?> IsAsync(SoundPage page, string mark, string attribute, string value) => Eventually.SeeAsync(
        $"{mark} of {page} is {value}",
        async () => await page[mark].CountAsync() == 0 ? "not there" : await page[mark].First.GetAttributeAsync(attribute),
        seen => seen == value);
}
