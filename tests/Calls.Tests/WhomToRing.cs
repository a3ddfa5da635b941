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

    [Theory]
    [InlineData(Strategy.RingAll)]
    [InlineData(Strategy.LongestIdle)]
    [InlineData(Strategy.RoundRobin)]
    [InlineData(Strategy.FewestCalls)]
    [InlineData(Strategy.FixedOrder)]
    public void Of_nobody_nobody_is_chosen(Strategy strategy) => Assert.Empty(Routing.Choose(strategy, [], []));
}
