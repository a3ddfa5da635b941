using System.Collections.Concurrent;

namespace Ringway.Simulator.Handsets;

/// <summary>How a WhatsApp user takes a call of the business.</summary>
public enum Reaction
{
    /// <summary>Rings, then answers.</summary>
    Answer,

    /// <summary>Rings, then taps Decline.</summary>
    Decline,

    /// <summary>Rings until WhatsApp gives up.</summary>
    Ignore,

    /// <summary>Phone off: never rings.</summary>
    Unreachable,

    /// <summary>Has not allowed the business to call.</summary>
    NoPermission,
}

/// <summary>A scripted user. Times in seconds.</summary>
public sealed record Behaviour
{
    public static readonly Behaviour Default = new();

    public Reaction Reaction { get; init; } = Reaction.Answer;

    /// <summary>From the first ring until the answer (or the tap on Decline).</summary>
    public double AnswerAfter { get; init; } = 1;

    /// <summary>From the ring until the user gives up; only for calls of the user. Null waits for ever.</summary>
    public double? GiveUpAfter { get; init; }

    /// <summary>From the answer until the user hangs up; null leaves that to the business.</summary>
    public double? HangUpAfter { get; init; }

    /// <summary>A tone that the user plays while the call lasts; null is silence.</summary>
    public int? PlayHz { get; init; }

    /// <summary>Digits that the user presses after the answer.</summary>
    public string? Digits { get; init; }
}

/// <summary>The WhatsApp users that somebody has given a behaviour.</summary>
public sealed class Users
{
    private readonly ConcurrentDictionary<string, Behaviour> _scripted = new(StringComparer.Ordinal);

    public Behaviour? Scripted(string user) => _scripted.GetValueOrDefault(user);

    public void Script(string user, Behaviour behaviour) => _scripted[user] = behaviour;

    public void Forget(string user) => _scripted.TryRemove(user, out _);

    public IReadOnlyDictionary<string, Behaviour> All => _scripted;
}

/// <summary>A tone that was heard, and how pure it was.</summary>
/// <param name="Ratio">Part of the sound's energy at that frequency, 0 to 1.</param>
public sealed record HeardTone(int Hz, double Ratio);

/// <summary>What a scripted user heard of the other side.</summary>
/// <param name="DominantHz">The tone of the last second that was not silent; null when it held none.</param>
/// <param name="Levels">The strongest frequencies of the whole call.</param>
/// <param name="Packets">20 ms packets of decoded sound.</param>
/// <param name="Digits">Keys that the other side pressed.</param>
/// <param name="Loudness">Root mean square of the last second, silence included; 0 to 1.</param>
public sealed record Heard(int? DominantHz, IReadOnlyList<HeardTone> Levels, long Packets, string Digits, double Loudness);
