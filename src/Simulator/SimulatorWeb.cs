using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Ringway.Ari;
using Ringway.Simulator.Api;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Graph;
using Ringway.Simulator.Handsets;
using Ringway.Simulator.Media;
using Yarp.ReverseProxy.Forwarder;

namespace Ringway.Simulator;

/// <summary>What is wired to what, and what listens where.</summary>
internal static class SimulatorWeb
{
    /// <summary>Its Asterisk is on this machine: when it comes back, its users are back within half a second.</summary>
    private static readonly AriOptions Patience = new() { ReconnectDelays = [TimeSpan.Zero, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500)] };

    public static WebApplication Build(SimulatorOptions options, TimeProvider time, Action<ILoggingBuilder>? logging, CancellationToken stopping)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Address, options.WebPort));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Ringway", LogLevel.Information);
        logging?.Invoke(builder.Logging);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase)));
        builder.Services.AddHttpForwarder();
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton(time).AddSingleton(options).AddSingleton(new SimulatorStop(stopping))
            .AddSingleton<CallBook>().AddSingleton<RuleBook>().AddSingleton<Misbehaviours>().AddSingleton<Users>().AddSingleton<Pages>().AddSingleton<HandsetBoard>()
            .AddSingleton(new RelayPorts(options.Address, options.RelayPorts.First, options.RelayPorts.Last))
            .AddSingleton(services => new AriApplication(HandsetsFiles.Application, Patience, time, services.GetRequiredService<ILogger<AriApplication>>()))
            .AddGraph(options)
            .AddSingleton(services => new SipEdge(
                EdgeOptionsOf(options, time), options.Businesses, services.GetRequiredService<Users>(), services.GetRequiredService<CallBook>(),
                services.GetRequiredService<RuleBook>(), services.GetRequiredService<RelayPorts>(), time, services.GetRequiredService<ILogger<SipEdge>>())
            {
                Misbehaviours = services.GetRequiredService<Misbehaviours>(),
            });

        var web = builder.Build();
        web.UseWebSockets();
        web.MapSimulator();
        web.MapGraph();
        web.MapEvents();
        MapSip(web, options);
        ServePage(web, options);
        return web;
    }

    /// <summary>The pages' SIP goes to the handsets' Asterisk on loopback.</summary>
    private static void MapSip(WebApplication web, SimulatorOptions options)
    {
        var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });
        var forwarder = web.Services.GetRequiredService<IHttpForwarder>();
        var request = new ForwarderRequestConfig { ActivityTimeout = Timeout.InfiniteTimeSpan };
        var socket = new Uri($"http://{options.Address}:{options.HandsetsHttpPort}/ws");
        web.Map("/sip", async http =>
        {
            await forwarder.SendAsync(http, socket.GetLeftPart(UriPartial.Authority), client, request, (_, outgoing) =>
            {
                outgoing.RequestUri = socket;
                return default;
            });
        });
    }

    private static void ServePage(WebApplication web, SimulatorOptions options)
    {
        if (options.PageFolder is null || !Directory.Exists(options.PageFolder)) return;
        var files = new PhysicalFileProvider(Path.GetFullPath(options.PageFolder));
        web.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        web.UseStaticFiles(new StaticFileOptions { FileProvider = files });
    }

    private static EdgeOptions EdgeOptionsOf(SimulatorOptions options, TimeProvider time)
    {
        var files = SimulatorHost.EnsureCertificate(options, time);
        using var pem = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(files.CaFile);
        return new()
        {
            Listen = new IPEndPoint(options.Address, options.SipPort),
            ListenInner = new IPEndPoint(options.Address, options.InnerPort),
            Handsets = new IPEndPoint(options.Address, options.HandsetsSipPort),
            Certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), // SslStream wants the key in one piece with it
            Chain = chain,
            RingTime = options.RingTime,
            AnswerTime = options.AnswerTime,
            AnswerOptions = options.AnswerOptions,
        };
    }
}
