namespace Ringway.Store;

public partial interface ICallStore
{
    /// <summary>Writes the whole row, new or again, and the events that tell of it: both or neither.</summary>
    Task SaveRecordingAsync(RecordingRow recording, IReadOnlyCollection<OutboxRow>? news = null, CancellationToken ct = default);

    Task<RecordingRow?> FindRecordingAsync(string call, CancellationToken ct = default);

    /// <summary>Those of this ringway's calls that ended before and are not deleted yet, the oldest first.</summary>
    Task<IReadOnlyList<RecordingRow>> RecordingsBeforeAsync(DateTimeOffset ended, int limit, CancellationToken ct = default);

    Task AddAuditAsync(AuditRow row, CancellationToken ct = default);

    /// <summary>What was done with a call, the first first.</summary>
    Task<IReadOnlyList<AuditRow>> AuditAsync(string call, CancellationToken ct = default);
}

/// <summary>The recording of a call.</summary>
/// <param name="BeganAt">Null: not known any more, because ringway died meanwhile.</param>
/// <param name="AnnouncedAt">When both had been told; null: nobody was, or it is not known any more.</param>
/// <param name="Bytes">As the file lies on the disk.</param>
/// <param name="File">Its name in the folder of recordings; null: there is nothing to hear.</param>
/// <param name="Fault">What is wrong with it, in a sentence.</param>
public sealed record RecordingRow(
    string Call, DateTimeOffset? BeganAt, DateTimeOffset? AnnouncedAt, double Seconds, long Bytes, string? File, string? Fault,
    DateTimeOffset EndedAt, DateTimeOffset? DeletedAt = null)
{
    /// <summary>What there is to hear.</summary>
    public RecordingFact Fact => new(Seconds, CanBeHeard: File is not null && DeletedAt is null, Fault);
}

/// <summary>Something that an agent did and that others have a right to know of.</summary>
/// <param name="Action">A word that stays: <c>recording.heard</c>.</param>
public sealed record AuditRow(DateTimeOffset At, string Agent, string Action, string Call);
