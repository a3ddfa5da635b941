using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Ringway.Simulator.Graph;

/// <summary>A refusal of Graph (Meta, Calling: Troubleshooting, 24 Jun 2026; Graph API: Handling errors).</summary>
public sealed record GraphError(int Status, int Code, string Message, string? Details = null, int? Subcode = null, string Type = "OAuthException", bool IsTransient = false)
{
    public TimeSpan? RetryAfter { get; init; }

    public static GraphError NoToken { get; } = new(401, 190, "Authentication Error", "An access token is required to request this resource.");

    public static GraphError BadToken { get; } = new(401, 190, "Invalid OAuth access token - Cannot parse access token");

    public static GraphError ExpiredToken(DateTimeOffset now) => new(
        401, 190, $"Error validating access token: Session has expired on {At(now.AddHours(-1))}. The current time is {At(now)}.", Subcode: 463);

    public static GraphError TooMany { get; } = new(429, 80007, "(#80007) There have been too many calls to this WhatsApp Business account. Wait a bit and try again.")
    {
        RetryAfter = TimeSpan.FromSeconds(2),
    };

    public static GraphError Fails { get; } = new(500, 2, "An unexpected error has occurred. Please retry your request later.", IsTransient: true);

    public static GraphError PermissionReads { get; } = new(429, 613, "(#613) Calls to this api have exceeded the rate limit.");

    public static GraphError SipOnly { get; } = new(400, 131055, "(#131055) Action not allowed", "Graph API calling actions are not allowed for a phone number that has SIP enabled.");

    public static GraphError CallingOff { get; } = new(401, 138000, "(#138000) Calling not enabled", "Calling is not enabled for this phone number.");

    public static GraphError NotPlayed { get; } = new(500, 138004, "(#138004) Connection error", "The simulator plays calling over SIP only.");

    public static GraphError AskLimit(Limit limit) => new(
        400, 138009, "(#138009) Call permission request limit hit",
        $"{limit.Used} of {limit.Allowed} call permission requests in {limit.Period} are used. Next allowed at {limit.FreeAt:yyyy-MM-dd'T'HH:mm:ssK}.");

    public static GraphError AlreadyPermanent { get; } = new(
        400, 138017, "(#138017) Permanent call permission exists", "The user has given a permanent call permission to this phone number.");

    public static GraphError Prerequisites { get; } = new(
        400, 138018, "(#138018) Technical prerequisites not met", "To enable calling, configure a SIP server or subscribe an app to the calls webhook field.");

    public static GraphError NoTemplate(string name, string language) => new(
        404, 132001, "(#132001) Template name does not exist in the translation", $"template name ({name}) does not exist in {language}");

    public static GraphError Parameter(string details) => new(400, 100, "(#100) Invalid parameter", details);

    public static GraphError Value(string details) => new(400, 131009, "(#131009) Parameter value is not valid", details);

    public static GraphError Missing(string details) => new(400, 131008, "(#131008) Required parameter is missing", details);

    /// <summary>An id that is unknown, or that belongs to somebody else: deliberately not told apart.</summary>
    public static GraphError NoObject(string method, string id) => new(
        400, 100,
        $"Unsupported {method.ToLowerInvariant()} request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. "
        + "Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api",
        Subcode: 33, Type: "GraphMethodException");

    public static GraphError NoField(string field) => new(
        400, 100, $"(#100) Tried accessing nonexisting field ({field})");

    public static GraphError NoPath(string path) => new(400, 2500, $"Unknown path components: {path}");

    public JsonObject ToJson()
    {
        var error = new JsonObject { ["message"] = Message, ["type"] = Type, ["code"] = Code };
        if (IsTransient) error["is_transient"] = true;
        if (Details is not null) error["error_data"] = new JsonObject { ["messaging_product"] = "whatsapp", ["details"] = Details };
        if (Subcode is { } sub) error["error_subcode"] = sub;
        error["fbtrace_id"] = "A" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return new() { ["error"] = error };
    }

    private static string At(DateTimeOffset at) => at.ToString("dddd, dd-MMM-yy HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
