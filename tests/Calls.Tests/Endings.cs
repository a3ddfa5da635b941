using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;

namespace Ringway.Calls.Tests;

public class Endings
{
    [Fact]
    public void A_call_that_both_agents_decline_ends_as_declined_by_the_agents()
    {
        var over = Run(new Arriving(Cast.Inbound), new AgentsChosen([Cast.Ada, Cast.Bob]),
            new AgentGone(Cast.Ada, new HangUp(21, 603)), new AgentGone(Cast.Bob, new HangUp(17, 486)));

        Assert.Equal(new Outcome(What.Declined, Whose.Agent), Assert.IsType<Over>(over).Outcome);
    }

    [Fact]
    public void One_agent_who_declines_does_not_stop_the_other_from_ringing()
    {
        var call = Run(new Arriving(Cast.Inbound), new AgentsChosen([Cast.Ada, Cast.Bob]),
            new AgentGone(Cast.Ada, new HangUp(21, 603)));

        Assert.Equal([Cast.Bob], Assert.IsType<Offered>(call).Ringing);
    }

    [Fact]
    public void The_first_agent_to_answer_gets_the_call_and_the_second_gets_nothing()
    {
        var call = Run(new Arriving(Cast.Inbound), new AgentsChosen([Cast.Ada, Cast.Bob]),
            new PickedUp(Cast.Bob), new PickedUp(Cast.Ada));

        Assert.Equal(Cast.Bob, Assert.IsType<Talking>(call).With);
    }

    [Theory]
    [InlineData(486, false, What.Declined, Whose.Customer)]
    [InlineData(480, true, What.NoAnswer, Whose.Customer)]
    [InlineData(480, false, What.Unreachable, Whose.Customer)]
    [InlineData(408, false, What.TrunkDown, Whose.WhatsApp)]
    [InlineData(408, true, What.NoAnswer, Whose.Customer)]
    [InlineData(403, false, What.NoPermission, Whose.WhatsApp)]
    [InlineData(404, false, What.Refused, Whose.WhatsApp)]
    [InlineData(503, false, What.TrunkDown, Whose.WhatsApp)]
    public void What_WhatsApp_answers_names_the_ending_and_its_culprit(int sip, bool rang, What what, Whose whose) =>
        Assert.Equal(new Outcome(what, whose, sip), new HangUp(0, sip).OfOutboundCall(rang));

    [Theory]
    [InlineData(What.Busy, 17)]
    [InlineData(What.NoAnswer, 19)]
    [InlineData(What.NobodySignedIn, 20)]
    [InlineData(What.Declined, 16)]
    [InlineData(What.Failed, 38)]
    public void An_unanswered_WhatsApp_user_is_told_why_by_the_cause(What what, int cause) =>
        Assert.Equal(cause, new Outcome(what, Whose.Agent).CauseForCustomer);

    [Fact]
    public void Every_ending_has_a_sentence_for_people()
    {
        foreach (var what in Enum.GetValues<What>())
        {
            foreach (var whose in Enum.GetValues<Whose>())
            {
                Assert.EndsWith(".", new Outcome(what, whose, 404).Sentence, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_line_that_is_lost_for_a_moment_is_not_noticed_as_long_as_the_sound_comes()
    {
        var call = Run(new Talking(Cast.Answered, Cast.Ada), new AgentLineLost(Cast.Ada), new AgentHeard(Cast.Ada), new AgentLineBack(Cast.Ada),
            new AgentSilent(Cast.Ada));

        Assert.Equal(new Talking(Cast.Answered, Cast.Ada), call);
    }

    [Fact]
    public void An_agent_who_comes_back_has_her_call_again_and_it_is_on_hold_as_it_was()
    {
        var call = Run(new Talking(Cast.Answered, Cast.Ada, OnHold: true), new AgentLineLost(Cast.Ada), new AgentSilent(Cast.Ada),
            new AgentGone(Cast.Ada, default), new AgentPhoneReplaced(Cast.Ada), new PickedUp(Cast.Ada), new TimeUp(Deadline.Rejoin));

        Assert.Equal((Cast.Ada, true), call is Talking t ? (t.With, t.OnHold) : default);
    }

    [Fact]
    public void A_caller_whose_agent_never_comes_back_is_taken_by_another_and_else_may_leave_a_message()
    {
        var queued = Run(new Talking(Cast.Answered with { MayLeaveMessage = true }, Cast.Ada), new AgentLineLost(Cast.Ada),
            new AgentSilent(Cast.Ada), new AgentGone(Cast.Ada, default), new TimeUp(Deadline.Rejoin));

        Assert.Equal(Cast.Bob, Assert.IsType<Talking>(Run(queued, new AgentsChosen([Cast.Bob], MayWait: true), new PickedUp(Cast.Bob))).With);
        Assert.IsType<TakingMessage>(Run(queued, new TimeUp(Deadline.Wait)));
        Assert.Equal(new Outcome(What.AgentLost, Whose.Agent), Assert.IsType<Over>(Run(queued, new CustomerGone(default))).Outcome);
    }

    [Fact]
    public void A_caller_who_goes_in_the_moment_in_which_she_is_taken_gave_up_and_talked_with_nobody()
    {
        var over = Assert.IsType<Over>(Run(
            new Arriving(Cast.Inbound), new AgentsChosen([Cast.Ada, Cast.Bob]), new PickedUp(Cast.Bob), new CustomerGone(new HangUp(0, Unanswered: true))));

        Assert.Equal(new Outcome(What.Abandoned, Whose.Customer), over.Outcome);
        Assert.Equal((null, null), (over.Story.AnsweredAt, over.Story.Agent));
    }

    [Fact]
    public void A_colleague_who_is_in_the_call_has_it_when_the_agent_vanishes() =>
        Assert.Equal(Cast.Bob, Assert.IsType<Talking>(Run(
            new Talking(Cast.Answered, Cast.Ada, OnHold: true) { Colleagues = [new(Cast.Bob)] },
            new AgentLineLost(Cast.Ada), new AgentSilent(Cast.Ada))).With);

    private static Call Run(Call call, params CallEvent[] events) =>
        events.Aggregate(call, (state, happened) => CallMachine.On(state, happened, Cast.Noon).Next);
}
