using System.Text.Json;
using Ringway.Options;

namespace Ringway.Sounds;

/// <summary>Something that says a sound.</summary>
/// <param name="Line">Null: a menu, to which any line may lead.</param>
/// <param name="What">For people: <c>rule 2</c>, <c>menu first</c>.</param>
public sealed record SoundUse(string Sound, string? Line, string What)
{
    /// <summary>All that the configuration file says, whether it is in force just now or not.</summary>
    public static IEnumerable<SoundUse> Of(RingwayOptions options) =>
    [
        .. options.Menus.SelectMany(menu => One(menu.Say, null, $"menu {menu.Id}")),
        .. options.Lines.Where(line => line.Voicemail.Enabled == VoicemailMode.On).SelectMany(line => One(line.Voicemail.Greeting, line.Id, "the greeting")),
        .. options.Lines.Where(line => line.Voicemail.Enabled == VoicemailMode.On).SelectMany(line => One(line.Voicemail.ClosedGreeting, line.Id, "the closed greeting")),
        .. options.Lines.SelectMany(line => One(line.Recording.Notice, line.Id, "the recording's notice")),
        .. options.Lines.SelectMany(Of),
    ];

    /// <summary>What a line's rules say.</summary>
    public static IEnumerable<SoundUse> Of(LineOptions line) =>
        line.Routes.SelectMany((route, place) => One(route.Say, line.Id, Named(route.Name, place)));

    /// <summary>The same of rules that are kept and not in force; they may have faults.</summary>
    public static IEnumerable<SoundUse> Of(string line, JsonElement rules) => rules.ValueKind != JsonValueKind.Array ? []
        : rules.EnumerateArray().SelectMany((rule, place) => One(Text(rule, "say"), line, Named(Text(rule, "name"), place)));

    private static IEnumerable<SoundUse> One(string? say, string? line, string what) => SoundName.In(say) is { } sound ? [new(sound, line, what)] : [];

    private static string Named(string? name, int place) => name is null ? FormattableString.Invariant($"rule {place + 1}") : $"rule '{name}'";

    private static string? Text(JsonElement rule, string key) =>
        rule.ValueKind == JsonValueKind.Object && rule.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
