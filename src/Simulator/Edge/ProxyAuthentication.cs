using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Edge;

/// <summary>Meta's digest towards the business: one or two challenges, each with a nonce and opaque of its own.</summary>
public sealed class ProxyAuthentication(TimeProvider time)
{
    /// <summary>Meta tells no lifetime; ours only bounds the memory. A reused nonce (nc=00000002) is accepted, as in Twilio's sample.</summary>
    private static readonly TimeSpan NonceLife = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, (DigestChallenge Challenge, DateTimeOffset Until)> _issued = new();

    /// <summary>Fresh challenges in the order configured for the number.</summary>
    public IReadOnlyList<DigestChallenge> Challenge(ChallengeOrder order)
    {
        var now = time.GetUtcNow();
        foreach (var (nonce, (_, until)) in _issued)
            if (until < now) _issued.TryRemove(nonce, out _);

        DigestAlgorithm[] algorithms = order switch
        {
            ChallengeOrder.Md5Only => [DigestAlgorithm.Md5],
            ChallengeOrder.Md5ThenSha256 => [DigestAlgorithm.Md5, DigestAlgorithm.Sha256],
            _ => [DigestAlgorithm.Sha256, DigestAlgorithm.Md5],
        };
        return [.. algorithms.Select(algorithm =>
        {
            var challenge = new DigestChallenge(MetaHeaders.Domain, SixteenHex(), SixteenHex(), algorithm, QopAuth: true);
            _issued[challenge.Nonce] = (challenge, now + NonceLife);
            return challenge;
        })];
    }

    /// <summary>Null when the credentials are right.</summary>
    public Refusal? Judge(SipRequest invite, BusinessNumber business, RuleBook rules)
    {
        var given = invite.Headers.Lines("Proxy-Authorization").Select(DigestCredentials.Parse).OfType<DigestCredentials>()
            .FirstOrDefault(c => c.Realm == MetaHeaders.Domain);
        if (rules.IsOn(MetaRules.Credentials) && Fault(given, business, invite.Method) is { } fault)
            return new(403, "Forbidden", MetaRules.Credentials, fault);
        if (rules.IsOn(MetaRules.DigestUri) && !(SipUri.TryParse(given?.Uri ?? "", out var signed) && signed!.SameUserAndHost(invite.To.Uri)))
            return new(403, "Proxy auth uri does not match SIP \"to\" uri", MetaRules.DigestUri, $"signed {given?.Uri}, To is {invite.To.Uri}");
        return null;
    }

    private string? Fault(DigestCredentials? given, BusinessNumber business, string method)
    {
        if (given is null) return $"no credentials for realm {MetaHeaders.Domain}";
        if (!_issued.TryGetValue(given.Nonce, out var issued)) return "a nonce that was never issued";
        if (issued.Challenge.Algorithm != given.Algorithm) return $"the nonce of {Digest.Name(issued.Challenge.Algorithm)} with {Digest.Name(given.Algorithm)}";
        if (issued.Challenge.Opaque != given.Opaque) return "the opaque of another challenge";
        if (given.Qop != "auth") return "no qop=auth";
        if (given.User != business.DigestUser) return $"user {given.User}, expected the digits {business.DigestUser}";
        return given.Proves(business.Password, method) ? null : "a wrong response: password or hash";
    }

    private static string SixteenHex() => RandomNumberGenerator.GetHexString(16, lowercase: true);
}
