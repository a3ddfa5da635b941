using System.Buffers.Binary;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Recordings;
using Ringway.Store;
using Ringway.Tests.Api;
using Ringway.Tests.News;
using Ringway.Tests.WhatsApp;

namespace Ringway.Tests.Recordings;

public sealed class RecordingsAreKept : IAsyncLifetime
{
    private static readonly CallId Call = new("n1-1795617220-12");

    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-recordings-").FullName;
    private readonly FakeTimeProvider _time = new(Example.Noon);
    private readonly SqliteCallStore _store;
    private readonly NewsOffice _office;
    private Archive _archive = null!;

    public RecordingsAreKept()
    {
        _store = new(Path.Combine(_folder, "calls.db"));
        _office = new(_store, _time, NewsOffice.Hook("crm"));
    }

    public async ValueTask InitializeAsync()
    {
        await _store.MigrateAsync();
        await _office.StartAsync();
        Directory.CreateDirectory(Tapes);
    }

    [Fact]
    public async Task Left_is_what_the_user_said_and_right_what_she_heard_and_the_tapes_are_gone()
    {
        await StartAsync();
        Put(Side.Said, 1, Taps.Rate * 5);
        Put(Side.Heard, 2, Taps.Rate * 5 - 100);

        await EndAsync(seconds: 6);

        var row = await RowAsync();
        Assert.Null(row.Fault);
        Assert.Equal(5, row.Seconds);
        Assert.Equal(Example.Noon.AddSeconds(1), row.AnnouncedAt);
        var wav = Hear(row);
        Assert.Equal(44 + Taps.Rate * 5 * 4, wav.Length);
        Assert.Equal((1, 2), (BinaryPrimitives.ReadInt16LittleEndian(wav.AsSpan(44)), BinaryPrimitives.ReadInt16LittleEndian(wav.AsSpan(46))));
        Assert.Equal((1, 0), (BinaryPrimitives.ReadInt16LittleEndian(wav.AsSpan(wav.Length - 4)), BinaryPrimitives.ReadInt16LittleEndian(wav.AsSpan(wav.Length - 2))));
        Assert.Empty(Directory.EnumerateFiles(Tapes));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Kept, row.File!)));
    }

    [Fact]
    public async Task Encrypted_it_is_heard_all_the_same_and_cannot_be_read_from_the_disk()
    {
        await StartAsync(new() { Encrypted = OnOff.On });
        Put(Side.Said, 1, Taps.Rate);
        Put(Side.Heard, 2, Taps.Rate);

        await EndAsync(seconds: 1);

        var row = await RowAsync();
        Assert.Equal(44 + Taps.Rate * 4, Hear(row).Length);
        Assert.EndsWith(".sealed", row.File, StringComparison.Ordinal);
        Assert.Equal("RINGWAY1"u8.ToArray(), File.ReadAllBytes(Path.Combine(Kept, row.File!))[..8]);
    }

    [Theory]
    [InlineData(0, 0, 10, "Nothing is on it.")]
    [InlineData(10, 0, 10, "One side is missing, or much shorter than the other.")]
    [InlineData(4, 4, 10, "It is 6 s shorter than the call.")]
    [InlineData(9, 9, 10, null)]
    public async Task A_recording_that_is_not_as_long_as_the_call_says_so(int said, int heard, int call, string? fault)
    {
        await StartAsync();
        if (said > 0) Put(Side.Said, 1, Taps.Rate * said);
        if (heard > 0) Put(Side.Heard, 1, Taps.Rate * heard);

        await EndAsync(call);

        Assert.Equal(fault, (await RowAsync()).Fault);
    }

    [Fact]
    public async Task Of_a_recording_that_could_not_be_announced_nothing_is_kept()
    {
        await StartAsync();
        Put(Side.Said, 1, Taps.Rate);

        _archive.Ended(Call, new(RecordingStage.Failed, Side.Both), _time.GetUtcNow());

        Assert.Null((await RowAsync()).File);
        Assert.Empty(Directory.EnumerateFiles(Tapes));
    }

    [Fact]
    public async Task What_a_ringway_that_died_has_left_is_kept_by_the_next_one_unless_the_call_goes_on()
    {
        Put(Side.Said, 1, Taps.Rate);
        Put(Side.Heard, 1, Taps.Rate);
        await StartAsync();

        _archive.Reconciled(new HashSet<CallId> { Call });
        _archive.Reconciled(new HashSet<CallId>());

        Assert.NotNull((await RowAsync()).File);
    }

    [Fact]
    public async Task What_was_left_of_a_call_that_the_next_one_found_ending_is_kept_and_one_without_tapes_is_nothing()
    {
        await StartAsync();
        _archive.Ended(new CallId("n1-1795617220-13"));
        Put(Side.Said, 1, Taps.Rate);
        Put(Side.Heard, 1, Taps.Rate);
        Tell();

        _archive.Ended(Call);

        Assert.NotNull((await RowAsync()).File);
        Assert.Equal(["ended", "recorded"], await ToldAsync());
        Assert.Null(await _store.FindRecordingAsync("n1-1795617220-13"));
    }

    [Fact]
    public async Task It_is_told_after_the_end_of_its_call()
    {
        await StartAsync();
        Put(Side.Said, 1, Taps.Rate * 5);
        Put(Side.Heard, 2, Taps.Rate * 5);

        await EndAsync(seconds: 5);

        await RowAsync();
        Assert.Equal(["ended", "recorded"], await ToldAsync());
        Assert.Contains("\"recorded\":{\"seconds\":5,\"canBeHeard\":true,\"fault\":null}", await LastAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_could_not_be_made_is_told_with_its_fault()
    {
        await StartAsync();
        Tell();

        _archive.Ended(Call, new(RecordingStage.Failed, Side.Both), _time.GetUtcNow());

        await RowAsync();
        Assert.Equal(["ended", "recorded"], await ToldAsync());
        Assert.Contains("\"canBeHeard\":false,\"fault\":\"It could not be recorded", await LastAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ringway_that_died_before_the_tapes_were_deleted_has_told_it_and_the_next_one_does_not_again()
    {
        await StartAsync();
        Put(Side.Said, 1, Taps.Rate);
        Put(Side.Heard, 1, Taps.Rate);
        await EndAsync(seconds: 1);
        var kept = await RowAsync();
        await _archive.StopAsync(default);

        Put(Side.Heard, 1, Taps.Rate); // one of the two was deleted
        await StartAsync();
        _archive.Reconciled(new HashSet<CallId>());

        Assert.Equal(kept, await RowAsync());
        Assert.Equal(44 + Taps.Rate * 4, Hear(kept).Length);
        Assert.Equal(["ended", "recorded"], await ToldAsync());
    }

    [Fact]
    public async Task A_recording_is_deleted_after_its_days()
    {
        await StartAsync(new() { Format = RecordingFormat.Wav, KeepDays = 2 });
        Put(Side.Said, 1, Taps.Rate);
        Put(Side.Heard, 1, Taps.Rate);
        await EndAsync(seconds: 1);
        var row = await RowAsync();

        _time.Advance(TimeSpan.FromHours(49));
        await _time.UntilAsync(() => !File.Exists(Path.Combine(Kept, row.File!)), "the recording is deleted");

        await _time.UntilAsync(() => _store.FindRecordingAsync(Call.Value).GetAwaiter().GetResult()!.DeletedAt is not null, "the row says so");
        Assert.Null(_archive.Open(row));
    }

    public async ValueTask DisposeAsync()
    {
        await _archive.StopAsync(default);
        _archive.Dispose();
        await _office.StopAsync();
        _office.Dispose();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string Tapes => Path.Combine(_folder, "tapes");

    private string Kept => Path.Combine(_folder, "kept");

    private Task StartAsync(RecordingsOptions? options = null)
    {
        _archive = new(Tapes, Kept, null, options ?? new(), Secrets.Open(_folder), _store, _office.Writer, _office.Post, _time, NullLogger<Archive>.Instance);
        return _archive.StartAsync(default);
    }

    /// <summary>Asterisk closes both tapes, and the call is over.</summary>
    private Task EndAsync(int seconds)
    {
        Tell();
        _archive.Closed(Call, Side.Said);
        _archive.Ended(Call, new(RecordingStage.Running, Side.Both) { Began = Example.Noon, AnnouncedAt = Example.Noon.AddSeconds(1) }, Example.Noon.AddSeconds(seconds));
        _archive.Closed(Call, Side.Heard);
        return Task.CompletedTask;
    }

    private void Tell()
    {
        var over = Example.Ended(Call.Value, Example.Noon);
        _office.Board.Publish(CallView.From(over));
        _office.Journal.Write(over);
    }

    private async Task<IEnumerable<string>> ToldAsync() => (await _store.OutboxAsync(9)).Reverse().Select(row => row.Type);

    private async Task<string> LastAsync() => (await _store.OutboxAsync(1)).Single().Body;

    private async Task<RecordingRow> RowAsync()
    {
        RecordingRow? row = null;
        await _time.UntilAsync(() => (row = _store.FindRecordingAsync(Call.Value).GetAwaiter().GetResult()) is not null
            && !Directory.EnumerateFiles(Tapes).Any(), "the recording is kept");
        return row!;
    }

    private byte[] Hear(RecordingRow row)
    {
        using var sound = _archive.Open(row)!;
        using var all = new MemoryStream();
        sound.CopyTo(all);
        return all.ToArray();
    }

    private void Put(Side side, short sample, int samples)
    {
        var file = new byte[samples * 2];
        for (var i = 0; i < samples; i++) BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(i * 2), sample);
        File.WriteAllBytes(Taps.FileOf(Tapes, Call, side), file);
    }
}
