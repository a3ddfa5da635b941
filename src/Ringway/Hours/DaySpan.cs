using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Ringway.Hours;

/// <summary>A time of one day: from a minute on, up to and without another. Midnight at its end is minute 1440.</summary>
public readonly record struct DaySpan(int From, int To)
{
    public const int Midnight = 24 * 60;

    public static DaySpan WholeDay { get; } = new(0, Midnight);

    public bool Has(int minute) => minute >= From && minute < To;

    /// <summary>They share time, or one begins when the other ends.</summary>
    public bool Touches(DaySpan other) => From <= other.To && other.From <= To;

    public bool Overlaps(DaySpan other) => From < other.To && other.From < To;

    public override string ToString() => $"{Clock(From)}-{Clock(To)}";

    public static string Clock(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    /// <summary><c>09:00-18:00</c>; <c>24:00</c> is the end of the day.</summary>
    public static bool TryParse(string text, out DaySpan span, [NotNullWhen(false)] out string? whyNot)
    {
        span = default;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || Minute(text[..dash]) is not { } from || Minute(text[(dash + 1)..]) is not { } to)
            whyNot = $"'{text}' is not a time like 09:00-18:00";
        else if (to <= from)
            whyNot = to < from && to > 0
                ? $"'{text}' goes over midnight; write it as two days, {Clock(from)}-24:00 and 00:00-{Clock(to)}"
                : $"'{text}' ends before it begins; the end of the day is 24:00";
        else
            (span, whyNot) = (new DaySpan(from, to), null);
        return whyNot is null;
    }

    private static int? Minute(string text) =>
        text.Trim() is { Length: 5 } clock && clock[2] == ':'
        && int.TryParse(clock[..2], NumberStyles.None, CultureInfo.InvariantCulture, out var hour)
        && int.TryParse(clock[3..], NumberStyles.None, CultureInfo.InvariantCulture, out var minute)
        && minute < 60 && hour * 60 + minute <= Midnight
            ? hour * 60 + minute : null;
}
