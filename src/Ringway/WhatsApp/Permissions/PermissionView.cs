using System.Globalization;

namespace Ringway.WhatsApp.Permissions;

/// <summary>A permission as pages and programs see it: what may be done now, why not, and one sentence to show.</summary>
/// <param name="User">The number with +, or the business-scoped id.</param>
/// <param name="Why">no-permission, call-limit, blocked, refused or asked; null when calling is possible.</param>
/// <param name="RequestsLeftToday">Null when it is not known.</param>
/// <param name="Unanswered">Calls in a row that the user did not take; four end the permission.</param>
/// <param name="WindowUntil">Until then a free-form message may be sent; null: only templates.</param>
public sealed record PermissionView(
    WhatsAppUser User, string Line, PermissionState State, DateTimeOffset? Until, bool MayCall, bool MayAsk, string Sentence, string? Why,
    int? RequestsLeftToday, int? RequestsLeftThisWeek, int? CallsLeftToday, int Unanswered, DateTimeOffset? WindowUntil,
    DateTimeOffset? AskedAt, DateTimeOffset? CheckedAt)
{
    /// <param name="zone">Whose clock times are written in, in the sentence; the fields have the offset with them.</param>
    public static PermissionView From(Permission known, DateTimeOffset now, TimeZoneInfo zone)
    {
        var standing = PermissionRules.At(known, now);
        var isKnown = standing.State != PermissionState.Unknown;
        return new PermissionView(
            known.User, known.Line, standing.State, standing.Until, standing.MayCall, standing.MayAsk,
            Sentences.Of(known, standing, now, zone), Reason(standing),
            isKnown ? standing.AsksLeftToday : null, isKnown ? standing.AsksLeftThisWeek : null, isKnown ? standing.CallsLeftToday : null,
            standing.Unanswered, standing.WindowUntil, standing.AskedAt, known.CheckedAt);
    }

    /// <summary>A line that Meta's Graph API has no part in.</summary>
    public static PermissionView WithoutGraph(string line, WhatsAppUser user) => new(
        user, line, PermissionState.Unknown, null, MayCall: true, MayAsk: false,
        "Whether this user allows calls is not known here; WhatsApp decides when you call.", null,
        null, null, null, 0, null, null, null);

    private static string? Reason(Standing standing) => standing switch
    {
        { MayCall: true } => null,
        { State: PermissionState.Temporary or PermissionState.Permanent } => "call-limit",
        { State: PermissionState.Blocked } => "blocked",
        { State: PermissionState.Refused } => "refused",
        { State: PermissionState.Asked } => "asked",
        _ => "no-permission",
    };

    public override string ToString() => $"{State} of {User} on {Line}";
}

/// <summary>What is said to the agent; the second sentence, where there is one, says what to do.</summary>
internal static class Sentences
{
    public static string Of(Permission known, Standing now, DateTimeOffset at, TimeZoneInfo zone)
    {
        string When(DateTimeOffset time) => Time(time, at, zone);
        var ask = now switch
        {
            { MayAsk: true } => "You may ask.",
            { AskFreeAt: { } free } => $"You may ask again from {When(free)}.",
            _ => "Asking is not possible now.",
        };
        return now.State switch
        {
            PermissionState.Temporary or PermissionState.Permanent when !now.MayCall => now.CallFreeAt is { } free
                ? $"The limit of {known.Limits.CallsADay} calls in 24 hours to this user is reached. You may call again from {When(free)}."
                : "WhatsApp allows no call to this user just now. Try again later.",
            PermissionState.Temporary => $"You may call until {When(now.Until!.Value)}.{Warning(now)}",
            PermissionState.Permanent => $"You may call at any time.{Warning(now)}",
            PermissionState.Asked => $"Asked {When(now.AskedAt!.Value)}; the user has not answered yet.",
            PermissionState.Refused => $"The user does not allow calls. {ask}",
            PermissionState.Blocked => $"WhatsApp took the permission back, because {PermissionRules.MostUnanswered} calls in a row were not answered. {ask}",
            PermissionState.Unknown => "Meta does not say just now whether this user allows calls; WhatsApp decides when you call.",
            _ => known.Answer.Kind == AnswerKind.Temporary
                ? $"The permission ended {When(known.Answer.Until!.Value)}. {ask}"
                : $"This user has not allowed calls from you. {ask}",
        };
    }

    public static string OfAskLimit(PermissionLimits limits, Standing now, DateTimeOffset at, TimeZoneInfo zone) => now.AskFreeAt is { } free
        ? $"WhatsApp allows {limits.AsksADay} request a day and {limits.AsksAWeek} a week to one user. You may ask again from {Time(free, at, zone)}."
        : "WhatsApp allows no request to this user just now. Try again later.";

    private static string Warning(Standing now) => now.Unanswered switch
    {
        PermissionRules.MostUnanswered - 1 => $" The last {now.Unanswered} calls were not answered: after one more WhatsApp takes the permission back.",
        > 1 => $" The last {now.Unanswered} calls were not answered; after {PermissionRules.MostUnanswered - now.Unanswered} more WhatsApp takes the permission back.",
        _ => "",
    };

    /// <summary>Within six days the day of the week is enough; farther away it would be ambiguous.</summary>
    private static string Time(DateTimeOffset time, DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(time, zone);
        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        var days = (local.Date - today).Days;
        var form = days switch { 0 => "'today' HH:mm", > -6 and < 7 => "dddd HH:mm", _ => "d MMMM HH:mm" };
        return local.ToString(form, CultureInfo.InvariantCulture);
    }
}
