using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Ringway.Doctor;

/// <summary>What a TLS server shows to a client that wants to know everything and says nothing.</summary>
/// <param name="Fault">Why there was no handshake; null when there was one.</param>
/// <param name="NoConnection">The fault is TCP's: TLS was not even begun.</param>
/// <param name="Names">The DNS names and addresses that the certificate is for.</param>
/// <param name="ChainFault">Why the chain as it was sent does not lead to a trusted authority; null when it does.</param>
/// <param name="AskedForCertificate">The server asked for a certificate of ours.</param>
public sealed record TlsSight(
    string? Fault, bool NoConnection, string Subject, string Issuer, IReadOnlyList<string> Names, bool CoversHost, DateTimeOffset NotBefore, DateTimeOffset NotAfter,
    int Sent, string? ChainFault, bool AskedForCertificate);

/// <summary>Shakes hands as Meta does: without ALPN, with the host's name, fetching no missing certificate from elsewhere.</summary>
public static class TlsLook
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="trusted">File of the authorities that count; null for the system's.</param>
    /// <param name="version">One version only; <see cref="SslProtocols.None"/> for whatever both can.</param>
    public static async Task<TlsSight> AtAsync(
        IPEndPoint place, string host, string? trusted, SslProtocols version, TimeProvider time, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        X509Certificate2? leaf = null;
        X509Certificate2Collection sent = [];
        var (asked, connected) = (false, false);
        string? fault = null;
        try
        {
            using var socket = new TcpClient(place.AddressFamily);
            await socket.ConnectAsync(place, either.Token);
            connected = true;
            await using var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = host,
                EnabledSslProtocols = version,
                RemoteCertificateValidationCallback = (_, shown, chain, _) =>
                {
                    leaf = shown is null ? null : X509CertificateLoader.LoadCertificate(shown.GetRawCertData());
                    // What came over the wire; the platform puts it there before it looks for more.
                    if (chain is not null)
                        sent.AddRange(chain.ChainPolicy.ExtraStore.Select(one => X509CertificateLoader.LoadCertificate(one.RawData)).ToArray());
                    return true;
                },
                LocalCertificateSelectionCallback = (_, _, _, remote, _) =>
                {
                    asked |= remote is not null; // Called once before the handshake; the second time the server has asked.
                    return null!;
                },
            }, either.Token);
        }
        catch (Exception refused) when (refused is SocketException or IOException or AuthenticationException)
        {
            fault = refused.InnerException?.Message ?? refused.Message;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            fault = $"no answer within {Patience.TotalSeconds:0} s";
        }

        return leaf is null
            ? new TlsSight(fault ?? "it showed no certificate", !connected, "", "", [], false, default, default, 0, null, asked)
            : Sight(leaf, sent, host, trusted, fault, asked);
    }

    private static TlsSight Sight(X509Certificate2 leaf, X509Certificate2Collection sent, string host, string? trusted, string? fault, bool asked)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true; // Meta does not fetch what we forgot to send, either.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid; // the dates have a judgement of their own
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        if (trusted is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(trusted);
        }

        var why = chain.Build(leaf) ? null
            : string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Where(text => text.Length > 0).Distinct());
        return new TlsSight(
            fault, false, leaf.Subject, leaf.Issuer, [.. NamesOf(leaf)], leaf.MatchesHostname(host, allowCommonName: false),
            leaf.NotBefore.ToUniversalTime(), leaf.NotAfter.ToUniversalTime(), Math.Max(sent.Count, 1), why, asked);
    }

    private static IEnumerable<string> NamesOf(X509Certificate2 leaf) => leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>()
        .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())));
}
