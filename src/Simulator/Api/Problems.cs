using Microsoft.AspNetCore.Http;

namespace Ringway.Simulator.Api;

/// <summary>What the API says when it cannot.</summary>
internal static class Problems
{
    public static IResult Of(int status, string code, string detail) =>
        Results.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });

    /// <summary>A number with plus, or a user id; nothing that could mean more in a SIP URI.</summary>
    public static bool IsUser(string text) =>
        text.Length is > 1 and < 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '.' or '_' or '-');

    public static IResult NoUser(string text) => Of(400, "bad-number", $"{text} is neither a number nor a user id.");
}
