using System.Collections.Immutable;

namespace Ringway.Hours;

/// <summary>When a line is open: a week, and dates that differ from it, in the time of one place. It serves both WhatsApp's call hours and our routing.</summary>
public sealed class Schedule
{
    /// <summary>Meta takes two entries a day.</summary>
    public const int MostSpansADay = 2;

    private readonly ImmutableArray<DaySpan>[] _week;
    private readonly ImmutableArray<Holiday> _holidays;

    /// <exception cref="ArgumentException">The lines contradict each other; see <see cref="WhyNot"/>.</exception>
    public Schedule(TimeZoneInfo zone, IEnumerable<WeekLine> weekly, IEnumerable<Holiday> holidays)
    {
        var (lines, dates) = (weekly.ToImmutableArray(), holidays.OrderBy(holiday => holiday.Date).ToImmutableArray());
        if (WhyNot(lines, dates) is { } whyNot) throw new ArgumentException(whyNot, nameof(weekly));
        Zone = zone;
        _week = [.. Enum.GetValues<DayOfWeek>().Select(day => Joined(Of(lines, day)))];
        _holidays = dates;
    }

    public TimeZoneInfo Zone { get; }

    /// <summary>The day's hours in order; what follows without a gap is one.</summary>
    public ImmutableArray<DaySpan> On(DayOfWeek day) => _week[(int)day];

    /// <summary>From a date on, in order.</summary>
    public IEnumerable<Holiday> HolidaysFrom(DateOnly date) => _holidays.SkipWhile(holiday => holiday.Date < date);

    public DateOnly DateAt(DateTimeOffset now) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime);

    public bool IsOpenAt(DateTimeOffset now)
    {
        var there = TimeZoneInfo.ConvertTime(now, Zone);
        var minute = there.Hour * 60 + there.Minute;
        return _holidays.FirstOrDefault(holiday => holiday.Date == DateOnly.FromDateTime(there.DateTime)) is { } holiday
            ? holiday.Open is { } open && open.Has(minute)
            : On(there.DayOfWeek).Any(span => span.Has(minute));
    }

    /// <summary>Why these lines make no schedule; null when they do.</summary>
    public static string? WhyNot(ImmutableArray<WeekLine> weekly, ImmutableArray<Holiday> holidays)
    {
        foreach (var day in Enum.GetValues<DayOfWeek>())
        {
            var spans = Of(weekly, day);
            for (var i = 1; i < spans.Length; i++)
                if (spans[i].Overlaps(spans[i - 1]))
                    return $"{WeekLine.NameOf(day)}: {spans[i - 1]} and {spans[i]} overlap";
            if (Joined(spans) is { Length: > MostSpansADay } many)
                return $"{WeekLine.NameOf(day)} has {many.Length} times; WhatsApp takes {MostSpansADay} a day";
        }

        return holidays.GroupBy(holiday => holiday.Date).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? $"{twice.Key:yyyy-MM-dd} stands there twice" : null;
    }

    private static ImmutableArray<DaySpan> Of(ImmutableArray<WeekLine> weekly, DayOfWeek day) =>
        [.. weekly.Where(line => line.Days.Contains(day)).SelectMany(line => line.Spans).OrderBy(span => span.From)];

    private static ImmutableArray<DaySpan> Joined(ImmutableArray<DaySpan> spans)
    {
        var joined = ImmutableArray.CreateBuilder<DaySpan>();
        foreach (var span in spans)
            if (joined.Count > 0 && joined[^1].Touches(span))
                joined[^1] = joined[^1] with { To = Math.Max(joined[^1].To, span.To) };
            else
                joined.Add(span);
        return joined.ToImmutable();
    }
}
