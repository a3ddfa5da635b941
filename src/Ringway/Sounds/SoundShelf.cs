using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.Sounds;

/// <summary>
/// The sounds that were uploaded in the desk. The store keeps them, and each ringway has a file of each, which its Asterisk plays.
/// </summary>
public sealed partial class SoundShelf(ICallStore store, RingwayOptions options, Prompts prompts, TimeProvider time, ILogger<SoundShelf> log) : IDisposable
{
    /// <summary>More are an archive; each may take ten megabytes.</summary>
    public const int Most = 100;

    /// <summary>One change at a time, so that memory and files have the store's order.</summary>
    private readonly SemaphoreSlim _changing = new(1);

    private bool _opened;
    private volatile ImmutableSortedDictionary<string, SoundRow> _sounds = ImmutableSortedDictionary.Create<string, SoundRow>(StringComparer.Ordinal);

    /// <summary>By name.</summary>
    public IReadOnlyCollection<SoundRow> All => [.. _sounds.Values];

    public IReadOnlyCollection<string> Names => [.. _sounds.Keys];

    public SoundRow? Find(string name) => _sounds.GetValueOrDefault(name);

    /// <summary>Takes what the store has, and makes the files that are missing or older. Also when another ringway may have changed it.</summary>
    public async Task LoadAsync(CancellationToken ct = default)
    {
        await _changing.WaitAsync(ct);
        try
        {
            var rows = await store.SoundsAsync(ct);
            if (!_opened) prompts.Prune(rows); // only before the first call
            foreach (var row in rows.Where(row => !prompts.IsPlaced(row))) await FetchAsync(row, ct);
            _sounds = rows.ToImmutableSortedDictionary(row => row.Name, row => row, StringComparer.Ordinal);
            if (!_opened) TellOfMissing();
            _opened = true;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Keeps a sound, in place of the one of its name.</summary>
    /// <param name="samples">See <see cref="UploadedSound"/>.</param>
    /// <param name="isNew">Nothing shall be replaced.</param>
    /// <exception cref="System.Data.Common.DbException">It could not be kept, and nothing has changed; as with an <see cref="IOException"/>.</exception>
    public async Task<SoundKept> KeepAsync(string name, byte[] samples, bool isNew, AgentId by, CancellationToken ct)
    {
        await _changing.WaitAsync(ct);
        try
        {
            if (isNew && _sounds.ContainsKey(name)) return SoundKept.Taken;
            if (!_sounds.ContainsKey(name) && _sounds.Count >= Most) return SoundKept.TooMany;
            var row = new SoundRow(name, samples.Length, Convert.ToHexStringLower(SHA256.HashData(samples)), by.Value, time.GetUtcNow());
            var written = await prompts.WriteAsync(row, samples, ct);
            if (!await store.SaveSoundAsync(row, samples, isNew, ct)) return SoundKept.Taken;
            prompts.Place(row, written);
            Log.Kept(log, name, by, UploadedSound.SecondsOf(row.Bytes), _sounds.ContainsKey(name) ? "in place of the one before" : "new");
            _sounds = _sounds.SetItem(name, row);
            return SoundKept.Done;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Log.NotKept(log, name, fault.Message);
            throw;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Takes a sound off; whoever is hearing it hears it to the end. Ask <c>RouteBook</c>, which knows whether something says it.</summary>
    /// <returns>False when there is none, or rules say it that another ringway has just saved.</returns>
    /// <exception cref="System.Data.Common.DbException">Nothing has changed.</exception>
    public async Task<bool> DropAsync(string name, AgentId by, CancellationToken ct)
    {
        await _changing.WaitAsync(ct);
        try
        {
            if (!await store.RemoveSoundAsync(name, ct)) return false;
            Log.Dropped(log, name, by);
            _sounds = _sounds.Remove(name);
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose() => _changing.Dispose();

    /// <summary>A disk that is full must not keep ringway from starting; callers hear the older sound, or a tone.</summary>
    private async Task FetchAsync(SoundRow row, CancellationToken ct)
    {
        try
        {
            if (await store.FindSoundAsync(row.Name, ct) is { } samples) prompts.Place(row, await prompts.WriteAsync(row, samples, ct));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Log.NotPlaced(log, row.Name, fault.Message);
        }
    }

    private void TellOfMissing()
    {
        foreach (var use in SoundUse.Of(options).Where(use => !_sounds.ContainsKey(use.Sound)))
            Log.Missing(log, use.Sound, use.Line is null ? use.What : $"{use.What} of line {use.Line}");
    }

    private static partial class Log
    {
        [LoggerMessage(2611, LogLevel.Information, "Sound {Name} was uploaded by {Agent}: {Seconds} s, {How}.")]
        public static partial void Kept(ILogger log, string name, AgentId agent, double seconds, string how);

        [LoggerMessage(2612, LogLevel.Information, "Sound {Name} was deleted by {Agent}.")]
        public static partial void Dropped(ILogger log, string name, AgentId agent);

        [LoggerMessage(2613, LogLevel.Warning, "There is no sound {Name}, which the configuration file names: {Where}. Callers hear a short tone in its place, and a call whose notice it is is not recorded, until somebody uploads it in the desk.")]
        public static partial void Missing(ILogger log, string name, string where);

        [LoggerMessage(2614, LogLevel.Error, "Sound {Name} cannot be put where Asterisk plays it: {Why}. Callers hear the one before, or a short tone; ringway tries again when it is started.")]
        public static partial void NotPlaced(ILogger log, string name, string why);

        [LoggerMessage(2615, LogLevel.Error, "Sound {Name} was not kept, because its file cannot be written: {Why}. Is the disk full?")]
        public static partial void NotKept(ILogger log, string name, string why);
    }
}

/// <summary>What became of a sound that somebody uploaded; unless it is done nothing has changed.</summary>
public enum SoundKept { Done, Taken, TooMany }
