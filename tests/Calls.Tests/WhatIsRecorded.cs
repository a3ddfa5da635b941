using System.Collections.Immutable;
using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;
using static Ringway.Calls.Command;

namespace Ringway.Calls.Tests;

public class WhatIsRecorded
{
    private static readonly RecordingPolicy Always = new(RecordWhen.Always, Announced: true);

    private static readonly ImmutableArray<CallEvent> Answered = [new AgentsChosen([Cast.Ada]), new PickedUp(Cast.Ada)];

    private static readonly ImmutableArray<CallEvent> Tapped = [new TapOpened(Side.Heard), new TapOpened(Side.Said)];

    [Fact]
    public void A_call_of_a_line_that_records_always_is_tapped_as_soon_as_somebody_answers()
    {
        var (_, done) = Run(Always, Answered);

        Assert.Contains(new OpenTaps(), done);
        Assert.DoesNotContain(new RunRecording(), done);
    }

    [Fact]
    public void The_tape_runs_when_both_sides_are_tapped_and_only_then_both_are_told()
    {
        var (call, done) = Run(Always, [.. Answered, .. Tapped, new RecordingAnnounced()]);

        Assert.Equal([new RunRecording(), new AnnounceRecording(), new Hush(Leg.Customer)], done[^3..].AsEnumerable());
        Assert.Equal(RecordingStage.Running, call.Story.Recording!.Stage);
        Assert.NotNull(call.Story.Recording.AnnouncedAt);
    }

    [Fact]
    public void Nobody_is_told_where_the_line_says_nothing() =>
        Assert.Equal(new RunRecording(), Run(Always with { Announced = false }, [.. Answered, .. Tapped]).Done[^1]);

    [Fact]
    public void A_call_that_cannot_be_told_of_its_recording_goes_on_and_nothing_of_it_is_kept()
    {
        var (call, done) = Run(Always, [.. Answered, .. Tapped, new CommandFailed(new AnnounceRecording())]);

        Assert.Equal(new DropRecording(), done[^1]);
        Assert.Equal(RecordingStage.Failed, Assert.IsType<Talking>(call).Story.Recording!.Stage);
    }

    [Fact]
    public void Hold_and_transfer_leave_the_recording_alone()
    {
        var (call, done) = Run(Always, [.. Answered, .. Tapped, new HoldAsked(Cast.Ada), new ResumeAsked(Cast.Ada), new TransferAsked(Cast.Ada, Cast.Bob),
            new AgentGone(Cast.Ada, default), new PickedUp(Cast.Bob)]);

        Assert.Equal(Cast.Bob, Assert.IsType<Talking>(call).With);
        Assert.Single(done.OfType<OpenTaps>());
        Assert.Single(done.OfType<RunRecording>());
        Assert.DoesNotContain(done, command => command is PauseRecording or DropRecording);
    }

    [Fact]
    public void On_demand_nothing_is_tapped_until_the_agent_who_has_the_call_asks()
    {
        var demand = Always with { When = RecordWhen.OnDemand };

        Assert.DoesNotContain(new OpenTaps(), Run(demand, [.. Answered, new RecordingAsked(Cast.Bob)]).Done);
        Assert.Contains(new OpenTaps(), Run(demand, [.. Answered, new RecordingAsked(Cast.Ada)]).Done);
    }

    [Fact]
    public void A_line_that_is_never_recorded_cannot_be_asked_to() =>
        Assert.DoesNotContain(new OpenTaps(), Run(default, [.. Answered, new RecordingAsked(Cast.Ada)]).Done);

    [Fact]
    public void A_pause_records_silence_and_asking_again_ends_it()
    {
        var (call, done) = Run(Always, [.. Answered, .. Tapped, new RecordingPauseAsked(Cast.Ada), new RecordingAsked(Cast.Ada)]);

        Assert.Equal([new PauseRecording(), new UnpauseRecording()], done[^2..].AsEnumerable());
        Assert.Equal(RecordingStage.Running, call.Story.Recording!.Stage);
    }

    [Fact]
    public void A_pause_that_Asterisk_refuses_ends_the_recording_because_what_is_said_now_must_not_be_on_it() =>
        Assert.Equal(new DropRecording(), Run(Always, [.. Answered, .. Tapped, new RecordingPauseAsked(Cast.Ada), new CommandFailed(new PauseRecording())]).Done[^1]);

    [Fact]
    public void A_call_found_after_a_restart_that_should_be_recorded_and_is_not_is_tapped_now()
    {
        var story = Cast.Answered with { RecordingPolicy = Always };

        var step = Recovery.Resume(story, [new(Leg.Customer, Up: true), new(Leg.Of(Cast.Ada), Up: true)], Cast.Noon);

        Assert.Contains(new OpenTaps(), step.Do);
        Assert.DoesNotContain(new OpenTaps(), Recovery.Resume(
            story with { Recording = new(RecordingStage.Running, Side.Both) }, [new(Leg.Customer, Up: true), new(Leg.Of(Cast.Ada), Up: true)], Cast.Noon).Do);
    }

    private static (Call Call, ImmutableArray<Command> Done) Run(RecordingPolicy policy, ImmutableArray<CallEvent> events)
    {
        var (call, done) = ((Call)new Arriving(Cast.Inbound with { RecordingPolicy = policy }), ImmutableArray<Command>.Empty);
        foreach (var happened in events)
        {
            var step = CallMachine.On(call, happened, Cast.Noon);
            (call, done) = (step.Next, done.AddRange(step.Do));
        }

        return (call, done);
    }
}
