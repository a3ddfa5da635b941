using System.Collections.Immutable;
using Ringway.Hours;

namespace Ringway.Tests.Hours;

public sealed class WhenALineIsOpen
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("mon-fri 09:00-18:00", "mon,tue,wed,thu,fri 09:00-18:00")]
    [InlineData("sat 10:00-14:00", "sat 10:00-14:00")]
    [InlineData("Mon,wed 09:00-12:30, 13:30-18:00", "mon,wed 09:00-12:30, 13:30-18:00")]
    [InlineData("fri-mon 00:00-24:00", "fri,sat,sun,mon 00:00-24:00")]
    [InlineData("mon-tue,sun 08:00-09:00", "mon,tue,sun 08:00-09:00")]
    public void Days_and_times_are_read_as_people_write_them(string text, string read)
    {
        Assert.True(WeekLine.TryParse(text, out var line, out _));
        Assert.Equal(read, line.ToString());
    }

    [Theory]
    [InlineData("mon-fri", "write days and times")]
    [InlineData("monday 09:00-18:00", "'monday' is no day")]
    [InlineData("mon-wed-fri 09:00-18:00", "is no day")]
    [InlineData("mon 9:00-18:00", "is not a time like 09:00-18:00")]
    [InlineData("mon 09:00", "is not a time like 09:00-18:00")]
    [InlineData("mon 09:60-18:00", "is not a time like 09:00-18:00")]
    [InlineData("mon 09:00-24:01", "is not a time like 09:00-18:00")]
    [InlineData("mon 22:00-02:00", "goes over midnight; write it as two days, 22:00-24:00 and 00:00-02:00")]
    [InlineData("mon 22:00-00:00", "the end of the day is 24:00")]
    [InlineData("mon 09:00-09:00", "ends before it begins")]
    public void What_cannot_be_meant_is_said_with_what_would_be_right(string text, string sentence)
    {
        Assert.False(WeekLine.TryParse(text, out _, out var whyNot));
        Assert.Contains(sentence, whyNot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-12-25", "2026-12-25")]
    [InlineData("2026-12-24  09:00-12:00", "2026-12-24 09:00-12:00")]
    [InlineData("24.12.2026", null)]
    [InlineData("2026-12-24 09:00-12:00 13:00-14:00", null)]
    [InlineData("2026-12-24 morning", null)]
    [InlineData("", null)]
    public void A_holiday_is_a_date_with_one_time_or_none(string text, string? read)
    {
        Assert.Equal(read is not null, Holiday.TryParse(text, out var holiday, out var whyNot));
        Assert.Equal(read, holiday?.ToString());
        Assert.Equal(read is null, whyNot is not null);
    }

    [Theory]
    [InlineData("mon 09:00-12:00|mon 11:00-14:00", "mon: 09:00-12:00 and 11:00-14:00 overlap")]
    [InlineData("mon-fri 09:00-18:00|wed 10:00-11:00", "wed: 09:00-18:00 and 10:00-11:00 overlap")]
    [InlineData("tue 08:00-09:00, 10:00-11:00, 12:00-13:00", "tue has 3 times; WhatsApp takes 2 a day")]
    [InlineData("tue 08:00-09:00, 10:00-11:00, 11:00-13:00", null)]
    [InlineData("mon 22:00-24:00|tue 00:00-02:00", null)]
    public void Lines_that_contradict_each_other_make_no_schedule(string lines, string? why) =>
        Assert.Equal(why, Schedule.WhyNot(Week(lines), []));

    [Fact]
    public void A_date_stands_there_once() =>
        Assert.Equal("2026-12-25 stands there twice", Schedule.WhyNot(Week("mon 09:00-18:00"), [Day("2026-12-25"), Day("2026-12-25 09:00-10:00")]));

    [Theory]
    [InlineData("2026-11-23T08:59:59+01:00", false)] // a Monday
    [InlineData("2026-11-23T09:00:00+01:00", true)]
    [InlineData("2026-11-23T12:30:00+01:00", false)]
    [InlineData("2026-11-23T13:30:00+01:00", true)]
    [InlineData("2026-11-23T17:59:59+01:00", true)]
    [InlineData("2026-11-23T18:00:00+01:00", false)]
    [InlineData("2026-11-23T08:30:00Z", true)]        // half past nine there
    [InlineData("2026-07-20T16:30:00Z", false)]       // half past six in summer
    [InlineData("2026-11-28T23:59:59+01:00", true)]   // Saturday to midnight …
    [InlineData("2026-11-29T00:00:00+01:00", true)]   // … and on, on Sunday
    [InlineData("2026-11-29T02:00:00+01:00", false)]
    [InlineData("2026-12-25T10:00:00+01:00", false)]  // closed on a Friday
    [InlineData("2026-12-24T11:59:00+01:00", true)]   // other hours on a Thursday
    [InlineData("2026-12-24T15:00:00+01:00", false)]
    [InlineData("2026-12-26T10:00:00+01:00", true)]   // a Saturday; the holidays are over
    public void It_is_open_in_the_time_of_its_place(string at, bool open)
    {
        var schedule = new Schedule(Berlin, Week("mon-fri 09:00-12:30, 13:30-18:00|sat 00:00-24:00|sun 00:00-02:00"),
            [Day("2026-12-25"), Day("2026-12-24 09:00-12:00")]);

        Assert.Equal(open, schedule.IsOpenAt(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static ImmutableArray<WeekLine> Week(string lines) =>
        [.. lines.Split('|').Select(text => WeekLine.TryParse(text, out var line, out var whyNot) ? line : throw new FormatException(whyNot))];

    private static Holiday Day(string text) => Holiday.TryParse(text, out var holiday, out var whyNot) ? holiday : throw new FormatException(whyNot);
}
