using System.Collections.Immutable;
using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;
using static Ringway.Calls.Command;

namespace Ringway.Calls.Tests;

public class ManyTogether
{
    private static readonly Colleague BobTalks = new(Cast.Bob);
    private static readonly Colleague EveTalks = new(Cast.Eve);
    private static readonly Colleague EveRings = new(Cast.Eve, ColleagueState.Ringing);

    private static readonly Talking Three = new(Cast.Answered, Cast.Ada) { Colleagues = [BobTalks] };
    private static readonly Talking Four = Three with { Colleagues = [BobTalks, EveTalks] };

    [Fact]
    public void One_more_is_rung_while_the_others_go_on_talking_and_comes_in_when_she_picks_up()
    {
        var rung = On(Three, new ConsultAsked(Cast.Ada, Cast.Eve));
        Assert.False(Talk(rung).OnHold);
        Assert.Equal([BobTalks, EveRings], Talk(rung).Colleagues);
        Assert.Equal([new Ring(Cast.Eve), new Start(Deadline.Consult)], rung.Do);

        var joined = On(rung.Next, new PickedUp(Cast.Eve));
        Assert.Equal([BobTalks, EveTalks], Talk(joined).Colleagues);
        Assert.Equal([new Join([Leg.Of(Cast.Eve)]), new Stop(Deadline.Consult)], joined.Do);
    }

    [Fact]
    public void One_rings_at_a_time_and_there_is_a_limit()
    {
        var rings = Three with { Colleagues = [BobTalks, EveRings] };
        Assert.Empty(On(rings, new ConsultAsked(Cast.Ada, new("cyd"))).Do);

        var full = Three with { Colleagues = [.. Enumerable.Range(1, Talking.MostColleagues).Select(i => new Colleague(new($"agent{i}")))] };
        Assert.Empty(On(full, new ConsultAsked(Cast.Ada, Cast.Eve)).Do);
        Assert.Empty(On(Three with { Colleagues = [new(Cast.Bob, ColleagueState.Waiting)] }, new ConsultAsked(Cast.Ada, Cast.Eve)).Do);
    }

    [Fact]
    public void Who_does_not_pick_up_or_declines_leaves_the_others_as_they_were()
    {
        var rings = Three with { Colleagues = [BobTalks, EveRings] };
        foreach (var refusal in new CallEvent[] { new TimeUp(Deadline.Consult), new DeclineAsked(Cast.Eve), new AgentGone(Cast.Eve, default), new ConsultCancelled(Cast.Ada) })
        {
            var step = On(rings, refusal);
            Assert.Equal([BobTalks], Talk(step).Colleagues);
            Assert.Contains(new Stop(Deadline.Consult), step.Do);
            Assert.DoesNotContain(step.Do, command => command is HangUpLeg { Leg: var leg } && leg != Leg.Of(Cast.Eve));
        }
    }

    [Fact]
    public void Who_leaves_while_another_rings_does_not_stop_the_ringing()
    {
        var step = On(Three with { Colleagues = [BobTalks, EveRings] }, new AgentGone(Cast.Bob, default));

        Assert.Equal([EveRings], Talk(step).Colleagues);
        Assert.Empty(step.Do);
        Assert.False(Talk(On(step.Next, new PickedUp(Cast.Eve))).OnHold);
    }

    [Fact]
    public void The_agent_drops_whom_she_names()
    {
        Assert.Equal([EveTalks], Talk(On(Four, new ConsultCancelled(Cast.Ada, Cast.Bob))).Colleagues);
        Assert.Equal([BobTalks], Talk(On(Four, new ConsultCancelled(Cast.Ada))).Colleagues);
        Assert.Empty(On(Four, new ConsultCancelled(Cast.Ada, new("cyd"))).Do);
    }

    [Fact]
    public void A_colleague_drops_nobody_but_herself() =>
        Assert.Equal([EveTalks], Talk(On(Four, new ConsultCancelled(Cast.Bob, Cast.Eve))).Colleagues);

    [Fact]
    public void When_the_agent_leaves_the_first_colleague_has_the_call_and_the_others_stay()
    {
        foreach (var leaves in new CallEvent[] { new ConsultCompleted(Cast.Ada), new AgentGone(Cast.Ada, default), new AgentPhoneReplaced(Cast.Ada) })
        {
            var next = Talk(On(Four, leaves));
            Assert.Equal((Cast.Bob, Cast.Ada), (next.With, next.Story.TransferredBy));
            Assert.Equal([EveTalks], next.Colleagues);
        }
    }

    [Fact]
    public void Who_rings_goes_on_ringing_for_whoever_has_the_call_then()
    {
        var step = On(Three with { Colleagues = [EveRings, BobTalks] }, new ConsultCompleted(Cast.Ada));

        Assert.Equal(Cast.Bob, Talk(step).With);
        Assert.Equal([EveRings], Talk(step).Colleagues);
        Assert.DoesNotContain(new Stop(Deadline.Consult), step.Do);
    }

    [Fact]
    public void When_all_who_talk_have_left_the_user_hears_music_until_the_one_who_rings_takes_it()
    {
        var step = On(Three with { Colleagues = [EveRings] }, new ConsultCompleted(Cast.Ada));

        Assert.Equal([Cast.Eve], Assert.IsType<Offered>(step.Next).Ringing);
        Assert.Contains(new PlayMusic(Leg.Customer, InBridge: true), step.Do);
    }

    [Fact]
    public void On_hold_the_agents_talk_and_one_more_may_come_and_then_all_are_together_again()
    {
        var held = On(Four, new HoldAsked(Cast.Ada));
        Assert.Equal([new PlayMusic(Leg.Customer, InBridge: true)], held.Do);
        Assert.Empty(On(held.Next, new SwapAsked(Cast.Ada)).Do);
        Assert.Equal([new Ring(new("cyd")), new Start(Deadline.Consult)], On(held.Next, new ConsultAsked(Cast.Ada, new("cyd"))).Do);

        var together = On(held.Next, new MergeAsked(Cast.Ada));
        Assert.Equal([new StopMusic(Leg.Customer), new Join([Leg.Customer])], together.Do);
        Assert.Equal((false, 2), (Talk(together).OnHold, Talk(together).Colleagues.Length));
    }

    [Fact]
    public void When_the_user_hangs_up_all_legs_end()
    {
        var ended = On(Four, new CustomerGone(default)).Do.OfType<HangUpLeg>().Select(end => end.Leg.Agent);
        Assert.Equal([Cast.Ada, Cast.Bob, Cast.Eve], ended);
    }

    [Fact]
    public void A_supervisor_comes_into_a_conference_like_one_more()
    {
        var listened = Three with { Story = Cast.Answered with { Supervision = new(Cast.Eve, Cast.Ada, SupervisionMode.Listen, SupervisionStage.On) } };

        Assert.Equal([BobTalks, EveTalks], Talk(On(listened, new BargeAsked(Cast.Eve))).Colleagues);
        Assert.Single(Talk(On(listened with { Colleagues = [new(Cast.Bob, ColleagueState.Waiting)] }, new BargeAsked(Cast.Eve))).Colleagues);
    }

    private static Step On(Call call, CallEvent happened) => CallMachine.On(call, happened, Cast.Noon);

    private static Talking Talk(Step step) => Assert.IsType<Talking>(step.Next);
}
