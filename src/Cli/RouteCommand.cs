using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;
using Ringway.Switchboard;
using Command = System.CommandLine.Command;

namespace Ringway.Cli;

/// <summary>`ringway route test`: where a call would go, from the configuration and what was saved in the desk; nothing has to run.</summary>
public static class RouteCommand
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for a terminal, not for a page
    };

    private static readonly Option<string> Line = new("--line") { Description = "The line that is called, by its id.", HelpName = "LINE", Required = true };

    private static readonly Option<string> From = new("--from") { Description = "Who calls: a number like +4915112345678, or a user id.", HelpName = "NUMBER", Required = true };

    private static readonly Option<string?> Payload = new("--payload") { Description = "What came with the button or link that the user tapped." };

    private static readonly Option<string?> At = new("--at")
    {
        Description = "When, like 2026-12-24T18:00, by the clock of the line's timezone (else UTC), or with an offset of its own. Default: now.", HelpName = "TIME",
    };

    private static readonly Option<string?> Returning = new("--returning") { Description = "The caller has just talked with this agent.", HelpName = "AGENT" };

    private static readonly Option<CallerPermission> Permission = new("--permission")
    {
        Description = "Whether you may call the caller: allowed or missing.", HelpName = "PERMISSION", DefaultValueFactory = _ => CallerPermission.Missing,
    };

    private static readonly Option<bool> Written = new("--written") { Description = "By the rules of the configuration file, even where others were saved in the desk." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print it as JSON." };

    public static Command Create()
    {
        var settings = new Settings();
        var test = new Command("test", "Say where a call with these facts would go and why, without a call.") { Line, From, Payload, At, Returning, Permission, Written, Json };
        settings.AddTo(test);
        test.SetAction(async (parsed, ct) =>
        {
            var (options, places) = settings.Read(parsed);
            var written = LineOf(options, parsed.GetValue(Line)!);
            var (line, note) = parsed.GetValue(Written) ? (written, null) : await AsSavedAsync(options, written, places, ct);
            var at = TimeOf(line, parsed.GetValue(At));
            var story = RouteStory.Of(options, line, new(
                Caller(parsed.GetValue(From)!), at, parsed.GetValue(Payload), Last(options, parsed.GetValue(Returning), at), parsed.GetValue(Permission) == CallerPermission.Allowed));
            if (note is not null) story = story with { Sentences = [note, .. story.Sentences] };
            if (parsed.GetValue(Json))
                Console.WriteLine(JsonSerializer.Serialize(story, Form));
            else
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A call to {line.Name} ({line.Number.E164}) at {at:ddd yyyy-MM-dd HH:mm zzz}:"));
                foreach (var sentence in story.Sentences) Console.WriteLine($"  {sentence}");
            }

            return 0;
        });
        return new Command("route", "Look at how calls are led.") { test };
    }

    private static LineOptions LineOf(RingwayOptions options, string id) => options.Line(id) ?? throw Wrong(
        options.Lines.IsEmpty ? "the configuration has no lines; name the file with --config"
        : $"there is no line '{id}'{Spelling.DidYouMean(id, options.Lines.Select(line => line.Id))} There are: {string.Join(", ", options.Lines.Select(line => line.Id))}");

    /// <summary>The line with the rules that somebody saved in the desk, and a sentence about it; the line as it is when nobody did.</summary>
    private static async Task<(LineOptions Line, string? Note)> AsSavedAsync(RingwayOptions options, LineOptions line, Places places, CancellationToken ct)
    {
        var file = new HostPaths(places.Data, "").Database;
        if (options.Store.Url.Reveal() == "sqlite" && !File.Exists(file)) return (line, null); // ringway has never run here
        try
        {
            await using var store = StoreAddress.Open(options.Store.Url.Reveal(), file);
            await store.MigrateAsync(ct); // The next `up` would do the same; an older store has no such table.
            if ((await store.RoutesAsync(ct)).FirstOrDefault(row => row.Line == line.Id) is not { } saved) return (line, null);
            using var rules = JsonDocument.Parse(saved.Rules);
            var (routes, faults) = RoutesJson.Read(options, line, rules.RootElement, [.. (await store.SoundsAsync(ct)).Select(sound => sound.Name)]);
            var when = string.Create(CultureInfo.InvariantCulture, $"{saved.By} saved in the desk on {saved.At:yyyy-MM-dd HH:mm} UTC");
            return faults.Count == 0 ? (line with { Routes = routes }, $"These are the rules that {when}; --written asks those of the configuration file.")
                : (line, $"The rules that {when} do not fit the configuration any more ({faults[0]}), so those of the file are in force.");
        }
        catch (Exception fault) when (fault is DbException or InvalidOperationException or TimeoutException)
        {
            throw new ObstacleException($"the store cannot be read, and rules may have been saved in it: {fault.Message} Check store.url, or ask by the configuration file alone: --written.", inner: fault);
        }
    }

    private static Party Caller(string text) =>
        PhoneNumber.TryParse(text, out var number, out var whyNot) ? new(number.E164)
        : text.Length > 3 && char.IsAsciiLetterUpper(text[0]) && text[2] == '.' ? new(null, text)
        : throw Wrong($"--from '{text}': {whyNot}, or a user id like DE.1349");

    private static DateTimeOffset TimeOf(LineOptions line, string? text)
    {
        var zone = line.Hours.Timezone is { } name ? TimeZoneInfo.FindSystemTimeZoneById(name) : TimeZoneInfo.Utc;
        if (text is null) return TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), zone);
        if (DateTime.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var there))
            return new(there, zone.GetUtcOffset(there));
        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at : throw Wrong($"--at '{text}' is no time like 2026-12-24T18:00 or 2026-12-24T18:00+01:00");
    }

    private static LastTalk? Last(RingwayOptions options, string? agent, DateTimeOffset at)
    {
        var known = options.Agents.IsEmpty ? [.. Demo.Agents.Select(one => one.Id)] : options.Agents.Select(one => one.Id).ToList();
        return agent is null ? null : known.Contains(agent) ? new(new(agent), at) : throw Wrong($"--returning: there is no agent '{agent}'{Spelling.DidYouMean(agent, known)}");
    }

    private static ObstacleException Wrong(string sentence) => new(sentence + (sentence.EndsWith('?') ? "" : "."), exitCode: 2);
}
