using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>
/// The calls that ended last. A leg of theirs that is still about is no call of its own, and is not told of a second time.
/// </summary>
public sealed class RecentCalls
{
    /// <summary>Some minutes of calls at any rate that one Asterisk can carry.</summary>
    private const int Most = 10_000;

    private readonly Lock _gate = new();
    private readonly HashSet<CallId> _known = [];
    private readonly Queue<CallId> _inOrder = [];

    public void Add(CallId call)
    {
        lock (_gate)
        {
            if (!_known.Add(call))
            {
                return;
            }

            _inOrder.Enqueue(call);
            if (_inOrder.Count > Most)
            {
                _known.Remove(_inOrder.Dequeue());
            }
        }
    }

    public bool Contains(CallId call)
    {
        lock (_gate)
        {
            return _known.Contains(call);
        }
    }
}
