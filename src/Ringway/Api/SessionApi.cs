using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ringway.Agents;
using Ringway.Options;

namespace Ringway.Api;

/// <summary>Signing in and out, and the phone that goes with it.</summary>
internal static class SessionApi
{
    public static void MapSession(this IEndpointRouteBuilder api)
    {
        api.MapPost("/session", SignInAsync).WithSummary("Sign in");
        api.MapGet("/session", Who).RequireSignIn().WithSummary("Who is signed in");
        api.MapDelete("/session", SignOutAsync).RequireSignIn().WithSummary("Sign out; the phone stops working");
        api.MapPost("/line", MintAsync).RequireSignIn().WithSummary("A new SIP account for this sign-in's phone");
        api.MapPut("/presence", SetReadyAsync).RequireSignIn().WithSummary("Take calls, or pause and say why");
    }

    private static async Task<Results<Ok<SignInAnswer>, ProblemHttpResult>> SignInAsync(
        SignInRequest request, SignIns signIns, Seats seats, HttpContext context, CancellationToken ct)
    {
        if (request is not { Agent.Length: > 0, Password.Length: > 0 })
            return Problem.Of("bad-request", "Give agent and password.");
        var remote = context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        switch (await signIns.SignInAsync(request.Agent.Trim(), request.Password, remote, ct))
        {
            case SignInResult.Welcome welcome:
                seats.Came(new(welcome.Session.Agent));
                SetCookie(context, welcome.Token, welcome.Session.Expires);
                return TypedResults.Ok(new SignInAnswer(welcome.Token, new AgentFact(welcome.Session.Agent, welcome.Name)));
            case SignInResult.TooMany many:
                context.Response.Headers.RetryAfter = Math.Ceiling(many.Wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                return Problem.Of("too-many-tries", "Too many wrong tries. Wait a minute.");
            default:
                return Problem.Of("wrong-sign-in", "Agent or password is wrong.");
        }
    }

    private static SessionFact Who(HttpContext context, SignIns signIns, Roster roster)
    {
        var session = context.Session();
        var agent = roster.Find(context.Agent());
        return new SessionFact(
            new AgentFact(session.Agent, signIns.NameOf(context.Agent())), agent?.Ready ?? false, agent?.Paused,
            session.SipUser is null ? null : new PhoneFact(session.SipUser, agent?.LineUp ?? false), session.Expires);
    }

    private static async Task<NoContent> SignOutAsync(HttpContext context, SignIns signIns, CancellationToken ct)
    {
        await signIns.SignOutAsync(context.Session(), ct);
        context.Response.Cookies.Delete(SignedIn.Cookie, CookieForm(context));
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<PhoneAccount>, ProblemHttpResult>> MintAsync(
        [Description("The agent has just opened the page, or says that she takes calls here; else the page asks because its phone does not work any more")] bool? opened,
        HttpContext context, AgentLines lines, Seats seats, CancellationToken ct)
    {
        try
        {
            if (await lines.MintAsync(context.Session(), ct) is not { } account)
                return Problem.Of("line-in-use", "You are in a call on another page. End it there, or go on there.");
            if (opened == true) seats.Came(context.Agent());
            return TypedResults.Ok(new PhoneAccount($"sip:{account.User}@ringway", account.User, account.Password, "/sip", "sip:ringway"));
        }
        catch (LinesUnavailableException fault)
        {
            return Problem.Of("asterisk-away", fault.Message);
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SetReadyAsync(
        PresenceRequest request, HttpContext context, SignIns signIns, Seats seats, RingwayOptions options, CancellationToken ct)
    {
        if (request.Ready is not { } ready) return Problem.Of("bad-request", "Give ready: true or false.");
        if (ready && request.Reason is not null) return Problem.Of("bad-request", "A reason is for a pause; give it with ready: false.");
        var reason = options.PauseReasons.FirstOrDefault(known => known.Id == request.Reason);
        if (request.Reason is not null && reason is null)
            return Problem.Of("unknown-reason", options.PauseReasons.IsEmpty
                ? "This Ringway asks for no reasons; its configuration has no pauseReasons."
                : $"There is no such reason. Give one of {string.Join(", ", options.PauseReasons.Select(known => known.Id))}.");
        var kept = signIns.SetReadyAsync(context.Agent(), ready, reason, ct);
        seats.Came(context.Agent()); // before anything older that she said elsewhere is heard
        await kept;
        return TypedResults.NoContent();
    }

    private static void SetCookie(HttpContext context, string token, DateTimeOffset expires)
    {
        var form = CookieForm(context);
        form.Expires = expires;
        context.Response.Cookies.Append(SignedIn.Cookie, token, form);
    }

    /// <summary>No script reads it, no other site sends it. On localhost there is no TLS, so Secure follows the request.</summary>
    private static CookieOptions CookieForm(HttpContext context) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/" };
}

/// <summary>Who signs in.</summary>
public sealed record SignInRequest(string? Agent, string? Password)
{
    public override string ToString() => $"sign-in of {Agent}";
}

/// <param name="Token">For scripts, as <c>Authorization: Bearer</c>; browsers have the cookie.</param>
public sealed record SignInAnswer(string Token, AgentFact Agent)
{
    public override string ToString() => $"sign-in of {Agent.Id}";
}

/// <summary>An agent's id and name.</summary>
public sealed record AgentFact(string Id, string Name);

/// <param name="Paused">Why she is not ready, if she has said so.</param>
/// <param name="Line">This sign-in's phone, if it has one.</param>
public sealed record SessionFact(AgentFact Agent, bool Ready, Pause? Paused, PhoneFact? Line, DateTimeOffset Expires);

/// <summary>A phone, without its password.</summary>
public sealed record PhoneFact(string User, bool Up);

/// <summary>What a browser's phone registers with.</summary>
/// <param name="Socket">Path of the SIP WebSocket on this origin.</param>
public sealed record PhoneAccount(string Uri, string User, string Password, string Socket, string Registrar)
{
    public override string ToString() => User;
}

/// <param name="Ready">Whether the agent wants calls.</param>
/// <param name="Reason">Why not: the id of one of <c>pauseReasons</c>, if there is something to say.</param>
public sealed record PresenceRequest(bool? Ready, string? Reason);
