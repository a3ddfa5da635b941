namespace Ringway.Store;

public partial interface ICallStore
{
    /// <summary>Inserts the sound, or replaces the one of its name.</summary>
    /// <param name="samples">As Asterisk plays them; see <c>Sounds/SoundShelf.cs</c>.</param>
    /// <param name="isNew">Nothing is replaced.</param>
    /// <returns>False when <paramref name="isNew"/> and there is one already; nothing was changed.</returns>
    Task<bool> SaveSoundAsync(SoundRow sound, byte[] samples, bool isNew, CancellationToken ct = default);

    /// <returns>False when there is none, or saved rules of a line say it; nothing was changed.</returns>
    Task<bool> RemoveSoundAsync(string name, CancellationToken ct = default);

    /// <summary>All of them, without their samples.</summary>
    Task<IReadOnlyList<SoundRow>> SoundsAsync(CancellationToken ct = default);

    /// <summary>A sound's samples; null when there is none of that name.</summary>
    Task<byte[]?> FindSoundAsync(string name, CancellationToken ct = default);
}

/// <summary>A sound that somebody uploaded in the desk.</summary>
/// <param name="Bytes">How many its samples are.</param>
/// <param name="Mark">SHA-256 of its samples: another sound has another.</param>
public sealed record SoundRow(string Name, long Bytes, string Mark, string By, DateTimeOffset At);
