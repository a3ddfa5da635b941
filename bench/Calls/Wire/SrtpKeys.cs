using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Ringway.Bench.Calls.Wire;

/// <summary>The client's part of a DTLS handshake that agrees on SRTP's keys (RFC 5764), with a certificate that the description vouches for.</summary>
public sealed class SrtpKeys(string fingerprint, int patienceMs) : DefaultTlsClient(Primitives), TlsAuthentication
{
    private const int KeyBytes = 16, SaltBytes = 14;

    private static readonly BcTlsCrypto Primitives = new();
    private static readonly (byte[] Certificate, AsymmetricKeyParameter Key) Own = Make();

    /// <summary>As it stands in a description: <c>AB:CD:…</c>, SHA-256.</summary>
    public static string OwnFingerprint { get; } = Of(Own.Certificate);

    /// <summary>Master key and salt of what we send.</summary>
    public byte[] Ours { get; private set; } = [];

    public override int GetHandshakeTimeoutMillis() => patienceMs;

    public override IDictionary<int, byte[]> GetClientExtensions()
    {
        var extensions = TlsExtensionsUtilities.EnsureExtensionsInitialised(base.GetClientExtensions());
        TlsSrtpUtilities.AddUseSrtpExtension(extensions, new UseSrtpData([SrtpProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_80], []));
        return extensions;
    }

    public override TlsAuthentication GetAuthentication() => this;

    public void NotifyServerCertificate(TlsServerCertificate serverCertificate)
    {
        if (!string.Equals(Of(serverCertificate.Certificate.GetCertificateAt(0).GetEncoded()), fingerprint, StringComparison.OrdinalIgnoreCase))
            throw new TlsFatalAlert(AlertDescription.bad_certificate);
    }

    public TlsCredentials GetClientCredentials(CertificateRequest certificateRequest) => new BcDefaultTlsCredentialedSigner(
        new TlsCryptoParameters(m_context), Primitives, Own.Key, new Certificate([Primitives.CreateCertificate(Own.Certificate)]),
        new SignatureAndHashAlgorithm(Org.BouncyCastle.Tls.HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));

    /// <summary>RFC 5764 section 4.2: both keys, then both salts, the client's first.</summary>
    public override void NotifyHandshakeComplete()
    {
        base.NotifyHandshakeComplete();
        var material = m_context.ExportKeyingMaterial(ExporterLabel.dtls_srtp, null, 2 * (KeyBytes + SaltBytes));
        Ours = [.. material.AsSpan(0, KeyBytes), .. material.AsSpan(2 * KeyBytes, SaltBytes)];
    }

    protected override ProtocolVersion[] GetSupportedVersions() => ProtocolVersion.DTLSv12.Only();

    private static string Of(byte[] certificate) => string.Join(':', Convert.ToHexString(SHA256.HashData(certificate)).Chunk(2).Select(pair => new string(pair)));

    private static (byte[] Certificate, AsymmetricKeyParameter Key) Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=phone", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return (certificate.RawData, PrivateKeyFactory.CreateKey(key.ExportPkcs8PrivateKey()));
    }
}
