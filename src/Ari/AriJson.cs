using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Ringway.Ari;

/// <summary>Asterisk's JSON: snake case, times with a zone that System.Text.Json does not read, and a type in each message.</summary>
public static class AriJson
{
    /// <summary>Nobody pastes our requests into a web page, so only what JSON demands is escaped.</summary>
    internal static readonly JsonWriterOptions Terse = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads one message of the event socket.</summary>
    /// <exception cref="JsonException">It is not an ARI message.</exception>
    public static AriEvent ReadEvent(ReadOnlySpan<byte> utf8)
    {
        RefuseBrokenText(utf8);
        var message = JsonSerializer.Deserialize(utf8, AriJsonContext.Default.AriEvent)
            ?? throw new JsonException("The message is null.");
        if (message.GetType() != typeof(AriEvent))
            return message;
        var type = TypeOf(utf8) ?? throw new JsonException("The message has no type.");
        return message with { Type = type, Json = Encoding.UTF8.GetString(utf8) };
    }

    /// <summary>
    /// System.Text.Json looks at a text only when somebody asks for it, which for a user event's members is the consumer, who would get an
    /// <see cref="InvalidOperationException"/> for it. So text that is none is refused here.
    /// </summary>
    private static void RefuseBrokenText(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            throw new JsonException("The message is not UTF-8.");
        if (utf8.IndexOf("\\u"u8) < 0)
            return; // Only an escape can be half a character; Asterisk escapes next to nothing.
        var reader = new Utf8JsonReader(utf8);
        try
        {
            while (reader.Read())
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                    reader.GetString();
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("The message has half a character in it.", e);
        }
    }

    /// <summary>The top-level <c>type</c>, wherever it stands.</summary>
    private static string? TypeOf(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (found)
                return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
        }
        return null;
    }
}

/// <summary>
/// Reads <c>2026-11-22T10:00:00.345+0000</c> (asterisk/asterisk@include/asterisk/localtime.h) and ISO 8601 proper. A time that
/// is neither becomes the default: an event is worth more than its time stamp.
/// </summary>
internal sealed class AsteriskTimeConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fffzzz";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return default;
        }
        if (reader.TryGetDateTimeOffset(out var proper))
            return proper;
        return DateTimeOffset.TryParseExact(reader.GetString(), Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : default;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(Format, CultureInfo.InvariantCulture));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowOutOfOrderMetadataProperties = true,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(AsteriskTimeConverter)])]
[JsonSerializable(typeof(AriEvent))]
[JsonSerializable(typeof(Channel[]))]
[JsonSerializable(typeof(Bridge[]))]
[JsonSerializable(typeof(RtpStatistics))]
[JsonSerializable(typeof(DeviceState[]))]
[JsonSerializable(typeof(Endpoint[]))]
[JsonSerializable(typeof(Mailbox[]))]
[JsonSerializable(typeof(Playback))]
[JsonSerializable(typeof(LiveRecording))]
[JsonSerializable(typeof(StoredRecording[]))]
[JsonSerializable(typeof(Application[]))]
[JsonSerializable(typeof(AsteriskInfo))]
[JsonSerializable(typeof(AsteriskPing))]
[JsonSerializable(typeof(Module[]))]
[JsonSerializable(typeof(LogChannel[]))]
[JsonSerializable(typeof(Sound[]))]
[JsonSerializable(typeof(ConfigTuple[]))]
[JsonSerializable(typeof(VariableAnswer))]
[JsonSerializable(typeof(VariablesAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
internal sealed partial class AriJsonContext : JsonSerializerContext;
