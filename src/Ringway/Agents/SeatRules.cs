using System.Collections.Immutable;
using Ringway.Store;

namespace Ringway.Agents;

/// <summary>How an agent stands at one ringway, as far as her seat is concerned.</summary>
/// <param name="IsHere">Signed in, and her phone is up.</param>
/// <param name="HasLeft">Not here, and for so long that it is no page that is loaded anew.</param>
/// <param name="IsBusy">In a call, or in the wrap-up of one.</param>
/// <param name="IsAwaited">She takes calls here, and one waits that she could take.</param>
/// <param name="HasJustCome">Her seat has come here a moment ago, and no call has got her yet.</param>
public readonly record struct SeatFacts(bool IsHere, bool HasLeft, bool IsBusy, bool IsAwaited, bool HasJustCome = false);

/// <summary>What a ringway does next about an agent's seat.</summary>
public enum SeatStep { Stay, Take, Ask, Give, Leave }

/// <summary>
/// Who of several ringways on one database may ring an agent: the one that has her seat, and no other.
/// </summary>
/// <remarks>
/// <code>
///             Take (nobody who lives has it)
///   elsewhere ──────────────────────────────► here
///       │  ▲                                    │
///   Ask │  │ Give (asked for, and she is free)  │ Leave (she has gone)
///       ▼  └────────────────────────────────────┘
///   the store: wanted_by
/// </code>
/// A seat is only ever given by the ringway that has it, or taken from one that is dead.
/// </remarks>
public static class SeatRules
{
    /// <summary>One that is dead is not in the store's list any more, so its seats are nobody's.</summary>
    public static bool IsNobodys(SeatRow? seat, IReadOnlySet<string> living) => seat is null || !living.Contains(seat.Node);

    /// <summary>Another ringway asks for a seat that is ours.</summary>
    public static bool IsWanted(string me, SeatRow? seat, IReadOnlySet<string> living) =>
        seat?.Node == me && seat.WantedBy is { } other && other != me && living.Contains(other);

    /// <summary>
    /// No new call here gets her: another ringway asks. But the call that she has come for gets her first, or two ringways with callers would hand her
    /// to and fro, and none would ring her.
    /// </summary>
    public static bool Yields(string me, SeatRow? seat, IReadOnlySet<string> living, SeatFacts agent) =>
        IsWanted(me, seat, living) && !(agent.HasJustCome && agent.IsAwaited && !agent.IsBusy);

    public static SeatStep Next(string me, SeatRow? seat, IReadOnlySet<string> living, SeatFacts agent) => seat switch
    {
        { Node: var node } when node == me =>
            agent.IsBusy ? SeatStep.Stay
            : Yields(me, seat, living, agent) ? SeatStep.Give
            : agent.HasLeft ? SeatStep.Leave : SeatStep.Stay,
        _ when IsNobodys(seat, living) => agent.IsHere ? SeatStep.Take : SeatStep.Stay,
        { WantedBy: null } => agent is { IsHere: true, IsAwaited: true } ? SeatStep.Ask : SeatStep.Stay,
        { WantedBy: var asked } when asked == me && agent.HasLeft => SeatStep.Leave,
        _ => SeatStep.Stay,
    };
}

/// <summary>
/// Who is dead: whose sign of life has not changed for a while, by the clock of the one who looks, so the clocks of machines need not agree.
/// Looks only count while they come one after the other: a store that was away says nothing about anybody.
/// </summary>
public sealed record NodeWatch(ImmutableDictionary<string, NodeWatch.Sign> Signs)
{
    public static readonly NodeWatch Empty = new(ImmutableDictionary<string, Sign>.Empty);

    public NodeWatch Look(IEnumerable<NodeRow> nodes, TimeSpan now) => new(nodes.ToImmutableDictionary(
        node => node.Node, node => Signs.TryGetValue(node.Node, out var seen) && seen.Beat == node.Beat ? seen : new Sign(node.Beat, now)));

    public IEnumerable<NodeRow> Silent(TimeSpan forSoLong, TimeSpan now) =>
        Signs.Where(known => now - known.Value.Since >= forSoLong).Select(known => new NodeRow(known.Key, known.Value.Beat));

    /// <param name="Since">When it was seen first.</param>
    public readonly record struct Sign(long Beat, TimeSpan Since);
}
