using Microsoft.Playwright;
using Ringway.Asterisk;

namespace Ringway.EndToEnd.Harness;

/// <summary>
/// One headless Chromium for all tests of a run; each page has a context of its own, as different people have. Its
/// microphone is a fake device: nothing asks for permission, no sound card is needed.
/// </summary>
public sealed class Browsers : IAsyncLifetime
{
    private static readonly string[] Flags =
    [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
        // No calls home: in a closed network they only cost time.
        "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        // Both ends of the call are on this machine.
        "--allow-loopback-in-peer-connection",
        // Several pages, none of them in front: their timers and sound must not be slowed down.
        "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows",
        "--disable-renderer-backgrounding", "--autoplay-policy=no-user-gesture-required",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        var (program, environment) = Chromium();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Env = environment,
            Args = Flags,
            Headless = true,
        });
    }

    /// <summary>A page of somebody who has nothing to do with the other pages: no shared cookies, no shared storage.</summary>
    public async Task<IPage> NewPageAsync(bool withMicrophone = true)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            Permissions = withMicrophone ? ["microphone"] : [],
            ViewportSize = new() { Width = 1180, Height = 820 },
        });
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
    }

    /// <summary>An installed one; else the one that `ringway test` fetched.</summary>
    private static (string Program, IReadOnlyDictionary<string, string>? Environment) Chromium()
    {
        var installed = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }
            .FirstOrDefault(File.Exists);
        if (installed is not null)
            return (installed, null);

        var packages = Environment.GetEnvironmentVariable("RINGWAY_PACKAGES");
        var tree = packages is null ? null : new PrivatePackages(packages).Find(PackageSet.Chromium);
        var command = tree?.Command("usr/lib/chromium/chromium")
            ?? throw new InvalidOperationException("There is no Chromium. Run the tests with `./ringway test`: it fetches one.");
        return (command.FileName, command.Environment.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!));
    }
}
