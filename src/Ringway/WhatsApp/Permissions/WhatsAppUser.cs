using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ringway.WhatsApp.Permissions;

/// <summary>
/// A WhatsApp user as Meta names one: by number, or by an id within the business (<c>US.1349…</c>) when the user has a username
/// and shows no number (Meta, "Business-scoped user ids", 2026). It prints masked; in JSON, which goes to signed-in pages only,
/// it is whole.
/// </summary>
[JsonConverter(typeof(AsText))]
public readonly record struct WhatsAppUser
{
    private WhatsAppUser(string value) => Value = value;

    /// <summary><c>+</c> and digits, or the id as Meta wrote it.</summary>
    public string Value { get => field ?? ""; }

    /// <summary>The number, when it is one.</summary>
    public PhoneNumber? Number => PhoneNumber.TryParse(Value, out var number, out _) ? number : null;

    public bool IsNumber => Value.StartsWith('+');

    public static WhatsAppUser Of(PhoneNumber number) => new(number.E164);

    /// <summary>Reads what a person or program wrote: a number with +, or a business-scoped id.</summary>
    public static bool TryParse(string? text, out WhatsAppUser user, [NotNullWhen(false)] out string? whyNot)
    {
        (user, whyNot) = (default, null);
        if (IsScopedId(text))
            user = new WhatsAppUser(text);
        else if (PhoneNumber.TryParse(text, out var number, out whyNot))
            user = Of(number);
        return whyNot is null;
    }

    /// <summary>
    /// As webhooks name one: digits without a plus, and perhaps an id besides. The number is taken when there is one, since
    /// agents call numbers. Null when there is neither.
    /// </summary>
    public static WhatsAppUser? OfWebhook(string? digits, string? userId) =>
        digits?.TrimStart('+') is { Length: > 5 and <= 15 } number && number.All(char.IsAsciiDigit) ? new WhatsAppUser("+" + number)
        : IsScopedId(userId) ? new WhatsAppUser(userId)
        : IsScopedId(digits) ? new WhatsAppUser(digits) : null;

    public override string ToString() => PhoneNumber.Mask(Value);

    /// <summary>Two letters of a country, a dot, letters or digits: Meta's samples, and no more than a SIP user may hold.</summary>
    private static bool IsScopedId([NotNullWhen(true)] string? text) =>
        text is { Length: > 3 and < 64 } && text[2] == '.' && char.IsAsciiLetterUpper(text[0]) && char.IsAsciiLetterUpper(text[1])
        && text.AsSpan(3).IndexOfAnyExcept(Allowed) < 0;

    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.");

    internal sealed class AsText : JsonConverter<WhatsAppUser>
    {
        public override WhatsAppUser Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var user, out var whyNot) ? user : throw new JsonException(whyNot);

        public override void Write(Utf8JsonWriter writer, WhatsAppUser value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }
}
