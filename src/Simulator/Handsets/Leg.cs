using Ringway.Ari;

namespace Ringway.Simulator.Handsets;

/// <summary>One channel of the handsets' Asterisk, and what has happened to it.</summary>
internal sealed class Leg(ChannelId id)
{
    private readonly TaskCompletionSource _ringing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChannelId Id { get; } = id;

    public Task Ringing => _ringing.Task;

    /// <summary>In the application: a leg that we originated is then answered.</summary>
    public Task Entered => _entered.Task;

    /// <summary>Q.850 cause, 0 when none was told.</summary>
    public Task<int> Gone => _gone.Task;

    /// <summary>Digits that came over this leg.</summary>
    public Action<string>? Digit { get; set; }

    public void Rings() => _ringing.TrySetResult();

    public void Enters() => _entered.TrySetResult();

    public void Goes(int cause) => _gone.TrySetResult(cause);
}
