namespace Ringway.Store;

public partial interface ICallStore
{
    /// <summary>Inserts the row, or replaces the line's.</summary>
    /// <param name="before">The version that the change was made from; 0 when the line had none.</param>
    /// <returns>False when the line has another version by now, and nothing was changed.</returns>
    Task<bool> SaveRoutesAsync(RoutesRow routes, long before, CancellationToken ct = default);

    /// <inheritdoc cref="SaveRoutesAsync"/>
    Task<bool> RemoveRoutesAsync(string line, long before, CancellationToken ct = default);

    Task<IReadOnlyList<RoutesRow>> RoutesAsync(CancellationToken ct = default);
}

/// <summary>A line's rules as somebody changed them in the desk.</summary>
/// <param name="Rules">JSON with the keys of the configuration file.</param>
/// <param name="Version">Greater than all before, and never 0.</param>
public sealed record RoutesRow(string Line, string Rules, long Version, string By, DateTimeOffset At);
