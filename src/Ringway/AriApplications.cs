using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Ringway.Ari;
using Ringway.Options;

namespace Ringway;

/// <summary>
/// Our applications in Asterisk: <c>ringway</c> for what is not a call (phones, heart beat), and
/// <c>ringway-1</c>, <c>ringway-2</c>, … over which the dialplan spreads the calls.
/// </summary>
public sealed class AriApplications : IAsyncDisposable
{
    public const string ControlName = "ringway";

    /// <summary>Our user in ari.conf; its password is in secrets.json.</summary>
    public const string User = "ringway";

    /// <summary>
    /// Asterisk is on this machine and cheap to ask: after it has restarted, calls wait for us. So at once, then ever
    /// more seldom, at most a second apart.
    /// </summary>
    private static readonly AriOptions Patience = new()
    {
        ReconnectDelays = [TimeSpan.Zero, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(1)],
    };

    public AriApplications(RingwayOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        Control = Create(ControlName);
        Calls = [.. Enumerable.Range(1, options.Asterisk.Applications)
            .Select(number => Create(string.Create(CultureInfo.InvariantCulture, $"{ControlName}-{number}")))];

        AriApplication Create(string name) => new(name, Patience, time, loggers.CreateLogger<AriApplication>());
    }

    public AriApplication Control { get; }

    public ImmutableArray<AriApplication> Calls { get; }

    /// <summary>Connects all of them to Asterisk, again whenever a connection ends, until the token fires or another ringway takes one over.</summary>
    /// <param name="ari">Asterisk's ARI, on loopback.</param>
    public async Task<AriEnding> RunAsync(Uri ari, string password, CancellationToken ct)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = Calls.Add(Control).Select(application => application.RunAsync(ari, User, password, enough.Token)).ToList();
        var ending = await await Task.WhenAny(running);
        await enough.CancelAsync();
        await Task.WhenAll(running);
        return ending;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var application in Calls.Add(Control)) await application.DisposeAsync();
    }
}
