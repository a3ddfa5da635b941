using System.Runtime.InteropServices;

namespace Ringway.Cli;

/// <summary>
/// Ctrl-C, SIGTERM and a closed terminal as one cancellation. The first asks everything to end in good order;
/// a second Ctrl-C, at least a second later, no longer waits for that.
/// </summary>
public sealed class EndingSignals(TimeProvider time) : IDisposable
{
    /// <summary>timeout(1), a shell and a closing terminal may each send a signal for one and the same wish.</summary>
    private static readonly TimeSpan OneWish = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private long? _first;

    /// <summary>From now on signals come here.</summary>
    public void Listen()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        var again = _first is { } first && time.GetElapsedTime(first) > OneWish;
        // Cancel = true: the default would end the process at once.
        context.Cancel = !(again && context.Signal == PosixSignal.SIGINT);
        if (_first is not null)
            return;
        _first = time.GetTimestamp();
        // Not on the signal's own thread: what is cancelled runs its continuations there.
        _ = Task.Run(_source.Cancel);
    }
}
