using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.Switchboard;

/// <summary>
/// Who talked with whom last, for callers who come back: in memory, from the history at the start and from every call that ends,
/// so that no call waits for the store. Empty where no route asks for it.
/// </summary>
public sealed partial class LastAgents(RingwayOptions options, TimeProvider time, ILogger<LastAgents> log)
{
    /// <summary>About 20 MB; whoever called longest ago is forgotten first.</summary>
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<string, LastTalk> _talks = new(StringComparer.Ordinal);
    private readonly TimeSpan _longest = options.Lines.SelectMany(line => line.Routes).Select(route => route.Returning ?? default).DefaultIfEmpty().Max();

    public LastTalk? Find(Party customer) =>
        customer.Number is { } number && _talks.TryGetValue(number, out var talk) || customer.UserId is { } user && _talks.TryGetValue(user, out talk) ? talk : null;

    /// <summary>A call is over. One that nobody answered, or a bot alone, changes nothing.</summary>
    public void Note(CallRecord call)
    {
        if (_longest == default || call is not { Agent: { } agent, AnsweredAt: not null, EndedAt: { } ended } || options.Bot(new(agent)) is not null) return;
        foreach (var who in new[] { call.Customer.Number?.E164, call.Customer.UserId })
            if (who is not null)
                _talks.AddOrUpdate(who, new LastTalk(new(agent), ended), (_, known) => known.At > ended ? known : new(new(agent), ended));
        if (_talks.Count > Most) Forget();
    }

    /// <summary>Reads the history as far back as a route asks. Without the store callers who come back are routed as new ones.</summary>
    public async Task LearnAsync(ICallStore store, CancellationToken ct)
    {
        if (_longest == default) return;
        try
        {
            var now = time.GetUtcNow();
            await foreach (var call in store.CallsBetweenAsync(now - _longest, now, ct)) Note(call);
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
