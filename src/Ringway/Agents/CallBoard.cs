using System.Collections.Immutable;

namespace Ringway.Agents;

/// <summary>What pages know of the calls that live now. The switchboard publishes; pages look and listen.</summary>
public sealed class CallBoard
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CallView> _live = [];

    /// <summary>Runs while the board is locked, which keeps the order: put it into a queue and return.</summary>
    public event Action<CallView>? Changed;

    public ImmutableArray<CallView> Live
    {
        get { lock (_gate) return [.. _live.Values.OrderBy(call => call.ArrivedAt).ThenBy(call => call.Id, StringComparer.Ordinal)]; }
    }

    public CallView? Find(string id)
    {
        lock (_gate) return _live.GetValueOrDefault(id);
    }

    /// <summary>The call is like this now. Publishing the same twice tells nobody; a call that is over leaves the board.</summary>
    public void Publish(CallView call)
    {
        lock (_gate)
        {
            if (_live.GetValueOrDefault(call.Id) is { } before && Same(before, call)) return;
            if (call.IsOver) _live.Remove(call.Id);
            else _live[call.Id] = call;
            Changed?.Invoke(call);
        }
    }

    private static bool Same(CallView a, CallView b) =>
        a with { OfferedTo = [], Ringing = [] } == b with { OfferedTo = [], Ringing = [] }
        && a.OfferedTo.SequenceEqual(b.OfferedTo) && a.Ringing.SequenceEqual(b.Ringing);
}
