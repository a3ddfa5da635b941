using System.Buffers.Binary;
using System.Text;
using Ringway.Options;
using Ringway.Sounds;

namespace Ringway.Tests.Sounds;

/// <summary>What callers are told, made from texts and from recordings of the operator's own.</summary>
public sealed class Greetings : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-prompts-").FullName;
    private readonly List<(string Text, string Language)> _spoken = [];

    [Fact]
    public async Task A_text_is_spoken_once_and_again_only_when_it_changes()
    {
        await MakeAsync(Line("Good day."));
        await MakeAsync(Line("Good day."));
        Assert.Equal([("Good day.", "de"), ("Closed.", "de")], _spoken);

        await MakeAsync(Line("Good evening."));
        Assert.Equal(("Good evening.", "de"), _spoken[^1]);
        Assert.Equal(3, _spoken.Count);
        Assert.False(new Prompts(_folder, With(Line("Good evening."))).NeedVoice);
    }

    [Fact]
    public async Task A_recording_of_ones_own_is_made_what_Asterisk_plays_without_converting()
    {
        var file = Path.Combine(_folder, "own.wav");
        await File.WriteAllBytesAsync(file, Example(rate: 44100, channels: 2, hz: 440, seconds: 1), TestContext.Current.CancellationToken);
        await MakeAsync(Line($"file:{file}"));

        var made = await File.ReadAllBytesAsync(Path.Combine(_folder, "line-main-nobody.sln16"), TestContext.Current.CancellationToken);
        var samples = made.Chunk(2).Select(pair => (int)BinaryPrimitives.ReadInt16LittleEndian(pair)).ToArray();
        Assert.InRange(samples.Length, 15990, 16000);
        Assert.InRange(samples.Zip(samples.Skip(1)).Count(pair => pair is { First: < 0, Second: >= 0 }), 438, 441);
        Assert.InRange(samples.Max(), 7500, 8100);
    }

    [Fact]
    public async Task What_is_no_recording_is_named_and_leaves_what_was_there()
    {
        await MakeAsync(Line("Good day."));
        var before = await File.ReadAllBytesAsync(Path.Combine(_folder, "line-main-nobody.sln16"), TestContext.Current.CancellationToken);
        var file = Path.Combine(_folder, "own.wav");
        await File.WriteAllTextAsync(file, "not a sound", TestContext.Current.CancellationToken);

        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => MakeAsync(Line($"file:{file}")));

        Assert.Contains("lines[main].voicemail.greeting", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(_folder, "line-main-nobody.sln16"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_callers_are_told_who_wait_is_made_beforehand_for_each_place_and_each_number_of_minutes()
    {
        var team = new TeamOptions
        {
            Id = "help", Wait = TimeSpan.FromSeconds(60), QueueSize = 3,
            Announcements = new() { Every = TimeSpan.FromSeconds(30), Say = "Danke.", Next = "Sie sind dran.", Place = "Platz {place}.", Minute = "Eine Minute.", Minutes = "{minutes} Minuten.", Language = "de" },
        };
        await MakeAsync(new RingwayOptions { Teams = [team] });

        Assert.Equal(["Danke.", "Sie sind dran.", "Platz 2.", "Platz 3.", "Eine Minute.", "2 Minuten."], _spoken.Take(6).Select(spoken => spoken.Text));
        Assert.Equal((4 + AnnouncementOptions.SpokenMinutes.Length, "60 Minuten."), (_spoken.Count, _spoken[^1].Text));
        var notice = new Prompts(_folder, new()).Notice(team, new(Place: 3, Minutes: 20, Words: true));
        Assert.All(notice, media => Assert.True(File.Exists(media["sound:".Length..] + ".sln16"), media));
        Assert.Equal(["team-help-say", "team-help-place-3", "team-help-minutes-20"], notice.Select(Path.GetFileName));

        await MakeAsync(new RingwayOptions { Teams = [team with { CallBackKey = "4" }] });
        Assert.Equal(["To be called back instead, press 4.", "Thank you. We will call you back. Goodbye."], _spoken.TakeLast(2).Select(spoken => spoken.Text));
        Assert.EndsWith("team-help-call-back", Assert.Single(new Prompts(_folder, new()).Notice(team, new(CallBackKey: '4'))), StringComparison.Ordinal);
        Assert.False(new Prompts(_folder, new() { Teams = [team with { Announcements = new() }] }).NeedVoice);
    }

    [Fact]
    public void A_line_without_a_voicemail_needs_no_voice() => Assert.False(new Prompts(_folder, With(new LineOptions { Id = "main" })).NeedVoice);

    [Theory]
    [InlineData(8000, 1)]
    [InlineData(22050, 1)]
    [InlineData(48000, 2)]
    public void Every_rate_becomes_ours_with_its_pitch(int rate, int channels)
    {
        var samples = Wav.ToLinear(Example(rate, channels, hz: 300, seconds: 2), 16000);

        Assert.InRange(samples.Length, 31990, 32000);
        Assert.InRange(samples.Zip(samples.Skip(1)).Count(pair => pair is { First: < 0, Second: >= 0 }), 598, 601);
    }

    [Theory]
    [InlineData("")]
    [InlineData("RIFF")]
    [InlineData("RIFF....WAVE")]
    [InlineData("RIFF....WAVEdata....")]
    public void What_is_no_WAV_file_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => Wav.ToLinear(Encoding.ASCII.GetBytes(text), 16000));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task MakeAsync(LineOptions line) => MakeAsync(With(line));

    private Task MakeAsync(RingwayOptions options) => new Prompts(_folder, options).MakeAsync(
        (text, language, _) =>
        {
            _spoken.Add((text, language));
            return Task.FromResult(Example(22050, 1, 200 + text.Length, 1));
        },
        TestContext.Current.CancellationToken);

    private static RingwayOptions With(LineOptions line) => new() { Lines = [line] };

    private static LineOptions Line(string greeting) => new()
    {
        Id = "main",
        Voicemail = new() { Enabled = VoicemailMode.On, Greeting = greeting, ClosedGreeting = "Closed.", Language = "de" },
    };

    private static byte[] Example(int rate, int channels, int hz, int seconds)
    {
        var body = new byte[rate * seconds * channels * 2];
        for (var i = 0; i < rate * seconds; i++)
            for (var channel = 0; channel < channels; channel++)
                BinaryPrimitives.WriteInt16LittleEndian(body.AsSpan((i * channels + channel) * 2), (short)(8000 * Math.Sin(2 * Math.PI * hz * i / rate)));
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("RIFF"u8);
        writer.Write(0xFFFFFFFF); // as programs do that write into a pipe
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)channels);
        writer.Write(rate);
        writer.Write(rate * channels * 2);
        writer.Write((short)(channels * 2));
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(0xFFFFFFFF);
        writer.Write(body);
        return file.ToArray();
    }
}
