using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.Switchboard;

/// <summary>
/// The switch by which people close a line, or open it, against its hours: a meeting, a breakdown, a day off that nobody entered. It is kept in the
/// store, and looked at in memory. Calls under way are left alone.
/// </summary>
public sealed partial class NightSwitch(ICallStore store, RingwayOptions options, TimeProvider time, ILogger<NightSwitch> log) : IDisposable
{
    private readonly ConcurrentDictionary<string, NightRow> _rows = new();
    private readonly ConcurrentDictionary<string, ITimer> _ends = new();

    /// <summary>A line was closed, opened, or is by its hours again.</summary>
    public event Action<string>? Changed;

    /// <summary>What was set before ringway was started.</summary>
    public async Task LoadAsync(CancellationToken ct = default)
    {
        foreach (var row in await store.NightsAsync(ct))
        {
            if (options.Line(row.Line) is not null && !IsOver(row)) Take(row);
            else await store.RemoveNightAsync(row.Line, ct);
        }
    }

    /// <summary>How the line is set by hand; null: its hours count.</summary>
    public NightRow? Of(string line) => _rows.TryGetValue(line, out var row) && !IsOver(row) ? row : null;

    /// <exception cref="System.Data.Common.DbException">It could not be kept, and nothing has changed.</exception>
    public async Task SetAsync(string line, bool open, DateTimeOffset? until, AgentId by, CancellationToken ct)
    {
        var row = new NightRow(line, open, until, by.Value, time.GetUtcNow());
        await store.SaveNightAsync(row, ct);
        Log.Set(log, line, open ? "opened" : "closed", by);
        Take(row);
        Changed?.Invoke(line);
    }

    /// <summary>The line's hours count again.</summary>
    /// <exception cref="System.Data.Common.DbException">It could not be kept, and nothing has changed.</exception>
    public async Task EndAsync(string line, AgentId by, CancellationToken ct)
    {
        await store.RemoveNightAsync(line, ct);
        Log.Ended(log, line, by);
        Drop(line);
        Changed?.Invoke(line);
    }

    public void Dispose()
    {
        foreach (var end in _ends.Values) end.Dispose();
    }

    private bool IsOver(NightRow row) => row.Until <= time.GetUtcNow();

    private void Take(NightRow row)
    {
        Drop(row.Line);
        _rows[row.Line] = row;
        // It is over by its time alone; the timer only tells those who look at it.
        if (row.Until is { } until)
            _ends[row.Line] = time.CreateTimer(_ => Changed?.Invoke(row.Line), null, until - time.GetUtcNow(), Timeout.InfiniteTimeSpan);
    }

    private void Drop(string line)
    {
        _rows.TryRemove(line, out _);
        if (_ends.TryRemove(line, out var end)) end.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(2501, LogLevel.Information, "Line {Line} was {How} by hand by {Agent}.")]
        public static partial void Set(ILogger log, string line, string how, AgentId agent);

        [LoggerMessage(2502, LogLevel.Information, "Line {Line} is by its hours again; {Agent} said so.")]
        public static partial void Ended(ILogger log, string line, AgentId agent);
    }
}
