using System.Collections.Immutable;
using Ringway.Hours;

namespace Ringway.Options;

/// <summary>One business number.</summary>
public sealed record LineOptions
{
    [Key("id", "Short name of the line, used in the API and in Asterisk's files", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("number", "The business number with country code", Required = true)]
    public PhoneNumber Number { get; init; }

    [Key("name", "What agents see", DefaultIs = "the id")]
    public string Name { get => field ?? Id; init; }

    [Key("media", "How WhatsApp encrypts the sound of this number: `sdes` or `dtls`, as set at Meta")]
    public LineMedia Media { get; init; } = LineMedia.Sdes;

    [Key("phoneNumberId", "Meta's id of the number; with it ringway asks for call permission and keeps Meta's settings", DefaultIs = "none: only SIP is used")]
    public string? PhoneNumberId { get; init; }

    [Key("account", "Which of `whatsapp.accounts` the number belongs to", DefaultIs = "the first one", IsId = true)]
    public string? Account { get; init; }

    [Key("password", "The SIP password that Meta made for the number; `file:PATH` or `env:NAME` keep it out of this file",
        DefaultIs = "the one that `ringway whatsapp apply` has fetched")]
    public Secret Password { get; init; } = new("");

    [Key("agents", "Whom calls to this number ring, by their ids; while ringway itself is away, the safety net rings everybody all the same",
        DefaultIs = "everybody", IsId = true)]
    public ImmutableArray<string> Agents { get; init; } = [];

    [Key("team", "Which of `teams` takes calls to this number, instead of `agents`", DefaultIs = "none: `agents`, without a queue", IsId = true)]
    public string? Team { get; init; }

    [Key("routes", "Rules for this number's calls: the first whose every condition holds says where the call goes; without one it goes as the line says")]
    public ImmutableArray<RouteOptions> Routes { get; init; } = [];

    [Key("editors", "Agents who may change this number's `routes` in the desk; what they save takes the place of those here, at once, until they take it back", DefaultIs = "nobody", IsId = true)]
    public ImmutableArray<string> Editors { get; init; } = [];

    [Key("menu", "Which of `menus` asks callers first", DefaultIs = "none: agents ring at once", IsId = true)]
    public string? Menu { get; init; }

    [Key("hours", "When users may call")]
    public HoursOptions Hours { get; init; } = new();

    [Key("nightSwitch", "Agents who may close this number by hand, and open it, against its hours", DefaultIs = "everybody", IsId = true)]
    public ImmutableArray<string> NightSwitch { get; init; } = [];

    [Key("voicemail", "What callers can do whom nobody takes")]
    public VoicemailOptions Voicemail { get; init; } = new();

    [Key("recording", "Whether calls of this number are recorded")]
    public RecordingOptions Recording { get; init; } = new();

    [Key("callIcon", "Whether WhatsApp shows the call icon in the chat: `shown`, `hidden`, or `keep` what is set at Meta; it blocks no call")]
    public CallIcon CallIcon { get; init; } = CallIcon.Keep;

    [Key("callbackPermission", "Whether a user who calls may be called back without being asked: `on`, `off`, or `keep` what is set at Meta")]
    public AtMeta CallbackPermission { get; init; } = AtMeta.Keep;

    [Key("extraCodecs", "What WhatsApp offers beside Opus: `none`, `g711` (PCMA and PCMU), or `keep` what is set at Meta; ringway takes Opus")]
    public ExtraCodecs ExtraCodecs { get; init; } = ExtraCodecs.Keep;

    /// <summary>Made up by ringway itself, for trying it out.</summary>
    public bool IsDemo { get; init; }

    /// <summary>Not the operator's word: what Meta told last is newer. See <c>LinePasswords</c>.</summary>
    public bool IsPasswordFilled { get; init; }
}

/// <summary>When users may call: one schedule for WhatsApp's call hours and for our own routing.</summary>
public sealed record HoursOptions
{
    [Key("timezone", "The place whose clock counts, like `Europe/Berlin`", DefaultIs = "required when there are hours")]
    public string? Timezone { get; init; }

    [Key("weekly", "The week, a line for days with the same times: `mon-fri 09:00-12:30, 13:30-18:00`; at most two times a day, and 24:00 is its end",
        DefaultIs = "none: always, and what is set at Meta stays")]
    public ImmutableArray<WeekLine> Weekly { get; init; } = [];

    [Key("holidays", "Dates that differ: `2026-12-24 09:00-12:00`, or closed: `2026-12-25`; WhatsApp gets the next 20", DefaultIs = "none")]
    public ImmutableArray<Holiday> Holidays { get; init; } = [];

    /// <summary>Null: always open. Only after the rules have passed it.</summary>
    public Schedule? Schedule => Weekly.IsEmpty || Timezone is null ? null
        : new Schedule(TimeZoneInfo.FindSystemTimeZoneById(Timezone), Weekly, Holidays);
}

/// <summary>Something that is set at Meta, and may be left as it is there.</summary>
public enum AtMeta { Keep, On, Off }

/// <summary>Whether the call icon is shown in WhatsApp.</summary>
public enum CallIcon { Keep, Shown, Hidden }

/// <summary>What Meta offers beside Opus.</summary>
public enum ExtraCodecs { Keep, None, G711 }

/// <summary>How the sound of a line is encrypted; set per number in Meta's settings.</summary>
public enum LineMedia { Sdes, Dtls }
