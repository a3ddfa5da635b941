using Ringway.Options;
using Ringway.Store;

namespace Ringway.Sounds;

public sealed partial class Prompts
{
    private const string Unplaced = ".placing";

    /// <summary>Whether Asterisk would play this sound, and no older one of its name.</summary>
    public bool IsPlaced(SoundRow sound) => File.Exists(FileOf(OfSound(sound.Name))) && File.Exists(MadeFrom(OfSound(sound.Name)))
        && File.ReadAllText(MadeFrom(OfSound(sound.Name))) == sound.Mark;

    /// <summary>Writes a sound where it is not played yet, so that nothing can fail any more when it is put in its place.</summary>
    /// <returns>What <see cref="Place"/> wants.</returns>
    public async Task<string> WriteAsync(SoundRow sound, byte[] samples, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var file = FileOf(OfSound(sound.Name)) + Unplaced;
        await File.WriteAllBytesAsync(file, samples, ct);
        return file;
    }

    /// <summary>From now on Asterisk plays it. Whoever is listening to the one before hears that to its end: its file is open.</summary>
    public void Place(SoundRow sound, string written)
    {
        File.Move(written, FileOf(OfSound(sound.Name)), overwrite: true);
        File.WriteAllText(MadeFrom(OfSound(sound.Name)), sound.Mark);
    }

    /// <summary>Removes sounds that are gone. Not while there are calls: somebody may be about to hear one.</summary>
    public void Prune(IReadOnlyCollection<SoundRow> sounds)
    {
        var there = sounds.Select(sound => OfSound(sound.Name)).ToHashSet();
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.EnumerateFiles(folder, OfSound("*")))
            if (!there.Contains(Path.GetFileName(file).Split('.')[0]) || file.EndsWith(Unplaced, StringComparison.Ordinal))
                File.Delete(file);
    }

    /// <summary>Asterisk's media URI of the sound that is to be said, a short tone while there is none of that name; null when it is no sound.</summary>
    private string? Uploaded(string? say) =>
        SoundName.In(say) is not { } name ? null : Media(File.Exists(FileOf(OfSound(name))) ? OfSound(name) : Tone);

    private static string OfSound(string name) => $"sound-{name}";
}
