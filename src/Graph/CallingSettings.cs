namespace Ringway.Graph;

/// <summary>
/// The <c>calling</c> object of <c>/{phone-number-id}/settings</c>. Read, what is null was not said by Meta; written, what is
/// null is left as it is. Choices stay words, because Meta adds some without notice; those that we know are in <see cref="Words"/>.
/// </summary>
public sealed record CallingSettings
{
    /// <summary><see cref="Words.Enabled"/> or <see cref="Words.Disabled"/>.</summary>
    public string? Status { get; init; }

    /// <summary><see cref="Words.Default"/> or <see cref="Words.DisableAll"/>. It hides the icon and blocks no call.</summary>
    public string? CallIconVisibility { get; init; }

    public CallIcons? CallIcons { get; init; }

    /// <summary>Replaces all that was there: without <see cref="CallHours.HolidaySchedule"/> the holidays are gone.</summary>
    public CallHours? CallHours { get; init; }

    /// <summary>Enabled: whoever calls grants the permission to be called back.</summary>
    public string? CallbackPermissionStatus { get; init; }

    /// <summary><see cref="Words.Sdes"/> or <see cref="Words.Dtls"/>. Meta does not name it until somebody has set it; until then it is DTLS.</summary>
    public string? SrtpKeyExchangeProtocol { get; init; }

    public CallAudio? Audio { get; init; }

    public VoicemailSettings? Voicemail { get; init; }

    public SipSettings? Sip { get; init; }

    /// <summary>Only read.</summary>
    public CallRestrictions? Restrictions { get; init; }
}

/// <summary>The values of <see cref="CallingSettings"/> that Meta documents.</summary>
public static class Words
{
    public const string Enabled = "ENABLED";
    public const string Disabled = "DISABLED";
    public const string Default = "DEFAULT";
    public const string DisableAll = "DISABLE_ALL";
    public const string Sdes = "SDES";
    public const string Dtls = "DTLS";
    public const string Pcma = "PCMA";
    public const string Pcmu = "PCMU";
}

/// <summary>Where the call icon is shown.</summary>
/// <param name="RestrictToUserCountries">ISO 3166 codes of two letters; empty: everywhere.</param>
public sealed record CallIcons(IReadOnlyList<string>? RestrictToUserCountries);

/// <summary>When WhatsApp lets users call.</summary>
public sealed record CallHours
{
    public string? Status { get; init; }

    /// <summary>IANA name: <c>Europe/Berlin</c>.</summary>
    public string? TimezoneId { get; init; }

    /// <summary>At most two spans a day, none over midnight.</summary>
    public IReadOnlyList<OpenSpan>? WeeklyOperatingHours { get; init; }

    /// <summary>At most 20.</summary>
    public IReadOnlyList<HolidaySpan>? HolidaySchedule { get; init; }
}

/// <summary>One span of one weekday.</summary>
/// <param name="DayOfWeek"><c>MONDAY</c> to <c>SUNDAY</c>.</param>
/// <param name="OpenTime"><c>0900</c>; Meta also writes <c>09:00</c>.</param>
public sealed record OpenSpan(string DayOfWeek, string OpenTime, string CloseTime);

/// <summary>A day with hours of its own.</summary>
/// <param name="Date"><c>2026-12-24</c>.</param>
public sealed record HolidaySpan(string Date, string StartTime, string EndTime);

/// <param name="AdditionalCodecs">PCMA, PCMU beside Opus, which is always there.</param>
public sealed record CallAudio(IReadOnlyList<string>? AdditionalCodecs);

/// <summary>What WhatsApp does with a call that nobody takes.</summary>
public sealed record VoicemailSettings
{
    public string? Status { get; init; }

    /// <summary><c>REJECT</c>, <c>TIMEOUT</c>.</summary>
    public IReadOnlyList<string>? Triggers { get; init; }
}

/// <summary>The SIP part: where Meta sends calls.</summary>
public sealed record SipSettings
{
    public string? Status { get; init; }

    /// <summary>Enabled: a SIP call is also told by webhook (<c>call_created</c>, <c>terminate</c>).</summary>
    public string? WebhookDelivery { get; init; }

    /// <summary>One for each app that ever wrote here; more than one is broken by Meta's design.</summary>
    public IReadOnlyList<SipServer>? Servers { get; init; }
}

/// <summary>A SIP server as Meta knows it.</summary>
public sealed record SipServer
{
    /// <summary>The app whose token wrote it. Only read.</summary>
    public string? AppId { get; init; }

    public string? Hostname { get; init; }

    /// <summary>Meta's default is 5061.</summary>
    public int? Port { get; init; }

    /// <summary>Stand before the at sign of Meta's request URI.</summary>
    public IReadOnlyDictionary<string, string>? RequestUriUserParams { get; init; }

    /// <summary>The password of the digest, for this number and app. Only read, and only when asked for.</summary>
    public string? SipUserPassword { get; init; }

    /// <summary>Without the password: a record is easily logged.</summary>
    public override string ToString() => $"{Hostname}:{Port} (app {AppId})";
}

public sealed record CallRestrictions(IReadOnlyList<CallRestriction>? RestrictionsList);

/// <summary>Something that Meta forbids the number for a time.</summary>
/// <param name="Type"><c>RESTRICTED_BUSINESS_INITIATED_CALLING</c>, …</param>
/// <param name="Expiration">When it ends.</param>
public sealed record CallRestriction(string Type, string? Reason, DateTimeOffset? Expiration);
