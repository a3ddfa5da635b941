using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ringway.Ari;

/// <summary>Where Asterisk is, and who we are there.</summary>
public sealed record AriConnection
{
    /// <summary>Where Asterisk's ARI is: <c>http://127.0.0.1:8088/ari/</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>A user of ari.conf.</summary>
    public required string User { get; init; }

    /// <summary>That user's password.</summary>
    public required string Password { get; init; }

    /// <summary>Sockets for commands beside the event socket (<see cref="AriLanes"/>). Default 0: commands go over the event socket.</summary>
    public int CommandSockets { get; init; }

    public AriOptions Options { get; init; } = new();
}

/// <summary>ARI in a host with dependency injection.</summary>
public static class AriRegistration
{
    /// <summary>
    /// Registers <see cref="AriApplication"/> (its events, for one reader) and <see cref="AriClient"/> (commands), and keeps them
    /// connected as long as the host runs. If another program takes the application over, the host is stopped: it would be deaf.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="application">The application's name, as in the dialplan's Stasis().</param>
    /// <param name="connection">Where and as whom; may ask the host's services.</param>
    public static IServiceCollection AddAri(
        this IServiceCollection services, string application, Func<IServiceProvider, AriConnection> connection)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(connection);
        services.AddSingleton(provider => new AriApplication(
            application, provider.GetRequiredService<AriConnection>().Options, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AriApplication>>()));
        services.AddSingleton(provider => new AriLanes(
            application + "-commands", Math.Max(1, provider.GetRequiredService<AriConnection>().CommandSockets),
            provider.GetRequiredService<AriConnection>().Options, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AriApplication>>()));
        services.AddSingleton(provider => provider.GetRequiredService<AriConnection>().CommandSockets > 0
            ? provider.GetRequiredService<AriLanes>().Client
            : provider.GetRequiredService<AriApplication>().Client);
        services.AddHostedService<AriConnector>();
        return services;
    }

    /// <inheritdoc cref="AddAri(IServiceCollection, string, Func{IServiceProvider, AriConnection})"/>
    public static IServiceCollection AddAri(this IServiceCollection services, string application, AriConnection connection) =>
        services.AddAri(application, _ => connection);
}

/// <summary>Keeps the sockets open as long as the host runs.</summary>
internal sealed class AriConnector(IServiceProvider services, AriConnection connection, IHostApplicationLifetime host) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var application = services.GetRequiredService<AriApplication>();
        var running = new List<Task<AriEnding>> { application.RunAsync(connection.Address, connection.User, connection.Password, stoppingToken) };
        if (connection.CommandSockets > 0)
            running.Add(services.GetRequiredService<AriLanes>().RunAsync(connection.Address, connection.User, connection.Password, stoppingToken));
        if (await await Task.WhenAny(running) == AriEnding.Replaced)
            host.StopApplication();
        await Task.WhenAll(running);
    }
}
