using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Ringway.Doctor;

/// <summary>A phone's REGISTER, as far as it takes to see whether phones can register (RFC 3261, RFC 7118, RFC 7616). Pure.</summary>
public static partial class SipDigest
{
    private static readonly string[] Copied = ["Via:", "From:", "To:", "Call-ID:", "CSeq:"];

    /// <param name="authorization">The answer to a challenge, or null for the first try.</param>
    public static string Register(string user, string name, int sequence, string? authorization) => $"""
        REGISTER sip:ringway SIP/2.0
        Via: SIP/2.0/WS {name}.invalid;branch=z9hG4bK{name}{sequence}
        Max-Forwards: 70
        From: <sip:{user}@ringway>;tag={name}
        To: <sip:{user}@ringway>
        Call-ID: {name}
        CSeq: {sequence.ToString(CultureInfo.InvariantCulture)} REGISTER
        Contact: <sip:{user}@{name}.invalid;transport=ws>;expires=60
        {(authorization is null ? "User-Agent: ringway doctor" : $"Authorization: {authorization}")}
        Content-Length: 0


        """.ReplaceLineEndings("\r\n");

    /// <summary>200 to a request of Asterisk's: it asks each new phone whether it is there (OPTIONS).</summary>
    public static string Answer(string request) => string.Join("\r\n",
        request.Split("\r\n").Where(line => Copied.Any(name => line.StartsWith(name, StringComparison.OrdinalIgnoreCase))).Prepend("SIP/2.0 200 OK")
            .Append("Content-Length: 0").Append("").Append(""));

    /// <summary>The status of an answer; 0 when it is none.</summary>
    public static int Status(string answer) =>
        answer.StartsWith("SIP/2.0 ", StringComparison.Ordinal) && int.TryParse(answer.AsSpan(8, 3), CultureInfo.InvariantCulture, out var status) ? status : 0;

    /// <summary>What to say to the challenge in a 401; null when there is none that we understand (MD5, qop auth: Asterisk's).</summary>
    public static string? Authorization(string answer, string user, string password)
    {
        var challenge = answer.Split("\r\n").FirstOrDefault(line => line.StartsWith("WWW-Authenticate: Digest", StringComparison.OrdinalIgnoreCase) && !line.Contains("SHA", StringComparison.OrdinalIgnoreCase));
        if (challenge is null) return null;
        var fields = Field().Matches(challenge).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim('"'), StringComparer.OrdinalIgnoreCase);
        if (!fields.TryGetValue("realm", out var realm) || !fields.TryGetValue("nonce", out var nonce)) return null;
        const string uri = "sip:ringway", count = "00000001", own = "doctor";
        var secret = Md5($"{user}:{realm}:{password}");
        var response = Md5($"{secret}:{nonce}:{count}:{own}:auth:{Md5($"REGISTER:{uri}")}");
        return $"Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", response=\"{response}\", algorithm=MD5, qop=auth, nc={count}, cnonce=\"{own}\"" +
               (fields.TryGetValue("opaque", out var opaque) ? $", opaque=\"{opaque}\"" : "");
    }

#pragma warning disable CA5351 // MD5 is what the protocol demands; the password is of this moment alone.
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    [GeneratedRegex("(\\w+)=(\"[^\"]*\"|[^\\s,]+)")]
    private static partial Regex Field();
}
