using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using PhoneNumbers;

namespace Ringway;

/// <summary>
/// A telephone number in E.164. It prints masked, so that none reaches a log by accident; whoever means the whole
/// number says <see cref="E164"/>. In JSON, which goes to signed-in pages only, it is the whole number.
/// </summary>
[JsonConverter(typeof(AsE164))]
public readonly record struct PhoneNumber
{
    private PhoneNumber(string e164) => E164 = e164;

    /// <summary>The whole number, <c>+</c> and 7 to 15 digits.</summary>
    public string E164 { get => field ?? ""; }

    /// <summary>The digits alone, as WhatsApp wants them for the user name of its digest.</summary>
    public string Digits => E164.TrimStart('+');

    /// <summary>As people of its country write it, with the country code: <c>+1 555-000-1000</c>.</summary>
    public string International => Format(PhoneNumberFormat.INTERNATIONAL);

    /// <summary>
    /// Reads a number that a person wrote: spaces, dashes and brackets may be in it, the <c>+</c> must be. Possible
    /// numbers are taken, not only numbers in use: the library's list of those is always a little behind.
    /// </summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? text, out PhoneNumber number, [NotNullWhen(false)] out string? whyNot)
    {
        number = default;
        whyNot = null;
        var written = text?.Trim() ?? "";
        if (!written.StartsWith('+'))
            whyNot = "a number starts with + and the country code, like +15550001000";
        else if (written.Any(c => !char.IsAsciiDigit(c) && !"+ -().".Contains(c)))
            whyNot = "a number has digits, and at most spaces, dashes, dots or brackets between them";
        else
            number = Possible(written, out whyNot);
        return whyNot is null;
    }

    /// <exception cref="FormatException">The text is no number; the message says why.</exception>
    public static PhoneNumber Parse(string text) =>
        TryParse(text, out var number, out var whyNot) ? number : throw new FormatException($"Not a number: {whyNot}.");

    /// <summary>Masked: the country and the last two digits stay, <c>+1••••••••00</c>.</summary>
    public override string ToString() => Mask(E164);

    /// <summary>Masks what may be a number: up to two leading and the last two characters stay.</summary>
    public static string Mask(string? number) => number switch
    {
        null or "" => "",
        { Length: < 6 } => new string('•', number.Length),
        _ => string.Concat(number.AsSpan(0, 2), new string('•', number.Length - 4), number.AsSpan(number.Length - 2)),
    };

    private static PhoneNumber Possible(string written, out string? whyNot)
    {
        var library = PhoneNumberUtil.GetInstance();
        try
        {
            var parsed = library.Parse(written, "ZZ"); // ZZ: no home country, so the country code must be there
            whyNot = library.IsPossibleNumberWithReason(parsed) switch
            {
                PhoneNumberUtil.ValidationResult.IS_POSSIBLE => null,
                PhoneNumberUtil.ValidationResult.TOO_SHORT => "it has too few digits for its country",
                PhoneNumberUtil.ValidationResult.TOO_LONG => "it has too many digits for its country",
                PhoneNumberUtil.ValidationResult.INVALID_COUNTRY_CODE => "no country has this code",
                _ => "its country has no numbers of this length",
            };
            return whyNot is null ? new PhoneNumber(library.Format(parsed, PhoneNumberFormat.E164)) : default;
        }
        catch (NumberParseException fault)
        {
            whyNot = fault.ErrorType == ErrorType.INVALID_COUNTRY_CODE
                ? "no country has this code" : "it has too few or too many digits";
            return default;
        }
    }

    private string Format(PhoneNumberFormat format)
    {
        if (E164.Length == 0) return "";
        var library = PhoneNumberUtil.GetInstance();
        return library.Format(library.Parse(E164, "ZZ"), format);
    }

    private sealed class AsE164 : JsonConverter<PhoneNumber>
    {
        public override PhoneNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var number, out var whyNot) ? number : throw new JsonException(whyNot);

        public override void Write(Utf8JsonWriter writer, PhoneNumber value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.E164);
    }
}
