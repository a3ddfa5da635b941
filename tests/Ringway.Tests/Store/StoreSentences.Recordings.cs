using Ringway.Store;

namespace Ringway.Tests.Store;

public abstract partial class StoreSentences
{
    [Fact]
    public async Task A_recording_is_told_with_its_call_until_it_is_deleted()
    {
        await Store.SaveCallAsync(Api.Example.Ended("n1-1", Noon));
        var row = new RecordingRow("n1-1", Noon.AddSeconds(2), Noon.AddSeconds(5), 8.25, 4711, "n1-1.opus", "It is 4 s shorter than the call.", Noon.AddSeconds(10));
        await Store.SaveRecordingAsync(row);

        Assert.Equal(row, await Store.FindRecordingAsync("n1-1"));
        Assert.Null(await Store.FindRecordingAsync("n1-2"));
        Assert.Equal(new RecordingFact(8.25, CanBeHeard: true, "It is 4 s shorter than the call."), Assert.Single(await Store.HistoryAsync(9)).Recording);

        await Store.SaveRecordingAsync(row with { DeletedAt = Noon.AddDays(1) });
        Assert.False(Assert.Single(await Store.HistoryAsync(9)).Recording!.CanBeHeard);
    }

    [Fact]
    public async Task A_recording_is_saved_together_with_the_event_that_tells_of_it_or_not_at_all()
    {
        var row = new RecordingRow("n1-1", null, null, 1, 1, "n1-1.wav", null, Noon);
        await Assert.ThrowsAnyAsync<Exception>(() => Store.SaveRecordingAsync(row, [Event("e1", "n1-1"), Event("e2", "n1-1") with { Body = null! }]));
        Assert.Null(await Store.FindRecordingAsync("n1-1"));
        Assert.Empty(await Store.OutboxAsync(9));

        await Store.SaveRecordingAsync(row, [Event("e1", "n1-1")]);

        Assert.Equal((row, "e1"), (await Store.FindRecordingAsync("n1-1"), Assert.Single(await Store.OutboxAsync(9)).Id));
    }

    [Fact]
    public async Task Only_recordings_that_ended_before_and_are_there_still_are_to_be_deleted()
    {
        var row = new RecordingRow("n1-old", null, null, 1, 1, "old.wav", null, Noon);
        await Store.SaveRecordingAsync(row);
        await Store.SaveRecordingAsync(row with { Call = "n1-older", EndedAt = Noon.AddDays(-1) });
        await Store.SaveRecordingAsync(row with { Call = "n1-gone", DeletedAt = Noon });
        await Store.SaveRecordingAsync(row with { Call = "n1-new", EndedAt = Noon.AddHours(1) });

        Assert.Equal(["n1-older", "n1-old"], (await Store.RecordingsBeforeAsync(Noon.AddMinutes(1), 9)).Select(found => found.Call));
        Assert.Equal(["n1-older"], (await Store.RecordingsBeforeAsync(Noon.AddMinutes(1), 1)).Select(found => found.Call));
    }

    [Fact]
    public async Task Who_did_what_with_a_call_is_kept_in_its_order()
    {
        await Store.AddAuditAsync(new(Noon, "ada", "recording.heard", "n1-1"));
        await Store.AddAuditAsync(new(Noon, "bob", "recording.heard", "n1-1"));
        await Store.AddAuditAsync(new(Noon, "eve", "recording.heard", "n1-2"));

        Assert.Equal(["ada", "bob"], (await Store.AuditAsync("n1-1")).Select(row => row.Agent));
        Assert.Equal(Noon, (await Store.AuditAsync("n1-2")).Single().At);
    }
}
