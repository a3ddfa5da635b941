namespace Ringway.Agents;

/// <summary>Counts wrong tries per key and minute. Right ones cost nothing.</summary>
public sealed class TryLimit(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Above this many keys the stale ones are thrown out, so that a flood of names costs no memory.</summary>
    private const int ManyKeys = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DateTimeOffset Since, int Count)> _tries = [];

    /// <summary>How long to wait before the next try, or null when one is free.</summary>
    public TimeSpan? Wait(string key, int allowed)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (!_tries.TryGetValue(key, out var tries) || now - tries.Since >= Window || tries.Count < allowed) return null;
            return tries.Since + Window - now;
        }
    }

    public void CountWrong(string key)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (_tries.Count >= ManyKeys)
                foreach (var stale in _tries.Where(pair => now - pair.Value.Since >= Window).Select(pair => pair.Key).ToList())
                    _tries.Remove(stale);
            _tries[key] = _tries.TryGetValue(key, out var tries) && now - tries.Since < Window
                ? (tries.Since, tries.Count + 1) : (now, 1);
        }
    }
}
