using System.Collections.Immutable;
using System.Globalization;
using Ringway.Calls;

namespace Ringway.Options;

/// <summary>Agents who take calls together, and how callers wait for them.</summary>
public sealed record TeamOptions
{
    [Key("id", "Short name of the team, used in `lines[].team`", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("name", "What people see", DefaultIs = "the id")]
    public string Name { get => field ?? Id; init; }

    [Key("agents", "Its members, by their ids; for `fixedOrder` the order counts", DefaultIs = "everybody", IsId = true)]
    public ImmutableArray<string> Agents { get; init; } = [];

    [Key("strategy", "Whom of those who are free a call rings: `ringAll`, or one at a time by `longestIdle`, `roundRobin`, `fewestCalls` or `fixedOrder`")]
    public Strategy Strategy { get; init; } = Strategy.RingAll;

    [Key("ringSeconds", "How long an agent rings before the next one does", Min = 5, Max = 120, DefaultIs = "`calls.ringSeconds`")]
    public TimeSpan? Ring { get; init; }

    [Key("waitSeconds", "How long a caller may wait with music until somebody is free, ringing included; 0: nobody waits", Min = 0, Max = 3600)]
    public TimeSpan Wait { get; init; }

    [Key("queueSize", "How many may wait at once; who comes then goes to `overflow`, or is told that all are busy", Min = 1, Max = 1000)]
    public int QueueSize { get; init; } = 20;

    [Key("overflow", "Which of `teams` has the call when nobody of this one takes it within `waitSeconds`, when `queueSize` wait already or when nobody is signed in",
        DefaultIs = "none: the line's voicemail, or the end", IsId = true)]
    public string? Overflow { get; init; }

    [Key("supervisors", "Agents who may listen to the calls of this team's members, speak to them alone, and come into their calls", DefaultIs = "nobody", IsId = true)]
    public ImmutableArray<string> Supervisors { get; init; } = [];

    [Key("wrapUpSeconds", "How long an agent is left alone after a call, to write down what was said", Min = 0, Max = 3600)]
    public TimeSpan WrapUp { get; init; }

    [Key("announcements", "What callers are told while they wait")]
    public AnnouncementOptions Announcements { get; init; } = new();

    [Key("callBackKey", "The key, `0` to `9`, by which a caller who waits may ask to be called back instead; the announcements say so", DefaultIs = "none")]
    public string? CallBackKey { get; init; }

    /// <summary>In the team's order; empty for everybody.</summary>
    public ImmutableArray<AgentId> Members => [.. Agents.Select(id => new AgentId(id))];
}

/// <summary>What callers are told while they wait. Music stops for it and goes on after it.</summary>
public sealed record AnnouncementOptions
{
    /// <summary>Sentences are made for each place beforehand; who is farther behind is told no place.</summary>
    public const int FarthestPlace = 50;

    public const string PlaceMark = "{place}", MinutesMark = "{minutes}", KeyMark = "{key}";

    /// <summary>What is said of a wait, in minutes: who waits longer than the last is told nothing.</summary>
    public static readonly ImmutableArray<int> SpokenMinutes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60];

    [Key("everySeconds", "How long a caller hears music before each announcement, at least 5; 0: there are none", Min = 0, Max = 600)]
    public TimeSpan Every { get; init; }

    [Key("tell", "Her `place` among those who wait, about how long the `wait` will be, `both`, or `neither`; of the wait nothing is said as long as nothing is known")]
    public WaitTold Tell { get; init; } = WaitTold.Both;

    [Key("say", "What is said before that: a text to be spoken, or `file:PATH` of a WAV file of your own", DefaultIs = "nothing")]
    public string? Say { get; init; }

    [Key("next", "What she is told who is first: a text or `file:PATH`")]
    public string Next { get; init; } = "You are next.";

    [Key("place", "What the others are told: a text, or the `file:PATH` of recordings, with `{place}` in it; who is farther behind than 50 is told no place")]
    public string Place { get; init; } = "You are number {place} in the queue.";

    [Key("minute", "What is said of a wait of up to a minute: a text or `file:PATH`")]
    public string Minute { get; init; } = "The wait is about one minute.";

    [Key("minutes", "The same of a longer one, with `{minutes}` in it: 2 to 10, 15, 20, 25, 30, 40, 50 or 60")]
    public string Minutes { get; init; } = "The wait is about {minutes} minutes.";

    [Key("callBack", "What is said last, of the key to be called back, with `{key}` in it: a text or `file:PATH`")]
    public string CallBack { get; init; } = "To be called back instead, press {key}.";

    [Key("promise", "What a caller hears who has pressed it; then the call ends: a text or `file:PATH`")]
    public string Promise { get; init; } = "Thank you. We will call you back. Goodbye.";

    [Key("language", "In which language texts are spoken, like `en` or `de`; the texts above are English")]
    public string Language { get; init; } = "en";

    public string OfPlace(int place) => place == 1 ? Next : Place.Replace(PlaceMark, Number(place), StringComparison.Ordinal);

    public string OfMinutes(int minutes) => minutes == 1 ? Minute : Minutes.Replace(MinutesMark, Number(minutes), StringComparison.Ordinal);

    public string OfKey(string key) => CallBack.Replace(KeyMark, key, StringComparison.Ordinal);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a caller who waits is told of her wait.</summary>
public enum WaitTold { Both, Place, Wait, Neither }
