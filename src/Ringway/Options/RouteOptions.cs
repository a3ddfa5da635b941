using System.Collections.Immutable;

namespace Ringway.Options;

/// <summary>One rule of a line: conditions, of which all must hold, and where the call goes then.</summary>
public sealed record RouteOptions
{
    [Key("name", "What people call the rule", DefaultIs = "its place in the list")]
    public string? Name { get; init; }

    [Key("callers", "Only for these callers: numbers like `+4915112345678`, or masks like `+4930*`, with `?` for one digit; or user ids like `DE.1349…`", DefaultIs = "every caller")]
    public ImmutableArray<string> Callers { get; init; } = [];

    [Key("payloads", "Only for calls by a button or link with this payload, like `order-*`", DefaultIs = "every call")]
    public ImmutableArray<string> Payloads { get; init; } = [];

    [Key("permission", "Only for callers whom you may call (`allowed`: they gave permission before this call) or may not call (`missing`)")]
    public CallerPermission Permission { get; init; } = CallerPermission.Any;

    [Key("returningHours", "Only for callers who have talked with an agent within this time; that agent is asked before the others", Min = 1, Max = 8760, DefaultIs = "every caller")]
    public TimeSpan? Returning { get; init; }

    [Key("hours", "When the rule is in force, instead of the line's hours; the line's `timezone` counts where none is given")]
    public HoursOptions Hours { get; init; } = new();

    [Key("team", "Rings this team", DefaultIs = "none", IsId = true)]
    public string? Team { get; init; }

    [Key("agent", "Rings this agent; who does not take the call leaves it to the line's team or agents", DefaultIs = "none", IsId = true)]
    public string? Agent { get; init; }

    [Key("bot", "Gives the caller to this one of `bots`; whom it does not take is left to the line's team or agents", DefaultIs = "none", IsId = true)]
    public string? Bot { get; init; }

    [Key("menu", "Asks by this menu", DefaultIs = "none", IsId = true)]
    public string? Menu { get; init; }

    [Key("voicemail", "`on`: to the line's voicemail")]
    public VoicemailMode Voicemail { get; init; } = VoicemailMode.Off;

    [Key("say", "Says this and ends the call: a text to be spoken, `file:PATH` of a WAV file of your own, or `sound:NAME` of a sound that was uploaded in the desk", DefaultIs = "none")]
    public string? Say { get; init; }

    [Key("language", "In which language that text is spoken, like `en` or `de`")]
    public string Language { get; init; } = "en";

    [Key("prioritySeconds", "In a queue the caller counts as having waited for so long already; 3600 is before everybody", Min = 0, Max = 3600)]
    public TimeSpan Priority { get; init; }

    [Key("skill", "Only agents with this skill in `agents[].skills` are asked, the best first", DefaultIs = "none", IsId = true)]
    public string? Skill { get; init; }

    [Key("skillSeconds", "After waiting for so long, or when nobody with the skill is signed in, the others of the team are asked too", Min = 0, Max = 3600, DefaultIs = "never")]
    public TimeSpan? SkillFor { get; init; }
}

/// <summary>Whether a caller may be called by the business; see Meta's "User call permissions".</summary>
public enum CallerPermission { Any, Allowed, Missing }

/// <summary>What a caller can choose from by key.</summary>
public sealed record MenuOptions
{
    [Key("id", "Short name of the menu, used in `lines[].menu` and `menus[].keys[].menu`", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("say", "What the caller hears: a text to be spoken, `file:PATH` of a WAV file of your own, or `sound:NAME` of a sound that was uploaded in the desk", Required = true)]
    public string Say { get; init; } = "";

    [Key("language", "In which language a text is spoken, like `en` or `de`")]
    public string Language { get; init; } = "en";

    [Key("keys", "Where each key leads; it may be pressed while the menu speaks", Required = true)]
    public ImmutableArray<MenuKeyOptions> Keys { get; init; } = [];

    [Key("tries", "How often it is said when no key or a wrong one is pressed; then the call goes on as without a menu", Min = 1, Max = 9)]
    public int Tries { get; init; } = 3;
}

/// <summary>Where a key of a menu leads: to one of these.</summary>
public sealed record MenuKeyOptions
{
    [Key("key", "`0` to `9`, `*` or `#`", Required = true)]
    public string Digit { get; init; } = "";

    [Key("team", "Rings this team", DefaultIs = "none", IsId = true)]
    public string? Team { get; init; }

    [Key("agent", "Rings this agent; who does not take the call leaves it to the line's team or agents", DefaultIs = "none", IsId = true)]
    public string? Agent { get; init; }

    [Key("bot", "Gives the caller to this one of `bots`; whom it does not take is left to the line's team or agents", DefaultIs = "none", IsId = true)]
    public string? Bot { get; init; }

    [Key("menu", "Asks again, by another menu", DefaultIs = "none", IsId = true)]
    public string? Menu { get; init; }

    [Key("voicemail", "`on`: to the line's voicemail")]
    public VoicemailMode Voicemail { get; init; } = VoicemailMode.Off;
}
