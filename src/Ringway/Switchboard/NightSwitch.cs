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
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>A line was closed, opened, or is by its hours again.</summary>
    public event Action<string>? Changed;

    /// <summary>What was set before ringway was started, or by another ringway on the same database just now.</summary>
    public async Task LoadAsync(CancellationToken ct = default)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            var rows = (await store.NightsAsync(ct)).Where(row => options.Line(row.Line) is not null).ToDictionary(row => row.Line);
            foreach (var over in rows.Values.Where(IsOver)) await store.RemoveNightAsync(over.Line, ct);
            foreach (var line in options.Lines.Select(line => line.Id))
            {
                var (now, before) = (rows.GetValueOrDefault(line) is { } row && !IsOver(row) ? row : null, _rows.GetValueOrDefault(line));
                if (now == before) continue;
                if (now is null) Drop(line);
                else Take(now);
                Changed?.Invoke(line);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>How the line is set by hand; null: its hours count.</summary>
    public NightRow? Of(string line) => _rows.TryGetValue(line, out var row) && !IsOver(row) ? row : null;

    /// <exception cref="System.Data.Common.DbException">It could not be kept, and nothing has changed.</exception>
    public async Task SetAsync(string line, bool open, DateTimeOffset? until, AgentId by, CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            var row = new NightRow(line, open, until, by.Value, time.GetUtcNow());
            await store.SaveNightAsync(row, ct);
            Log.Set(log, line, open ? "opened" : "closed", by);
            Take(row);
            Changed?.Invoke(line);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>The line's hours count again.</summary>
    /// <exception cref="System.Data.Common.DbException">It could not be kept, and nothing has changed.</exception>
    public async Task EndAsync(string line, AgentId by, CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            await store.RemoveNightAsync(line, ct);
            Log.Ended(log, line, by);
            Drop(line);
            Changed?.Invoke(line);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose()
    {
        foreach (var end in _ends.Values) end.Dispose();
        _oneAtATime.Dispose();
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
