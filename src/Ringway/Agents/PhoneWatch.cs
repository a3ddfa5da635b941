using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Ari;
using Ringway.Options;

namespace Ringway.Agents;

/// <summary>
/// Follows which phones are registered at Asterisk. After each connection it has what Asterisk has compared with what we
/// believe.
/// </summary>
public sealed partial class PhoneWatch(
    AriApplications applications, Roster roster, AgentLines phones, SafetyNet net, RingwayOptions options, TimeProvider time,
    ILogger<PhoneWatch> logger) : BackgroundService
{
    /// <summary>Following endpoints brings the events of their calls too; those are other sockets' business.</summary>
    private static readonly string[] NotForUs =
    [
        nameof(ChannelCreated), nameof(ChannelDestroyed), nameof(ChannelStateChange), nameof(ChannelHangupRequest), nameof(Dial),
        nameof(ChannelDialplan), nameof(ChannelVarset), nameof(ChannelCallerId), nameof(ChannelConnectedLine),
        nameof(ChannelEnteredBridge), nameof(ChannelLeftBridge), nameof(ChannelDtmfReceived), nameof(ChannelHold),
        nameof(ChannelUnhold), nameof(StasisStart), nameof(StasisEnd),
    ];

    private static readonly TimeSpan AgainAfter = TimeSpan.FromMilliseconds(200);

    private readonly TaskCompletionSource _compared = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it is known for the first time which phones are up.</summary>
    public Task Compared => _compared.Task;

    /// <summary>Whether Asterisk has an endpoint for every line.</summary>
    public bool TrunkIsThere { get; private set; }

    private AriClient Asterisk => applications.Control.Client;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var happened in applications.Control.ReadAsync(stoppingToken))
        {
            try
            {
                await OnAsync(happened, stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                // One event that could not be followed up must not end the watch; the next one asks Asterisk again.
                Log.NotFollowed(logger, happened.Type, fault.Message);
            }
        }
    }

    private Task OnAsync(AriEvent happened, CancellationToken ct) => happened switch
    {
        AriConnected => CompareAsync(ct),
        AriDisconnected => Task.FromResult(TrunkIsThere = false),
        ContactStatusChange contact => LookAtAsync(contact.Endpoint.Resource, ct),
        EndpointStateChange endpoint => LookAtAsync(endpoint.Endpoint.Resource, ct),
        PeerStatusChange peer => LookAtAsync(peer.Endpoint.Resource, ct),
        _ => Task.CompletedTask,
    };

    /// <summary>
    /// The event says that something changed, Asterisk says how it stands: with one contact replacing another, the old
    /// one's "removed" may come after the new one's arrival.
    /// </summary>
    private async Task LookAtAsync(string user, CancellationToken ct)
    {
        if (IsPhone(user)) roster.LineIs(user, (await Asterisk.GetEndpointAsync("PJSIP", user, ct))?.State == "online");
    }

    /// <summary>Tried again until it succeeds or the socket goes: without it nobody's phone would count as up.</summary>
    private async Task CompareAsync(CancellationToken ct)
    {
        while (applications.Control.IsConnected)
        {
            try
            {
                await Asterisk.GetInfoAsync(ct); // 503 until Asterisk has booted, and only then it knows all its endpoints
                await Asterisk.FilterEventsAsync(applications.Control.Name, NotForUs, ct);
                await Asterisk.SubscribeAsync(applications.Control.Name, ["endpoint:PJSIP"], ct);
                await phones.CompareAsync(() => LookAsync(ct), ct);
                net.TellAnew();
                _compared.TrySetResult();
                return;
            }
            catch (AriException fault)
            {
                if (fault.Status != 503) Log.NotFollowed(logger, nameof(AriConnected), fault.Message);
                await Task.Delay(AgainAfter, time, ct);
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, bool>> LookAsync(CancellationToken ct)
    {
        var there = await Asterisk.ListEndpointsAsync("PJSIP", ct);
        TrunkIsThere = options.Lines.All(line => there.Any(endpoint => endpoint.Resource == $"line-{line.Id}"));
        return there.Where(endpoint => IsPhone(endpoint.Resource))
            .ToDictionary(endpoint => endpoint.Resource, endpoint => endpoint.State == "online");
    }

    /// <summary>Phones are called after their agent; what else there is (lines) is written in files and begins with <c>line-</c>.</summary>
    private static bool IsPhone(string endpoint) => !endpoint.StartsWith("line-", StringComparison.Ordinal) && endpoint.Contains('-');

    private static partial class Log
    {
        [LoggerMessage(4122, LogLevel.Warning, "Event {Event} about a phone could not be followed up: {Why}")]
        public static partial void NotFollowed(ILogger logger, string @event, string why);
    }
}
