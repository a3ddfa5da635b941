using System.Globalization;
using System.Security.Authentication;

namespace Ringway.Doctor;

/// <param name="Simulated">Our own development authority is good enough: the simulator trusts it.</param>
/// <param name="OwnAuthority">No certificate is configured, so ours is shown.</param>
/// <param name="Tls12">Null when a handshake of TLS 1.2 came about, else why not.</param>
public sealed record CertificateFacts(
    bool AsteriskRuns, bool Simulated, bool OwnAuthority, string Host, TlsSight Sight, string? Tls12, string? Tls13, bool CertificateRequired, DateTimeOffset Now);

/// <summary>
/// The trunk's certificate as Meta sees it. A bad one means that no INVITE ever comes and nothing is logged anywhere (Meta, "SIP",
/// 2025-12-15).
/// </summary>
public static class CertificateCheck
{
    /// <summary>Authorities renew 30 days ahead; somebody whose renewal failed has two weeks to see it here.</summary>
    private const int SoonDays = 14;

    public static async Task<CertificateFacts> GatherAsync(Premises premises, CancellationToken ct)
    {
        var (trunk, own) = (premises.Options.Trunk, premises.Options.Trunk.Certificate is null);
        var trusted = own && File.Exists(premises.DevelopmentCa) ? premises.DevelopmentCa : null;
        Task<TlsSight> Look(SslProtocols version) => TlsLook.AtAsync(premises.TrunkHere, trunk.Host, trusted, version, premises.Time, ct);
        var (any, tls12, tls13) = (await Look(SslProtocols.None), await Look(SslProtocols.Tls12), await Look(SslProtocols.Tls13));
        return new CertificateFacts(
            premises.AsteriskPid is not null, premises.Options.WithSimulator, own, trunk.Host, any, tls12.Fault, tls13.Fault,
            // TLS 1.2 asks inside of the handshake, so there a demand shows at once.
            tls12 is { Fault: not null, AskedForCertificate: true }, premises.Time.GetUtcNow());
    }

    public static Finding Judge(CertificateFacts facts)
    {
        var sight = facts.Sight;
        var days = (int)Math.Floor((sight.NotAfter - facts.Now).TotalDays);
        return facts switch
        {
            { AsteriskRuns: false } => Finding.Unknown("Asterisk does not run, so no certificate is shown.", Who.You, "Start `ringway up` and run the doctor again."),
            { CertificateRequired: true } => Finding.Fail(
                "The trunk demands a certificate of its caller. Meta shows one of a random name, so calls would be refused.", Who.You,
                "require_client_cert and verify_client must be no in pjsip.conf: see the finding `files`."),
            { Sight.NoConnection: true } => Finding.Unknown($"No connection to the trunk: {sight.Fault}.", Who.You, "Settle the finding `trunk-port` first."),
            { Sight.Fault: { } fault } => Finding.Fail($"No TLS handshake with the trunk: {fault}.", Who.You, "Check that trunk.certificate and trunk.key belong together and are readable."),
            { OwnAuthority: true, Simulated: false } => Finding.Fail(
                $"The trunk shows a certificate of ringway's own development authority ({sight.Issuer}); Meta takes public ones only, and without one no call ever arrives.", Who.You,
                $"Get a certificate for {facts.Host} from a public authority (Let's Encrypt will do) and set trunk.certificate (the full chain) and trunk.key."),
            { Sight.CoversHost: false } => Finding.Fail(
                $"The certificate is for {List(sight.Names)}, not for {facts.Host}.", Who.You,
                $"Get one whose alternative names have {facts.Host}, which is the name that Meta calls."),
            _ when days < 0 => Finding.Fail($"The certificate ended on {Day(sight.NotAfter)}.", Who.You, "Renew it; ringway takes the new file over without dropping a call."),
            _ when sight.NotBefore > facts.Now => Finding.Fail($"The certificate begins only on {Day(sight.NotBefore)}.", Who.You, "Check this machine's clock, see the finding `clock`."),
            { Sight.ChainFault: { } chain } => Finding.Fail(
                $"The chain that the trunk sends ({sight.Sent} certificates) does not lead to a public authority: {chain.TrimEnd('.')}.", Who.You,
                "trunk.certificate must hold the certificate and every intermediate one behind it (Let's Encrypt: fullchain.pem)."),
            { Tls12: { } } and { Tls13: { } } => Finding.Fail($"Neither TLS 1.2 nor 1.3 is spoken: {facts.Tls12}.", Who.You, "method must be sslv23 in pjsip.conf: see the finding `files`."),
            { Tls12: { } fault } => Finding.Warn($"TLS 1.2 is not spoken ({fault}); Meta was seen to use both.", Who.You, "method must be sslv23 in pjsip.conf: see the finding `files`."),
            _ when days < SoonDays && !facts.OwnAuthority => Finding.Warn(
                $"The certificate ends in {days} days, on {Day(sight.NotAfter)}.", Who.You, "Renew it now, and see why it was not renewed by itself."),
            _ => Finding.Pass(
                $"For {List(sight.Names)}, by {sight.Issuer}, {days} days left, chain complete, TLS 1.2{(facts.Tls13 is null ? " and 1.3" : "")}, " +
                $"no certificate demanded of the caller{(facts.OwnAuthority ? "; good for the simulator, not for Meta" : "")}."),
        };
    }

    private static string List(IReadOnlyList<string> names) => names.Count == 0 ? "no name at all" : string.Join(", ", names.Take(5));

    private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
