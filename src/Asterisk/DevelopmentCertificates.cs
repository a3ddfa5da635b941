using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ringway.Asterisk;

/// <summary>A certificate on disk, as Asterisk and Kestrel want it.</summary>
/// <param name="CaFile">The authority, PEM; what a peer must trust.</param>
/// <param name="CertificateFile">The certificate and the authority behind it, PEM.</param>
/// <param name="KeyFile">Its private key, PEM (PKCS#8), readable by this user alone.</param>
public sealed record CertificateFiles(string CaFile, string CertificateFile, string KeyFile);

/// <summary>
/// An authority of our own and certificates from it, for a run without a public name: the trunk's TLS between Ringway and
/// the simulator is then real, with names checked. Never for Meta, who asks for a public authority.
/// </summary>
public static class DevelopmentCertificates
{
    private static readonly TimeSpan CaLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan LeafLife = TimeSpan.FromDays(90);

    /// <summary>A third of a leaf's life, so that a process that looks once a day never comes too late.</summary>
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    /// <summary>Clocks of two machines differ a little; a certificate must not be from the future.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    /// <summary>
    /// The certificate of that name in a folder: made when missing, made anew when it nears its end, when other hosts are
    /// asked for, or when the authority has changed. Otherwise nothing is touched.
    /// </summary>
    /// <param name="folder">Holds the authority (<c>ca.pem</c>, <c>ca.key</c>) and all its certificates.</param>
    /// <param name="name">File name without extension.</param>
    /// <param name="hosts">DNS names and IP addresses it is valid for; the first is its common name.</param>
    public static CertificateFiles Ensure(string folder, string name, IReadOnlyList<string> hosts, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(hosts.Count);
        var now = (time ?? TimeProvider.System).GetUtcNow();
        folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var turn = TakeTurn(folder); // Ringway and the simulator may come at the same moment.

        using var ca = EnsureAuthority(folder, now);
        var files = Files(folder, name);
        if (!IsGood(files, ca, hosts, now))
            Issue(files, ca, hosts, now);
        return files;
    }

    /// <summary>Where the certificate of that name is, or would be.</summary>
    public static CertificateFiles Files(string folder, string name)
    {
        folder = Path.GetFullPath(folder);
        return new CertificateFiles(Path.Combine(folder, "ca.pem"), Path.Combine(folder, name + ".pem"), Path.Combine(folder, name + ".key"));
    }

    private static bool IsGood(CertificateFiles files, X509Certificate2 ca, IReadOnlyList<string> hosts, DateTimeOffset now)
    {
        if (!File.Exists(files.KeyFile) || Read(files.CertificateFile) is not { } leaf)
            return false;
        using (leaf)
            return leaf.NotAfter.ToUniversalTime() - now > RenewBefore
                && leaf.NotBefore.ToUniversalTime() <= now
                && hosts.All(host => leaf.MatchesHostname(host, allowWildcards: false, allowCommonName: false))
                && leaf.IssuerName.RawData.AsSpan().SequenceEqual(ca.SubjectName.RawData);
    }

    private static void Issue(CertificateFiles files, X509Certificate2 ca, IReadOnlyList<string> hosts, DateTimeOffset now)
    {
        // P-256: Meta recommends ECDSA, and every TLS and DTLS stack in reach has it.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hosts[0]}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(host);
        }
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        // SIP/TLS peers are server and client with the same certificate.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(ca, true, false));
        using var leaf = request.Create(ca, now - ClockSkew, now + LeafLife, Serial());
        WriteSecret(files.KeyFile, key.ExportPkcs8PrivateKeyPem());
        WriteSecret(files.CertificateFile, leaf.ExportCertificatePem() + "\n" + ca.ExportCertificatePem());
    }

    private static X509Certificate2 EnsureAuthority(string folder, DateTimeOffset now)
    {
        var (certificateFile, keyFile) = (Path.Combine(folder, "ca.pem"), Path.Combine(folder, "ca.key"));
        if (File.Exists(keyFile) && Read(certificateFile) is { } there)
        {
            if (there.NotAfter.ToUniversalTime() - now > LeafLife)
                using (there)
                using (var kept = ECDsa.Create())
                {
                    kept.ImportFromPem(File.ReadAllText(keyFile));
                    return there.CopyWithPrivateKey(kept);
                }
            there.Dispose();
        }
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // The serial in the name: a new authority never passes for an old one.
        var serial = Serial();
        var request = new CertificateRequest($"CN=Ringway development {Convert.ToHexStringLower(serial.AsSpan(0, 4))}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var ca = request.CreateSelfSigned(now - ClockSkew, now + CaLife);
        WriteSecret(keyFile, key.ExportPkcs8PrivateKeyPem());
        WriteSecret(certificateFile, ca.ExportCertificatePem());
        return ca;
    }

    /// <summary>RFC 5280 section 4.1.2.2: positive, at most 20 bytes.</summary>
    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x7F | 0x40);
        return serial;
    }

    private static X509Certificate2? Read(string file)
    {
        try
        {
            return File.Exists(file) ? X509Certificate2.CreateFromPem(File.ReadAllText(file)) : null;
        }
        catch (CryptographicException)
        {
            return null; // Cut off while it was written: make it anew.
        }
    }

    private static void WriteSecret(string file, string text)
    {
        using (var stream = new StreamWriter(new FileStream(file + ".new", new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        })))
            stream.Write(text + "\n");
        File.Move(file + ".new", file, overwrite: true);
    }

    private static FileStream TakeTurn(string folder)
    {
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(Path.Combine(folder, "lock")))
            {
                Thread.Yield(); // Held for the milliseconds that three signatures take.
            }
        }
    }
}
