using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Ringway.Calls;
using Ringway.Store;
using Ringway.Switchboard;
using Ringway.Tests.Api;

namespace Ringway.Tests.Switchboard;

/// <summary>What is told of a call afterwards, in words.</summary>
public class TheStoryOfACall
{
    private static readonly AgentId Ada = new("ada"), Bob = new("bob");

    private readonly FakeTimeProvider _clock = new(Example.Noon);
    private readonly CallEvidence _evidence;

    public TheStoryOfACall() => _evidence = new(Example.Noon, new Party("+4915112345678", "DE.123456789"), _clock);

    [Fact]
    public void An_answered_call_tells_who_called_who_rang_who_answered_how_long_and_who_ended_it()
    {
        var story = Tell(Example.Ended("n1-1", Example.Noon) with { OfferedTo = ["ada", "bob"] });

        Assert.Equal(
            [
                "Carla (+4••••••••••78) called Shop on 2026-11-23 12:00:00 UTC.",
                "Ada and Bob were rung after 0.0 s.",
                "Ada answered after 2.0 s.",
                "They talked for 8.0 s.",
                "It ended after 10.0 s. The WhatsApp user hung up.",
            ],
            story.Sentences);
        Assert.Null(story.Advice);
    }

    [Fact]
    public void Who_declined_before_somebody_else_answered_is_named_and_a_phone_that_stops_afterwards_is_not()
    {
        var ringing = new Call.Offered(Story, [Ada, Bob], SomebodyDeclined: false);
        Pass(1.2);
        _evidence.Heard(ringing, new CallEvent.AgentGone(Bob, new HangUp(17, 486)));
        Pass(2);
        _evidence.Heard(ringing, new CallEvent.AgentGone(new AgentId("cleo"), new HangUp(26)));

        var story = Tell(Example.Ended("n1-1", Example.Noon) with { OfferedTo = ["ada", "bob", "cleo"] });

        Assert.Contains("Bob declined after 1.2 s.", story.Sentences);
        Assert.DoesNotContain(story.Sentences, sentence => sentence.Contains("Cleo's phone", StringComparison.Ordinal));
    }

    [Fact]
    public void A_refused_call_out_says_what_WhatsApp_said_and_what_to_do()
    {
        _evidence.Begins("placed", "ada");
        Pass(0.4);
        _evidence.Heard(new Call.Calling(Story, Ada), new CallEvent.PickedUp(Ada));
        _evidence.Sent(new Command.Dial());
        Pass(0.3);
        _evidence.Heard(new Call.Dialling(Story, Ada, Rings: false), new CallEvent.CustomerGone(new HangUp(21, 403)));

        var story = Tell(Outbound(new Outcome(What.NoPermission, Whose.WhatsApp, 403)));

        Assert.Equal("Ada called Carla (+4••••••••••78) from Shop on 2026-11-23 12:00:00 UTC.", story.Sentences[0]);
        Assert.Contains("Ada's own page answered by itself after 0.4 s.", story.Sentences);
        Assert.Contains("WhatsApp was called; it never said that the user's phone rings.", story.Sentences);
        Assert.Contains("has not allowed calls", story.Sentences[^1], StringComparison.Ordinal);
        Assert.StartsWith("Ask for permission", story.Advice, StringComparison.Ordinal);
        Assert.Contains(new EvidenceLine(700, "sip", "403 Forbidden from WhatsApp, cause 21 (declined)", Refused: false), story.Evidence);
    }

    [Fact]
    public void Every_way_a_call_can_end_but_the_good_ones_comes_with_advice()
    {
        foreach (var what in Enum.GetValues<What>())
            foreach (var whose in Enum.GetValues<Whose>())
            {
                var story = Tell(Outbound(new Outcome(what, whose)));
                var good = what is What.Completed or What.Abandoned || (what, whose) is (What.Declined, Whose.Customer) or (What.Failed, Whose.Ringway);
                Assert.True(good || story.Advice is { Length: > 20 }, $"{what} by {whose} has no advice");
            }
    }

    [Fact]
    public void What_Asterisk_refused_is_told_with_its_text_and_without_the_users_number()
    {
        _evidence.Refused(new Command.Dial(), new InvalidOperationException("No route to PJSIP/+4915112345678@line-main for 4915112345678 (DE.123456789)"));

        var story = Tell(Outbound(new Outcome(What.TrunkDown, Whose.Asterisk)));

        var refused = Assert.Single(story.Evidence, line => line.Refused);
        Assert.Equal("REFUSED: INVITE to WhatsApp: No route to PJSIP/+4••••••••••78@line-main for 49•••••••••78 (DE••••••••89)", refused.Text);
        Assert.DoesNotContain("4915112345678", _evidence.Trace().ToDetail(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_agents_line_has_no_part_in_the_story()
    {
        var talking = new Call.Talking(Story, Ada);

        _evidence.Heard(talking, new CallEvent.AgentLineLost(Bob));
        _evidence.Heard(talking, new CallEvent.AgentLineLost(Ada));

        Assert.Equal("ada", Assert.Single(_evidence.Trace().Steps).Leg);
    }

    [Fact]
    public void Of_a_call_that_goes_round_in_circles_the_first_and_the_last_steps_stay()
    {
        var talking = new Call.Talking(Story, Ada);
        for (var i = 0; i < 1000; i++)
        {
            _evidence.Heard(talking, i == 999 ? new CallEvent.Stopped() : new CallEvent.HangUpAsked());
            Pass(0.001);
        }

        var trace = _evidence.Trace();

        Assert.Equal(CallEvidence.MostFirst + CallEvidence.MostLast, trace.Steps.Length);
        Assert.Equal((0, "stopped", 760), (trace.Steps[0].Ms, trace.Steps[^1].What, trace.LeftOut));
    }

    [Fact]
    public void A_restarted_ringway_goes_on_with_what_the_one_before_had_noted()
    {
        _evidence.Begins("arrived", "customer");
        Pass(5);
        var kept = CallTrace.Of(_evidence.Trace().ToDetail());

        var next = new CallEvidence(Example.Noon, new Party("+4915112345678"), _clock, kept);
        next.Begins("takenUp", note: "Talking");

        Assert.Equal([(0L, "arrived"), (5000L, "takenUp")], next.Trace().Steps.Select(step => (step.Ms, step.What)));
    }

    [Fact]
    public void A_detail_that_is_not_ours_hides_nothing_of_the_record()
    {
        var call = Example.Ended("n1-1", Example.Noon);

        Assert.Equal(5, CallStory.Of(call with { Detail = "no json" }, null, Name, Example.Noon).Sentences.Length);
        Assert.Equal(5, CallStory.Of(call with { Detail = """{"trace":[1]}""" }, null, Name, Example.Noon).Sentences.Length);
        Assert.Equal("x", CallStory.Of(call with { Detail = """{"webhooks":"x"}""" }, null, Name, Example.Noon).More!["webhooks"]!.GetValue<string>());
    }

    private static Story Story => new(new CallId("n1-1"), Direction.Inbound, new Party("+4915112345678"), "main", Example.Noon);

    private static CallRecord Outbound(Outcome outcome) => Example.Call() with
    {
        Direction = Direction.Outbound, State = "over", Agent = "ada", OfferedTo = [], OfferedAt = null,
        EndedAt = Example.Noon.AddSeconds(1), Outcome = OutcomeFact.From(outcome),
    };

    private void Pass(double seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));

    private CallStory Tell(CallRecord call) => CallStory.Of(call with { Detail = _evidence.Trace().ToDetail() }, null, Name, _clock.GetUtcNow());

    private static string Name(string agent) => char.ToUpperInvariant(agent[0]) + agent[1..];
}
