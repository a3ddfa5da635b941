using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ringway.News;

/// <summary>
/// Proves to a webhook that an event is ours: HMAC-SHA256 with the webhook's secret over the time of sending, a dot and the body.
/// The time is signed too, so that nobody can send an old event again unnoticed.
/// </summary>
public static class NewsSignature
{
    public const string Header = "X-Ringway-Signature";

    /// <summary>Whole seconds since 1970, UTC.</summary>
    public const string TimestampHeader = "X-Ringway-Timestamp";

    /// <summary>The value of <see cref="Header"/>: <c>sha256=</c> and 64 small hexadecimal digits.</summary>
    public static string Of(string secret, long timestamp, string body) => "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{timestamp}.{body}"))));
}
