using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ringway.Ari;
using Ringway.Asterisk;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Graph;
using Ringway.Simulator.Handsets;

namespace Ringway.Simulator;

/// <summary>The simulator as a whole: edge, handsets' Asterisk, API. For `ringway simulator` and for tests in-process.</summary>
public sealed partial class SimulatorHost : IAsyncDisposable
{
    private static readonly TimeSpan AsteriskGrace = TimeSpan.FromSeconds(5);

    private readonly WebApplication _web;
    private readonly Func<CancellationToken, Task<AsteriskProcess>> _startAsterisk;
    private readonly CancellationTokenSource _stopping;
    private readonly Task _reading;
    private readonly Task _connecting;
    private readonly Task _watching;
    private AsteriskProcess _asterisk;

    private SimulatorHost(
        WebApplication web, AsteriskProcess asterisk, Func<CancellationToken, Task<AsteriskProcess>> startAsterisk, Uri ari, string password,
        CancellationTokenSource stopping)
    {
        (_web, _asterisk, _startAsterisk, _stopping) = (web, asterisk, startAsterisk, stopping);
        _connecting = web.Services.GetRequiredService<AriApplication>().RunAsync(ari, HandsetsFiles.Application, password, stopping.Token);
        _reading = ReadAsync(web, stopping.Token);
        _watching = WatchAsync();
    }

    public SipEdge Edge => _web.Services.GetRequiredService<SipEdge>();

    public CallBook Calls => _web.Services.GetRequiredService<CallBook>();

    public RuleBook Rules => _web.Services.GetRequiredService<RuleBook>();

    public Users Users => _web.Services.GetRequiredService<Users>();

    /// <summary>The handsets' Asterisk; another process after it died.</summary>
    public AsteriskProcess Asterisk => _asterisk;

    public HandsetBoard Handsets => _web.Services.GetRequiredService<HandsetBoard>();

    /// <summary>The handsets' Asterisk; its logs belong to a test's proof.</summary>
    public static AsteriskFolders AsteriskFoldersOf(SimulatorOptions options) => new(Path.Combine(options.DataFolder, "asterisk"));

    /// <summary>The authority that signs wa.meta.vc here; the business' trunk must trust it.</summary>
    public static string CaFileOf(SimulatorOptions options) => EnsureCertificate(options, TimeProvider.System).CaFile;

    /// <summary>Runs until the token fires; then everything it started is ended.</summary>
    public static async Task RunAsync(SimulatorOptions options, CancellationToken ct, Action<ILoggingBuilder>? logging = null)
    {
        await using var host = await StartAsync(options, logging: logging, ct: ct);
        var stopped = new TaskCompletionSource();
        await using var registration = ct.Register(stopped.SetResult);
        await stopped.Task;
    }

    /// <summary>Starts everything; returns when the handsets' Asterisk is connected.</summary>
    /// <exception cref="AsteriskStartException">It does not come up.</exception>
    public static async Task<SimulatorHost> StartAsync(
        SimulatorOptions options, TimeProvider? time = null, Action<ILoggingBuilder>? logging = null, IProgress<PackageProgress>? progress = null, CancellationToken ct = default)
    {
        time ??= TimeProvider.System;
        var tree = options.Tree ?? await new PrivatePackages(
            options.PackagesFolder ?? Path.Combine(options.DataFolder, "packages"), time: time).EnsureAsync(PackageSet.Asterisk, progress, ct);
        var stopping = new CancellationTokenSource();
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var web = SimulatorWeb.Build(options, time, logging, stopping.Token);
        AsteriskProcess? asterisk = null;
        try
        {
            web.Services.GetRequiredService<SipEdge>().Start();
            web.Services.StartGraph(options, stopping.Token);
            await web.StartAsync(ct);
            asterisk = await StartAsteriskAsync(options, tree, password, time, ct);
            var host = new SimulatorHost(
                web, asterisk, stop => StartAsteriskAsync(options, tree, password, time, stop),
                new Uri($"http://{options.Address}:{options.HandsetsHttpPort}/ari/"), password, stopping);
            await host.ConnectedAsync(time, ct);
            Log.Ready(web.Logger, options.WebPort, options.SipPort);
            return host;
        }
        catch
        {
            await stopping.CancelAsync();
            if (asterisk is not null) await asterisk.StopAsync(AsteriskGrace, CancellationToken.None);
            await web.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await Edge.DisposeAsync(); // ends all calls, with BYE to the business
        await _stopping.CancelAsync();
        await Task.WhenAll(_reading, _watching, _connecting);
        await _asterisk.StopAsync(AsteriskGrace, CancellationToken.None);
        await _web.StopAsync(CancellationToken.None);
        await _web.DisposeAsync();
    }

    private static async Task<AsteriskProcess> StartAsteriskAsync(SimulatorOptions options, PackageTree tree, string password, TimeProvider time, CancellationToken ct)
    {
        var folders = AsteriskFoldersOf(options);
        // One left over knows another password and other ports, and its calls died with the edge: a fresh one is simplest.
        if (AsteriskProcess.FindPid(folders) is not null)
            await (await AsteriskProcess.StartOrAdoptAsync(folders, tree, time, ct)).StopAsync(AsteriskGrace, ct);
        HandsetsFiles.Write(options, folders, tree, password);
        return await AsteriskProcess.StartOrAdoptAsync(folders, tree, time, ct);
    }

    internal static CertificateFiles EnsureCertificate(SimulatorOptions options, TimeProvider time) =>
        DevelopmentCertificates.Ensure(options.Tls, MetaHeaders.Domain, [MetaHeaders.Domain], time);

    private static async Task ReadAsync(WebApplication web, CancellationToken ct)
    {
        try
        {
            await web.Services.GetRequiredService<HandsetBoard>().RunAsync(ct);
        }
        catch (OperationCanceledException)
        {
            // We stop.
        }
    }

    /// <summary>The handsets' Asterisk must not stay away: without it WhatsApp has no users.</summary>
    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await _asterisk.Exited.WaitAsync(_stopping.Token);
                Log.AsteriskGone(_web.Logger);
                foreach (var call in Calls.Live) Edge.End(call, "the handsets' Asterisk ended");
                _asterisk = await _startAsterisk(_stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // We stop.
        }
        catch (AsteriskStartException e)
        {
            Log.AsteriskStaysAway(_web.Logger, e);
        }
    }

    private async Task ConnectedAsync(TimeProvider time, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            while (!Handsets.IsConnected) await Task.Delay(TimeSpan.FromMilliseconds(20), time, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new AsteriskStartException("The handsets' Asterisk runs, but its ARI could not be reached within 30 s. See its messages.log.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3301, LogLevel.Information, "Simulated WhatsApp: page and API on port {Web}, wa.meta.vc on port {Sip}")]
        public static partial void Ready(ILogger logger, int web, int sip);

        [LoggerMessage(3302, LogLevel.Warning, "The handsets' Asterisk ended; its calls are over. Starting it anew")]
        public static partial void AsteriskGone(ILogger logger);

        [LoggerMessage(3303, LogLevel.Error, "The handsets' Asterisk does not come up again; no user can be called")]
        public static partial void AsteriskStaysAway(ILogger logger, Exception e);
    }
}
