using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Ringway.Hours;

/// <summary>A date with hours of its own in place of the week's: <c>2026-12-24 09:00-12:00</c>, or closed: <c>2026-12-25</c>.</summary>
/// <param name="Open">Null: closed all day. One span alone, because Meta takes no more.</param>
public sealed record Holiday(DateOnly Date, DaySpan? Open)
{
    public override string ToString() => $"{Date:yyyy-MM-dd}{(Open is { } span ? $" {span}" : "")}";

    public static bool TryParse(string text, [NotNullWhen(true)] out Holiday? holiday, [NotNullWhen(false)] out string? whyNot)
    {
        holiday = null;
        whyNot = null;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var span = default(DaySpan);
        if (parts.Length == 0 || !DateOnly.TryParseExact(parts[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            whyNot = "write a date and, if you are there, the time: 2026-12-24 09:00-12:00";
        else if (parts.Length > 2)
            whyNot = "a holiday has one time, or none";
        else if (parts.Length == 1 || DaySpan.TryParse(parts[1], out span, out whyNot))
            holiday = new Holiday(date, parts.Length == 1 ? null : span);
        return holiday is not null;
    }
}
