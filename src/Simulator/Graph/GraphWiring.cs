using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ringway.Simulator.Edge;

namespace Ringway.Simulator.Graph;

/// <summary>How Graph is wired to the edge and the calls.</summary>
public static class GraphWiring
{
    /// <summary>Meta restricts for seven days (Meta, Calling: Call settings, 26 Jun 2026).</summary>
    private static readonly TimeSpan RestrictedFor = TimeSpan.FromDays(7);

    /// <summary>Needs edge, call book, rules and misbehaviours among the services.</summary>
    public static IServiceCollection AddGraph(this IServiceCollection services, SimulatorOptions options) => services
        .AddSingleton<UserIds>().AddSingleton<GraphLog>().AddSingleton<GraphDesk>().AddSingleton<Chats>().AddSingleton<CallReports>()
        .AddSingleton(s => new GraphBook(
            options.Accounts, options.Businesses, subscribed: options.WebhookUrl is not null, s.GetRequiredService<SipEdge>(), s.GetRequiredService<TimeProvider>()))
        .AddSingleton(s => new Webhooks(
            new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan },
            s.GetRequiredService<Misbehaviours>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<Webhooks>>()));

    /// <summary>Begins to listen to calls and to deliver; until the token fires.</summary>
    public static void StartGraph(this IServiceProvider services, SimulatorOptions options, CancellationToken ct)
    {
        var (edge, chats, rules) = (services.GetRequiredService<SipEdge>(), services.GetRequiredService<Chats>(), services.GetRequiredService<RuleBook>());
        edge.Permission = (business, user) => chats.Judge(business, user, rules);
        services.GetRequiredService<CallBook>().Changed += services.GetRequiredService<CallReports>().Note;
        services.GetRequiredService<Misbehaviours>().Switched += (which, on) =>
        {
            if (which == Misbehaviours.Restricted) Restrict(services, on);
        };
        var webhooks = services.GetRequiredService<Webhooks>();
        _ = webhooks.RunAsync(ct);
        if (options.WebhookUrl is { } url) _ = webhooks.ExpectAsync(url, (options.Accounts is [var first, ..] ? first.VerifyToken : null) ?? "", ct);
    }

    /// <summary>Meta takes calling away for low quality, and says so; that it is over, nobody says.</summary>
    private static void Restrict(IServiceProvider services, bool on)
    {
        var (book, chats, time) = (services.GetRequiredService<GraphBook>(), services.GetRequiredService<Chats>(), services.GetRequiredService<TimeProvider>());
        foreach (var number in book.Numbers)
        {
            DateTimeOffset? until = on ? time.GetUtcNow() + RestrictedFor : null;
            number.Write(settings => (settings with { RestrictedUntil = until }, true));
            if (until is null) continue;
            chats.Tell(number, "account_update", "ACCOUNT_RESTRICTION", new()
            {
                ["phone_number"] = number.Number.Number[1..],
                ["event"] = "ACCOUNT_RESTRICTION",
                ["restriction_info"] = new JsonArray(new JsonObject
                {
                    ["restriction_type"] = "RESTRICTED_BUSINESS_INITIATED_CALLING", ["expiration"] = until.Value.ToUnixTimeSeconds(),
                }),
            });
        }
    }
}
