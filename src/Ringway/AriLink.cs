using System.Globalization;
using Microsoft.Extensions.Hosting;
using Ringway.Options;

namespace Ringway;

/// <summary>Keeps the control sockets to Asterisk as long as the process lives. Loopback only: ARI is full control of every call.</summary>
internal sealed class AriLink(AriApplications applications, RingwayOptions options, Secrets secrets) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => applications.RunAsync(
        new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{options.Asterisk.HttpPort}/ari/")), secrets.Ari, stoppingToken);
}
