namespace Ringway.Calls;

/// <summary>Whether calls of a line are recorded.</summary>
public enum RecordWhen
{
    Never,

    /// <summary>When the agent wants it.</summary>
    OnDemand,

    /// <summary>From the first word on; the agent may pause it.</summary>
    Always,
}

/// <summary>What a line says of recording.</summary>
/// <param name="Announced">Both are told at its beginning; a call that cannot be told is not recorded.</param>
public readonly record struct RecordingPolicy(RecordWhen When, bool Announced);

/// <summary>Which side of the customer's leg: what she says, or what she hears.</summary>
[Flags]
public enum Side
{
    None = 0,
    Said = 1,
    Heard = 2,
    Both = Said | Heard,
}

public enum RecordingStage
{
    /// <summary>Asked for; nothing is on the tape yet.</summary>
    Starting,

    Running,

    /// <summary>Silence is recorded instead of what is said, so that the rest stays at its time.</summary>
    Paused,

    /// <summary>The call goes on without.</summary>
    Failed,
}

/// <summary>
/// The recording of a call, of which there is one at most. It listens at the customer's leg, each direction by itself, so that the bridge
/// is as it would be without it, and goes on through hold and transfer.
/// </summary>
/// <param name="Tapped">The sides that are listened to so far.</param>
public sealed record Recording(RecordingStage Stage, Side Tapped = Side.None)
{
    /// <summary>Since when it runs.</summary>
    public DateTimeOffset? Began { get; init; }

    /// <summary>When both had been told of it.</summary>
    public DateTimeOffset? AnnouncedAt { get; init; }
}
