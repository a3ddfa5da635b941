using System.Security.Cryptography;
using System.Text;

namespace Ringway.Simulator.Sip;

/// <summary>The hashes of RFC 8760 that Meta uses.</summary>
public enum DigestAlgorithm
{
    Md5,
    Sha256,
}

/// <summary>One challenge: a WWW-Authenticate or Proxy-Authenticate line.</summary>
public sealed record DigestChallenge(string Realm, string Nonce, string? Opaque, DigestAlgorithm Algorithm, bool QopAuth)
{
    /// <summary>Null when it is not digest, or asks for an algorithm or a protection that we do not speak: such a
    /// challenge is passed over, not an error (RFC 8760 section 2.4).</summary>
    public static DigestChallenge? Parse(string line)
    {
        if (Digest.Parameters(line) is not { } given || Digest.Algorithm(given["algorithm"]) is not { } algorithm) return null;
        var offered = given["qop"] is { } qop ? qop.Split(',', StringSplitOptions.TrimEntries) : null;
        if (offered is not null && !offered.Contains("auth", StringComparer.OrdinalIgnoreCase)) return null;
        return given["realm"] is { } realm && given["nonce"] is { } nonce
            ? new(realm, nonce, given["opaque"], algorithm, offered is not null)
            : null;
    }

    public string ToHeader() =>
        $"Digest realm=\"{Realm}\",nonce=\"{Nonce}\""
        + (Opaque is null ? "" : $",opaque=\"{Opaque}\"")
        + $",algorithm={Digest.Name(Algorithm)}"
        + (QopAuth ? ",qop=\"auth\"" : "");

    /// <summary>The answer that proves we know the password.</summary>
    /// <param name="cnonce">Our own nonce; used only with qop.</param>
    public DigestCredentials Answer(string user, string password, string method, string uri, string cnonce)
    {
        var credentials = new DigestCredentials(
            user, Realm, Nonce, uri, "", Algorithm, Opaque, QopAuth ? "auth" : null, QopAuth ? cnonce : null, QopAuth ? "00000001" : null);
        return credentials with { Response = credentials.Expected(password, method) };
    }
}

/// <summary>An Authorization or Proxy-Authorization line.</summary>
public sealed record DigestCredentials(
    string User, string Realm, string Nonce, string Uri, string Response,
    DigestAlgorithm Algorithm, string? Opaque, string? Qop, string? Cnonce, string? NonceCount)
{
    /// <summary>Null when it is not digest or lacks what digest needs.</summary>
    public static DigestCredentials? Parse(string line)
    {
        if (Digest.Parameters(line) is not { } given || Digest.Algorithm(given["algorithm"]) is not { } algorithm) return null;
        if (given["username"] is not { } user || given["realm"] is not { } realm || given["nonce"] is not { } nonce
            || given["uri"] is not { } uri || given["response"] is not { } response) return null;
        return new(user, realm, nonce, uri, response, algorithm, given["opaque"], given["qop"], given["cnonce"], given["nc"]);
    }

    public string ToHeader() =>
        $"Digest username=\"{User}\",realm=\"{Realm}\",nonce=\"{Nonce}\",uri=\"{Uri}\",response=\"{Response}\""
        + (Cnonce is null ? "" : $",cnonce=\"{Cnonce}\"")
        + (Opaque is null ? "" : $",opaque=\"{Opaque}\"")
        + $",algorithm={Digest.Name(Algorithm)}"
        + (Qop is null ? "" : $",qop={Qop},nc={NonceCount}");

    /// <summary>True when the response was made with this password.</summary>
    public bool Proves(string password, string method) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Expected(password, method)), Encoding.ASCII.GetBytes(Response));

    /// <summary>RFC 7616 section 3.4.1, and RFC 2069 for a challenge without qop.</summary>
    public string Expected(string password, string method)
    {
        var who = Digest.Hash(Algorithm, $"{User}:{Realm}:{password}");
        var what = Digest.Hash(Algorithm, $"{method}:{Uri}");
        return Digest.Hash(Algorithm, Qop is null ? $"{who}:{Nonce}:{what}" : $"{who}:{Nonce}:{NonceCount}:{Cnonce}:{Qop}:{what}");
    }
}

public static class Digest
{
    public static string Name(DigestAlgorithm algorithm) => algorithm == DigestAlgorithm.Md5 ? "MD5" : "SHA-256";

    /// <summary>No algorithm means MD5 (RFC 7616 section 3.3); null is one that we do not speak.</summary>
    public static DigestAlgorithm? Algorithm(string? name) => name?.ToUpperInvariant() switch
    {
        null or "MD5" => DigestAlgorithm.Md5,
        "SHA-256" => DigestAlgorithm.Sha256,
        _ => null,
    };

    internal static SipParameters? Parameters(string line) =>
        line.StartsWith("Digest ", StringComparison.OrdinalIgnoreCase) ? SipText.Parameters(line[7..], ',') : null;

    internal static string Hash(DigestAlgorithm algorithm, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
#pragma warning disable CA5351 // MD5 is what the protocol demands; Meta's second challenge and Asterisk's default use it.
        return Convert.ToHexStringLower(algorithm == DigestAlgorithm.Md5 ? MD5.HashData(bytes) : SHA256.HashData(bytes));
#pragma warning restore CA5351
    }
}
