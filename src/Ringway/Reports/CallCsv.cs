using System.Globalization;
using System.Text;
using Ringway.Calls;
using Ringway.Store;

namespace Ringway.Reports;

/// <summary>
/// Calls as comma-separated values (RFC 4180). Users choose their names, and a spreadsheet takes a text that begins with one of
/// <c>= + - @</c> for a formula; such a cell gets an apostrophe in front. Telephone numbers keep their plus: digits alone do nothing.
/// </summary>
public static class CallCsv
{
    public const string Header =
        "id,direction,line,lineNumber,customerName,customerNumber,customerUserId,agent,offeredTo,arrivedAt,offeredAt,answeredAt,endedAt," +
        "waitSeconds,talkSeconds,outcome,whose,sip,sentence\r\n";

    /// <summary>One line with its end. Times are UTC in ISO 8601, durations seconds with a point.</summary>
    public static string Line(CallRecord call)
    {
        string[] cells =
        [
            Text(call.Id), call.Direction == Direction.Inbound ? "inbound" : "outbound", Text(call.Line.Id), call.Line.Number.E164,
            Text(call.Customer.Name), call.Customer.Number?.E164 ?? "", Text(call.Customer.UserId), Text(call.Agent),
            Text(string.Join(' ', call.OfferedTo)), Time(call.ArrivedAt), Time(call.OfferedAt), Time(call.AnsweredAt), Time(call.EndedAt),
            Seconds(call.AnsweredAt - call.ArrivedAt), Seconds(call.EndedAt - call.AnsweredAt),
            Text(call.Outcome?.What), Text(call.Outcome?.Whose), call.Outcome?.Sip?.ToString(CultureInfo.InvariantCulture) ?? "", Text(call.Outcome?.Sentence),
        ];
        return new StringBuilder().AppendJoin(',', cells).Append("\r\n").ToString();
    }

    private static string Text(string? text)
    {
        if (text is not { Length: > 0 }) return "";
        // Tab and carriage return in front are skipped by spreadsheets, which then see what follows (OWASP, "CSV Injection").
        if (text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' || text.TrimStart() is ['=' or '+' or '-' or '@', ..]) text = "'" + text;
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A clock that was set back gives no negative durations.</summary>
    private static string Seconds(TimeSpan? time) =>
        time is { } span ? Math.Max(0, span.TotalSeconds).ToString("0.###", CultureInfo.InvariantCulture) : "";
}
