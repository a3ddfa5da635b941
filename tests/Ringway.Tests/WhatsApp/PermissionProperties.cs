using System.Text.Json;
using CsCheck;
using Ringway.WhatsApp.Permissions;
using static Ringway.WhatsApp.Permissions.PermissionEvent;

namespace Ringway.Tests.WhatsApp;

/// <summary>What holds whatever is heard, in whatever order, however often.</summary>
public class PermissionProperties
{
    private static readonly DateTimeOffset Noon = PermissionCast.Noon;

    private static readonly Gen<DateTimeOffset> AnyTime = Gen.Int[0, 9 * 24 * 60].Select(minutes => Noon.AddMinutes(-minutes));

    /// <summary>What comes by webhook or of calls; Meta's answer to a question is no event that may come late.</summary>
    private static readonly Gen<PermissionEvent> AnyNews = Gen.Select(Gen.Int[0, 9], AnyTime, Gen.Bool, Gen.Int[0, 2]).Select((kind, at, flag, request) => kind switch
    {
        0 => (PermissionEvent)new Granted(at, at.AddDays(7), flag ? $"wamid.{request}" : null),
        1 => new Granted(at, null, flag ? $"wamid.{request}" : null),
        2 => new Rejected(at, flag),
        3 => new Rejected(at, false, $"wamid.{request}"),
        4 => new Asked(at, $"wamid.{request}"),
        5 => new AskFailed(at, $"wamid.{request}"),
        6 => new UserCame(at),
        7 => new CallAnswered(at, flag),
        _ => new CallMissed(at),
    });

    private static readonly Gen<PermissionEvent> AnyEvent = Gen.OneOf(AnyNews, Gen.Select(AnyTime, Gen.Int[0, 2], Gen.Int[0, 3], Gen.Int[0, 120]).Select((at, kind, asked, called) =>
        (PermissionEvent)new Checked(at, new MetaPermission((MetaPermission.Kind)kind, kind == 1 ? at.AddDays(3) : null,
            PermissionCast.Asks(Math.Min(asked, 1), asked), PermissionCast.Calls(called)))));

    [Fact]
    public void The_order_and_the_doubles_of_news_change_nothing() =>
        Gen.Select(AnyNews.Array[0, 12], Gen.Int, Gen.Int[0, 12]).Sample((news, seed, doubled) =>
        {
            PermissionEvent[] shuffled = [.. news, .. news.Take(doubled)];
            new Random(seed).Shuffle(shuffled);

            Assert.Equal(Facts(Hear(news)), Facts(Hear(shuffled)));
        });

    [Fact]
    public void Nobody_may_be_called_after_the_end_of_the_permission() =>
        Gen.Select(AnyEvent.Array[1, 15], Gen.Int[0, 20 * 24]).Sample((events, hours) =>
        {
            var (known, later) = (Hear(events), Noon.AddHours(hours));
            var now = PermissionRules.At(known, later);

            if (now.State == PermissionState.Temporary) Assert.True(later < now.Until);
            if (now.MayCall && now.State != PermissionState.Unknown) Assert.True(known.Answer.Kind == AnswerKind.Permanent || later < known.Answer.Until);
        });

    [Fact]
    public void Counters_stay_within_their_limits() =>
        Gen.Select(AnyEvent.Array[0, 25], Gen.Int[0, 10 * 24]).Sample((events, hours) =>
        {
            var now = PermissionRules.At(Hear(events), Noon.AddHours(hours));

            Assert.InRange(now.AsksLeftToday, 0, 1);
            Assert.InRange(now.AsksLeftThisWeek, 0, 2);
            Assert.InRange(now.CallsLeftToday, 0, 100);
            Assert.InRange(now.Unanswered, 0, 4);
            if (now.Unanswered == 4) Assert.False(now.MayCall && now.State != PermissionState.Unknown);
        });

    [Fact]
    public void What_Meta_counts_is_what_is_left_right_after_the_question() =>
        Gen.Select(AnyNews.Array[0, 10], Gen.Int[0, 1], Gen.Int[0, 1], Gen.Int[0, 100]).Sample((news, today, more, calls) =>
        {
            var known = PermissionRules.On(Hear(news), new Checked(Noon, PermissionCast.Yes() with
            {
                Ask = PermissionCast.Asks(today, today + more, can: false), Call = PermissionCast.Calls(calls),
            }), Noon);

            var now = PermissionRules.At(known, Noon);
            Assert.Equal((1 - today, 2 - today - more, 100 - calls), (now.AsksLeftToday, now.AsksLeftThisWeek, now.CallsLeftToday));
        });

    [Fact]
    public void Nothing_changes_before_the_time_that_was_foretold() =>
        Gen.Select(AnyEvent.Array[1, 10], Gen.Int[1, 20 * 24 * 60]).Sample((events, minutes) =>
        {
            var (known, later) = (Hear(events), Noon.AddMinutes(minutes));
            var next = PermissionRules.ChangesAt(known, Noon);

            if (next is null || later < next)
                Assert.Equal(PermissionRules.At(known, Noon), PermissionRules.At(known, later));
        });

    [Fact]
    public void Facts_come_back_from_the_store_as_they_went() =>
        AnyEvent.Array[0, 15].Sample(events =>
        {
            var facts = Facts(Hear(events));

            Assert.Equal(facts, Facts(JsonSerializer.Deserialize(facts, PermissionJson.Default.Permission)!));
        });

    private static Permission Hear(IEnumerable<PermissionEvent> events) =>
        events.Aggregate(PermissionCast.Nothing, (known, happened) => PermissionRules.On(known, happened, Noon));

    private static string Facts(Permission known) => JsonSerializer.Serialize(known, PermissionJson.Default.Permission);
}
