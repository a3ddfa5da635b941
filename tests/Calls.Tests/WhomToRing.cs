using System.Collections.Immutable;
using static Ringway.Calls.Tests.Cast;

namespace Ringway.Calls.Tests;

/// <summary>Which of those who are free a call rings.</summary>
public class WhomToRing
{
    private static readonly ImmutableArray<Candidate> Free =
    [
        new(Ada, IdleSince: Noon.AddMinutes(-5), AskedAt: Noon.AddMinutes(-1), Calls: 3),
        new(Bob, IdleSince: Noon.AddMinutes(-4), AskedAt: Noon.AddMinutes(-9), Calls: 2),
        new(Eve, IdleSince: Noon.AddMinutes(-2), AskedAt: null, Calls: 1),
    ];

    [Fact]
    public void Ring_all_rings_everybody_also_who_was_asked_before() =>
        Assert.Equal([Ada, Bob, Eve], Routing.Choose(Strategy.RingAll, Free, [Ada]).AsEnumerable());

    [Fact]
    public void Longest_idle_passes_over_whoever_has_just_not_answered() =>
        Assert.Equal([Bob], Routing.Choose(Strategy.LongestIdle, Free, []).AsEnumerable());

    [Fact]
    public void Round_robin_rings_who_was_asked_longest_ago() =>
        Assert.Equal([Eve], Routing.Choose(Strategy.RoundRobin, Free, []).AsEnumerable());

    [Fact]
    public void Fewest_calls_rings_who_has_had_the_fewest() =>
        Assert.Equal([Eve], Routing.Choose(Strategy.FewestCalls, Free, []).AsEnumerable());

    [Fact]
    public void Fixed_order_rings_the_first_of_the_list_who_was_not_asked_yet()
    {
        Assert.Equal([Ada], Routing.Choose(Strategy.FixedOrder, Free, []).AsEnumerable());
        Assert.Equal([Bob], Routing.Choose(Strategy.FixedOrder, Free, [Ada]).AsEnumerable());
        Assert.Equal([Ada], Routing.Choose(Strategy.FixedOrder, Free, [Ada, Bob, Eve]).AsEnumerable());
    }

    [Fact]
    public void The_best_at_a_skill_comes_first_then_the_next_best_and_the_rest_only_when_anybody_may_come()
    {
        static int Level(AgentId agent) => agent == Ada ? 2 : agent == Bob ? 7 : 0;

        Assert.Equal([Bob], Routing.Choose(Strategy.FixedOrder, Free, [], Level).AsEnumerable());
        Assert.Equal([Bob], Routing.Choose(Strategy.RingAll, Free, [], Level).AsEnumerable());
        Assert.Equal([Ada], Routing.Choose(Strategy.FixedOrder, Free, [Bob], Level).AsEnumerable());
        Assert.Equal([Bob], Routing.Choose(Strategy.FixedOrder, Free, [Ada, Bob], Level).AsEnumerable());
        Assert.Equal([Eve], Routing.Choose(Strategy.FixedOrder, Free, [Ada, Bob], Level, anybody: true).AsEnumerable());
        Assert.Empty(Routing.Choose(Strategy.RingAll, Free.RemoveRange(0, 2), [], Level));
    }

    [Theory]
    [InlineData(Strategy.RingAll)]
    [InlineData(Strategy.LongestIdle)]
    [InlineData(Strategy.RoundRobin)]
    [InlineData(Strategy.FewestCalls)]
    [InlineData(Strategy.FixedOrder)]
    public void Of_nobody_nobody_is_chosen(Strategy strategy) => Assert.Empty(Routing.Choose(strategy, [], []));
}
