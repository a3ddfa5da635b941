using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Ari;

namespace Ringway.Agents;

/// <summary>
/// Keeps in Asterisk whom the dialplan rings when we are away (design.md, decision 7). Told at each change of who is on
/// duty and at each connection, because an Asterisk that has restarted knows nobody.
/// </summary>
public sealed partial class SafetyNet : BackgroundService
{
    /// <summary>Global variable: what <c>Dial()</c> rings while we are away, <c>PJSIP/ada-x&amp;PJSIP/bob-y</c>.</summary>
    public const string AgentsVariable = "RINGWAY_AGENTS";

    /// <summary>How long the dialplan leaves a caller with us before it catches her: at arrival, and after the ringing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _due = System.Threading.Channels.Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly AriApplications _applications;
    private readonly Roster _roster;
    private readonly TimeProvider _time;
    private readonly ILogger<SafetyNet> _logger;
    private string? _told;

    public SafetyNet(AriApplications applications, Roster roster, TimeProvider time, ILogger<SafetyNet> logger)
    {
        (_applications, _roster, _time, _logger) = (applications, roster, time, logger);
        roster.Changed += _ => _due.Writer.TryWrite(true);
    }

    /// <summary>It is another connection, perhaps to another Asterisk: what we told before counts for nothing.</summary>
    public void TellAnew()
    {
        Volatile.Write(ref _told, null);
        _due.Writer.TryWrite(true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _due.Reader.ReadAllAsync(stoppingToken))
            while (_applications.Control.IsConnected && !await TellAsync(stoppingToken))
                await Task.Delay(AgainAfter, _time, stoppingToken);
    }

    private async Task<bool> TellAsync(CancellationToken ct)
    {
        var agents = string.Join('&', _roster.PhonesOnDuty.Select(user => $"PJSIP/{user}"));
        if (agents == Volatile.Read(ref _told)) return true;
        try
        {
            await _applications.Control.Client.SetGlobalVariableAsync(AgentsVariable, agents, ct);
            Volatile.Write(ref _told, agents);
            return true;
        }
        catch (AriException fault)
        {
            Log.NotTold(_logger, fault.Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4130, LogLevel.Warning, "Asterisk could not be told whom to ring while ringway is away: {Why}")]
        public static partial void NotTold(ILogger logger, string why);
    }
}
