using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ringway.Ari.Tests;

/// <summary>Recorded events, damaged in every way that a network, a bug or a newer Asterisk can think of.</summary>
public class DamagedEvents
{
    private const int Cases = 20_000;

    private static readonly byte[][] Recorded = [.. Directory.GetFiles(EventTests.Golden).Order().Select(File.ReadAllBytes)];

    /// <summary>Where the seeds begin; another range by RINGWAY_SEED.</summary>
    private static readonly int First =
        int.TryParse(Environment.GetEnvironmentVariable("RINGWAY_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : 0;

    [Fact]
    public async Task Whatever_comes_is_an_event_or_refused_as_JSON_and_nothing_else()
    {
        var (read, refused) = (0, 0);
        await Task.Run(() =>
        {
            for (var seed = First; seed < First + Cases; seed++)
                _ = Read(seed) ? read++ : refused++;
        }).Within(); // or it hangs
        // Neither of them is rare, or the damage is not what it says.
        Assert.True(read > Cases / 10 && refused > Cases / 10, $"{read} were read, {refused} refused.");
    }

    [Theory]
    [InlineData("""{"type":"\ud800"}""")]
    [InlineData("""{"\ud800":1,"type":"New"}""")]
    [InlineData("""{"type":"New","application":"\udc00"}""")]
    [InlineData("""{"type":"ChannelVarset","variable":"A","value":"\ud800"}""")]
    [InlineData("""{"type":"ApplicationRegistered","timestamp":"\ud800"}""")]
    [InlineData("""{"type":"StasisEnd","channel":{"id":"\ud800"}}""")]
    [InlineData("""{"type":"ChannelUserevent","userevent":{"a":["\udc00\ud800"]}}""")]
    public void Half_a_character_is_refused_wherever_it_stands(string text) =>
        Assert.Throws<JsonException>(() => AriJson.ReadEvent(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_whole_character_that_is_escaped_is_read() =>
        Assert.Equal("\U0001F600", Assert.IsType<ChannelVarset>(AriJson.ReadEvent("""{"type":"ChannelVarset","value":"\ud83d\ude00"}"""u8)).Value);

    [Fact]
    public void What_is_not_UTF8_is_refused_wherever_it_stands()
    {
        foreach (var place in (string[])["type", "application", "eventname", "text", "userevent"])
        {
            var message = Encoding.Latin1.GetBytes("""{"type":"ChannelUserevent","application":"a","eventname":"b","userevent":{"text":"c"}}""".Replace(place, place + "\u00ff"));
            Assert.Throws<JsonException>(() => AriJson.ReadEvent(message));
        }
    }

    /// <summary>Whether the event of that seed was read.</summary>
    private static bool Read(int seed)
    {
        var random = new Random(seed);
        var damage = Damage.All[random.Next(Damage.All.Length)];
        var message = damage(Recorded[random.Next(Recorded.Length)], random);
        var since = Stopwatch.GetTimestamp();
        try
        {
            Touch(AriJson.ReadEvent(message));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(
                $"Seed {seed} ({damage.Method.Name}): {Encoding.UTF8.GetString(message.AsSpan(0, Math.Min(message.Length, 2000)))}", e);
        }
        finally
        {
            var took = Stopwatch.GetElapsedTime(since);
            Assert.True(took < TimeSpan.FromSeconds(2), $"Seed {seed} ({damage.Method.Name}) took {took}.");
        }
    }

    /// <summary>Reads every member, as a consumer would: a member that says it is never null must not be.</summary>
    private static void Touch(AriEvent happened)
    {
        Assert.NotNull(happened.Type);
        Assert.NotEmpty(happened.ToString());
    }
}

/// <summary>Ways to damage a message.</summary>
internal static class Damage
{
    public static readonly Func<byte[], Random, byte[]>[] All =
    [
        FlippedBits, OtherBytes, Truncated, Doubled, WrongValue, WrongValue, WrongValue, DoubledMember, NewMember, NewMember, Nested, MembersInAnotherOrder, NotUtf8,
    ];

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1e999", "-1e999", "1e-999", "99999999999999999999999999", "0.1", "2147483648", "9223372036854775808",
        "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"2026-13-45T99:99:99.999+0000\"", "\"9999-12-31T23:59:59.999-1400\"",
        "\"NaN\"", "\"Infinity\"", "\"1\"", "\"1e5\"", "[]", "[null]", "[[]]", "[1,\"a\"]", "[{}]", "{}", "{\"id\":null}", "{\"id\":1}", "{\"\":{}}", "{\"type\":\"StasisStart\"}",
        "{\"$type\":1}", "{\"$id\":\"1\"}", "{\"$ref\":\"1\"}", "{\"$values\":[]}",
    ];

    private static byte[] FlippedBits(byte[] message, Random random)
    {
        var damaged = (byte[])message.Clone();
        for (var i = random.Next(1, 5); i > 0; i--)
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        return damaged;
    }

    private static byte[] OtherBytes(byte[] message, Random random)
    {
        var damaged = (byte[])message.Clone();
        var at = random.Next(damaged.Length);
        random.NextBytes(damaged.AsSpan(at, Math.Min(damaged.Length - at, random.Next(1, 8))));
        return damaged;
    }

    private static byte[] Truncated(byte[] message, Random random) => message[..random.Next(message.Length)];

    private static byte[] Doubled(byte[] message, Random random) => [.. message, .. message];

    private static byte[] WrongValue(byte[] message, Random random) => Rewrite(message, random, (writer, member, value) =>
    {
        writer.WritePropertyName(member);
        writer.WriteRawValue(Value(random), skipInputValidation: true);
    });

    private static byte[] DoubledMember(byte[] message, Random random) => Rewrite(message, random, (writer, member, value) =>
    {
        writer.WritePropertyName(member);
        value.WriteTo(writer);
        writer.WritePropertyName(member);
        writer.WriteRawValue(Value(random), skipInputValidation: true);
    });

    private static byte[] NewMember(byte[] message, Random random) => Rewrite(message, random, (writer, member, value) =>
    {
        writer.WritePropertyName(member);
        value.WriteTo(writer);
        writer.WritePropertyName("newer_than_we_are");
        writer.WriteRawValue(Value(random), skipInputValidation: true);
    });

    private static byte[] Nested(byte[] message, Random random)
    {
        var depth = random.Next(1, 2000);
        return Rewrite(message, random, (writer, member, value) =>
        {
            writer.WritePropertyName(member);
            writer.WriteRawValue(
                string.Concat(Enumerable.Repeat("{\"a\":[", depth)) + "1" + string.Concat(Enumerable.Repeat("]}", depth)), skipInputValidation: true);
        });
    }

    private static byte[] MembersInAnotherOrder(byte[] message, Random random)
    {
        var members = JsonDocument.Parse(message).RootElement.EnumerateObject().ToArray();
        random.Shuffle(members);
        return Encoding.UTF8.GetBytes($"{{{string.Join(',', members.Select(member => member.ToString()))}}}");
    }

    private static byte[] NotUtf8(byte[] message, Random random)
    {
        var at = random.Next(message.Length);
        return [.. message[..at], (byte)random.Next(128, 256), .. message[at..]];
    }

    private static string Value(Random random) => random.Next(1000) == 0
        ? JsonSerializer.Serialize(new string((char)random.Next(32, 0x250), 1_000_000))
        : Values[random.Next(Values.Length)];

    /// <summary>Writes the message anew, with one member, at any depth, written otherwise.</summary>
    private static byte[] Rewrite(byte[] message, Random random, Action<Utf8JsonWriter, string, JsonElement> otherwise)
    {
        var root = JsonDocument.Parse(message).RootElement;
        var left = random.Next(Count(root));
        using var stream = new MemoryStream();
        using var writer = new Utf8JsonWriter(stream, new() { SkipValidation = true });
        Write(root);
        writer.Flush();
        return stream.ToArray();

        void Write(JsonElement element)
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                element.WriteTo(writer);
                return;
            }
            writer.WriteStartObject();
            foreach (var member in element.EnumerateObject())
            {
                if (left-- == 0)
                {
                    otherwise(writer, member.Name, member.Value);
                    continue;
                }
                writer.WritePropertyName(member.Name);
                Write(member.Value);
            }
            writer.WriteEndObject();
        }
    }

    private static int Count(JsonElement element) => element.ValueKind != JsonValueKind.Object
        ? 0
        : element.EnumerateObject().Sum(member => 1 + Count(member.Value));
}
