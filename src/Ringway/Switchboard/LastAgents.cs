using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.Switchboard;

/// <summary>
/// Who talked with whom last, for callers who come back: in memory, from the history at the start and from every call that ends,
/// so that no call waits for the store.
/// </summary>
public sealed partial class LastAgents(RingwayOptions options, RouteBook routes, TimeProvider time, ILogger<LastAgents> log)
{
    /// <summary>About 20 MB; whoever called longest ago is forgotten first.</summary>
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<string, LastTalk> _talks = new(StringComparer.Ordinal);
    private TimeSpan _learned;

    public LastTalk? Find(Party customer) =>
        customer.Number is { } number && _talks.TryGetValue(number, out var talk) || customer.UserId is { } user && _talks.TryGetValue(user, out talk) ? talk : null;

    /// <summary>A call is over. One that nobody answered, or a bot alone, changes nothing.</summary>
    public void Note(CallRecord call)
    {
        if (call is not { Agent: { } agent, AnsweredAt: not null, EndedAt: { } ended } || options.Bot(new(agent)) is not null) return;
        foreach (var who in new[] { call.Customer.Number?.E164, call.Customer.UserId })
            if (who is not null)
                _talks.AddOrUpdate(who, new LastTalk(new(agent), ended), (_, known) => known.At > ended ? known : new(new(agent), ended));
        if (_talks.Count > Most) Forget();
    }

    /// <summary>Reads the history as far back as a rule asks, unless that was done already. Without the store callers who come back are routed as new ones.</summary>
    public async Task LearnAsync(ICallStore store, CancellationToken ct)
    {
        var longest = routes.LongestReturning;
        if (longest <= _learned) return;
        try
        {
            var now = time.GetUtcNow();
            await foreach (var call in store.CallsBetweenAsync(now - longest, now, ct)) Note(call);
            _learned = longest;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.NotLearned(log, fault.Message);
        }
    }

    private void Forget()
    {
        foreach (var (who, _) in _talks.OrderBy(talk => talk.Value.At).Take(Most / 10)) _talks.TryRemove(who, out var _);
    }

    private static partial class Log
    {
        [LoggerMessage(2301, LogLevel.Warning, "The history could not be read, so callers who come back are led as new ones until they have talked again: {Why}")]
        public static partial void NotLearned(ILogger log, string why);
    }
}
