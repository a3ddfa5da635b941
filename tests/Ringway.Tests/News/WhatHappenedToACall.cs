using Ringway.Agents;
using Ringway.Calls;
using Ringway.News;
using Ringway.Tests.Api;

namespace Ringway.Tests.News;

public sealed class WhatHappenedToACall
{
    private static readonly CallView Arriving = CallView.From(Example.Call(state: "arriving") with { OfferedTo = [], OfferedAt = null });
    private static readonly CallView Queued = Arriving with { State = "queued", QueuedAt = Example.Noon };
    private static readonly CallView Offered = Arriving with { State = "offered", Ringing = ["ada", "bob"] };
    private static readonly CallView Talking = Arriving with { State = "talking", Agent = "ada", AnsweredAt = Example.Noon };
    private static readonly CallView Over = Arriving with { State = "over", EndedAt = Example.Noon };

    [Fact]
    public void A_call_that_is_taken_and_ends_rings_is_answered_and_ends() =>
        Assert.Equal([NewsKind.Ringing, NewsKind.Answered, NewsKind.Ended], Told(Arriving, Offered, Talking, Over with { AnsweredAt = Example.Noon }));

    [Fact]
    public void A_call_that_nobody_takes_is_missed_and_then_it_ends() =>
        Assert.Equal([NewsKind.Queued, NewsKind.Ringing, NewsKind.Missed, NewsKind.Ended], Told(Arriving, Queued, Offered, Over));

    [Fact]
    public void A_call_that_ends_with_a_message_is_missed_and_the_message_is_told_before_the_end() =>
        Assert.Equal(
            [NewsKind.Queued, NewsKind.Missed, NewsKind.Voicemail, NewsKind.Ended],
            Told(Arriving, Queued, Queued with { State = "message" }, Over with { Outcome = new("voicemail", "customer", "The WhatsApp user left a message.", null) }));

    [Fact]
    public void A_call_that_ends_at_once_is_missed_too() =>
        Assert.Equal([NewsKind.Missed, NewsKind.Ended], Told(Over));

    [Fact]
    public void A_call_of_ours_rings_at_the_user_and_is_never_missed()
    {
        var calling = Arriving with { Direction = Direction.Outbound, State = "calling", Agent = "ada" };

        Assert.Equal(
            [NewsKind.Ringing, NewsKind.Ended],
            Told(calling, calling with { State = "dialling" }, calling with { State = "ringing" }, Over with { Direction = Direction.Outbound }));
    }

    [Fact]
    public void The_next_agent_in_turn_rings_and_one_who_declines_is_no_news() =>
        Assert.Equal(
            [NewsKind.Ringing, NewsKind.Ringing],
            Told(Offered, Offered with { Ringing = ["ada"] }, Offered with { Ringing = ["carla"] }, Offered with { Ringing = [] }));

    [Fact]
    public void Music_begins_and_ends() =>
        Assert.Equal(
            [NewsKind.Ringing, NewsKind.Answered, NewsKind.Held, NewsKind.Resumed],
            Told(Offered, Talking, Talking with { OnHold = true }, Talking));

    [Fact]
    public void A_transfer_rings_at_the_colleague_who_answers() =>
        Assert.Equal(
            [NewsKind.Held, NewsKind.Transferred, NewsKind.Ringing, NewsKind.Answered],
            Told(Offered, Talking, Talking with { OnHold = true }, Offered with { Ringing = ["bob"], TransferredBy = "ada" },
                Talking with { Agent = "bob", TransferredBy = "ada" }).Skip(2));

    [Fact]
    public void A_call_that_is_left_to_a_colleague_who_was_asked_is_transferred_and_the_music_ends() =>
        Assert.Equal(
            [NewsKind.Transferred, NewsKind.Resumed],
            CallNews.Between(Talking with { OnHold = true, Colleagues = [new("bob", ColleagueState.Talking)] }, Talking with { Agent = "bob", TransferredBy = "ada" }));

    [Fact]
    public void A_call_that_is_found_again_after_a_restart_is_not_answered_twice() =>
        Assert.Equal([NewsKind.Ended], Told(Talking with { OnHold = true }, Over with { AnsweredAt = Example.Noon }));

    [Fact]
    public void What_only_pages_care_about_is_no_news()
    {
        Assert.Empty(CallNews.Between(Talking, Talking with { Colleagues = [new("bob", ColleagueState.Ringing)], Ringing = ["bob"] }));
        Assert.Empty(CallNews.Between(Queued, Queued with { OfferedTo = ["ada"] }));
        Assert.Empty(CallNews.Between(Over, Over));
    }

    private static IEnumerable<NewsKind> Told(params CallView[] states)
    {
        CallView? before = null;
        foreach (var now in states)
        {
            foreach (var kind in CallNews.Between(before, now)) yield return kind;
            before = now;
        }
    }
}
