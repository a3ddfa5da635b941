using System.Collections.Immutable;
using CsCheck;
using static Ringway.Calls.Tests.Cast;

namespace Ringway.Calls.Tests;

/// <summary>Which of a line's routes a call takes.</summary>
public class WhichRoute
{
    private static readonly ImmutableArray<Route> Rules =
    [
        new("vip", new Destination.Agent(Ada), _ => true) { Callers = [new("+4930*"), new("DE.77")] },
        new("orders", new Destination.Team("orders"), _ => true) { Payloads = [new("order-*")] },
        new("back", new Destination.Team(null), _ => true) { Returning = TimeSpan.FromHours(24) },
        new("otherwise", new Destination.Team(null), at => at.Hour < 18),
    ];

    [Theory]
    [InlineData("+4930901820", null, null, "vip")]
    [InlineData("+4940901820", null, null, "otherwise")]
    [InlineData("+4940901820", null, "order-7", "orders")]
    [InlineData("+4930901820", null, "order-7", "vip")]
    [InlineData(null, "DE.77", null, "vip")]
    [InlineData(null, "DE.778", null, "otherwise")]
    public void The_first_rule_whose_every_condition_holds_is_the_calls(string? number, string? user, string? payload, string rule) =>
        Assert.Equal(rule, Routes.Decide(Rules, new(new(number, user), Noon, payload)).Route!.Name);

    [Fact]
    public void Who_comes_back_in_time_gets_the_agent_of_the_last_time_first()
    {
        var decision = Routes.Decide(Rules, new(Inbound.Customer, Noon, Last: new(Bob, Noon.AddHours(-24))));
        Assert.Equal(("back", Bob), (decision.Route!.Name, decision.First));

        Assert.Null(Routes.Decide(Rules, new(Inbound.Customer, Noon, Last: new(Bob, Noon.AddHours(-24).AddSeconds(-1)))).First);
    }

    [Theory]
    [InlineData(true, "friends")]
    [InlineData(false, "strangers")]
    public void A_rule_may_ask_whether_the_caller_may_be_called(bool mayBeCalled, string rule) => Assert.Equal(rule, Routes.Decide(
        [
            new("friends", new Destination.Team("friends"), _ => true) { MayBeCalled = true },
            new("strangers", new Destination.Team("strangers"), _ => true) { MayBeCalled = false },
        ], new(Inbound.Customer, Noon, MayBeCalled: mayBeCalled)).Route!.Name);

    [Fact]
    public void Why_a_rule_was_passed_over_is_told_and_where_none_is_in_force_the_line_is_closed()
    {
        var decision = Routes.Decide(Rules, new(Inbound.Customer, Noon.AddHours(7)));

        Assert.Null(decision.Route);
        Assert.Equal([Mismatch.Caller, Mismatch.Payload, Mismatch.NewCaller, Mismatch.Hours], decision.PassedOver.Select(passed => passed.Why));
    }

    [Theory]
    [InlineData("order-*", "order-", true)]
    [InlineData("order-*", "Order-7", false)]
    [InlineData("*", "", true)]
    [InlineData("+49?0", "+4930", true)]
    [InlineData("+49?0", "+490", false)]
    [InlineData("*-*-de", "a-b-c-de", true)]
    [InlineData("*-*-de", "a-de", false)]
    public void A_mask_fits(string mask, string text, bool fits) => Assert.Equal(fits, new Mask(mask).Fits(text));

    [Fact]
    public void A_mask_fits_whatever_was_put_in_the_place_of_its_stars() =>
        Gen.Select(Gen.String[Gen.Char["ab"], 0, 4].Array[1, 4], Gen.String[Gen.Char["ab?"], 0, 4].Array[4]).Sample((parts, filling) =>
            Assert.True(new Mask(string.Join('*', parts)).Fits(string.Concat(parts.Select((part, i) => i == 0 ? part : filling[i - 1] + part)))));

    /// <summary>Nobody starves: however many come, whoever has waited longer than the greatest head start is before all who come then.</summary>
    [Fact]
    public void Nobody_is_overtaken_by_whom_came_later_by_more_than_the_head_start() =>
        Gen.Select(Gen.Int[0, 3600], Gen.Int[0, 3600], Gen.Int[1, 3600]).Sample((first, headStart, later) =>
        {
            var waits = Waiting with { QueuedAt = Noon.AddSeconds(first) };
            var next = Waiting with { QueuedAt = Noon.AddSeconds(first + headStart + later), Wish = new(HeadStart: TimeSpan.FromSeconds(headStart)) };
            Assert.True(waits.Place < next.Place);
        });
}
