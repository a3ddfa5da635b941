using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ringway.Graph;

/// <summary>Reads the numbers and texts that Meta writes now one way, now the other.</summary>
internal sealed class EitherTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? System.Text.Encoding.UTF8.GetString(reader.ValueSpan) : reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);
}

/// <summary>Seconds since 1970, as a number or a text; 0 is Meta's "never".</summary>
internal sealed class EpochConverter : JsonConverter<DateTimeOffset?>
{
    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var seconds = reader.TokenType switch
        {
            JsonTokenType.Number when reader.TryGetInt64(out var number) => number,
            JsonTokenType.String when long.TryParse(reader.GetString(), System.Globalization.CultureInfo.InvariantCulture, out var number) => number,
            _ => 0,
        };
        return seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } time) writer.WriteNumberValue(time.ToUnixTimeSeconds());
        else writer.WriteNullValue();
    }
}

// What goes over the wire and has another shape than what we hand out.

/// <summary>Some answers have the object in a list (seen in public code), most have it at the top.</summary>
internal sealed record SettingsAnswer(CallingSettings? Calling, SettingsAnswer[]? Data);

internal sealed record SettingsRequest(CallingSettings Calling);

internal sealed record SuccessAnswer(bool Success);

internal sealed record HealthAnswer(NumberHealth? HealthStatus);

internal sealed record PermissionsAnswer(PermissionAnswer? Permission, ActionAnswer[]? Actions);

internal sealed record PermissionAnswer(string? Status, DateTimeOffset? ExpirationTime, DateTimeOffset? Expiration);

internal sealed record ActionAnswer(string? ActionName, bool CanPerformAction, LimitAnswer[]? Limits);

internal sealed record LimitAnswer(string? TimePeriod, int MaxAllowed, int CurrentUsage, DateTimeOffset? LimitExpirationTime);

internal sealed record MessageAnswer(ContactAnswer[]? Contacts, MessageIdAnswer[]? Messages);

internal sealed record ContactAnswer(string? WaId, string? UserId);

internal sealed record MessageIdAnswer(string? Id);

internal sealed record AppsAnswer(AppAnswer[]? Data);

internal sealed record AppAnswer(AppFacts? WhatsappBusinessApiData, string? OverrideCallbackUri);

internal sealed record AppFacts(string? Id, string? Name);

internal sealed record TokenAnswer(TokenData? Data);

internal sealed record TokenData
{
    public bool IsValid { get; init; }
    public string? AppId { get; init; }
    public string? Application { get; init; }
    public string? Type { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? DataAccessExpiresAt { get; init; }
    public string[]? Scopes { get; init; }
    public GranularScope[]? GranularScopes { get; init; }
    public ErrorBody? Error { get; init; }
}

internal sealed record ErrorAnswer(ErrorBody? Error);

internal sealed record ErrorBody
{
    public string? Message { get; init; }
    public int Code { get; init; }
    public int? ErrorSubcode { get; init; }
    public int? Subcode { get; init; }
    public string? ErrorUserMsg { get; init; }
    public JsonElement? ErrorData { get; init; }
    public string? FbtraceId { get; init; }

    /// <summary>Mostly an object with <c>details</c>; older parts of Graph put a plain text there.</summary>
    public string? Details => ErrorData switch
    {
        { ValueKind: JsonValueKind.Object } data when data.TryGetProperty("details", out var text) && text.ValueKind == JsonValueKind.String => text.GetString(),
        { ValueKind: JsonValueKind.String } data => data.GetString(),
        _ => ErrorUserMsg,
    };
}

internal sealed record MessageRequest
{
    public string MessagingProduct { get; init; } = "whatsapp";
    public string RecipientType { get; init; } = "individual";

    /// <summary>A number, digits alone.</summary>
    public string? To { get; init; }

    /// <summary>A business-scoped id in its place.</summary>
    public string? Recipient { get; init; }

    public required string Type { get; init; }
    public Interactive? Interactive { get; init; }
    public Template? Template { get; init; }
}

internal sealed record Interactive(string Type, TextBody? Body, InteractiveAction Action);

internal sealed record TextBody(string Text);

internal sealed record InteractiveAction(string Name, ButtonParameters? Parameters = null);

internal sealed record ButtonParameters(string DisplayText, int? TtlMinutes, string? Payload);

internal sealed record Template(string Name, TemplateLanguage Language);

internal sealed record TemplateLanguage(string Code);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(EitherTextConverter), typeof(EpochConverter)])]
[JsonSerializable(typeof(SettingsAnswer))]
[JsonSerializable(typeof(SettingsRequest))]
[JsonSerializable(typeof(SuccessAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(PermissionsAnswer))]
[JsonSerializable(typeof(MessageAnswer))]
[JsonSerializable(typeof(MessageRequest))]
[JsonSerializable(typeof(AppsAnswer))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
internal sealed partial class GraphJson : JsonSerializerContext;
