using System.Text.Json;

namespace Ringway.Ari;

/// <summary>Our names in Asterisk's spelling.</summary>
internal static class Words
{
    /// <summary><c>AnsweredElsewhere</c> is <c>answered_elsewhere</c>; several flags are separated by commas.</summary>
    public static string Of<T>(T value) where T : struct, Enum =>
        string.Join(',', value.ToString().Split(", ").Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));

    public static string? Of<T>(T? value) where T : struct, Enum => value is { } given ? Of(given) : null;

    public static string? Of(TerminateOn? value) => value switch
    {
        null => null,
        TerminateOn.Star => "*",
        TerminateOn.Pound => "#",
        { } other => Of(other),
    };
}
