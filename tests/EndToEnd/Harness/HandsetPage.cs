using Microsoft.Playwright;

namespace Ringway.EndToEnd.Harness;

/// <summary>A WhatsApp user with the simulated handset in hand.</summary>
public sealed class HandsetPage : SoundPage
{
    private HandsetPage(IPage page, double hz) : base(page, hz)
    {
    }

    /// <summary>Open, registered, and belonging to this user.</summary>
    public static async Task<HandsetPage> OpenAsync(
        Browsers browsers, Product product, string address, double hz, string name = "Ana Souza", string? business = null)
    {
        var page = new HandsetPage(await browsers.NewPageAsync(), hz);
        await page.OpenAsync(product.Ready.Handset);
        await page.SpeakAsync();
        await page.BeAsync(name, address);
        if (business is not null)
            await page["business-number"].SelectOptionAsync(business);
        return page;
    }

    public Task CallAsync() => this["call-button"].ClickAsync();

    public Task AcceptAsync() => this["accept"].ClickAsync();

    public Task DeclineAsync() => this["decline"].ClickAsync();

    public Task HangUpAsync() => this["hang-up"].ClickAsync();

    /// <summary>Presses a digit on the call's keypad.</summary>
    public async Task PressAsync(char digit)
    {
        if (await this[$"key-{digit}"].CountAsync() == 0) await this["keypad-toggle"].ClickAsync();
        await this[$"key-{digit}"].ClickAsync();
    }

    /// <summary>none, incoming, outgoing, talking, over.</summary>
    public Task IsAsync(string state, TimeSpan? within = null) => StateAsync(this["screen"], state, within);

    public Task<string> SaysAsync() => this["call-state"].InnerTextAsync();

    public override string ToString() => "the handset";

    private async Task BeAsync(string name, string address)
    {
        await this["profile-name"].FillAsync(name);
        await this["profile-address"].FillAsync(address);
        if (await this["profile-save"].IsVisibleAsync())
            await this["profile-save"].ClickAsync();
        await Eventually.SeeAsync(
            $"the handset of {name} is registered",
            async () => (Line: await this["line-state"].GetAttributeAsync("data-line"), Text: await this["line-state"].InnerTextAsync()),
            seen => seen.Line == "registered" && seen.Text.Contains(name, StringComparison.Ordinal));
    }
}
