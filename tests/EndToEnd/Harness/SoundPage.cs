using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Ringway.EndToEnd.Harness;

/// <summary>What a page hears from the other side.</summary>
/// <param name="DominantHz">The loudest frequency; 0 in silence.</param>
/// <param name="Level">Root mean square, 0 to 1.</param>
public sealed record HeardSound(double DominantHz, double Level);

/// <summary>
/// A page with a voice: opened with `?test` it speaks a tone in place of a microphone and tells what it hears. Sound is
/// the proof that a call is a call: each side must hear the other's tone, and not its own.
/// </summary>
public abstract class SoundPage(IPage page, double ownHz) : IAsyncDisposable
{
    /// <summary>A tone that crossed Opus twice comes out within 1 Hz; the nearest tone in use is 100 Hz away.</summary>
    private const double ToleranceHz = 12;

    public IPage Page => page;

    public double OwnHz => ownHz;

    /// <summary>Everything the page's console called an error, for the end of a test.</summary>
    public List<string> Errors { get; } = [];

    public ILocator this[string testId] => page.GetByTestId(testId);

    public async Task<HeardSound> HeardAsync()
    {
        var heard = await page.EvaluateAsync<JsonElement>("() => ringwayTest.heard()");
        return new HeardSound(heard.GetProperty("dominantHz").GetDouble(), heard.GetProperty("level").GetDouble());
    }

    public Task HearsAsync(double hz) => Eventually.SeeAsync(
        string.Create(CultureInfo.InvariantCulture, $"{this} hears {hz} Hz"),
        HeardAsync,
        heard => Math.Abs(heard.DominantHz - hz) < ToleranceHz && heard.Level > 0.01);

    /// <summary>The music on hold: all of it lies below the tones that anybody speaks in these tests.</summary>
    public Task HearsMusicAsync() => Eventually.SeeAsync(
        $"{this} hears music", HeardAsync, heard => heard.DominantHz is > 150 and < 560 && heard.Level > 0.003);

    /// <summary>Louder than the music.</summary>
    public Task HearsSpeechAsync() => Eventually.SeeAsync($"{this} hears speech", HeardAsync, heard => heard.Level > 0.08, TimeSpan.FromSeconds(40));

    public Task HearsNothingAsync() => Eventually.SeeAsync($"{this} hears silence", HeardAsync, heard => heard.Level < 0.003);

    /// <summary>What the page looked like and complained of when a test failed, beside the product's logs.</summary>
    public async Task PictureAsync(string test)
    {
        if (page.IsClosed || Environment.GetEnvironmentVariable("RINGWAY_TEST_LOGS") is not { } logs)
            return;
        var name = string.Concat($"{test} {this}".Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(logs, "EndToEnd", "pictures")).FullName, name);
        await page.ScreenshotAsync(new() { Path = file + ".png" });
        await File.WriteAllLinesAsync(file + ".console.log", Errors);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (!page.IsClosed)
            await page.Context.CloseAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task OpenAsync(Uri address)
    {
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                Errors.Add(message.Text);
        };
        page.PageError += (_, error) => Errors.Add(error);
        await page.GotoAsync(new Uri(address, "?test").ToString());
    }

    /// <summary>From now on this page speaks its tone.</summary>
    protected Task SpeakAsync() => SpeakAsync(ownHz);

    /// <summary>Another tone, or 0 for silence.</summary>
    public Task SpeakAsync(double hz) => page.EvaluateAsync("hz => ringwayTest.toneHz(hz)", hz);

    protected Task StateAsync(ILocator card, string state, TimeSpan? within = null) => Eventually.SeeAsync(
        $"{this} is {state}",
        async () => await card.CountAsync() == 0 ? "gone" : await card.GetAttributeAsync("data-state"),
        seen => seen == state,
        within);
}
