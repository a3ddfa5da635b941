using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Ari;
using Ringway.Options;

namespace Ringway.Agents;

/// <summary>
/// Follows which phones are registered at Asterisk. After each connection it has what Asterisk has compared with what we
/// believe.
/// </summary>
/// <remarks>
/// By the phones' device states, not by their endpoints: whoever subscribes to <c>endpoint:PJSIP</c> is told of every channel of
/// every endpoint as well, and a filter spares the sending alone: making those events cost Asterisk a sixth of a call
/// (docs/performance.md). Of a device's state only its changes are told.
/// </remarks>
public sealed partial class PhoneWatch(
    AriApplications applications, Roster roster, AgentLines phones, SafetyNet net, RingwayOptions options, TimeProvider time,
    ILogger<PhoneWatch> logger) : BackgroundService
{
    private const string Technology = "PJSIP/";

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
        DeviceStateChanged { DeviceState: var device } => OnAsync(device, ct),
        _ => Task.CompletedTask,
    };

    /// <summary>Ringing and talking are states of a device too; they are no news to us.</summary>
    private Task OnAsync(DeviceState device, CancellationToken ct) =>
        device.Name.StartsWith(Technology, StringComparison.Ordinal) && device.Name[Technology.Length..] is var user
        && roster.IsUp(user) == device.State is "UNAVAILABLE" or "INVALID" or "UNKNOWN"
            ? LookAtAsync(user, ct) : Task.CompletedTask;

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
        // First, so that what changes after the look is told.
        if (roster.Phones is { IsEmpty: false } known)
            await Asterisk.SubscribeAsync(applications.Control.Name, known.Select(DeviceOf), ct);
        var there = await Asterisk.ListEndpointsAsync("PJSIP", ct);
        TrunkIsThere = options.Lines.All(line => there.Any(endpoint => endpoint.Resource == $"line-{line.Id}"));
        return there.Where(endpoint => IsPhone(endpoint.Resource))
            .ToDictionary(endpoint => endpoint.Resource, endpoint => endpoint.State == "online");
    }

    /// <summary>The event source that tells of a phone's coming and going.</summary>
    public static string DeviceOf(string user) => $"deviceState:{Technology}{user}";

    /// <summary>Phones are called after their agent; what else there is (lines) is written in files and begins with <c>line-</c>.</summary>
    private static bool IsPhone(string endpoint) => !endpoint.StartsWith("line-", StringComparison.Ordinal) && endpoint.Contains('-');

    private static partial class Log
    {
        [LoggerMessage(4122, LogLevel.Warning, "Event {Event} about a phone could not be followed up: {Why}")]
        public static partial void NotFollowed(ILogger logger, string @event, string why);
    }
}
