using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Sounds;
using Ringway.Store;
using Ringway.Switchboard;
using Ringway.Tests.Sounds;

namespace Ringway.Tests.Api;

/// <summary>Sounds that the editors of a line's rules upload while ringway runs.</summary>
public class SoundsByApi
{
    private const string Sounds = "/api/v1/sounds", Closed = "/api/v1/sounds/closed", Rules = "/api/v1/lines/main/routes";

    [Fact]
    public async Task A_sound_that_an_editor_uploads_is_said_by_her_rule_and_still_is_when_ringway_is_started_anew()
    {
        var folder = Directory.CreateTempSubdirectory("ringway-sounds-").FullName;
        var first = await TestHost.StartAsync(WithEditor, folder);
        var ada = await first.SignInAsync();
        var kept = await OkAsync(await UploadAsync(ada, UploadedSounds.Example(48000, 2, seconds: 2)));
        Assert.Equal(("closed", 2.0, 64000, "ada"), (Text(kept, "name"), kept.GetProperty("seconds").GetDouble(), kept.GetProperty("bytes").GetInt32(), Text(kept, "by")));
        await SaveRuleAsync(ada, 0, new { name = "holiday", say = "sound:closed" });

        var listed = Assert.Single((await ada.JsonAsync(Sounds)).EnumerateArray());
        Assert.Equal(("main", "rule 'holiday'"), (Text(listed.GetProperty("usedBy")[0], "line"), Text(listed.GetProperty("usedBy")[0], "what")));
        var file = FileOf(first);
        Assert.Equal(64000, new FileInfo(file).Length);
        await first.StopAsync();
        File.Delete(file); // as on another machine

        await using var next = await TestHost.StartAsync(WithEditor, folder);
        Assert.Equal(64000, new FileInfo(FileOf(next)).Length);
        var page = await next.SignInAsync();
        var answer = await page.GetAsync(Closed);
        Assert.Equal("audio/wav", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(64000, UploadedSound.Read(await answer.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal("desk", Text(await page.JsonAsync(Rules), "origin"));
    }

    [Fact]
    public async Task A_sound_is_replaced_as_a_whole_and_who_has_begun_to_hear_it_hears_it_to_the_end()
    {
        await using var host = await TestHost.StartAsync(WithEditor);
        var ada = await host.SignInAsync();
        await OkAsync(await UploadAsync(ada, UploadedSounds.Example(16000, 1, seconds: 2)));
        await SaveRuleAsync(ada, 0, new { say = "sound:closed" });
        await using var heard = File.OpenRead(FileOf(host));

        await OkAsync(await UploadAsync(ada, UploadedSounds.Example(16000, 1, seconds: 1)));

        Assert.Equal((64000, 32000), (heard.Length, new FileInfo(FileOf(host)).Length));
        Assert.Equal(32000, (await host.Part<ICallStore>().FindSoundAsync("closed", TestContext.Current.CancellationToken))!.Length);
    }

    [Fact]
    public async Task What_cannot_be_used_is_refused_in_words_and_leaves_what_was_there()
    {
        await using var host = await TestHost.StartAsync(WithEditor);
        var ada = await host.SignInAsync();
        await OkAsync(await UploadAsync(ada, UploadedSounds.Example(8000, 1, seconds: 1)));

        await RefusedAsync(await UploadAsync(ada, "not a sound"u8.ToArray()), HttpStatusCode.UnprocessableEntity, "bad-sound", "it is no WAV file");
        await RefusedAsync(await UploadAsync(ada, UploadedSounds.Example(8000, 1, seconds: 0.05)), HttpStatusCode.UnprocessableEntity, "bad-sound", "shorter than 0.1 s");
        await RefusedAsync(await UploadAsync(ada, UploadedSounds.Example(8000, 1, seconds: 320)), HttpStatusCode.UnprocessableEntity, "bad-sound", "5.3 minutes");
        await RefusedAsync(await UploadAsync(ada, new byte[UploadedSound.MostBytes + 1]), HttpStatusCode.RequestEntityTooLarge, "too-large", "more than 10 MB");
        await RefusedAsync(await UploadAsync(ada, UploadedSounds.Example(8000, 1, 1), "Closed"), HttpStatusCode.BadRequest, "bad-request", "small letters");
        await RefusedAsync(await UploadAsync(ada, UploadedSounds.Example(8000, 1, 1), new string('a', 41)), HttpStatusCode.BadRequest, "bad-request", "at most 40");
        await RefusedAsync(await UploadAsync(ada, UploadedSounds.Example(8000, 1, 3), isNew: true), HttpStatusCode.Conflict, "taken", "Choose another name");

        Assert.Equal(["closed"], host.Part<SoundShelf>().Names);
        Assert.Equal(32000, new FileInfo(FileOf(host)).Length);
        Assert.Equal(32000, Assert.Single(await host.Part<ICallStore>().SoundsAsync(TestContext.Current.CancellationToken)).Bytes);
    }

    [Fact]
    public async Task A_sound_whose_file_cannot_be_written_is_not_kept_either()
    {
        var (folder, log) = (Directory.CreateTempSubdirectory("ringway-sounds-").FullName, new NotedLog());
        await File.WriteAllTextAsync(Path.Combine(folder, "prompts"), "in the way", TestContext.Current.CancellationToken);
        await using var host = await TestHost.StartAsync(WithEditor, folder, builder => builder.Logging.AddProvider(log));

        await RefusedAsync(await UploadAsync(await host.SignInAsync(), UploadedSounds.Example(8000, 1, 1)), HttpStatusCode.ServiceUnavailable, "store-away", "nothing has changed");

        Assert.Empty(await host.Part<ICallStore>().SoundsAsync(TestContext.Current.CancellationToken));
        Assert.Empty(host.Part<SoundShelf>().Names);
        Assert.Contains(log.Lines, line => line.Contains("its file cannot be written", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_whose_length_is_not_told_beforehand_is_cut_where_it_becomes_too_large()
    {
        await using var host = await TestHost.StartAsync(WithEditor);
        var ada = await host.SignInAsync();
        using var endless = new StreamContent(new MemoryStream(new byte[UploadedSound.MostBytes + 1]));
        using var request = new HttpRequestMessage(HttpMethod.Put, Closed) { Content = endless };
        request.Headers.TransferEncodingChunked = true;

        await RefusedAsync(await ada.Http.SendAsync(request, TestContext.Current.CancellationToken), HttpStatusCode.RequestEntityTooLarge, "too-large", "16 kHz");
        Assert.Empty(host.Part<SoundShelf>().Names);
    }

    [Fact]
    public async Task A_sound_that_something_says_stays_and_what_says_it_is_named()
    {
        await using var host = await TestHost.StartAsync(options => WithEditor(options) with { Menus = [new() { Id = "first", Say = "sound:menu", Keys = [new() { Digit = "1", Agent = "bob" }] }] });
        var ada = await host.SignInAsync();
        foreach (var name in new[] { "closed", "menu" }) await OkAsync(await UploadAsync(ada, UploadedSounds.Example(8000, 1, 1), name));
        var saved = await SaveRuleAsync(ada, 0, new { say = "sound:closed" });

        await RefusedAsync(await ada.DeleteAsync(Closed), HttpStatusCode.Conflict, "in-use", "rule 1 of line main");
        await RefusedAsync(await ada.DeleteAsync($"{Sounds}/menu"), HttpStatusCode.Conflict, "in-use", "menu first");
        await RefusedAsync(await ada.DeleteAsync($"{Sounds}/nothing"), HttpStatusCode.NotFound, "not-found", "no sound 'nothing'");

        await SaveRuleAsync(ada, saved.GetProperty("version").GetInt64(), new { agent = "bob" });
        Assert.Equal(HttpStatusCode.NoContent, (await ada.DeleteAsync(Closed)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync(Closed)).StatusCode);
        Assert.Equal(["menu"], host.Part<SoundShelf>().Names);
        Assert.True(File.Exists(FileOf(host)), "somebody may be about to hear it");
    }

    [Fact]
    public async Task A_rule_that_names_a_sound_that_is_not_there_is_refused_at_its_field()
    {
        await using var host = await TestHost.StartAsync(WithEditor);
        var ada = await host.SignInAsync();
        await OkAsync(await UploadAsync(ada, UploadedSounds.Example(8000, 1, 1)));

        var answer = await ada.PutAsync(Rules, new { version = 0, routes = new[] { new { callers = new[] { "+49*" }, say = "sound:close" }, new { callers = new[] { "+43*" }, say = "sound:No!" } } });

        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.EndsWith("did you mean 'closed'?", Text(problem, "detail"), StringComparison.Ordinal);
        var faults = problem.GetProperty("faults");
        Assert.Equal(["routes[0].say: there is no sound 'close'; did you mean 'closed'?", "routes[1].say: 'No!' is no name of a sound: small letters, digits and dashes, a letter first, at most 40"],
            faults.EnumerateArray().Select(fault => $"{Text(fault, "key")}: {Text(fault, "text")}"));
    }

    [Fact]
    public async Task Only_editors_hear_and_change_sounds_and_none_replaces_what_anothers_line_says()
    {
        await using var host = await TestHost.StartAsync(options => WithEditor(options) with
        {
            Lines =
            [
                WithEditor(options).Lines[0],
                new() { Id = "help", Name = "Help", Number = PhoneNumber.Parse("+15550001001"), Password = new("line-secret"), Editors = ["bob"] },
            ],
            Agents = [.. options.Agents, new() { Id = "eve", Name = "Eve", Password = new("eve-password") }],
        });
        var (ada, bob, eve) = (await host.SignInAsync(), await host.SignInAsync("bob"), await host.SignInAsync("eve"));
        await OkAsync(await UploadAsync(ada, UploadedSounds.Example(8000, 1, 1)));
        await SaveRuleAsync(ada, 0, new { name = "secret", say = "sound:closed" });

        foreach (var (page, status) in new[] { (eve, HttpStatusCode.Forbidden), (host.NewPage(), HttpStatusCode.Unauthorized) })
        {
            Assert.Equal(status, (await page.GetAsync(Sounds)).StatusCode);
            Assert.Equal(status, (await page.GetAsync(Closed)).StatusCode);
            Assert.Equal(status, (await UploadAsync(page, UploadedSounds.Example(8000, 1, 1))).StatusCode);
            Assert.Equal(status, (await page.DeleteAsync(Closed)).StatusCode);
        }

        await RefusedAsync(await UploadAsync(bob, UploadedSounds.Example(8000, 1, 2)), HttpStatusCode.Forbidden, "not-your-line", "under another name");
        await RefusedAsync(await bob.DeleteAsync(Closed), HttpStatusCode.Conflict, "in-use", "something of line main");
        Assert.DoesNotContain("secret", (await bob.JsonAsync(Sounds)).GetRawText(), StringComparison.Ordinal);
        using var foreign = new HttpRequestMessage(HttpMethod.Put, Closed) { Content = new ByteArrayContent(UploadedSounds.Example(8000, 1, 2)) };
        foreign.Headers.Add("Origin", "https://elsewhere.example");
        await RefusedAsync(await ada.Http.SendAsync(foreign, TestContext.Current.CancellationToken), HttpStatusCode.Forbidden, "wrong-origin", "another site");
        Assert.Equal(16000 * 2, new FileInfo(FileOf(host)).Length);
    }

    [Fact]
    public async Task What_the_configuration_file_names_and_nobody_has_uploaded_yet_is_a_short_tone_and_a_warning()
    {
        var log = new NotedLog();
        await using var host = await TestHost.StartAsync(
            options => WithEditor(options) with
            {
                Menus = [new() { Id = "first", Say = "sound:closed", Keys = [new() { Digit = "1", Agent = "bob" }] }],
                Lines = [WithEditor(options).Lines[0] with
                {
                    Voicemail = new() { Enabled = VoicemailMode.On, ClosedGreeting = "sound:night" }, Recording = new() { When = RecordWhen.Always, Notice = "sound:taped" },
                    Routes = [new() { Say = "sound:gone" }],
                }],
            }, adjust: builder => builder.Logging.AddProvider(log));
        var floor = host.Part<CallFloor>();

        Assert.Equal(["menu first", "the closed greeting of line main", "the recording's notice of line main", "rule 1 of line main"],
            log.Lines.Where(line => line.Contains("There is no sound", StringComparison.Ordinal)).Select(line => line.Split("names: ")[1].Split(". Callers")[0]));
        Assert.Equal(["tone"], floor.Menu("first").Select(Path.GetFileName));
        Assert.Equal(["tone"], floor.Greeting("main", What.Closed).Select(Path.GetFileName));
        Assert.Equal(["line-main-nobody", "tone"], floor.Greeting("main", What.NoAnswer).Select(Path.GetFileName));
        Assert.Equal(["tone"], floor.Announcement("sound:gone").Select(Path.GetFileName));
        Assert.Equal(["sound-taped"], floor.RecordingNotice("main").Select(Path.GetFileName)); // which Asterisk cannot play, so nothing is recorded

        var ada = await host.SignInAsync();
        foreach (var name in new[] { "closed", "night" }) await OkAsync(await UploadAsync(ada, UploadedSounds.Example(8000, 1, 1), name));
        Assert.Equal(["sound-closed"], floor.Menu("first").Select(Path.GetFileName));
        Assert.Equal(["sound-night", "tone"], floor.Greeting("main", What.Closed).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_sound_that_the_file_names_for_a_line_without_editors_is_any_editors_to_upload_and_to_replace()
    {
        await using var host = await TestHost.StartAsync(options => WithEditor(options) with
        {
            Lines =
            [
                WithEditor(options).Lines[0],
                new() { Id = "help", Name = "Help", Number = PhoneNumber.Parse("+15550001001"), Password = new("line-secret"), Routes = [new() { Say = "sound:closed" }] },
            ],
        });
        var ada = await host.SignInAsync();

        await OkAsync(await UploadAsync(ada, UploadedSounds.Example(8000, 1, 1)));
        await OkAsync(await UploadAsync(ada, UploadedSounds.Example(8000, 1, 2)));
        await RefusedAsync(await ada.DeleteAsync(Closed), HttpStatusCode.Conflict, "in-use", "of line help");
    }

    private static RingwayOptions WithEditor(RingwayOptions options) => options with { Lines = [options.Lines[0] with { Editors = ["ada"] }] };

    private static string FileOf(TestHost host) => Path.Combine(host.Part<HostPaths>().Prompts, "sound-closed.sln16");

    private static async Task<HttpResponseMessage> UploadAsync(Page page, byte[] wav, string name = "closed", bool isNew = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{Sounds}/{name}") { Content = new ByteArrayContent(wav) };
        if (isNew) request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        return await page.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<JsonElement> SaveRuleAsync(Page page, long version, object rule) => await OkAsync(await page.PutAsync(Rules, new { version, routes = new[] { rule } }));

    private static async Task<JsonElement> OkAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    private static async Task RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code, string words)
    {
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal((status, code), (answer.StatusCode, Text(problem, "code")));
        Assert.Contains(words, Text(problem, "detail"), StringComparison.Ordinal);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
