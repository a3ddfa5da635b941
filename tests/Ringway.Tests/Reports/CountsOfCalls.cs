using Ringway.Calls;
using Ringway.Reports;
using Ringway.Store;
using Ringway.Tests.Api;

namespace Ringway.Tests.Reports;

public sealed class CountsOfCalls
{
    private static readonly DateTimeOffset Noon = Example.Noon;

    [Fact]
    public void Without_calls_there_is_nothing_to_divide()
    {
        var report = Report(ReportBy.Line);

        Assert.Empty(report.Rows);
        Assert.Equal(new ReportRow(null, 0, 0, 0, 0, 0, null, null, null, null, 0, 0, 0, null), report.All);
    }

    [Fact]
    public void Calls_of_users_are_answered_or_missed_and_who_gave_up_is_among_the_missed()
    {
        var report = Report(ReportBy.Line, Answered(wait: 2, talk: 8), Answered(wait: 20, talk: 10), Answered(wait: 20.1, talk: 12), Missed("abandoned"), Missed("noAnswer"), Missed("nobodySignedIn"));

        Assert.Equal(
            new ReportRow("main", 6, 3, 1, 3, 2, 0.3333, 0.5, 14, 10, 0, 0, 0, null),
            Assert.Single(report.Rows));
        Assert.Equal(report.Rows[0] with { Key = null }, report.All);
    }

    [Fact]
    public void Calls_outside_of_the_hours_spoil_no_ratio()
    {
        var row = Report(ReportBy.Line, Missed("closed"), Answered()).All;

        Assert.Equal((1, 1, 0, 1, 1.0), (row.Closed, row.Offered, row.Missed, row.Answered, row.ServiceLevel));
    }

    [Fact]
    public void Calls_to_users_count_for_themselves()
    {
        var placed = Answered(wait: 5, talk: 30) with { Direction = Direction.Outbound };

        var row = Report(ReportBy.Line, placed, Missed("declined") with { Direction = Direction.Outbound }, Answered(wait: 3, talk: 10)).All;

        Assert.Equal((2, 1, 0.5, 1, 0), (row.Placed, row.PickedUp, row.PickUpRatio, row.Offered, row.Missed));
        Assert.Equal((3.0, 20.0), (row.AverageWaitSeconds, row.AverageTalkSeconds));
    }

    [Fact]
    public void An_agent_is_offered_what_rings_and_misses_only_what_nobody_takes()
    {
        var both = Answered() with { OfferedTo = ["ada", "bob"] };

        var rows = Report(
            ReportBy.Agent, both, Missed("noAnswer") with { OfferedTo = ["ada", "bob", "ada"] }, both with { Agent = "carla" }, Missed("nobodySignedIn")).Rows;

        Assert.Equal(
            [("ada", 3, 1, 1), ("bob", 3, 0, 1), ("carla", 1, 1, 0)],
            rows.Select(row => (row.Key!, row.Offered, row.Answered, row.Missed)));
    }

    [Fact]
    public void All_has_each_call_once_whomever_it_rang() =>
        Assert.Equal(2, Report(ReportBy.Agent, Answered() with { OfferedTo = ["ada", "bob"] }, Missed("nobodySignedIn")).All.Offered);

    [Fact]
    public void An_agents_own_calls_are_those_she_placed() =>
        Assert.Equal(
            [("ada", 1, 0)],
            Report(ReportBy.Agent, Answered() with { Direction = Direction.Outbound, OfferedTo = ["bob"] }).Rows.Select(row => (row.Key!, row.Placed, row.Offered)));

    [Fact]
    public void Hours_are_those_of_UTC_in_their_order()
    {
        var late = Answered() with { ArrivedAt = new(2026, 11, 23, 14, 59, 59, 999, TimeSpan.FromHours(1)) };

        Assert.Equal(
            [("2026-11-23T12:00:00Z", 1), ("2026-11-23T13:00:00Z", 2)],
            Report(ReportBy.Hour, late, late, Answered()).Rows.Select(row => (row.Key!, row.Offered)));
    }

    [Fact]
    public void A_clock_that_was_set_back_gives_no_negative_times()
    {
        var row = Report(ReportBy.Line, Answered(wait: -5, talk: -60)).All;

        Assert.Equal((0.0, 0.0), (row.AverageWaitSeconds, row.AverageTalkSeconds));
    }

    private static CallReport Report(ReportBy by, params CallRecord[] calls)
    {
        var report = new CallReport(by);
        foreach (var call in calls) report.Add(call);
        return report;
    }

    private static CallRecord Answered(double wait = 2, double talk = 8) => Example.Ended("n1-1", Noon) with
    {
        AnsweredAt = Noon.AddSeconds(wait),
        EndedAt = Noon.AddSeconds(wait + talk),
    };

    private static CallRecord Missed(string what) => Example.Ended("n1-1", Noon, agent: null) with
    {
        AnsweredAt = null,
        Outcome = new OutcomeFact(what, "customer", "", null),
    };
}
