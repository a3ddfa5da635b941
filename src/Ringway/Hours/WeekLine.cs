using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Ringway.Hours;

/// <summary>Days of the week with the same hours, as people write them: <c>mon-fri 09:00-12:30, 13:30-18:00</c>.</summary>
public sealed record WeekLine(ImmutableArray<DayOfWeek> Days, ImmutableArray<DaySpan> Spans)
{
    private static readonly string[] Names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static string NameOf(DayOfWeek day) => Names[(int)day];

    public override string ToString() => $"{string.Join(",", Days.Select(NameOf))} {string.Join(", ", Spans)}";

    /// <summary>Days first: one, a range (<c>fri-mon</c> goes over the weekend), or several with commas; then the times.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out WeekLine? line, [NotNullWhen(false)] out string? whyNot)
    {
        line = null;
        var gap = text.IndexOf(' ', StringComparison.Ordinal);
        if (gap < 0)
        {
            whyNot = "write days and times, like mon-fri 09:00-18:00";
            return false;
        }

        if (!TryDays(text[..gap], out var days, out whyNot) || !TrySpans(text[gap..], out var spans, out whyNot))
            return false;
        line = new WeekLine(days, spans);
        return true;
    }

    internal static bool TrySpans(string text, out ImmutableArray<DaySpan> spans, [NotNullWhen(false)] out string? whyNot)
    {
        spans = [];
        whyNot = null;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!DaySpan.TryParse(part, out var span, out whyNot)) return false;
            spans = spans.Add(span);
        }

        return true;
    }

    private static bool TryDays(string text, out ImmutableArray<DayOfWeek> days, [NotNullWhen(false)] out string? whyNot)
    {
        days = [];
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            var (first, last) = (Array.IndexOf(Names, ends[0].ToLowerInvariant()), Array.IndexOf(Names, ends[^1].ToLowerInvariant()));
            if (ends.Length > 2 || first < 0 || last < 0)
            {
                whyNot = $"'{part}' is no day; days are {string.Join(", ", Names)}, or a range like mon-fri";
                return false;
            }

            for (var day = first; ; day = (day + 1) % 7)
            {
                days = days.Add((DayOfWeek)day);
                if (day == last) break;
            }
        }

        whyNot = null;
        return true;
    }
}
