using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ringway.Hours;

namespace Ringway.Options;

/// <summary>A line's rules as pages send them and the store keeps them: the same keys as in the configuration file, read and checked by the same rules.</summary>
public static class RoutesJson
{
    /// <summary>More are no rules any more, they are a program; see bots.</summary>
    public const int Most = 100;

    /// <summary>About a minute of speech, far more than anybody listens to.</summary>
    private const int LongestText = 1000;

    private const string OwnFile = "file:";

    /// <summary>Reads and checks a line's rules. Whatever is wrong is told at once, with keys from <c>routes</c> on.</summary>
    /// <param name="options">All that rules may name: teams, agents, menus, bots.</param>
    /// <param name="line">As the file has it; its own rules say which files of the machine may be played.</param>
    /// <param name="sounds">Names of those that were uploaded.</param>
    public static (ImmutableArray<RouteOptions> Routes, IReadOnlyList<Fault> Faults) Read(
        RingwayOptions options, LineOptions line, JsonElement routes, IReadOnlyCollection<string> sounds)
    {
        var faults = new List<Fault>();
        if (routes.ValueKind != JsonValueKind.Array || routes.GetArrayLength() > Most)
            return ([], [new("routes", $"is a list of at most {Most} rules", null)]);
        var reader = new OptionsReader(faults, _ => null, "/");
        var read = reader.ReadList<RouteOptions>(ToSetting(routes), "routes");
        for (var i = 0; i < read.Length; i++) faults.AddRange(Texts(line, read[i], sounds, $"routes[{i}]"));
        // A value that could not be read stands at its default; a rule about it would then report what nobody wrote.
        var unread = faults.Select(fault => fault.Key).ToHashSet();
        var changed = line with { Routes = read };
        for (var i = 0; i < read.Length; i++)
            foreach (var (key, text) in RouteRules.Check(options, changed, i))
                if (unread.Add($"routes[{i}]{key}"))
                    faults.Add(new($"routes[{i}]{key}", text, null));
        return (read, faults);
    }

    /// <summary>What <see cref="Read"/> reads; keys at their defaults are left out.</summary>
    public static JsonArray Write(IEnumerable<RouteOptions> routes) => [.. routes.Select(route => ToJson(route))];

    /// <summary>Files that the line's own rules in the configuration file name. No others: the desk must not make the machine read what it likes.</summary>
    public static ImmutableArray<string> Sounds(LineOptions line) =>
        [.. line.Routes.Select(route => route.Say).OfType<string>().Where(say => say.StartsWith(OwnFile, StringComparison.Ordinal)).Distinct()];

    private static IEnumerable<Fault> Texts(LineOptions line, RouteOptions route, IReadOnlyCollection<string> sounds, string at)
    {
        foreach (var (key, text) in new[] { ("name", route.Name), ("say", route.Say) })
        {
            if (text is null) continue;
            if (text.Length > LongestText) yield return new($"{at}.{key}", $"is longer than {LongestText} characters", null);
            if (text.Any(char.IsControl)) yield return new($"{at}.{key}", "has a line break or another control character", null);
        }

        if (route.Say is { } say && say.StartsWith(OwnFile, StringComparison.Ordinal) && !Sounds(line).Contains(say))
            yield return new($"{at}.say", "names a file that the rules in the configuration file do not name; an operator adds it there", null);
        if (SoundName.In(route.Say) is { } sound && !sounds.Contains(sound))
            yield return new($"{at}.say", SoundName.WhyNot(route.Say) ?? $"there is no sound '{sound}'{Spelling.DidYouMean(sound, sounds)}", null);
    }

    private static Setting ToSetting(JsonElement element)
    {
        var setting = new Setting("");
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                setting.Items = [.. element.EnumerateArray().Select(ToSetting)];
                break;
            case JsonValueKind.Object:
                setting.Children = [];
                foreach (var property in element.EnumerateObject()) setting.Children[property.Name] = ToSetting(property.Value);
                break;
            default:
                setting.Become(element.ValueKind == JsonValueKind.Null ? null : element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText(), "");
                break;
        }

        return setting;
    }

    private static JsonObject ToJson(object record)
    {
        var (json, defaults) = (new JsonObject(), Activator.CreateInstance(record.GetType())!);
        foreach (var (property, key) in OptionsReader.Keys(record.GetType()))
            if (property.GetValue(record) is { } value && !value.Equals(property.GetValue(defaults)) && ToNode(key, value) is { } node)
                json[key.Name] = node;
        return json;
    }

    private static JsonNode? ToNode(KeyAttribute key, object value) => value switch
    {
        string text => text,
        TimeSpan span => (int)(key.Name.EndsWith("Hours", StringComparison.Ordinal) ? span.TotalHours : span.TotalSeconds),
        Enum choice => OptionsReader.Camel(choice.ToString()),
        IEnumerable list => Items(list) is { Count: > 0 } items ? items : null,
        _ => ToJson(value) is { Count: > 0 } section ? section : null,
    };

    private static JsonArray Items(IEnumerable list) => [.. list.Cast<object>().Select(item => (JsonNode?)(item switch
    {
        string or WeekLine or Holiday => JsonValue.Create(item.ToString()),
        _ => throw new NotSupportedException($"No way to write {item.GetType()}."),
    }))];
}
