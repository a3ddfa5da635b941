using System.Diagnostics;

namespace Ringway.Bench.Calls.Wire;

/// <summary>
/// The moments of one call in ticks of the monotonic clock (<see cref="Stopwatch"/>, 1 ns on Linux), each taken beside the
/// socket: what comes in right after the read, what goes out right before the write.
/// </summary>
public sealed class CallTimes
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _ends;

    /// <summary>The caller's INVITE that is let in (the one with credentials) goes out.</summary>
    public long Invited { get; set; }

    /// <summary>The agent's phone has the INVITE.</summary>
    public long Rung { get; set; }

    /// <summary>The agent's 200 goes out.</summary>
    public long PickedUp { get; set; }

    /// <summary>The caller has the 200.</summary>
    public long Answered { get; set; }

    /// <summary>The caller's BYE goes out.</summary>
    public long HungUp { get; set; }

    /// <summary>The agent's phone has the BYE.</summary>
    public long Ended { get; set; }

    /// <summary>The caller's sound, of a call that stays.</summary>
    public SoundLeg? CallerLeg { get; set; }

    /// <summary>The agent's end of the sound; null for a call without.</summary>
    public BrowserSound? Browser { get; init; }

    /// <summary>The agent's sound, once she has picked up a call with sound and keys are agreed.</summary>
    public Task<SoundLeg>? AgentLeg { get; set; }

    /// <summary>Why the call did not go its way; null when it did.</summary>
    public string? Failure { get; private set; }

    /// <summary>Completes when both legs are over, or at the first failure.</summary>
    public Task Done => _done.Task;

    /// <summary>INVITE in to INVITE out, in milliseconds.</summary>
    public double ToRingMs => Milliseconds(Rung - Invited);

    /// <summary>The agent's 200 in to the caller's 200 out, in milliseconds.</summary>
    public double ToAnswerMs => Milliseconds(Answered - PickedUp);

    /// <summary>What Asterisk and the application add to the setting up of a call; the agent's own time is not in it.</summary>
    public double SetUpMs => ToRingMs + ToAnswerMs;

    /// <summary>The caller's BYE in to the agent's BYE out, in milliseconds.</summary>
    public double ToEndMs => Milliseconds(Ended - HungUp);

    /// <summary>One of the two legs is over.</summary>
    public void LegIsOver()
    {
        if (Interlocked.Increment(ref _ends) == 2) _done.TrySetResult();
    }

    public void Fail(string why)
    {
        if (_done.Task.IsCompleted) return;
        Failure ??= why;
        _done.TrySetResult();
    }

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
}
