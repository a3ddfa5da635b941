namespace Ringway.Store;

public partial interface ICallStore
{
    /// <summary>Inserts the row, or replaces the line's.</summary>
    Task SaveNightAsync(NightRow night, CancellationToken ct = default);

    Task RemoveNightAsync(string line, CancellationToken ct = default);

    Task<IReadOnlyList<NightRow>> NightsAsync(CancellationToken ct = default);
}

/// <summary>A line that somebody has closed or opened by hand, against its hours.</summary>
/// <param name="Until">When its hours count again by themselves; null: when somebody says so.</param>
public sealed record NightRow(string Line, bool Open, DateTimeOffset? Until, string By, DateTimeOffset At);
