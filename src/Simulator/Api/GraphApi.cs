using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Graph;

namespace Ringway.Simulator.Api;

/// <summary>Graph itself under its versions, as Meta has it; and what pages and tests ask about it.</summary>
public static class GraphApi
{
    public static void MapGraph(this IEndpointRouteBuilder routes)
    {
        routes.Map("/v{major:int}.{minor:int}/{**path}", (int major, string? path, HttpContext http, GraphDesk desk) => desk.ServeAsync(http, major, path ?? ""));

        routes.MapGet("/graph", (GraphBook book, Webhooks webhooks, GraphLog log) => new GraphView(
            [.. book.Numbers.Select(n => new GraphNumberView(n.Id, n.Number.Number, n.Settings.ToJson()))],
            new(webhooks.Address?.ToString(), webhooks.IsVerified, webhooks.Waiting, [.. webhooks.Deliveries]),
            [.. log.All]));
        routes.MapPost("/webhooks", SubscribeAsync);

        routes.MapGet("/misbehaviours", (Misbehaviours misbehaviours) => Misbehaviours.All.Select(m => new MisbehaviourView(m.Id, m.Text, m.Source, misbehaviours.IsOn(m))));
        routes.MapPut("/misbehaviours/{id}", (string id, MisbehaviourSwitch order, Misbehaviours misbehaviours) =>
            misbehaviours.Switch(id, order.On) ? Results.NoContent() : Problems.Of(404, "no-such-misbehaviour", $"There is no misbehaviour {id}."));

        routes.MapGet("/users/{user}", (string user, Chats chats, SipEdge edge, TimeProvider time) =>
            Problems.IsUser(user) ? Results.Ok(UserView.Of(user, chats, edge, time)) : Problems.NoUser(user));
        routes.MapPost("/users/{user}/permission", Decide);
        routes.MapPost("/users/{user}/message", Write);
    }

    private static async Task<IResult> SubscribeAsync(WebhookOrder order, Webhooks webhooks, GraphBook book, HttpContext http)
    {
        if (!Uri.TryCreate(order.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return Problems.Of(422, "bad-url", $"{order.Url} is no http address.");
        var token = order.VerifyToken ?? (book.Accounts is [var first, ..] ? first.VerifyToken : null) ?? "";
        return await webhooks.SubscribeAsync(url, token, http.RequestAborted) is { } why ? Problems.Of(422, "not-verified", why) : Results.NoContent();
    }

    private static IResult Decide(string user, PermissionOrder order, Chats chats, GraphBook book)
    {
        if (!Problems.IsUser(user)) return Problems.NoUser(user);
        if (Number(order.Business, book) is not { } number) return NoBusiness(order.Business);
        Answer? answer = order.Answer switch { "accept" => Answer.Accept, "always" => Answer.Always, "refuse" => Answer.Refuse, _ => null };
        if (answer is { } given)
            return chats.Reply(number, user, order.Request, given)
                ? Results.NoContent() : Problems.Of(404, "no-such-request", $"{user} has no request of {number.Number.Number} that could be answered.");
        if (order.Answer is not ("grant" or "revoke")) return Problems.Of(400, "bad-answer", "answer is accept, always, refuse, grant or revoke.");
        chats.Decide(number, user, allow: order.Answer == "grant");
        return Results.NoContent();
    }

    private static IResult Write(string user, MessageOrder order, Chats chats, GraphBook book)
    {
        if (!Problems.IsUser(user)) return Problems.NoUser(user);
        if (Number(order.Business, book) is not { } number) return NoBusiness(order.Business);
        chats.Write(number, user, string.IsNullOrWhiteSpace(order.Text) ? "Hello" : order.Text);
        return Results.NoContent();
    }

    private static GraphNumber? Number(string? business, GraphBook book) => business is not null ? book.FindByE164(business) : book.Numbers is [var first, ..] ? first : null;

    private static IResult NoBusiness(string? number) => Problems.Of(404, "no-such-business", $"Graph knows no business number {number}.");
}
