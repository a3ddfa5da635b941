using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;

namespace Ringway.Asterisk.Tests;

public sealed class DevelopmentCertificatesTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("ringway-tls-").FullName, "tls");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_certificate_is_valid_for_its_hosts_under_our_own_authority()
    {
        var files = DevelopmentCertificates.Ensure(_folder, "wa", ["wa.meta.vc", "127.0.0.1"], _time);

        using var leaf = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
        using var ca = X509CertificateLoader.LoadCertificateFromFile(files.CaFile);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(ca);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime;
        Assert.True(chain.Build(leaf));
        Assert.True(leaf.MatchesHostname("wa.meta.vc") && leaf.MatchesHostname("127.0.0.1"));
        Assert.False(leaf.MatchesHostname("example.com"));
        Assert.All(Directory.GetFiles(_folder, "*.key"), key => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key)));
    }

    [Fact]
    public void Asking_again_touches_nothing_until_the_last_month()
    {
        var first = Text();
        Assert.Equal(first, Text());
        _time.Advance(TimeSpan.FromDays(59));
        Assert.Equal(first, Text());
        _time.Advance(TimeSpan.FromDays(2));
        Assert.NotEqual(first, Text());
    }

    [Fact]
    public void Another_host_means_another_certificate_under_the_same_authority()
    {
        var first = DevelopmentCertificates.Ensure(_folder, "trunk", ["a.example"], _time);
        var (leaf, ca) = (File.ReadAllText(first.CertificateFile), File.ReadAllText(first.CaFile));

        DevelopmentCertificates.Ensure(_folder, "trunk", ["a.example", "b.example"], _time);

        Assert.NotEqual(leaf, File.ReadAllText(first.CertificateFile));
        Assert.Equal(ca, File.ReadAllText(first.CaFile));
    }

    [Fact]
    public void A_file_that_was_cut_off_is_made_anew()
    {
        var files = DevelopmentCertificates.Ensure(_folder, "trunk", ["a.example"], _time);
        File.WriteAllText(files.CertificateFile, "-----BEGIN CERTIFICATE-----\nMIIB");

        DevelopmentCertificates.Ensure(_folder, "trunk", ["a.example"], _time);

        using var leaf = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
        Assert.True(leaf.MatchesHostname("a.example"));
    }

    [Fact]
    public async Task Two_processes_at_once_end_with_one_authority()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => DevelopmentCertificates.Ensure(_folder, $"leaf{i % 2}", ["a.example"], _time))));

        using var ca = X509CertificateLoader.LoadCertificateFromFile(made[0].CaFile);
        foreach (var files in made)
        {
            using var leaf = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
            Assert.Equal(ca.Subject, leaf.Issuer);
        }
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    private string Text() => File.ReadAllText(DevelopmentCertificates.Ensure(_folder, "trunk", ["a.example"], _time).CertificateFile);
}
