using System.Globalization;

namespace Ringway.Reports;

/// <summary>The calls that a report or an export is about: those that arrived from the one time on and before the other.</summary>
public readonly record struct Period(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Without a beginning: so much before the end.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromDays(30);

    /// <summary>A leap year.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>What is wrong with one that was asked for.</summary>
    public const string Form =
        "from and to are times like 2026-11-25T08:00:00Z or dates like 2026-11-25 (UTC), from before to and at most 366 days.";

    /// <param name="from">A time or date, UTC when it says nothing else; null: <see cref="Usual"/> before the end.</param>
    /// <param name="to">The same, not included; null: now.</param>
    public static bool TryRead(string? from, string? to, DateTimeOffset now, out Period period)
    {
        period = default;
        var end = now;
        if (to is not null && !TryRead(to, out end)) return false;
        var begin = end - Usual;
        if (from is not null && !TryRead(from, out begin)) return false;
        period = new(begin, end);
        return begin < end && end - begin <= Longest;
    }

    private static bool TryRead(string text, out DateTimeOffset at) => DateTimeOffset.TryParseExact(
        text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at)
        && at.Year is >= 1970 and < 9000;
}
