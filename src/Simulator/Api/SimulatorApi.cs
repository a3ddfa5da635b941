using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Ringway.Ari;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Graph;
using Ringway.Simulator.Handsets;

namespace Ringway.Simulator.Api;

/// <summary>What tests and the handset's page ask the simulator for.</summary>
public static class SimulatorApi
{
    /// <summary>Area code 555 is given to nobody.</summary>
    private const string SomeUser = "+15550102000";

    public static void MapSimulator(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/calls", CallAsync);
        routes.MapGet("/calls", (CallBook calls) => calls.All.Reverse().Select(CallView.Of));
        routes.MapGet("/calls/{id}", (string id, CallBook calls) => calls.Find(id) is { } call ? Results.Ok(CallView.Of(call)) : NoCall(id));
        routes.MapDelete("/calls/{id}", HangUp);
        routes.MapGet("/violations", (CallBook calls) => calls.Strays.Concat(calls.All.SelectMany(c => c.Violations)).OrderBy(v => v.At));

        routes.MapGet("/handsets", (Users users) => users.All);
        routes.MapPut("/handsets/{user}", Script);
        routes.MapDelete("/handsets/{user}", (string user, Users users) => { users.Forget(user); return Results.NoContent(); });
        routes.MapPost("/handset", OpenPageAsync);

        routes.MapGet("/rules", (RuleBook rules) => MetaRules.All.Select(r => new RuleView(r.Id, r.Text, r.Source, rules.IsOn(r))));
        routes.MapPut("/rules/{id}", (string id, RuleSwitch order, RuleBook rules) =>
            rules.Switch(id, order.On) ? Results.NoContent() : Problems.Of(404, "no-such-rule", $"There is no rule {id}."));
        routes.MapGet("/healthz", Healthz);
    }

    private static async Task<IResult> CallAsync(CallOrder order, CallBook calls, SipEdge edge, HandsetBoard handsets, SimulatorStop stop)
    {
        var to = order.To ?? (edge.Businesses is [var first, ..] ? first.Number : null);
        if (to is null || edge.FindBusiness(to) is not { } business) return Problems.Of(404, "no-such-business", $"No business has the number {to}.");
        if (!business.IsOpen) return Problems.Of(409, "calling-off", $"{to} has calling or SIP switched off; WhatsApp shows no call button.");
        if (order.From is { } from && !Problems.IsUser(from)) return Problems.NoUser(from);
        if (!order.HasGoodHeaders) return Problems.Of(400, "bad-header", "A header's name is a token and its value one line.");
        if (!handsets.IsConnected) return Problems.Of(503, "no-handsets", "The handsets' Asterisk is not connected.");
        var call = calls.Open(CallDirection.UserInitiated, order.From ?? SomeUser, to, order.Name, headers: order.Headers, withoutWacidHeader: order.WithoutWacidHeader);
        try
        {
            await handsets.CallAsync(call, business.Media, order.ToBehaviour(), stop.Token);
        }
        catch (AriException e)
        {
            call.Ends(new("simulator", e.Message));
            return Problems.Of(503, "no-handsets", e.Message);
        }
        return Results.Accepted($"/calls/{call.Id}", new StartedView(call.Id, call.Wacid));
    }

    private static IResult HangUp(string id, CallBook calls, SipEdge edge)
    {
        if (calls.Find(id) is not { } call) return NoCall(id);
        edge.End(call, "hung up by the API");
        return Results.NoContent();
    }

    private static IResult Script(string user, HandsetOrder order, Users users)
    {
        if (order.ToBehaviour() is { } behaviour) users.Script(user, behaviour);
        else users.Forget(user);
        return Results.NoContent();
    }

    private static async Task<IResult> OpenPageAsync(PageOrder order, Pages pages, AriApplication handsets, SipEdge edge, Chats chats, HttpContext http)
    {
        var user = string.IsNullOrWhiteSpace(order.Number) ? SomeUser : order.Number.Trim();
        if (!Problems.IsUser(user)) return Problems.NoUser(user);
        chats.Name(user, order.Name);
        try
        {
            var account = await pages.OpenAsync(user, order.Name ?? user, handsets.Client, http.RequestAborted);
            return Results.Ok(new PageView(
                account.Uri, account.User, account.Password, account.Socket, account.Registrar,
                [.. edge.Businesses.Select(b => new LineView(b.Number, b.Name ?? b.HostName))]));
        }
        catch (AriException e)
        {
            return Problems.Of(503, "no-handsets", e.Message);
        }
    }

    private static IResult Healthz(SipEdge edge, HandsetBoard handsets)
    {
        var health = new Health(handsets.IsConnected ? "ok" : "handsets-away", edge.LiveCalls, edge.LiveRelays, handsets.LiveLegs, handsets.IsConnected);
        return Results.Json(health, statusCode: handsets.IsConnected ? 200 : 503);
    }

    private static IResult NoCall(string id) => Problems.Of(404, "no-such-call", $"There is no call {id}.");
}

/// <summary>Fires when the simulator stops: journeys outlive the request that began them, but not that.</summary>
public sealed record SimulatorStop(CancellationToken Token);
