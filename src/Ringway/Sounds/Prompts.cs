using System.Globalization;
using System.Text;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Switchboard;

namespace Ringway.Sounds;

/// <summary>
/// What callers are told: files that Asterisk plays, made from the operator's texts and recordings before the first call. All
/// are signed 16-bit linear at 16 kHz, so that nothing is converted while somebody listens.
/// </summary>
public sealed partial class Prompts(string folder, RingwayOptions options)
{
    /// <summary>Samples a second.</summary>
    public const int Rate = 16000;

    private const string Tone = "tone";

    private const string Hush = "hush";

    /// <summary>As long as three packets of a call: long enough for whoever leaves a bridge to be out of it.</summary>
    private const int HushLength = Rate * 60 / 1000;

    /// <summary>Whether a text is to be spoken, so that a voice is needed.</summary>
    public bool NeedVoice => Wanted().Any(prompt => !prompt.Source.StartsWith(OwnFile, StringComparison.Ordinal) && !IsMade(prompt));

    private const string OwnFile = "file:";

    /// <summary>Asterisk's media URIs of a line's greeting and the tone after it.</summary>
    public IReadOnlyList<string> Greeting(string line, bool closed) =>
        [.. new[] { Uploaded(closed ? options.Line(line)?.Voicemail.ClosedGreeting : options.Line(line)?.Voicemail.Greeting) ?? Media(Name(line, closed)), Media(Tone) }.Distinct()];

    /// <summary>A moment of silence.</summary>
    public string Silence => Media(Hush);

    /// <summary>What a menu says.</summary>
    public IReadOnlyList<string> Menu(string menu) => [Uploaded(options.Menus.FirstOrDefault(known => known.Id == menu)?.Say) ?? Media($"menu-{menu}")];

    /// <summary>What both hear who are recorded. A sound that is missing has nothing in its place: who was not told must not be recorded.</summary>
    public IReadOnlyList<string> RecordingNotice(string line) =>
        [Media(SoundName.In(options.Line(line)?.Recording.Notice) is { } sound ? OfSound(sound) : NoticeOf(line))];

    /// <summary>What a line's rule says; see <see cref="LineRoutes.Announcement"/>.</summary>
    public IReadOnlyList<string> Announcement(string announcement) => [Uploaded(announcement) ?? Media(Said(announcement))];

    /// <summary>What a caller hears who waits for a team.</summary>
    public IReadOnlyList<string> Notice(TeamOptions team, WaitNotice notice) =>
    [
        .. new[]
        {
            notice.Words ? WordsOf(team.Id) : null, notice.Place is { } place ? PlaceOf(team.Id, place) : null,
            notice.Minutes is { } minutes ? MinutesOf(team.Id, minutes) : null, notice.CallBackKey is not null ? CallBackOf(team.Id) : null,
        }.OfType<string>().Select(Media),
    ];

    /// <summary>What a caller hears who has asked to be called back.</summary>
    public IReadOnlyList<string> Promise(TeamOptions team) => [Media(PromiseOf(team.Id))];

    /// <summary>Makes what is missing or was made from another text. Files in use are replaced as a whole, never written into.</summary>
    /// <param name="speak">Says a text in a language; answers with a WAV file.</param>
    /// <exception cref="InvalidDataException">A recording cannot be read; the message says which, and what it should be.</exception>
    public async Task MakeAsync(Func<string, string, CancellationToken, Task<byte[]>> speak, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        if (!File.Exists(FileOf(Tone))) Put(Tone, Beep());
        if (!File.Exists(FileOf(Hush))) Put(Hush, new short[HushLength]);
        foreach (var prompt in Wanted().Where(prompt => !IsMade(prompt))) await MakeAsync(prompt, speak, ct);
    }

    /// <summary>Makes what a rule says that does not stand in the configuration file.</summary>
    /// <exception cref="InvalidDataException">It cannot be spoken, or the recording cannot be read.</exception>
    public async Task MakeAsync(RouteOptions route, Func<string, string, CancellationToken, Task<byte[]>> speak, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var prompt = Announcement(route, "say");
        if (SoundName.In(prompt.Source) is not null) return; // It is there already, or is put there by whoever uploads it.
        if (!IsMade(prompt)) await MakeAsync(prompt, speak, ct);
    }

    /// <summary>Removes what rules said that are gone. Asterisk plays to the end what it has begun.</summary>
    public void Prune(IEnumerable<LineOptions> lines)
    {
        var said = lines.SelectMany(line => line.Routes).Where(route => route.Say is not null).Select(route => Said(LineRoutes.Announcement(route))).ToHashSet();
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.EnumerateFiles(folder, Said("*")))
            if (!said.Contains(Path.GetFileNameWithoutExtension(file)))
                File.Delete(file);
    }

    private async Task MakeAsync(Prompt prompt, Func<string, string, CancellationToken, Task<byte[]>> speak, CancellationToken ct)
    {
        var wav = prompt.Source.StartsWith(OwnFile, StringComparison.Ordinal)
            ? await File.ReadAllBytesAsync(prompt.Source[OwnFile.Length..], ct)
            : await speak(prompt.Source, prompt.Language, ct);
        try
        {
            Put(prompt.Name, Wav.ToLinear(wav, Rate));
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"The prompt of {prompt.Key} cannot be used: {fault.Message}", fault);
        }

        await File.WriteAllTextAsync(MadeFrom(prompt.Name), prompt.MadeFrom, ct);
    }

    /// <summary>What is to be made: all but what is uploaded in the desk.</summary>
    private IEnumerable<Prompt> Wanted() => All().Where(prompt => SoundName.In(prompt.Source) is null);

    private IEnumerable<Prompt> All() => options.Lines.Where(line => line.Voicemail.Enabled == VoicemailMode.On).SelectMany(line => new[]
    {
        new Prompt(Name(line.Id, closed: false), $"lines[{line.Id}].voicemail.greeting", line.Voicemail.Greeting, line.Voicemail.Language),
        new Prompt(Name(line.Id, closed: true), $"lines[{line.Id}].voicemail.closedGreeting", line.Voicemail.ClosedGreeting, line.Voicemail.Language),
    }).Concat(options.Lines.Where(line => line.Recording is { When: not RecordWhen.Never, Policy.Announced: true }).Select(line =>
        new Prompt(NoticeOf(line.Id), $"lines[{line.Id}].recording.notice", line.Recording.Notice, line.Recording.Language)))
    .Concat(options.Menus.Select(menu => new Prompt($"menu-{menu.Id}", $"menus[{menu.Id}].say", menu.Say, menu.Language)))
    .Concat(options.Lines.SelectMany(Announcements))
    .Concat(options.Teams.Where(team => team.Announcements.Every > TimeSpan.Zero).SelectMany(NoticesOf));

    private static IEnumerable<Prompt> Announcements(LineOptions line) => line.Routes.Select((route, place) => (route, place)).Where(one => one.route.Say is not null)
        .Select(one => Announcement(one.route, $"lines[{line.Id}].routes[{one.place}].say"));

    private static Prompt Announcement(RouteOptions route, string key) => new(Said(LineRoutes.Announcement(route)), key, route.Say!, route.Language);

    /// <summary>Every sentence that may be needed, since making one takes longer than a caller should wait for it.</summary>
    private static IEnumerable<Prompt> NoticesOf(TeamOptions team)
    {
        var (told, key) = (team.Announcements, $"teams[{team.Id}].announcements");
        if (told.Say is { } say) yield return new(WordsOf(team.Id), $"{key}.say", say, told.Language);
        if (told.Tell is WaitTold.Both or WaitTold.Place)
            for (var place = 1; place <= Math.Min(team.QueueSize, AnnouncementOptions.FarthestPlace); place++)
                yield return new(PlaceOf(team.Id, place), $"{key}.{(place == 1 ? "next" : "place")}", told.OfPlace(place), told.Language);
        if (told.Tell is WaitTold.Both or WaitTold.Wait)
            foreach (var minutes in AnnouncementOptions.SpokenMinutes)
                yield return new(MinutesOf(team.Id, minutes), $"{key}.{(minutes == 1 ? "minute" : "minutes")}", told.OfMinutes(minutes), told.Language);
        if (team.CallBackKey is not { } digit) yield break;
        yield return new(CallBackOf(team.Id), $"{key}.callBack", told.OfKey(digit), told.Language);
        yield return new(PromiseOf(team.Id), $"{key}.promise", told.Promise, told.Language);
    }

    private bool IsMade(Prompt prompt) => File.Exists(FileOf(prompt.Name)) && File.Exists(MadeFrom(prompt.Name))
        && File.ReadAllText(MadeFrom(prompt.Name)) == prompt.MadeFrom;

    private void Put(string name, short[] samples)
    {
        File.WriteAllBytes(FileOf(name) + ".new", Wav.ToBytes(samples));
        File.Move(FileOf(name) + ".new", FileOf(name), overwrite: true);
    }

    private static short[] Beep() =>
        [.. Enumerable.Range(0, Rate * 2 / 5).Select(i => (short)(6000 * Math.Sin(Math.PI * i / (Rate * 0.4)) * Math.Sin(2 * Math.PI * 880 * i / Rate)))];

    private string Media(string name) => $"sound:{Path.Combine(folder, name)}";

    private string FileOf(string name) => Path.Combine(folder, name + ".sln16");

    private string MadeFrom(string name) => Path.Combine(folder, name + ".txt");

    private static string WordsOf(string team) => $"team-{team}-say";

    private static string CallBackOf(string team) => $"team-{team}-call-back";

    private static string PromiseOf(string team) => $"team-{team}-promise";

    private static string PlaceOf(string team, int place) => string.Create(CultureInfo.InvariantCulture, $"team-{team}-place-{place}");

    private static string MinutesOf(string team, int minutes) => string.Create(CultureInfo.InvariantCulture, $"team-{team}-minutes-{minutes}");

    private static string Said(string announcement) => $"say-{announcement}";

    private static string NoticeOf(string line) => $"line-{line}-recorded";

    private static string Name(string line, bool closed) => $"line-{line}-{(closed ? "closed" : "nobody")}";

    /// <param name="Key">As the operator wrote it.</param>
    private sealed record Prompt(string Name, string Key, string Source, string Language)
    {
        /// <summary>What another make would have to differ in.</summary>
        public string MadeFrom => new StringBuilder(Language).Append('\n').Append(Source).Append('\n')
            .Append(Source.StartsWith(OwnFile, StringComparison.Ordinal) && File.Exists(Source[OwnFile.Length..])
                ? File.GetLastWriteTimeUtc(Source[OwnFile.Length..]).Ticks : 0).ToString();
    }
}
