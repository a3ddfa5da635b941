using System.Collections.Immutable;
using CsCheck;
using static Ringway.Calls.Call;

namespace Ringway.Calls.Tests;

/// <summary>A restarted Ringway finds legs in Asterisk and makes a call of them.</summary>
public class TakenUpAgain
{
    private static readonly FoundLeg CustomerUp = new(Leg.Customer, Up: true);
    private static readonly FoundLeg CustomerWaits = new(Leg.Customer, Up: false);
    private static readonly FoundLeg OnMusic = new(Leg.Customer, Up: true, Outside: true);
    private static readonly FoundLeg BobUp = new(Leg.Of(Cast.Bob), Up: true);
    private static readonly FoundLeg EveUp = new(Leg.Of(Cast.Eve), Up: true);
    private static readonly FoundLeg BobRings = new(Leg.Of(Cast.Bob), Up: false);
    private static readonly FoundLeg AdaUp = new(Leg.Of(Cast.Ada), Up: true);
    private static readonly FoundLeg AdaRings = new(Leg.Of(Cast.Ada), Up: false);

    [Fact]
    public void Two_who_talk_go_on_talking() =>
        Assert.Equal(Cast.Ada, Assert.IsType<Talking>(Resume(Cast.Inbound, CustomerUp, AdaUp)).With);

    [Fact]
    public void A_caller_whose_agent_had_just_picked_up_is_answered_and_joined()
    {
        var step = Recovery.Resume(Cast.Inbound, [CustomerWaits, AdaUp], Cast.Noon);

        Assert.IsType<Talking>(step.Next);
        Assert.Contains(new Command.Answer(), step.Do);
        Assert.Contains(new Command.Join([Leg.Customer, Leg.Of(Cast.Ada)]), step.Do);
    }

    [Fact]
    public void A_caller_whom_nobody_had_been_asked_about_is_routed_anew() =>
        Assert.IsType<Arriving>(Resume(Cast.Inbound, CustomerWaits));

    [Fact]
    public void Phones_that_ring_go_on_ringing() =>
        Assert.Equal([Cast.Ada], Assert.IsType<Offered>(Resume(Cast.Inbound, CustomerWaits, AdaRings)).Ringing);

    [Fact]
    public void A_WhatsApp_user_who_is_being_called_goes_on_ringing() =>
        Assert.IsType<Dialling>(Resume(Cast.Outbound, CustomerWaits, AdaUp));

    [Fact]
    public void A_user_on_hold_stays_on_hold()
    {
        var step = Recovery.Resume(Cast.Answered, [OnMusic, AdaUp], Cast.Noon);

        var talking = Assert.IsType<Talking>(step.Next);
        Assert.Equal((Cast.Ada, true, true), (talking.With, talking.OnHold, talking.IsAlone));
        Assert.DoesNotContain(step.Do, command => command is Command.Join join && join.Legs.Contains(Leg.Customer));
    }

    [Fact]
    public void A_caller_whose_agent_is_away_hears_music_and_the_agent_may_come_back()
    {
        var step = Recovery.Resume(Cast.Answered, [CustomerUp with { Alone = true }], Cast.Noon);

        Assert.Equal(new AgentAway(Cast.Answered, Cast.Ada), step.Next);
        Assert.Contains(new Command.PlayMusic(Leg.Customer, InBridge: true), step.Do);
        Assert.Contains(new Command.Start(Deadline.Rejoin), step.Do);
        Assert.Equal(new AgentAway(Cast.Answered, Cast.Ada, Here: true, Rings: true), Resume(Cast.Answered, CustomerUp, AdaRings));
    }

    [Fact]
    public void A_colleague_who_is_asked_goes_on_ringing_or_talking()
    {
        Assert.Equal([new(Cast.Bob, ColleagueState.Ringing)], Assert.IsType<Talking>(Resume(Cast.Answered, OnMusic, AdaUp, BobRings)).Colleagues);
        Assert.Equal([new(Cast.Bob)], Assert.IsType<Talking>(Resume(Cast.Answered, OnMusic, AdaUp, BobUp)).Colleagues);
    }

    [Fact]
    public void Three_who_talk_go_on_talking_and_the_call_stays_with_whom_it_was()
    {
        var talking = Assert.IsType<Talking>(Resume(Cast.Answered with { Agent = Cast.Bob }, CustomerUp, AdaUp, BobUp));

        Assert.Equal((Cast.Bob, false), (talking.With, talking.OnHold));
        Assert.Equal([new(Cast.Ada)], talking.Colleagues);
    }

    [Fact]
    public void All_of_a_conference_go_on_talking_and_who_was_just_coming_in_comes_in()
    {
        var step = Recovery.Resume(Cast.Answered, [CustomerUp, AdaUp, BobUp, EveUp with { Outside = true }], Cast.Noon);

        Assert.Equal([new(Cast.Bob), new(Cast.Eve)], Assert.IsType<Talking>(step.Next).Colleagues);
        Assert.Contains(new Command.Join([Leg.Customer, Leg.Of(Cast.Ada), Leg.Of(Cast.Bob), Leg.Of(Cast.Eve)]), step.Do);
    }

    [Fact]
    public void Colleagues_who_talk_while_the_user_is_on_hold_go_on_and_the_one_who_rings_goes_on_ringing()
    {
        var step = Recovery.Resume(Cast.Answered, [OnMusic, AdaUp, BobRings, EveUp], Cast.Noon);

        Assert.Equal([new(Cast.Eve), new(Cast.Bob, ColleagueState.Ringing)], Assert.IsType<Talking>(step.Next).Colleagues);
        Assert.Contains(new Command.Join([Leg.Of(Cast.Ada), Leg.Of(Cast.Eve)]), step.Do);
        Assert.Contains(new Command.Start(Deadline.Consult), step.Do);
    }

    [Fact]
    public void A_colleague_who_waited_outside_goes_on_waiting() =>
        Assert.Equal(
            [new(Cast.Bob, ColleagueState.Waiting)],
            Assert.IsType<Talking>(Resume(Cast.Answered, CustomerUp, AdaUp, BobUp with { Outside = true })).Colleagues);

    [Fact]
    public void A_parked_call_is_parked_still_and_who_was_fetching_it_goes_on()
    {
        var parked = Cast.Answered with { ParkedBy = Cast.Ada, ParkedAt = Cast.Noon, QueuedAt = Cast.Noon };

        Assert.Equal(new Parked(parked, Cast.Ada), Resume(parked, CustomerUp));
        Assert.Equal(new Parked(parked, Cast.Ada, Cast.Bob), Resume(parked, CustomerUp, BobRings));
    }

    [Fact]
    public void Who_waits_goes_on_waiting_and_somebody_is_sought()
    {
        var step = Recovery.Resume(Cast.Waiting, [CustomerUp], Cast.Noon);

        Assert.IsType<Queued>(step.Next);
        Assert.Contains(new Command.Seek(), step.Do);
        Assert.True(Assert.IsType<Offered>(Resume(Cast.Waiting, CustomerUp, AdaRings)).MayWait);
    }

    [Fact]
    public void Who_may_have_heard_an_announcement_when_ringway_died_hears_music_again_and_is_joined_at_once()
    {
        var waits = Recovery.Resume(Cast.Waiting, [CustomerUp], Cast.Noon);
        Assert.False(waits.Next.Announcing);
        Assert.Equal([new Command.OpenBridge(), new Command.StopAnnouncement(), new Command.PlayMusic(Leg.Customer)], waits.Do.Take(3));
        Assert.Contains(new Command.Start(Deadline.Announce), waits.Do);

        var rings = Recovery.Resume(Cast.Waiting, [CustomerUp, AdaRings], Cast.Noon);
        Assert.Equal([new Command.OpenBridge(), new Command.StopAnnouncement(), new Command.PlayMusic(Leg.Customer)], rings.Do.Take(3));

        var talks = Recovery.Resume(Cast.Waiting, [CustomerUp, AdaUp], Cast.Noon);
        Assert.Equal([new Command.OpenBridge(), new Command.StopAnnouncement(), new Command.StopMusic(Leg.Customer)], talks.Do.Take(3));
    }

    [Fact]
    public void Who_was_just_told_that_she_will_be_called_back_is_told_so_again()
    {
        var step = Recovery.Resume(Cast.Inbound with { CallBackAt = Cast.Noon }, [CustomerUp, AdaRings], Cast.Noon);

        Assert.IsType<Promised>(step.Next);
        Assert.Equal([new Command.HangUpLeg(Leg.Of(Cast.Ada), 26), new Command.StopPrompt(), new Command.Promise(Cast.Noon)], step.Do.Take(3));
    }

    [Fact]
    public void Who_speaks_a_message_goes_on_speaking() =>
        Assert.IsType<TakingMessage>(Resume(Cast.Inbound with { MessageSince = Cast.Noon }, CustomerUp));

    [Fact]
    public void An_agent_left_alone_by_a_caller_who_hung_up_meanwhile_is_let_go_and_the_caller_named()
    {
        var story = Cast.Inbound with { AnsweredAt = Cast.Noon };

        var over = Assert.IsType<Over>(Resume(story, AdaUp));

        Assert.Equal(new Outcome(What.Completed, Whose.Customer), over.Outcome);
    }

    [Fact]
    public void Whatever_is_found_no_leg_is_left_without_a_state_that_knows_it() =>
        Gen.Select(Gen.Bool, Gen.OneOf(CustomerUp, CustomerWaits).Array[0, 1], Gen.OneOf(AdaUp, AdaRings).Array[0, 1],
            Gen.OneOf(new FoundLeg(Leg.Of(Cast.Bob), true), new FoundLeg(Leg.Of(Cast.Bob), false)).Array[0, 1])
        .Sample((inbound, customer, ada, bob) =>
        {
            ImmutableArray<FoundLeg> legs = [.. customer, .. ada, .. bob];
            var step = Recovery.Resume(inbound ? Cast.Inbound : Cast.Outbound, legs, Cast.Noon);
            var ended = step.Do.OfType<Command.HangUpLeg>().Select(h => h.Leg).ToHashSet();
            foreach (var leg in legs.Select(l => l.Leg).Where(l => l != Leg.Customer && !ended.Contains(l)))
            {
                Assert.Contains(step.Next.Engages, e => Leg.Of(e.Agent) == leg);
            }

            if (step.Next is Over && customer.Length > 0)
            {
                Assert.Contains(Leg.Customer, ended);
            }
        });

    private static Call Resume(Story story, params ImmutableArray<FoundLeg> legs) => Recovery.Resume(story, legs, Cast.Noon).Next;
}
