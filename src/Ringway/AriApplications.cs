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

    /// <summary>The user under which Asterisk connects to us; its password is in secrets.json.</summary>
    public const string User = "ringway";

    public AriApplications(RingwayOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        Control = Create(ControlName);
        Calls = [.. Enumerable.Range(1, options.Asterisk.Applications)
            .Select(number => Create(string.Create(CultureInfo.InvariantCulture, $"{ControlName}-{number}")))];

        AriApplication Create(string name) => new(name, new AriOptions(), time, loggers.CreateLogger<AriApplication>());
    }

    public AriApplication Control { get; }

    public ImmutableArray<AriApplication> Calls { get; }

    public AriApplication? Find(string name) => Calls.Add(Control).FirstOrDefault(application => application.Name == name);

    public async ValueTask DisposeAsync()
    {
        foreach (var application in Calls.Add(Control)) await application.DisposeAsync();
    }
}
