using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Ari;
using Ringway.Options;

namespace Ringway;

/// <summary>
/// Keeps the control sockets to Asterisk as long as the process lives. Loopback only: ARI is full control of every call. When another
/// ringway takes them over, the calls are its calls: this one ends, and touches none of them any more.
/// </summary>
internal sealed partial class AriLink(
    AriApplications applications, RingwayOptions options, Secrets secrets, IHostApplicationLifetime host, ILogger<AriLink> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var ari = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{options.Asterisk.HttpPort}/ari/"));
        if (await applications.RunAsync(ari, secrets.Ari, stoppingToken) != AriEnding.Replaced)
            return;
        Log.TakenOver(log, options.Asterisk.HttpPort);
        host.StopApplication();
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Critical,
            "Another ringway has taken over the Asterisk on port {Port}, and its calls; this one ends. Give each ringway an Asterisk of its own")]
        public static partial void TakenOver(ILogger logger, int port);
    }
}
