using Microsoft.Extensions.Time.Testing;
using Ringway.Calls;
using Ringway.Switchboard;
using Ringway.Tests.Api;

namespace Ringway.Tests.Switchboard;

/// <summary>What can be said of a wait: what others have waited, and never more than is known.</summary>
public class HowLongTheLastWaited
{
    private readonly FakeTimeProvider _time = new(Example.Noon);
    private readonly RecentWaits _waits;

    public HowLongTheLastWaited() => _waits = new(_time);

    [Fact]
    public void Of_two_who_waited_nothing_can_be_said()
    {
        Waited(60, 60);

        Assert.Null(_waits.MinutesLeft("help", Example.Noon));
    }

    [Theory]
    [InlineData(20, 1)]
    [InlineData(60, 1)]
    [InlineData(61, 2)]
    [InlineData(11 * 60, 15)]
    [InlineData(59 * 60, 60)]
    [InlineData(61 * 60, null)]
    public void It_is_what_the_middle_one_waited_in_minutes_that_can_be_spoken(int seconds, int? minutes)
    {
        Waited(1, seconds, 3601 * 2);

        Assert.Equal(minutes, _waits.MinutesLeft("help", Example.Noon));
    }

    [Fact]
    public void What_the_caller_has_waited_already_is_taken_off_and_who_has_waited_longer_is_told_nothing()
    {
        Waited(170, 170, 170);

        Assert.Equal(3, _waits.MinutesLeft("help", Example.Noon));
        Assert.Equal(1, _waits.MinutesLeft("help", Example.Noon.AddSeconds(-120)));
        Assert.Null(_waits.MinutesLeft("help", Example.Noon.AddSeconds(-170)));
    }

    [Fact]
    public void The_last_ten_count_and_those_of_another_team_or_of_more_than_an_hour_ago_do_not()
    {
        Waited([.. Enumerable.Repeat(3000, 10), .. Enumerable.Repeat(100, 10)]);

        Assert.Equal(2, _waits.MinutesLeft("help", Example.Noon));
        Assert.Null(_waits.MinutesLeft("sales", Example.Noon));
        _time.Advance(TimeSpan.FromMinutes(61));
        Assert.Null(_waits.MinutesLeft("help", _time.GetUtcNow()));
    }

    [Fact]
    public void Who_did_not_wait_before_somebody_took_the_call_does_not_count()
    {
        for (var i = 0; i < 3; i++)
        {
            _waits.Note("help", Calls(i) with { AnsweredAt = Example.Noon });
            _waits.Note("help", Calls(i + 10) with { AnsweredAt = Example.Noon, QueuedAt = Example.Noon.AddSeconds(9) }); // parked, or left by her agent
        }

        Assert.Null(_waits.MinutesLeft("help", Example.Noon));
    }

    private void Waited(params int[] seconds)
    {
        foreach (var (i, waited) in seconds.Index())
        {
            var taken = Example.Noon.AddSeconds(i - seconds.Length);
            _waits.Note("help", Calls(i) with { QueuedAt = taken.AddSeconds(-waited), AnsweredAt = taken });
        }
    }

    private static Story Calls(int i) => new(new($"n1-{i}"), Direction.Inbound, new("+15550100001"), "main", Example.Noon);
}
