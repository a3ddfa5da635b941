using CsCheck;
using Ringway.Agents;
using Ringway.Store;

namespace Ringway.Tests.Agents;

/// <summary>Three ringways and one agent, and anything may happen between any two steps of any of them.</summary>
public sealed class SeatProperties
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(3), Lease = TimeSpan.FromSeconds(15);

    private enum What { Step, Comes, Goes, Rings, HangsUp, CallWaits, NobodyWaits, Dies, StartsAgain, TimePasses, Freezes }

    private static Gen<(What What, int Who)[]> Days(params What[] what) =>
        // Steps are what happens most: a round of one worker takes three of them, and the others' come in between.
        Gen.Select(Gen.Frequency((3, Gen.Const(What.Step)), (2, Gen.Int[0, what.Length - 1].Select(i => what[i]))), Gen.Int[0, 2]).Array[1, 200];

    private static readonly What[] Usual =
        [What.Comes, What.Goes, What.Rings, What.HangsUp, What.CallWaits, What.NobodyWaits, What.TimePasses];

    [Fact]
    public void Never_may_two_ring_her() => Days([.. Usual, What.Dies, What.StartsAgain]).Sample(day =>
    {
        var house = new House();
        foreach (var (what, who) in day)
        {
            house.Do(what, who);
            Assert.True(house.WhoMayRing.Count() <= 1, $"After {what} by {who}: {string.Join(" and ", house.WhoMayRing)}.");
        }
    }, iter: 5_000);

    [Fact]
    public void When_all_is_quiet_again_somebody_rings_her_where_she_is() =>
        Days([.. Usual, What.Dies, What.StartsAgain, What.Freezes]).Sample(day =>
        {
            var house = new House();
            foreach (var (what, who) in day) house.Do(what, who);

            house.ComeToRest();

            var rings = house.WhoMayRing.ToList();
            if (house.Ringways.Any(ringway => ringway is { Lives: true, IsHere: true }))
                Assert.True(Assert.Single(rings).IsHere);
            else
                Assert.True(rings.Count <= 1);
        }, iter: 3_000);

    [Fact]
    public void Who_moves_last_is_believed() => Days(What.Comes, What.Rings, What.HangsUp, What.TimePasses).Sample(day =>
    {
        var house = new House();
        foreach (var (what, who) in day) house.Do(what, who);
        house.ComeToRest();

        if (day.Any(event_ => event_.What == What.Comes))
            Assert.Equal(house.LastMove, Assert.Single(house.WhoMayRing));
    }, iter: 2_000);

    [Fact]
    public void Callers_who_wait_at_several_ringways_get_her_in_turn() =>
        Gen.Select(Gen.Frequency((8, Gen.Const(What.Step)), (1, Gen.Const(What.Rings)), (1, Gen.Const(What.HangsUp))), Gen.Int[0, 1]).Array[2_000].Sample(day =>
        {
            var house = new House();
            foreach (var who in new[] { 0, 1 })
            {
                house.Do(What.Comes, who);
                house.Do(What.CallWaits, who);
            }

            foreach (var (what, who) in day) house.Do(what, who);

            // Not one by one: a second caller may be quicker than the other ringway's question.
            var (one, other) = (house.Ringways[0].Rung, house.Ringways[1].Rung);
            Assert.True(Math.Min(one, other) >= 5 && Math.Max(one, other) <= 3 * Math.Min(one, other), $"{one} and {other} calls rang her.");
        }, iter: 300);

    [Fact]
    public void A_page_that_is_merely_there_takes_nobody_back()
    {
        var house = new House();
        house.Do(What.Comes, 0);
        house.ComeToRest();
        house.Do(What.Comes, 1);
        house.ComeToRest();
        Assert.Equal(house.Ringways[1], Assert.Single(house.WhoMayRing));

        house.Do(What.CallWaits, 0); // but a call that waits there gets her
        house.ComeToRest(quiet: false);
        Assert.Equal(house.Ringways[0], Assert.Single(house.WhoMayRing));
    }

    /// <summary>One who was frozen is taken for dead. For as long as it has not looked at the store again it may still ring: the price that is named.</summary>
    [Fact]
    public void Two_ring_her_only_while_one_has_not_heard_that_it_was_taken_for_dead_or_ends_the_call_it_had() =>
        Days([.. Usual, What.Freezes]).Sample(day =>
        {
            var house = new House();
            foreach (var (what, who) in day)
            {
                house.Do(what, who);
                Assert.True(house.WhoMayRing.Count(ringway => ringway.Belief == Belief.Right) <= 1);
            }
        }, iter: 2_000);

    /// <summary>The store and what is in memory at each ringway. One step of a worker is one message to the store, or one look at its answer.</summary>
    private sealed class House
    {
        private readonly Dictionary<string, long> _nodes = [];
        private SeatRow? _seat;
        private TimeSpan _now;

        public Ringway[] Ringways { get; } = [new("n1"), new("n2"), new("n3")];

        public Ringway? LastMove { get; private set; }

        public IEnumerable<Ringway> WhoMayRing => Ringways.Where(ringway => ringway.Lives && (ringway.Seat.IsOpen || ringway.IsBusy));

        public void Do(What what, int who)
        {
            var ringway = Ringways[who];
            switch (what)
            {
                case What.StartsAgain when !ringway.Lives: Ringways[who] = new(ringway.Name) { Lives = true }; break;
                case What.TimePasses: Pass(); break;
                case var _ when !ringway.Lives: break;
                case What.Step when !ringway.Frozen: Step(ringway); break;
                case What.Comes: (ringway.IsHere, ringway.Moves, ringway.Frozen) = (true, true, false); break;
                case What.Goes: (ringway.IsHere, ringway.IsBusy) = (false, false); break;
                case What.Rings when ringway is { IsHere: true, Seat.IsOpen: true, IsBusy: false }:
                    ringway.IsBusy = true;
                    ringway.Rung++;
                    break;
                case What.HangsUp: ringway.IsBusy = false; break;
                case What.CallWaits: ringway.IsAwaited = true; break;
                case What.NobodyWaits: ringway.IsAwaited = false; break;
                case What.Dies: ringway.Lives = false; break;
                case What.Freezes: ringway.Frozen = !ringway.Frozen; break;
            }
        }

        /// <summary>Calls end, nobody comes or goes, and all who live look at the store some times.</summary>
        public void ComeToRest(bool quiet = true)
        {
            foreach (var ringway in Ringways)
            {
                ringway.IsBusy = ringway.Frozen = false;
                if (quiet) ringway.IsAwaited = false;
            }

            for (var i = 0; i < 20; i++) Pass();
        }

        /// <summary>Whoever lives gives its sign in time.</summary>
        private void Pass()
        {
            foreach (var ringway in Ringways.Where(ringway => ringway is { Lives: true, Frozen: false }))
                for (var i = 0; i < 6; i++)
                    Step(ringway);
            _now += Beat;
        }

        private void Step(Ringway me)
        {
            switch (me)
            {
                case { Will: { } will }:
                    me.Will = null;
                    will();
                    break;
                case { Moves: true } when _nodes.ContainsKey(me.Name): // a sign of life comes first
                    (me.Moves, LastMove) = (false, me);
                    Move(me.Name);
                    break;
                case { Read: { } read }:
                    me.Read = null;
                    Look(me, read.Seat, read.Living);
                    break;
                default:
                    if (me.Belief == Belief.Wrong) me.Belief = Belief.Asks;
                    _nodes[me.Name] = _nodes.GetValueOrDefault(me.Name) + 1;
                    me.Read = (_seat, [.. _nodes.Keys]);
                    me.Watch = me.Watch.Look(_nodes.Where(node => node.Key != me.Name).Select(node => new NodeRow(node.Key, node.Value)), _now);
                    foreach (var silent in me.Watch.Silent(Lease, _now)) End(silent);
                    break;
            }
        }

        /// <summary>As <see cref="Seats"/> does it.</summary>
        private void Look(Ringway me, SeatRow? seat, HashSet<string> living)
        {
            if (me is { Belief: Belief.Asks, IsBusy: false }) me.Belief = Belief.Right;
            var facts = new SeatFacts(me.IsHere, !me.IsHere, me.IsBusy, me.IsHere && me.IsAwaited, me.HasJustCome(seat, _now));
            me.Seat = new(seat?.Node == me.Name, SeatRules.Yields(me.Name, seat, living, facts), SeatRules.IsNobodys(seat, living) || seat!.Node == me.Name ? null : seat.Node);
            switch (SeatRules.Next(me.Name, seat, living, facts))
            {
                case SeatStep.Take: me.Will = () => Take(me.Name); break;
                case SeatStep.Ask: me.Will = () => Ask(me.Name); break;
                case SeatStep.Give: (me.Seat, me.Will) = (new(IsHere: false), () => Give(me.Name)); break;
                case SeatStep.Leave: (me.Seat, me.Will) = (new(IsHere: false), () => Leave(me.Name)); break;
            }
        }

        private bool IsNobodys => _seat is null || !_nodes.ContainsKey(_seat.Node);

        private static SeatRow New(string node) => new("ada", node, null, true, null, null, 1, false);

        private void Move(string me)
        {
            if (_seat is null) _seat = New(me);
            else if (IsNobodys || _seat.Node == me) _seat = _seat with { Node = me, WantedBy = null, Moves = _seat.Moves + 1 };
            else _seat = _seat with { WantedBy = me, Moves = _seat.Moves + 1 };
        }

        private void Take(string me)
        {
            if (_seat is null) _seat = New(me);
            else if (IsNobodys) _seat = _seat with { Node = me, WantedBy = null };
        }

        private void Ask(string me)
        {
            if (_seat is { WantedBy: null } && _seat.Node != me) _seat = _seat with { WantedBy = me };
        }

        private void Give(string me)
        {
            if (_seat is { WantedBy: { } other } && _seat.Node == me) _seat = _seat with { Node = other, WantedBy = null };
        }

        private void Leave(string me)
        {
            if (_seat is null) return;
            _seat = _seat with { Node = _seat.Node == me ? "" : _seat.Node, WantedBy = _seat.WantedBy == me ? null : _seat.WantedBy };
        }

        private void End(NodeRow silent)
        {
            if (_nodes.GetValueOrDefault(silent.Node) != silent.Beat) return;
            _nodes.Remove(silent.Node);
            Ringways.Single(ringway => ringway.Name == silent.Node).Belief = Belief.Wrong;
            if (_seat?.WantedBy == silent.Node) _seat = _seat with { WantedBy = null };
        }
    }

    /// <summary>Whether a ringway knows what the store says of it, or was taken for dead and has not asked, or has not heard the answer.</summary>
    private enum Belief { Right, Wrong, Asks }

    private sealed class Ringway(string name)
    {
        public string Name => name;
        public bool Lives { get; set; } = true;
        public bool Frozen { get; set; }
        public bool IsHere { get; set; }
        public bool IsBusy { get; set; }
        public bool IsAwaited { get; set; }
        public bool Moves { get; set; }
        public Belief Belief { get; set; }
        public Seat Seat { get; set; } = new(IsHere: false);
        public (SeatRow? Seat, HashSet<string> Living)? Read { get; set; }
        public Action? Will { get; set; }
        public NodeWatch Watch { get; set; } = NodeWatch.Empty;

        public int Rung { get; set; }

        private TimeSpan? _cameAt;

        public bool HasJustCome(SeatRow? seat, TimeSpan now)
        {
            if (seat?.Node != Name || IsBusy) _cameAt = null;
            else if (!Seat.IsHere) _cameAt = now;
            return now - _cameAt < TimeSpan.FromSeconds(2);
        }

        public override string ToString() => name;
    }
}
