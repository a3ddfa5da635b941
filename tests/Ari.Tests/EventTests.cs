using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ringway.Ari.Tests;

public class EventTests
{
    public static readonly string Golden = Path.Combine(Here(), "../golden/events");

    public static TheoryData<string> Recorded => [.. Directory.GetFiles(Golden, "*.json").Select(file => Path.GetFileName(file)!)];

    [Theory, MemberData(nameof(Recorded))]
    public void A_recorded_event_arrives_as_its_own_type_with_its_application_and_time(string file)
    {
        var happened = Read(file);
        Assert.Equal(file.Split('.')[0], happened is RestResponse ? "RESTResponse" : happened.GetType().Name);
        Assert.Equal("rec", happened.Application);
        Assert.Equal("52:54:00:00:00:01", happened.AsteriskId);
        Assert.Equal(new(2026, 11, 23), DateOnly.FromDateTime(happened.Timestamp.UtcDateTime));
        Assert.Null(happened.Json);
    }

    [Theory, MemberData(nameof(Recorded))]
    public void No_member_of_a_recorded_event_is_lost(string file)
    {
        var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Golden, file))).RootElement;
        Assert.Empty(Members.Lost(json, AriJsonContext.Default.Options.GetTypeInfo(Read(file).GetType())));
    }

    [Fact]
    public void A_call_from_the_dialplan_tells_who_calls_and_how_it_came()
    {
        var start = Assert.IsType<StasisStart>(Read("StasisStart.json"));
        Assert.Equal(["inbound", "line-main"], start.Args);
        Assert.Equal(new ChannelId("call-1.customer;2"), start.Channel.Id);
        Assert.Equal("+15550002222", start.Channel.Caller.Number);
        Assert.Equal(ChannelState.Up, start.Channel.State);
        Assert.Equal("rec,inbound,line-main", start.Channel.Dialplan.AppData);
        Assert.Equal(new(2026, 11, 23, 3, 2, 31, 930, TimeSpan.Zero), start.Channel.CreationTime);
        Assert.Null(start.ReplaceChannel);
    }

    [Theory]
    [InlineData("2026-11-22T10:00:00.345+0000", "2026-11-22T10:00:00.345+00:00")]
    [InlineData("2026-11-22T10:00:00.345-0730", "2026-11-22T10:00:00.345-07:30")]
    [InlineData("2026-11-22T10:00:00.345+02:00", "2026-11-22T10:00:00.345+02:00")]
    [InlineData("2026-11-22T10:00:00Z", "2026-11-22T10:00:00+00:00")]
    [InlineData("soon", "0001-01-01T00:00:00+00:00")]
    [InlineData("", "0001-01-01T00:00:00+00:00")]
    public void A_time_is_read_in_Asterisks_spelling_and_in_the_proper_one(string text, string time) =>
        Assert.Equal(DateTimeOffset.Parse(time), Read($$"""{"type":"ApplicationRegistered","timestamp":"{{text}}"}""", raw: true).Timestamp);

    [Fact]
    public void A_time_that_is_no_string_does_not_lose_the_event() =>
        Assert.IsType<ApplicationRegistered>(Read("""{"timestamp":{"a":[1]},"type":"ApplicationRegistered"}""", raw: true));

    [Fact]
    public void A_type_that_is_newer_than_the_client_arrives_plain_with_its_name_and_its_text()
    {
        const string text = """{"channel":{"id":"1","type":"no"},"type":"ChannelLevitated","application":"ringway"}""";
        var happened = Read(text, raw: true);
        Assert.Equal(typeof(AriEvent), happened.GetType());
        Assert.Equal(("ChannelLevitated", "ringway", text), (happened.Type, happened.Application, happened.Json));
    }

    [Theory]
    [InlineData("""{"channel":{"id":"1"},"cause":16,"type":"ChannelDestroyed"}""")]
    [InlineData("""{"type":"ChannelDestroyed","channel":{"id":"1","new_member":[{}]},"cause":"16","newer":null}""")]
    public void Order_new_members_and_numbers_as_text_do_no_harm(string text)
    {
        var gone = Assert.IsType<ChannelDestroyed>(Read(text, raw: true));
        Assert.Equal((new ChannelId("1"), 16, (int?)null), (gone.Channel.Id, gone.Cause, gone.TechCause));
    }

    [Theory]
    [InlineData("""{"type":"StasisStart","channel":{"id":"1"}}""")]
    [InlineData("""{"type":"StasisStart","args":[],"channel":{"id":"1","name":null,"caller":null,"dialplan":null,"channelvars":null}}""")]
    public void What_is_missing_or_null_is_empty(string text)
    {
        var start = Assert.IsType<StasisStart>(Read(text, raw: true));
        Assert.Empty(start.Args);
        Assert.Equal(("", "", "", ""), (start.Application, start.Channel.Name, start.Channel.Caller.Number, start.Channel.Dialplan.Exten));
        Assert.Empty(start.Channel.ChannelVars);
        Assert.Equal(ChannelState.Unknown, start.Channel.State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"type":5}""")]
    [InlineData("""{"application":"x"}""")]
    [InlineData("""{"type":"StasisStart"}""")]
    [InlineData("""{"type":"StasisStart","channel":{"name":"an id is missing"}}""")]
    [InlineData("""{"type":"StasisStart","channel":{"id":"1"}""")]
    public void What_is_no_event_is_refused(string text) => Assert.Throws<JsonException>(() => Read(text, raw: true));

    internal static AriEvent Read(string text, bool raw = false) =>
        AriJson.ReadEvent(raw ? Encoding.UTF8.GetBytes(text) : File.ReadAllBytes(Path.Combine(Golden, text)));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}

/// <summary>Compares JSON with the members that our records have.</summary>
internal static class Members
{
    /// <summary>Paths of members that the type does not know; free-form objects are passed over.</summary>
    public static IEnumerable<string> Lost(JsonElement json, JsonTypeInfo type, string path = "")
    {
        if (json.ValueKind == JsonValueKind.Array && type.ElementType is { } element)
            return json.EnumerateArray().SelectMany(item => Lost(item, type.Options.GetTypeInfo(element), path + "[]"));
        if (json.ValueKind != JsonValueKind.Object || type.Kind != JsonTypeInfoKind.Object)
            return [];
        var known = type.Properties.ToDictionary(p => p.Name, p => p.PropertyType);
        return json.EnumerateObject().Where(member => path != "" || member.Name != "type").SelectMany(member =>
            known.TryGetValue(member.Name, out var of)
                ? Lost(member.Value, type.Options.GetTypeInfo(Nullable.GetUnderlyingType(of) ?? of), $"{path}.{member.Name}")
                : IsOurs(type, member.Name, path) ? [] : [$"{path}.{member.Name}"]);
    }

    // What we knowingly leave: it repeats what we sent.
    private static bool IsOurs(JsonTypeInfo type, string name, string path) =>
        path == "" && type.Type == typeof(RestResponse) && name is "transaction_id" or "content_type";
}
