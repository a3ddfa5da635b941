namespace Ringway.Ari;

public sealed partial class AriClient
{
    /// <summary>The sounds that come with Asterisk; Asterisk says 404 when none fits, we say none.</summary>
    /// <param name="language">Only those in a language, <c>en</c>.</param>
    /// <param name="format">Only those in a format, <c>gsm</c>; a format whose module is not loaded has none.</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public async Task<IReadOnlyList<Sound>> ListSoundsAsync(
        string? language = null, string? format = null, CancellationToken ct = default) => await FindAsync(
        new AriRequest("GET", "sounds").With("lang", language).With("format", format), AriJsonContext.Default.SoundArray, ct) ?? [];

    /// <summary>A sound, <c>hello-world</c>; null when there is none.</summary>
    public Task<Sound?> GetSoundAsync(string sound, CancellationToken ct = default) =>
        FindAsync(new("GET", "sounds/{soundId}", sound), AriJsonContext.Default.Sound, ct);
}
