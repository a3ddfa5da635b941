using System.Collections.Immutable;
using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ringway.Options;
using Ringway.Switchboard;

namespace Ringway.Api;

/// <summary>The business numbers, and the switch that closes them by hand.</summary>
internal static class LinesApi
{
    /// <summary>Longer is what hours and holidays are for.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    public static void MapLines(this IEndpointRouteBuilder api)
    {
        api.MapGet("/lines", (RingwayOptions options, NightSwitch night, RouteBook routes) => LineView.All(options, night, routes)).RequireSignIn().WithSummary("The business numbers");
        api.MapPut("/lines/{id}/night", SetAsync).RequireSignIn().WithSummary("Close a number by hand, or open it, against its hours");
        api.MapDelete("/lines/{id}/night", EndAsync).RequireSignIn().WithSummary("Let the number's hours count again");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SetAsync(
        string id, NightRequest request, HttpContext context, NightSwitch night, RingwayOptions options, TimeProvider time, CancellationToken ct)
    {
        if (WhyNot(id, context, options) is { } refused) return refused;
        if (request.Open is not { } open) return Problem.Of("bad-request", "Say how: {\"open\": false} closes it, {\"open\": true} opens it.");
        var now = time.GetUtcNow();
        if (request.Until is { } until && (until <= now || until > now + Longest))
            return Problem.Of("bad-request", $"until is a moment within the next {Longest.TotalDays} days; without it the line stays so until somebody changes it.");
        return await KeptAsync(() => night.SetAsync(id, open, request.Until, context.Agent(), ct));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndAsync(
        string id, HttpContext context, NightSwitch night, RingwayOptions options, CancellationToken ct) =>
        WhyNot(id, context, options) is { } refused ? refused : await KeptAsync(() => night.EndAsync(id, context.Agent(), ct));

    private static ProblemHttpResult? WhyNot(string id, HttpContext context, RingwayOptions options) => options.Line(id) switch
    {
        null => Problem.Of("not-found", $"There is no line '{id}'."),
        { NightSwitch: { IsEmpty: false } may } when !may.Contains(context.Agent().Value) =>
            Problem.Of("not-your-line", "You may not close or open this number. Who may stands in lines[].nightSwitch."),
        _ => null,
    };

    private static async Task<Results<NoContent, ProblemHttpResult>> KeptAsync(Func<Task> keep)
    {
        try
        {
            await keep();
            return TypedResults.NoContent();
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return Problem.Of("store-away", "This cannot be kept just now, so nothing has changed. Try again in a minute.");
        }
    }
}

/// <summary>A business number as pages see it.</summary>
/// <param name="NightSwitch">Agents who may close and open it by hand; empty: everybody.</param>
/// <param name="Night">How it is set by hand; null: its hours count.</param>
/// <param name="Editors">Agents who may change its rules.</param>
/// <param name="RoutesVersion">Another one with each change of its rules; 0: they are the configuration file's.</param>
public sealed record LineView(
    string Id, PhoneNumber Number, string Name, LineMedia Media, ImmutableArray<string> NightSwitch, NightView? Night, ImmutableArray<string> Editors, long RoutesVersion)
{
    public static IReadOnlyList<LineView> All(RingwayOptions options, NightSwitch night, RouteBook routes) => [.. options.Lines.Select(line => Of(line, night, routes))];

    public static LineView Of(LineOptions line, NightSwitch night, RouteBook routes) => new(
        line.Id, line.Number, line.Name, line.Media, line.NightSwitch, night.Of(line.Id) is { } set ? new(set.Open, set.Until, set.By, set.At) : null,
        line.Editors, routes.Kept(line.Id)?.Version ?? 0);
}

/// <param name="Until">When the hours count again by themselves; null: when somebody says so.</param>
/// <param name="By">Who has set it.</param>
public sealed record NightView(bool Open, DateTimeOffset? Until, string By, DateTimeOffset At);

/// <param name="Open">False closes the line, true opens it.</param>
/// <param name="Until">When its hours count again by themselves; null: when somebody says so.</param>
public sealed record NightRequest(bool? Open, DateTimeOffset? Until);
