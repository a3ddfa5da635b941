using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Ari;

namespace Ringway.Agents;

/// <summary>
/// Keeps in Asterisk what the dialplan needs when we are away (design.md, decision 7): that we live, as a time that is
/// renewed each second, and whom to ring if we do not. Both are told anew each time, because Asterisk may have
/// restarted and then knows neither.
/// </summary>
public sealed partial class SafetyNet(AriApplications applications, Roster roster, TimeProvider time, ILogger<SafetyNet> logger)
    : BackgroundService
{
    /// <summary>Global variable: when we were last alive, in whole seconds since 1970. Older than 3 s means away.</summary>
    public const string AliveVariable = "RINGWAY_ALIVE";

    /// <summary>Global variable: what <c>Dial()</c> rings while we are away, <c>PJSIP/ada-x&amp;PJSIP/bob-y</c>.</summary>
    public const string AgentsVariable = "RINGWAY_AGENTS";

    /// <summary>How long the dialplan leaves a caller with us before it catches her: at arrival, and after the ringing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        do
        {
            if (applications.Control.IsConnected) await TellAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TellAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var agents = string.Join('&', roster.PhonesOnDuty.Select(user => $"PJSIP/{user}"));
        try
        {
            await Task.WhenAll(
                applications.Control.Client.SetGlobalVariableAsync(AliveVariable, now, ct),
                applications.Control.Client.SetGlobalVariableAsync(AgentsVariable, agents, ct));
        }
        catch (AriException fault)
        {
            Log.NotTold(logger, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4130, LogLevel.Warning, "Asterisk could not be told that ringway lives: {Why}")]
        public static partial void NotTold(ILogger logger, string why);
    }
}
