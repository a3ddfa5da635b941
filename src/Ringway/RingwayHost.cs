using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Agents;
using Ringway.Api;
using Ringway.Asterisk;
using Ringway.CallBacks;
using Ringway.News;
using Ringway.Options;
using Ringway.Recordings;
using Ringway.Store;
using Ringway.Sounds;
using Ringway.Switchboard;
using Ringway.WhatsApp;
using Ringway.WhatsApp.Permissions;
using Ringway.WhatsApp.Webhooks;

namespace Ringway;

/// <summary>What is wired to what. Starting Asterisk itself is done before, by the command line.</summary>
public static class RingwayHost
{
    /// <summary>Builds the process: opens and migrates the store, takes the agents, and returns what is ready to start.</summary>
    /// <param name="options">Complete, see <see cref="Demo.FillWithDemo"/>.</param>
    /// <param name="adjust">For tests and the command line: other logging, other parts.</param>
    public static async Task<WebApplication> BuildAsync(
        RingwayOptions options, HostPaths paths, Secrets secrets, Action<WebApplicationBuilder>? adjust = null, CancellationToken ct = default)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Configuration.Sources.Clear(); // ours is ringway.yaml; nothing else may change what listens where
        builder.Logging.ClearProviders().AddSimpleConsole(console => (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ "))
            .SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Yarp", LogLevel.Warning)
            .AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error); // a page that closes cuts its phone's socket, and nothing is wrong
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options));
        AddParts(builder.Services, options, paths, secrets);
        adjust?.Invoke(builder);

        var app = builder.Build();
        await OpenStoreAsync(app.Services, options, secrets, ct);
        MapAll(app, paths);
        return app;
    }

    private static async Task OpenStoreAsync(IServiceProvider parts, RingwayOptions options, Secrets secrets, CancellationToken ct)
    {
        try
        {
            await parts.GetRequiredService<ICallStore>().MigrateAsync(ct);
            await parts.GetRequiredService<SignIns>().LoadAsync(options.Agents, secrets.Key, options.PauseReasons, ct);
            await parts.GetRequiredService<NightSwitch>().LoadAsync(ct);
            await parts.GetRequiredService<SoundShelf>().LoadAsync(ct); // before the rules, which name sounds
            await parts.GetRequiredService<RouteBook>().LoadAsync(ct);
            await parts.GetRequiredService<Seats>().LoadAsync(ct);
            FollowNews(parts);
        }
        catch (Exception fault) when (fault is DbException or InvalidOperationException or TimeoutException)
        {
            throw new StoreUnavailableException($"The store cannot be opened: {fault.Message} Check store.url, and that its database is there and is ours.", fault);
        }
    }

    /// <summary>
    /// Whoever keeps something of the store in memory reads it again when another ringway has changed it: a table with a trigger, and what reads it.
    /// </summary>
    private static void FollowNews(IServiceProvider parts)
    {
        var news = parts.GetRequiredService<StoreWatch>();
        news.On(StoreNews.Nights, parts.GetRequiredService<NightSwitch>().LoadAsync);
        news.On(StoreNews.Sounds, parts.GetRequiredService<SoundShelf>().LoadAsync);
        news.On(StoreNews.Routes, parts.GetRequiredService<RouteBook>().LoadAsync);
        news.On(StoreNews.CallBacks, parts.GetRequiredService<CallBackBook>().ReadAgainAsync);
        news.On(StoreNews.Seats, parts.GetRequiredService<Seats>().LookAgainAsync);
        news.On(StoreNews.Nodes, parts.GetRequiredService<Seats>().LookAgainAsync);
    }

    private static void AddParts(IServiceCollection services, RingwayOptions options, HostPaths paths, Secrets secrets)
    {
        services.AddSingleton(options).AddSingleton(options.SignIn).AddSingleton(paths).AddSingleton(secrets).TryAddSingleton(TimeProvider.System);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));

        // Store
        services.AddSingleton(_ => StoreAddress.Open(options.Store.Url.Reveal(), paths.Database, options.Node));
        services.AddSingleton<StoreWatch>().AddHostedService(all => all.GetRequiredService<StoreWatch>());
        services.AddSingleton<CallJournal>().AddHostedService(all => all.GetRequiredService<CallJournal>()); // first in, last out
        services.AddSingleton<NewsSender>().AddSingleton<NewsPost>().AddSingleton<NewsWriter>();
        services.AddHostedService(all => all.GetRequiredService<NewsSender>()).AddHostedService(all => all.GetRequiredService<NewsWriter>());

        // Asterisk
        services.AddSingleton<AriApplications>().AddHostedService<AriLink>();

        // WhatsApp
        services.AddSingleton(all => ActivatorUtilities.CreateInstance<TrunkProbe>(all, paths.DevelopmentCa));

        services.TryAddSingleton<ICallPermissionSource, GraphPermissions>();
        services.AddSingleton<PermissionBook>().AddHostedService<PermissionClock>();
        services.AddSingleton(_ => new WebhookSpool(paths.Webhooks)).AddSingleton<WebhookDoor>().AddSingleton<WebhookEffects>();
        services.AddSingleton<WebhookSorter>().AddHostedService(all => all.GetRequiredService<WebhookSorter>());

        // Agents
        services.AddSingleton(all => new Roster(all.GetRequiredService<TimeProvider>())).AddSingleton<CallBoard>().AddSingleton<SignIns>().AddSingleton<AgentLines>();
        services.TryAddSingleton(new PasswordHash());
        services.TryAddSingleton<ISipLines, AriSipLines>();
        services.AddSingleton<Seats>().AddHostedService(all => all.GetRequiredService<Seats>());
        services.AddSingleton<PhoneWatch>().AddHostedService(all => all.GetRequiredService<PhoneWatch>());
        services.AddSingleton<SafetyNet>().AddHostedService(all => all.GetRequiredService<SafetyNet>()).AddHostedService<SignInClock>();

        // Calls
        services.AddSingleton<CallBackBook>().AddHostedService(all => all.GetRequiredService<CallBackBook>());
        services.AddSingleton<CallQueue>().AddHostedService(all => all.GetRequiredService<CallQueue>());
        services.AddHostedService(all => ActivatorUtilities.CreateInstance<MessageKeeper>(all, paths.Tapes, options.Calls));
        services.AddSingleton(all => new Archive(
            paths.Tapes, paths.Recordings, paths.OpusTools is { } tools ? new OpusEncoder(tools) : null, options.Recordings, secrets,
            all.GetRequiredService<ICallStore>(), all.GetRequiredService<NewsWriter>(), all.GetRequiredService<NewsPost>(),
            all.GetRequiredService<TimeProvider>(), all.GetRequiredService<ILogger<Archive>>()));
        services.AddHostedService(all => all.GetRequiredService<Archive>());
        services.AddSingleton(new Prompts(paths.Prompts, options)).AddSingleton<SoundShelf>().AddSingleton<NightSwitch>();
        services.AddSingleton(all => new RouteBook(
            all.GetRequiredService<ICallStore>(), options, all.GetRequiredService<Prompts>(), all.GetRequiredService<SoundShelf>(), paths.Voice is { } voice ? new Voice(voice) : null,
            all.GetRequiredService<TimeProvider>(), all.GetRequiredService<ILogger<RouteBook>>()));
        services.AddSingleton<LastAgents>().AddSingleton<AllowedCallers>().AddSingleton<RecentWaits>().AddSingleton<CallFloor>();
        services.AddSingleton(all => new Switchboard.Switchboard(
            all.GetRequiredService<AriApplications>().Calls, options.Calls, new CallPlaces(
                all.GetRequiredService<Roster>().Endpoint, line => options.Line(line)?.Number.E164, agent => options.Bot(agent)?.Sound.ToString().ToLowerInvariant()),
            all.GetRequiredService<CallFloor>(), options.Node, Random.Shared,
            all.GetRequiredService<TimeProvider>(), all.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<SwitchboardService>().AddHostedService(all => all.GetRequiredService<SwitchboardService>());
        services.TryAddSingleton<ICalls, AgentCalls>();

        // Api
        services.AddSingleton<Pages>().AddSingleton<SipProxy>().AddSingleton<Readiness>();
        services.AddHttpForwarder().AddProblemDetails(problems => problems.CustomizeProblemDetails = Problem.Complete);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            json.SerializerOptions.AllowOutOfOrderMetadataProperties = true;
        });
        services.AddOpenApi(ApiDescription.Configure);
    }

    private static void MapAll(WebApplication app, HostPaths paths)
    {
        var applications = app.Services.GetRequiredService<AriApplications>();
        var readiness = app.Services.GetRequiredService<Readiness>();
        readiness.Asterisk = () => applications.Control.IsConnected;
        var (lines, probe) = (app.Services.GetRequiredService<PhoneWatch>(), app.Services.GetRequiredService<TrunkProbe>());
        readiness.Trunk = async ct =>
        {
            if (applications.Control.IsConnected) await lines.Compared.WaitAsync(ct); // else it is not known yet, which is not "no"
            return lines.TrunkIsThere && await probe.IsReachableAsync(ct);
        };
        app.Services.GetRequiredService<Pages>(); // listens from the start

        // A proxy on this machine that ends TLS tells who really asks and how; others are not believed.
        app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto });
        app.UseExceptionHandler().UseStatusCodePages();
        app.UseSecurityHeaders();
        app.UseDesk(paths.Desk);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15) });
        app.UseRouting();
        app.UseSignIns();

        var api = app.MapGroup("/api/v1");
        api.MapSession();
        api.MapCalls();
        api.MapLines();
        api.MapRoutes();
        api.MapSounds();
        api.MapCallBacks();
        api.MapHistoryCsv();
        api.MapReports();
        api.MapPermissions();
        api.MapStory();
        api.MapMessages(paths.Tapes);
        api.MapRecordings();
        api.MapSupervision();
        api.MapWebhookFacts();
        api.MapOutbox();
        api.MapEvents();
        app.MapHealth();
        app.MapWebhooks();
        app.MapOpenApi("/openapi.json");
        SipProxy.Map(app);
    }

    private static void Listen(KestrelServerOptions kestrel, RingwayOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 64 * 1024; // the largest request of ours is a sign-in
        kestrel.Listen(options.Listen, door => door.Protocols = HttpProtocols.Http1);
    }
}

/// <summary>Where the process finds and keeps its files.</summary>
/// <param name="Data">The data folder.</param>
/// <param name="Desk">The built agents' page, <c>web/desk/dist</c>.</param>
/// <param name="OpusTools">What encodes recordings; null when none are made, or they are kept as WAV.</param>
/// <param name="Voice">What speaks the texts of rules that are changed in the desk; null when nobody may change any.</param>
public sealed record HostPaths(string Data, string Desk, PackageTree? OpusTools = null, PackageTree? Voice = null)
{
    public string Database => Path.Combine(Data, "ringway.db");

    /// <summary>Webhooks that were answered and are not worked off yet.</summary>
    public string Webhooks => Path.Combine(Data, "webhooks");

    /// <summary>What callers are told, as Asterisk plays it.</summary>
    public string Prompts => Path.Combine(Data, "prompts");

    /// <summary>Recordings of calls, as they are kept.</summary>
    public string Recordings => Path.Combine(Data, "recordings");

    /// <summary>Where Asterisk puts what callers say.</summary>
    public string Tapes => new AsteriskFolders(Path.Combine(Data, "asterisk")).Recordings;

    /// <summary>Certificate of our own development authority.</summary>
    public string DevelopmentCa => Path.Combine(Data, "tls", "ca.pem");
}
