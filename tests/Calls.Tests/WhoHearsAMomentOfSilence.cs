using System.Collections.Immutable;
using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;
using static Ringway.Calls.Command;

namespace Ringway.Calls.Tests;

public class WhoHearsAMomentOfSilence
{
    private static readonly Story Recorded = Cast.Answered with { Recording = new(RecordingStage.Running, Side.Both) };

    private static readonly Story ListenedTo = Cast.Answered with { Supervision = new(Cast.Eve, Cast.Ada, SupervisionMode.Listen, SupervisionStage.On) };

    private static readonly ImmutableArray<CallEvent> Asked = [new ConsultAsked(Cast.Ada, Cast.Bob), new PickedUp(Cast.Bob)];

    [Fact]
    public void A_customer_who_is_recorded_when_a_third_has_left_the_two()
    {
        Assert.Equal([Leg.Customer], Hushed(Recorded, [.. Asked, new MergeAsked(Cast.Ada), new AgentGone(Cast.Bob, default)]));
        Assert.Equal([Leg.Customer], Hushed(Recorded, [.. Asked, new MergeAsked(Cast.Ada), new ConsultCompleted(Cast.Ada), new AgentGone(Cast.Ada, default)]));
    }

    [Fact]
    public void Nobody_who_heard_music_or_who_is_not_listened_to()
    {
        Assert.Empty(Hushed(Recorded, [.. Asked, new ConsultCompleted(Cast.Ada)]));
        Assert.Empty(Hushed(Recorded, [new HoldAsked(Cast.Ada), new ResumeAsked(Cast.Ada)]));
        Assert.Empty(Hushed(Cast.Answered, [.. Asked, new MergeAsked(Cast.Ada), new AgentGone(Cast.Bob, default)]));
    }

    [Fact]
    public void An_agent_to_whom_a_supervisor_listens_each_time_when_she_hears_somebody_else()
    {
        var ada = Leg.Of(Cast.Ada);
        Assert.Equal([ada], Hushed(ListenedTo, Asked));
        Assert.Equal([ada, ada], Hushed(ListenedTo, [.. Asked, new SwapAsked(Cast.Ada)]));
        Assert.Equal([ada, ada, ada], Hushed(ListenedTo, [.. Asked, new MergeAsked(Cast.Ada), new AgentGone(Cast.Bob, default)]));
        Assert.Equal([ada], Hushed(ListenedTo, [new HoldAsked(Cast.Ada), new ResumeAsked(Cast.Ada)]));
    }

    [Fact]
    public void Who_did_not_hear_it_once_more()
    {
        var talking = new Talking(ListenedTo, Cast.Ada);

        Assert.Equal(new Hush(Leg.Of(Cast.Ada), Again: true), Assert.Single(CallMachine.On(talking, new HushFailed(Leg.Of(Cast.Ada)), Cast.Noon).Do));
    }

    [Fact]
    public void Who_stays_when_the_leg_of_who_leaves_has_ended_and_not_before()
    {
        var together = new Talking(Recorded, Cast.Ada) { Colleagues = [new(Cast.Bob)] };

        var handed = CallMachine.On(together, new ConsultCompleted(Cast.Ada), Cast.Noon);

        Assert.Empty(handed.Do.OfType<Hush>());
        Assert.Equal(new Hush(Leg.Customer), Assert.Single(CallMachine.On(handed.Next, new AgentGone(Cast.Ada, default), Cast.Noon).Do.OfType<Hush>()));
    }

    [Fact]
    public void A_customer_who_is_recorded_not_while_three_talk() => Assert.Empty(Hushed(Recorded, [.. Asked, new MergeAsked(Cast.Ada)]));

    [Fact]
    public void Nobody_when_a_fourth_joins_three_or_leaves_them()
    {
        var three = new Talking(ListenedTo, Cast.Ada) { Colleagues = [new(Cast.Bob), new(new("cyd"), ColleagueState.Ringing)] };

        var joined = CallMachine.On(three, new PickedUp(new("cyd")), Cast.Noon);

        Assert.Empty(joined.Do.OfType<Hush>());
        Assert.Empty(CallMachine.On(joined.Next, new AgentGone(new("cyd"), default), Cast.Noon).Do.OfType<Hush>());
    }

    private static IEnumerable<Leg> Hushed(Story story, ImmutableArray<CallEvent> events)
    {
        var (call, done) = ((Call)new Talking(story, Cast.Ada), ImmutableArray<Command>.Empty);
        foreach (var happened in events)
        {
            var step = CallMachine.On(call, happened, Cast.Noon);
            (call, done) = (step.Next, done.AddRange(step.Do));
        }

        return done.OfType<Hush>().Select(hush => hush.Leg);
    }
}
