namespace Ringway.Store;

public partial interface ICallStore
{
    /// <summary>Whether other ringways may have the same store. If not, nobody need be asked where an agent may be rung.</summary>
    bool IsShared { get; }

    /// <summary>A sign of life of this ringway.</summary>
    /// <param name="inCall">Agents who are in a call here; null: not known, and those who were are so still.</param>
    /// <returns>Who lives, and where each agent may be rung; read after the sign was written.</returns>
    Task<SeatTable> BeatAsync(IReadOnlyCollection<string>? inCall, CancellationToken ct = default);

    /// <summary>
    /// The agent has come to this ringway, or said here whether she takes calls: from now on that holds everywhere. Her seat is this ringway's when
    /// nobody who lives has it; else it is asked for, before all others who ask.
    /// </summary>
    /// <returns>The number of her move.</returns>
    Task<long> MoveSeatAsync(SeatMove move, CancellationToken ct = default);

    /// <summary>The seat is this ringway's, if nobody who lives has it.</summary>
    /// <param name="first">How it begins when there was none.</param>
    Task TakeSeatAsync(SeatMove first, CancellationToken ct = default);

    /// <summary>Asks whoever has the seat for it. Who has asked before keeps that place.</summary>
    Task AskForSeatAsync(string agent, CancellationToken ct = default);

    /// <summary>Gives the seat to who has asked for it. Only its owner can.</summary>
    Task GiveSeatAsync(string agent, CancellationToken ct = default);

    /// <summary>This ringway neither has the seat any more nor asks for it.</summary>
    Task LeaveSeatAsync(string agent, CancellationToken ct = default);

    /// <summary>A ringway is dead: its seats may be taken. It is not when it has given a sign of life meanwhile.</summary>
    Task EndNodeAsync(NodeRow silent, CancellationToken ct = default);

    /// <summary>
    /// Listens to what other ringways, and this one, change in the store. Begins with null, which stands for everything; ends only by a fault.
    /// A store that is not shared has no news.
    /// </summary>
    /// <param name="heard">Gets the name of a table that has changed: see <see cref="StoreNews"/>. The next is heard when it has done.</param>
    Task ListenAsync(Func<string?, Task> heard, CancellationToken ct);
}

/// <summary>What the store tells news of: tables with a trigger that calls <c>tell_ringways()</c>.</summary>
public static class StoreNews
{
    public const string Nights = "nights";
    public const string CallBacks = "call_backs";
    public const string Routes = "routes";
    public const string Sounds = "sounds";
    public const string Seats = "seats";

    /// <summary>A ringway has come, or has ended.</summary>
    public const string Nodes = "nodes";
}

/// <summary>A ringway.</summary>
/// <param name="Beat">Changes with each sign of life.</param>
public sealed record NodeRow(string Node, long Beat);

/// <summary>Where an agent may be rung.</summary>
/// <param name="Node">The ringway that may; one that does not live: nobody's.</param>
/// <param name="WantedBy">The one that asks for her.</param>
/// <param name="Ready">Whether she takes calls, as she last said, wherever.</param>
/// <param name="Moves">Another number each time she comes somewhere, or says something about that.</param>
/// <param name="InCall">As heard some seconds ago.</param>
public sealed record SeatRow(
    string Agent, string Node, string? WantedBy, bool Ready, string? PauseReason, DateTimeOffset? PausedAt, long Moves, bool InCall);

/// <summary>What an agent says by coming.</summary>
public sealed record SeatMove(string Agent, bool Ready, string? PauseReason = null, DateTimeOffset? PausedAt = null);

/// <summary>All ringways that live, and all seats.</summary>
public sealed record SeatTable(IReadOnlyList<NodeRow> Nodes, IReadOnlyList<SeatRow> Seats);
