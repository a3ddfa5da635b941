using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Calls;
using Ringway.News;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.Recordings;

/// <summary>
/// Makes one file of a call's two tapes when the call is over, and keeps it for its time. Away from the calls: it may take as long as it
/// likes. What a Ringway that died has left lying is taken up by the next one; a tape is deleted only when its recording and its row are safe.
/// </summary>
/// <param name="tapes">Where Asterisk writes.</param>
/// <param name="folder">Where recordings are kept, under the names of their calls.</param>
/// <param name="encoder">Null when recordings are kept as WAV.</param>
public sealed partial class Archive(
    string tapes, string folder, OpusEncoder? encoder, RecordingsOptions options, Secrets secrets, ICallStore store, NewsWriter news, NewsPost post,
    TimeProvider time, ILogger<Archive> log) : BackgroundService
{
    private static readonly TimeSpan TidyEvery = TimeSpan.FromHours(1), TryAgainAfter = TimeSpan.FromSeconds(10);

    private const string OverBefore = "The call was over before anything could be on it.";

    /// <summary>By so much a recording may be shorter than the call: taps open after the call's beginning and close before its end.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(3);

    private const int DeletedAtOnce = 500;

    private readonly ConcurrentDictionary<CallId, Side> _closed = new();
    private readonly ConcurrentDictionary<CallId, Over> _over = new();
    private readonly Channel<CallId> _due = Channel.CreateUnbounded<CallId>(new() { SingleReader = true });

    private readonly record struct Over(Recording Recording, DateTimeOffset At);

    /// <summary>Asterisk has closed one side's tape.</summary>
    public void Closed(CallId call, Side side)
    {
        if (_closed.AddOrUpdate(call, side, (_, had) => had | side) == Side.Both && _over.ContainsKey(call)) _due.Writer.TryWrite(call);
    }

    /// <summary>A call that was recorded is over.</summary>
    public void Ended(CallId call, Recording recording, DateTimeOffset at)
    {
        if (_over.TryAdd(call, new(recording, at)) && (_closed.GetValueOrDefault(call) == Side.Both || recording.Stage is RecordingStage.Failed or RecordingStage.Starting))
            _due.Writer.TryWrite(call);
    }

    /// <summary>A call is over that was not recorded as far as is known; one that ended while no Ringway was there may have been.</summary>
    public void Ended(CallId call) => _due.Writer.TryWrite(call);

    /// <summary>Asterisk holds these calls; tapes of others wait for nobody.</summary>
    public void Reconciled(IReadOnlySet<CallId> held)
    {
        foreach (var call in Taps.CallsIn(tapes).Concat(_over.Keys).Where(call => !held.Contains(call)).Distinct()) _due.Writer.TryWrite(call);
    }

    /// <summary>What can be heard, decrypted as it is read; null when the file is gone.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or another key's.</exception>
    public Stream? Open(RecordingRow recording)
    {
        if (recording.File is not { } name) return null;
        try
        {
            var file = File.OpenRead(Path.Combine(folder, name));
            return name.EndsWith(Sealed, StringComparison.Ordinal) ? SealedFile.Read(file, Key) : file;
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>What a player is told that it is.</summary>
    public static string TypeOf(RecordingRow recording) => recording.File?.Contains(Opus, StringComparison.Ordinal) == true ? "audio/ogg" : "audio/wav";

    private const string Opus = ".opus", Wav = ".wav", Sealed = ".sealed";

    private byte[] Key => Convert.FromBase64String(secrets.Key);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(ArchiveAllAsync(stoppingToken), TidyAllAsync(stoppingToken));

    private async Task ArchiveAllAsync(CancellationToken ct)
    {
        await foreach (var call in _due.Reader.ReadAllAsync(ct))
        {
            while (!await TryArchiveAsync(call, ct)) await Task.Delay(TryAgainAfter, time, ct);
            _closed.TryRemove(call, out _);
            _over.TryRemove(call, out _);
        }
    }

    /// <summary>False when it is to be tried again, because the store or the disk fails.</summary>
    private async Task<bool> TryArchiveAsync(CallId call, CancellationToken ct)
    {
        try
        {
            await ArchiveAsync(call, ct);
            return true;
        }
        catch (InvalidDataException fault)
        {
            // The tapes stay where they are: the next start tries again, perhaps with a better encoder.
            Log.NotEncoded(log, call, tapes, fault.Message);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or System.Data.Common.DbException or TimeoutException)
        {
            Log.NotKept(log, call, fault.Message);
            return false;
        }
    }

    private async Task ArchiveAsync(CallId call, CancellationToken ct)
    {
        var tape = new StereoTape(tapes, call);
        var known = _over.TryGetValue(call, out var over);
        if (!tape.Exists && !known) return; // not recorded, or archived before
        if (await store.FindRecordingAsync(call.Value, ct) is not null)
        {
            tape.Delete(); // kept and told before; whoever did so died before this
            return;
        }

        if (known && over.Recording.Stage == RecordingStage.Failed)
        {
            // Of what was not announced nothing is kept. The row first: without it the next start would keep the tape.
            await SaveAsync(call, over, 0, null, "It could not be recorded; the call's story says why.", ct);
            tape.Delete();
            return;
        }

        var (seconds, name) = (tape.Seconds, (string?)null);
        if (seconds > 0)
        {
            name = await WriteAsync(tape, call, ct);
        }

        await SaveAsync(call, known ? over : null, seconds, name, WhatIsWrong(tape, seconds, known ? over.At - over.Recording.Began : null), ct);
        tape.Delete();
    }

    /// <param name="ran">How long the recording should be; null when nobody knows.</param>
    private static string? WhatIsWrong(StereoTape tape, double seconds, TimeSpan? ran) =>
        seconds == 0 ? ran <= Tolerance ? OverBefore : "Nothing is on it."
        : tape.IsLame ? "One side is missing, or much shorter than the other."
        : ran is { } lasted && lasted - Tolerance > TimeSpan.FromSeconds(seconds) ? $"It is {lasted.TotalSeconds - seconds:0} s shorter than the call."
        : null;

    private async Task<string> WriteAsync(StereoTape tape, CallId call, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var name = call + (encoder is null ? Wav : Opus) + (options.Encrypted == OnOff.On ? Sealed : "");
        var beside = Path.Combine(folder, name + ".new");
        var owner = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) owner.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var file = new FileStream(beside, owner))
        {
            if (options.Encrypted == OnOff.On)
            {
                await using var cipher = SealedFile.Write(file, Key);
                await EncodeAsync(tape, cipher, ct);
            }
            else
            {
                await EncodeAsync(tape, file, ct);
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(beside, Path.Combine(folder, name), overwrite: true);
        return name;
    }

    private Task EncodeAsync(StereoTape tape, Stream to, CancellationToken ct) =>
        encoder is null ? tape.WriteWavAsync(to, ct) : encoder.EncodeAsync(tape.WriteAsync, to, ct);

    private async Task SaveAsync(CallId call, Over? over, double seconds, string? file, string? fault, CancellationToken ct)
    {
        var bytes = file is null ? 0 : new FileInfo(Path.Combine(folder, file)).Length;
        var row = new RecordingRow(
            call.Value, over?.Recording.Began, over?.Recording.AnnouncedAt, seconds, bytes, file, fault, over?.At ?? time.GetUtcNow());
        var told = await news.RecordedAsync(call, row.Fact, ct);
        await store.SaveRecordingAsync(row, told, ct);
        post.Posted(told);
        if (fault is null) Log.Kept(log, call, seconds, bytes);
        else if (fault == OverBefore) Log.Empty(log, call);
        else Log.Faulty(log, call, fault);
    }

    private async Task TidyAllAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TidyEvery, time);
        do await TidyAsync(ct);
        while (await timer.WaitForNextTickAsync(ct));
    }

    /// <summary>The file first: a row that says "deleted" must be true.</summary>
    private async Task TidyAsync(CancellationToken ct)
    {
        try
        {
            var now = time.GetUtcNow();
            ImmutableArray<RecordingRow> old;
            do
            {
                old = [.. await store.RecordingsBeforeAsync(now - TimeSpan.FromDays(options.KeepDays), DeletedAtOnce, ct)];
                foreach (var recording in old)
                {
                    if (recording.File is { } name) File.Delete(Path.Combine(folder, name));
                    await store.SaveRecordingAsync(recording with { DeletedAt = now }, ct: ct);
                }

                if (old.Length > 0) Log.Deleted(log, old.Length, options.KeepDays);
            }
            while (old.Length == DeletedAtOnce);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or System.Data.Common.DbException or TimeoutException)
        {
            Log.NotDeleted(log, folder, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2211, LogLevel.Information, "The recording of call {Call} is kept: {Seconds:0} s, {Bytes} bytes.")]
        public static partial void Kept(ILogger log, CallId call, double seconds, long bytes);

        [LoggerMessage(2212, LogLevel.Warning, "The recording of call {Call} is not as it should be: {Fault}")]
        public static partial void Faulty(ILogger log, CallId call, string fault);

        [LoggerMessage(2213, LogLevel.Error, "The recording of call {Call} could not be encoded; its tapes stay in {Folder}, and the next start tries again. {Why}")]
        public static partial void NotEncoded(ILogger log, CallId call, string folder, string why);

        [LoggerMessage(2214, LogLevel.Warning, "The recording of call {Call} could not be kept yet ({Why}); it is tried again in 10 s. Check the disk and the store.")]
        public static partial void NotKept(ILogger log, CallId call, string why);

        [LoggerMessage(2215, LogLevel.Information, "{Count} recordings were deleted: they were older than {Days} days.")]
        public static partial void Deleted(ILogger log, int count, int days);

        [LoggerMessage(2217, LogLevel.Information, "The recording of call {Call} is empty: the call was over before anything could be on it.")]
        public static partial void Empty(ILogger log, CallId call);

        [LoggerMessage(2216, LogLevel.Warning, "Old recordings in {Folder} could not be deleted ({Why}). Check the folder and the store; it is tried again in an hour.")]
        public static partial void NotDeleted(ILogger log, string folder, string why);

    }
}
