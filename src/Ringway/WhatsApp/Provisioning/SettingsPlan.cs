using System.Collections.Immutable;
using System.Globalization;
using Ringway.Graph;

namespace Ringway.WhatsApp.Provisioning;

/// <summary>One setting that is not as it shall be.</summary>
/// <param name="Path">As Meta calls it, below <c>calling</c>.</param>
/// <param name="From">What Meta says; null when it says nothing.</param>
public sealed record Change(string Path, string? From, string To);

/// <summary>One request: a group of settings that Meta takes together.</summary>
public sealed record SettingsStep(string Name, CallingSettings Settings);

/// <summary>The way from the settings that Meta has to those that we want, in the order that Meta needs.</summary>
public sealed record SettingsPlan(ImmutableArray<Change> Changes, ImmutableArray<SettingsStep> Steps)
{
    public const string Srtp = "srtp_key_exchange_protocol";

    private static readonly string[] Days = [.. Enum.GetNames<DayOfWeek>().Select(day => day.ToUpperInvariant())];

    /// <summary>
    /// SIP first: calling can only be switched on when there is a way for calls (error 138018). SRTP last and alone: an update of the
    /// SIP settings is reported to set it back to DTLS, so it follows each of them. One group a request: a public SDK
    /// warns that Meta may take no more.
    /// </summary>
    /// <param name="appId">Our app; Meta keeps a SIP server for each app that wrote one. Null when we do not know it.</param>
    /// <param name="now">Holidays that are past are nobody's business any more.</param>
    public static SettingsPlan Between(CallingSettings wanted, CallingSettings actual, string? appId, DateTimeOffset now)
    {
        var server = OurServer(actual, appId);
        var changes = Differences(wanted, actual, server, now).ToImmutableArray();
        return new SettingsPlan(changes, [.. InOrder(wanted, changes, server)]);
    }

    /// <summary>Another app's servers: Meta ends a call on the BYE of any of them, so there must be none.</summary>
    public static IEnumerable<SipServer> OthersServers(CallingSettings actual, string? appId) =>
        (actual.Sip?.Servers ?? []).Where(server => !ReferenceEquals(server, OurServer(actual, appId)));

    public static SipServer? OurServer(CallingSettings actual, string? appId)
    {
        var servers = actual.Sip?.Servers ?? [];
        return appId is null ? servers.Count == 1 ? servers[0] : null : servers.FirstOrDefault(server => server.AppId is null || server.AppId == appId);
    }

    private static IEnumerable<Change> Differences(CallingSettings wanted, CallingSettings actual, SipServer? server, DateTimeOffset now)
    {
        var all = new (string Path, string? From, string? To, string? MetasDefault)[]
        {
            ("sip.status", actual.Sip?.Status, wanted.Sip?.Status, Words.Disabled),
            ("sip.servers[].hostname", server?.Hostname?.ToLowerInvariant(), Wanted(wanted)?.Hostname?.ToLowerInvariant(), null),
            ("sip.servers[].port", Port(server), Port(Wanted(wanted)), null),
            ("sip.webhook_delivery", actual.Sip?.WebhookDelivery, wanted.Sip?.WebhookDelivery, Words.Disabled),
            ("status", actual.Status, wanted.Status, Words.Disabled),
            ("call_icon_visibility", actual.CallIconVisibility, wanted.CallIconVisibility, Words.Default),
            ("callback_permission_status", actual.CallbackPermissionStatus, wanted.CallbackPermissionStatus, null),
            ("call_hours.status", actual.CallHours?.Status, wanted.CallHours?.Status, Words.Disabled),
            ("call_hours.timezone_id", actual.CallHours?.TimezoneId, wanted.CallHours?.TimezoneId, null),
            ("call_hours.weekly_operating_hours", Week(actual.CallHours), Week(wanted.CallHours), null),
            ("call_hours.holiday_schedule", Holidays(actual.CallHours, Today(wanted.CallHours, now)), Holidays(wanted.CallHours, ""), "none"),
            ("audio.additional_codecs", Codecs(actual.Audio), Codecs(wanted.Audio), "none"),
            (Srtp, actual.SrtpKeyExchangeProtocol, wanted.SrtpKeyExchangeProtocol, Words.Dtls),
        };
        return from it in all where it.To is not null && (it.From ?? it.MetasDefault) != it.To select new Change(it.Path, it.From, it.To);
    }

    private static IEnumerable<SettingsStep> InOrder(CallingSettings wanted, ImmutableArray<Change> changes, SipServer? server)
    {
        var sip = Changed("sip.");
        if (sip)
            yield return new("SIP server", new CallingSettings
            {
                // What somebody else has put before the at sign stays; our trunk takes it (ignore_uri_user_options).
                Sip = wanted.Sip! with { Servers = [Wanted(wanted)! with { RequestUriUserParams = server?.RequestUriUserParams }] },
            });
        if (Changed("status"))
            yield return new("calling", new CallingSettings { Status = wanted.Status });
        if (Changed("call_icon_visibility"))
            yield return new("call icon", new CallingSettings { CallIconVisibility = wanted.CallIconVisibility });
        if (Changed("callback_permission_status"))
            yield return new("callback permission", new CallingSettings { CallbackPermissionStatus = wanted.CallbackPermissionStatus });
        if (Changed("call_hours."))
            yield return new("call hours", new CallingSettings { CallHours = wanted.CallHours });
        if (Changed("audio."))
            yield return new("extra codecs", new CallingSettings { Audio = wanted.Audio });
        if (Changed(Srtp) || sip && wanted.SrtpKeyExchangeProtocol == Words.Sdes)
            yield return new("SRTP", new CallingSettings { SrtpKeyExchangeProtocol = wanted.SrtpKeyExchangeProtocol });

        bool Changed(string path) => changes.Any(change => change.Path.StartsWith(path, StringComparison.Ordinal));
    }

    private static SipServer? Wanted(CallingSettings wanted) => wanted.Sip?.Servers is [var server, ..] ? server : null;

    /// <summary>A server without a port is at Meta's default, 5061.</summary>
    private static string? Port(SipServer? server) => server is null ? null : (server.Port ?? 5061).ToString(CultureInfo.InvariantCulture);

    private static string? Codecs(CallAudio? audio) => audio?.AdditionalCodecs is not { } codecs ? null
        : codecs.Count == 0 ? "none" : string.Join(", ", codecs.Order(StringComparer.Ordinal));

    private static string? Week(CallHours? hours) => hours?.WeeklyOperatingHours is not { } week ? null
        : week.Count == 0 ? "none" : string.Join("; ",
            from span in week
            group Clock(span.OpenTime) + "-" + Clock(span.CloseTime) by span.DayOfWeek.ToUpperInvariant() into day
            orderby Array.IndexOf(Days, day.Key)
            select $"{day.Key[..Math.Min(3, day.Key.Length)].ToLowerInvariant()} {string.Join(", ", day.Order(StringComparer.Ordinal))}");

    private static string? Holidays(CallHours? hours, string since)
    {
        if (hours?.HolidaySchedule is not { } holidays) return null;
        var days = from day in holidays
                   where StringComparer.Ordinal.Compare(day.Date, since) >= 0
                   orderby day.Date
                   select $"{day.Date} {Clock(day.StartTime)}-{Clock(day.EndTime)}";
        return string.Join("; ", days) is { Length: > 0 } text ? text : "none";
    }

    private static string Today(CallHours? hours, DateTimeOffset now)
    {
        var there = TimeZoneInfo.TryFindSystemTimeZoneById(hours?.TimezoneId ?? "UTC", out var zone) ? TimeZoneInfo.ConvertTime(now, zone) : now;
        return there.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    /// <summary>Meta writes <c>0900</c> and <c>09:00</c>.</summary>
    private static string Clock(string time) => time.Contains(':') || time.Length != 4 ? time : $"{time[..2]}:{time[2..]}";
}
