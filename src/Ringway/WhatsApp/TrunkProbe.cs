using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Ringway.Options;

namespace Ringway.WhatsApp;

/// <summary>
/// Whether WhatsApp's SIP edge can be reached: by a TLS handshake with the checks that Asterisk makes when it calls out, and
/// nothing said over it. OPTIONS would be the SIP way, but Meta does not answer them dependably.
/// </summary>
/// <param name="developmentCa">Trusted instead of the system's authorities when no other is configured; the simulator's.</param>
public sealed partial class TrunkProbe(RingwayOptions options, string developmentCa, TimeProvider time, ILogger<TrunkProbe> log) : IDisposable
{
    /// <summary>A load balancer that asks every second must not become Meta's guest every second.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _one = new(1);
    private DateTimeOffset _askedAt;
    private string? _fault = "It was not asked yet.";

    /// <summary>Asks, or repeats an answer of the last ten seconds.</summary>
    public async Task<bool> IsReachableAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (time.GetUtcNow() - _askedAt > Fresh)
            {
                var fault = await AskAsync(ct);
                if (fault != _fault && fault is not null)
                {
                    Log.Unreachable(log, options.WhatsApp.Host, options.WhatsApp.Port, fault);
                }

                (_fault, _askedAt) = (fault, time.GetUtcNow());
            }

            return _fault is null;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>Null, or why not.</summary>
    private async Task<string?> AskAsync(CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            using var socket = new TcpClient();
            await (options.WhatsApp.Address is { } address
                ? socket.ConnectAsync(new IPEndPoint(address, options.WhatsApp.Port), either.Token)
                : socket.ConnectAsync(options.WhatsApp.Host, options.WhatsApp.Port, either.Token));
            await using var tls = new SslStream(socket.GetStream());
            // No ALPN: Meta breaks off a handshake that offers "sip".
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = options.WhatsApp.Host,
                CertificateChainPolicy = Trust(),
            }, either.Token);
            return null;
        }
        catch (Exception fault) when (fault is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
            return fault is OperationCanceledException ? $"no answer in {Patience.TotalSeconds:0} s" : fault.Message;
        }
    }

    private X509ChainPolicy? Trust()
    {
        var file = options.WhatsApp.Ca ?? (options.WithSimulator ? developmentCa : null);
        if (file is null)
        {
            return null;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy;
    }

    private static partial class Log
    {
        [LoggerMessage(4501, LogLevel.Warning, "WhatsApp at {Host}:{Port} cannot be reached: {Why}. Check DNS, firewall and whatsapp.ca; calls out will fail.")]
        public static partial void Unreachable(ILogger log, string host, int port, string why);
    }
}
