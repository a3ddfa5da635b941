using System.Collections.Immutable;
using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;
using static Ringway.Calls.Command;

namespace Ringway.Calls.Tests;

public class WhoListens
{
    private static readonly ImmutableArray<CallEvent> Listening =
        [new SuperviseAsked(Cast.Eve, SupervisionMode.Listen), new PickedUp(Cast.Eve), new EarOpened(Cast.Ada, SupervisionMode.Listen)];

    private static readonly ImmutableArray<CallEvent> Whispering =
        [new SuperviseAsked(Cast.Eve, SupervisionMode.Whisper), new EarOpened(Cast.Ada, SupervisionMode.Whisper), new EarClosed(Cast.Ada, SupervisionMode.Listen)];

    [Fact]
    public void A_supervisor_is_connected_beside_the_call_and_the_bridge_of_the_call_is_left_alone()
    {
        var (call, done) = Run(Listening);

        Assert.Equal([new Ring(Cast.Eve, AnswersItself: true), new OpenEar(Cast.Eve, Cast.Ada, SupervisionMode.Listen), new JoinEar(Cast.Ada, SupervisionMode.Listen)], done.AsEnumerable());
        Assert.Equal(SupervisionStage.On, call.Story.Supervision!.Stage);
        Assert.Contains((Cast.Eve, true), call.Engages);
    }

    [Fact]
    public void Speaking_to_the_agent_alone_and_falling_silent_again_changes_the_ear()
    {
        var (call, done) = Run([.. Listening, .. Whispering, new SuperviseAsked(Cast.Eve, SupervisionMode.Listen)]);

        Assert.Equal(
            [new ChangeEar(Cast.Ada, SupervisionMode.Whisper), new JoinEar(Cast.Ada, SupervisionMode.Whisper), new ChangeEar(Cast.Ada, SupervisionMode.Listen)],
            done[^3..].AsEnumerable());
        Assert.Equal((SupervisionMode.Listen, SupervisionStage.Opening), (call.Story.Supervision!.Mode, call.Story.Supervision.Stage));
    }

    [Fact]
    public void The_end_of_the_ear_that_was_changed_for_another_ends_nothing() =>
        Assert.Equal(SupervisionStage.On, Run([.. Listening, .. Whispering, new EarClosed(Cast.Ada, SupervisionMode.Listen)]).Call.Story.Supervision!.Stage);

    [Fact]
    public void Who_comes_into_the_call_is_in_it_like_a_colleague_and_when_she_leaves_the_two_go_on()
    {
        var (call, done) = Run([.. Listening, new BargeAsked(Cast.Eve)]);

        Assert.Equal([new Join([Leg.Of(Cast.Eve)]), new CloseEar(Cast.Ada, SupervisionMode.Listen)], done[^2..].AsEnumerable());
        Assert.Equal([new(Cast.Eve)], Assert.IsType<Talking>(call).Colleagues);

        Assert.Empty(Assert.IsType<Talking>(CallMachine.On(call, new AgentGone(Cast.Eve, default), Cast.Noon).Next).Colleagues);
    }

    [Fact]
    public void Nobody_comes_into_a_call_before_she_hears_it() =>
        Assert.Empty(Assert.IsType<Talking>(Run([.. Listening[..2], new BargeAsked(Cast.Eve)]).Call).Colleagues);

    [Fact]
    public void When_the_agent_gives_the_call_away_nobody_listens_any_more()
    {
        var (call, done) = Run([.. Listening, new TransferAsked(Cast.Ada, Cast.Bob)]);

        Assert.Null(call.Story.Supervision);
        Assert.Equal([new HangUpLeg(Leg.Of(Cast.Eve), 16), new CloseEar(Cast.Ada, SupervisionMode.Listen)], done[^2..].AsEnumerable());
        Assert.Contains(Cast.Eve, call.Leaving);
    }

    [Fact]
    public void The_end_of_the_call_ends_all_and_the_end_of_the_supervisor_nothing()
    {
        Assert.Equal(SupervisionStage.On, Run(Listening).Call.Story.Supervision!.Stage);
        var (over, done) = Run([.. Listening, new CustomerGone(new HangUp(16))]);
        Assert.IsType<Over>(over);
        Assert.Contains(new HangUpLeg(Leg.Of(Cast.Eve), 16), done);
        Assert.Contains(new CloseEar(Cast.Ada, SupervisionMode.Listen), done);

        var (goesOn, closed) = Run([.. Listening, new AgentGone(Cast.Eve, new HangUp(16))]);
        Assert.Null(Assert.IsType<Talking>(goesOn).Story.Supervision);
        Assert.Equal(new CloseEar(Cast.Ada, SupervisionMode.Listen), closed[^1]);
    }

    [Fact]
    public void An_ear_that_Asterisk_refuses_or_closes_lets_the_supervisor_go_and_the_call_goes_on()
    {
        foreach (var broken in (CallEvent[])[new EarClosed(Cast.Ada, SupervisionMode.Listen), new CommandFailed(new OpenEar(Cast.Eve, Cast.Ada, SupervisionMode.Listen))])
        {
            var (call, done) = Run([.. Listening, broken]);

            Assert.Null(Assert.IsType<Talking>(call).Story.Supervision);
            Assert.Contains(new HangUpLeg(Leg.Of(Cast.Eve), 16), done);
        }
    }

    [Fact]
    public void Another_supervisor_is_not_let_in() =>
        Assert.Equal(Cast.Eve, Run([.. Listening, new SuperviseAsked(Cast.Bob, SupervisionMode.Whisper)]).Call.Story.Supervision!.By);

    [Fact]
    public void After_a_restart_she_goes_on_as_before()
    {
        var story = Cast.Answered with { Supervision = new(Cast.Eve, Cast.Ada, SupervisionMode.Whisper, SupervisionStage.On) };

        var step = Recovery.Resume(story, [new(Leg.Customer, Up: true), new(Leg.Of(Cast.Ada), Up: true)], Cast.Noon);

        Assert.Equal(story.Supervision, step.Next.Story.Supervision);
        Assert.DoesNotContain(step.Do, command => command is HangUpLeg);
    }

    [Fact]
    public void After_a_restart_a_supervisor_whose_ear_was_not_open_yet_is_let_go()
    {
        var story = Cast.Answered with { Supervision = new(Cast.Eve, Cast.Ada, SupervisionMode.Listen, SupervisionStage.Opening) };

        var step = Recovery.Resume(story, [new(Leg.Customer, Up: true), new(Leg.Of(Cast.Ada), Up: true)], Cast.Noon);

        Assert.IsType<Talking>(step.Next);
        Assert.Contains(new HangUpLeg(Leg.Of(Cast.Eve), 16), step.Do);
    }

    private static (Call Call, ImmutableArray<Command> Done) Run(ImmutableArray<CallEvent> events)
    {
        var (call, done) = ((Call)new Talking(Cast.Answered, Cast.Ada), ImmutableArray<Command>.Empty);
        foreach (var happened in events)
        {
            var step = CallMachine.On(call, happened, Cast.Noon);
            (call, done) = (step.Next, done.AddRange(step.Do));
        }

        return (call, done);
    }
}
