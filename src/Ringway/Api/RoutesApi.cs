using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Sounds;
using Ringway.Switchboard;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Api;

/// <summary>A line's rules, for the people who may change them.</summary>
internal static class RoutesApi
{
    public static void MapRoutes(this IEndpointRouteBuilder api)
    {
        api.MapGet("/lines/{id}/routes", Look).RequireSignIn().WithSummary("A number's rules, and all that they may name");
        api.MapPut("/lines/{id}/routes", SaveAsync).RequireSignIn().WithSummary("Change a number's rules, in place of those in the configuration file");
        api.MapDelete("/lines/{id}/routes", EndAsync).RequireSignIn().WithSummary("Let the rules of the configuration file count again");
        api.MapPost("/lines/{id}/routes/test", Test).RequireSignIn().WithSummary("Where a call would go, by the rules in force or by others");
    }

    private static Results<Ok<RoutesView>, ProblemHttpResult> Look(string id, HttpContext context, RingwayOptions options, RouteBook book) =>
        WhyNot(id, context, options) is { } refused ? refused : TypedResults.Ok(RoutesView.Of(options, options.Line(id)!, book));

    private static Task<Results<Ok<RoutesView>, ProblemHttpResult>> SaveAsync(
        string id, RoutesRequest request, HttpContext context, RingwayOptions options, RouteBook book, CancellationToken ct) =>
        ChangeAsync(id, context, options, book, () => book.SaveAsync(id, request.Routes, request.Version, context.Agent(), ct));

    private static Task<Results<Ok<RoutesView>, ProblemHttpResult>> EndAsync(
        string id, long version, HttpContext context, RingwayOptions options, RouteBook book, CancellationToken ct) =>
        ChangeAsync(id, context, options, book, () => book.EndAsync(id, version, context.Agent(), ct));

    private static async Task<Results<Ok<RoutesView>, ProblemHttpResult>> ChangeAsync(
        string id, HttpContext context, RingwayOptions options, RouteBook book, Func<Task<RulesSaved>> change)
    {
        if (WhyNot(id, context, options) is { } refused) return refused;
        try
        {
            return await change() switch
            {
                RulesSaved.Faulty faulty => Faulty(faulty.Faults),
                RulesSaved.Overtaken => Problem.Of("changed-meanwhile", "Somebody else has changed the rules of this number meanwhile. Look at theirs before you save yours."),
                _ => TypedResults.Ok(RoutesView.Of(options, options.Line(id)!, book)),
            };
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return Problem.Of("store-away", "This cannot be kept just now, so nothing has changed. Try again in a minute.");
        }
    }

    private static Results<Ok<RouteStory>, ProblemHttpResult> Test(
        string id, RouteTestRequest request, HttpContext context, RingwayOptions options, RouteBook book, SoundShelf sounds, NightSwitch night, TimeProvider time)
    {
        if (WhyNot(id, context, options) is { } refused) return refused;
        if (!WhatsAppUser.TryParse(request.From, out var user, out var whyNot)) return Problem.Of("bad-request", $"from: {whyNot}");
        if (request.Returning is { } agent && options.Agents.All(known => known.Id != agent)) return Problem.Of("bad-request", $"returning: there is no agent '{agent}'.");
        var line = book.Line(id)!;
        if (request.Routes is { ValueKind: not JsonValueKind.Null } draft)
        {
            var (routes, faults) = RoutesJson.Read(options, options.Line(id)!, draft, sounds.Names);
            if (faults.Count > 0) return Faulty(faults);
            line = line with { Routes = routes };
        }

        var at = request.At ?? time.GetUtcNow();
        var facts = new CallerFacts(
            user.IsNumber ? new(user.Value) : new(null, user.Value), at, request.Payload, request.Returning is { } with ? new(new(with), at) : null, request.Permission == CallerPermission.Allowed);
        var story = RouteStory.Of(options, line, facts);
        return TypedResults.Ok(night.Of(id) is not { } set ? story : story with
        {
            Sentences = [$"Just now the number is {(set.Open ? "opened" : "closed")} by hand; this is where the call goes by its hours.", .. story.Sentences],
        });
    }

    private static ProblemHttpResult Faulty(IReadOnlyList<Fault> faults) => Problem.Of(
        "bad-routes", faults.Count == 1 ? Sentence(faults[0]) : $"{faults.Count} things are wrong with these rules. The first: {Sentence(faults[0])}",
        ("faults", faults.Select(fault => new FaultView(fault.Key, fault.Text)).ToList()));

    private static string Sentence(Fault fault) => $"{fault}" is var text && text.EndsWith('?') ? text : $"{text}.";

    private static ProblemHttpResult? WhyNot(string id, HttpContext context, RingwayOptions options) => options.Line(id) switch
    {
        null => Problem.Of("not-found", $"There is no line '{id}'."),
        { Editors: var may } when !may.Contains(context.Agent().Value) =>
            Problem.Of("not-your-line", "You may not look at or change this number's rules. Who may stands in lines[].editors."),
        _ => null,
    };
}

/// <summary>A line's rules.</summary>
/// <param name="Routes">Those in force, with the keys of the configuration file.</param>
/// <param name="Origin"><c>file</c> or <c>desk</c>: where they were written.</param>
/// <param name="By">Who has changed them in the desk.</param>
/// <param name="Version">To send back with a change; 0: nothing was changed in the desk.</param>
/// <param name="Faults">Why those of the desk are not in force; empty when they are.</param>
/// <param name="Kept">Those, for mending; null when they are in force.</param>
public sealed record RoutesView(
    string Line, JsonArray Routes, string Origin, string? By, DateTimeOffset? At, long Version, IReadOnlyList<FaultView> Faults, JsonElement? Kept, RouteChoices Choices)
{
    public static RoutesView Of(RingwayOptions options, LineOptions line, RouteBook book)
    {
        var (kept, inForce) = (book.Kept(line.Id), book.Line(line.Id)!);
        var broken = kept is { Faults.IsEmpty: false };
        return new(
            line.Id, RoutesJson.Write(inForce.Routes), kept is null || broken ? "file" : "desk", kept?.By.Value, kept?.At, kept?.Version ?? 0,
            [.. (kept?.Faults ?? []).Select(fault => new FaultView(fault.Key, fault.Text))], broken ? kept!.Rules : null, RouteChoices.Of(options, line));
    }
}

/// <summary>Something that is wrong with a rule.</summary>
/// <param name="Key">As in the configuration file: <c>routes[1].team</c>.</param>
public sealed record FaultView(string Key, string Text);

/// <summary>All that a line's rules may name, and what holds without them.</summary>
/// <param name="Otherwise">Where the line itself leads.</param>
/// <param name="Hours">The line's own; empty: always open.</param>
/// <param name="Sounds">The only files that a rule may play.</param>
/// <param name="Permission">Whether a rule may ask who may be called.</param>
public sealed record RouteChoices(
    IReadOnlyList<TeamFact> Teams, IReadOnlyList<AgentFact> Agents, IReadOnlyList<AgentFact> Bots, ImmutableArray<string> Menus, IReadOnlyList<string> Skills,
    bool Voicemail, string? Timezone, LineTarget Otherwise, IReadOnlyList<string> Hours, ImmutableArray<string> Sounds, bool Permission)
{
    public static RouteChoices Of(RingwayOptions options, LineOptions line) => new(
        [.. options.Teams.Select(team => new TeamFact(team.Id, team.Name))], [.. options.Agents.Select(agent => new AgentFact(agent.Id, agent.Name))],
        [.. options.Bots.Select(bot => new AgentFact(bot.Id, bot.Name))], [.. options.Menus.Select(menu => menu.Id)],
        [.. options.Agents.SelectMany(agent => agent.Skills).Select(skill => skill.Name).Distinct().Order(StringComparer.Ordinal)],
        line.Voicemail.Enabled == VoicemailMode.On, line.Hours.Timezone, new(line.Menu, line.Menu is null ? line.Team : null),
        [.. line.Hours.Weekly.Select(week => week.ToString())], RoutesJson.Sounds(line), line.PhoneNumberId is not null);
}

/// <param name="Menu">Null when none asks first.</param>
/// <param name="Team">Null: the line's agents.</param>
public sealed record LineTarget(string? Menu, string? Team);

/// <param name="Version">Of the rules that this change was made from.</param>
/// <param name="Routes">A list, with the keys of the configuration file.</param>
public sealed record RoutesRequest(long Version, JsonElement Routes);

/// <param name="Routes">Others than those in force; null: those.</param>
/// <param name="From">Who calls: a number, or a user id.</param>
/// <param name="At">When; null: now.</param>
/// <param name="Returning">The caller has just talked with this agent.</param>
/// <param name="Permission">Whether the caller may be called; as a rule without a word: not.</param>
public sealed record RouteTestRequest(JsonElement? Routes, string? From, string? Payload, DateTimeOffset? At, string? Returning, CallerPermission? Permission);
