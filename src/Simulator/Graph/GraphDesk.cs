using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Ringway.Simulator.Edge;

namespace Ringway.Simulator.Graph;

/// <summary>
/// Meta's Graph API, as much of it as calling needs (Meta, Calling: Call settings, User call permissions, Call buttons;
/// Support: Health status). One table of requests; the files beside this one answer them.
/// </summary>
public sealed partial class GraphDesk(
    GraphBook book, Chats chats, UserIds ids, Misbehaviours misbehaviours, RuleBook rules, CallBook calls, GraphLog log, TimeProvider time)
{
    /// <summary>Meta, Calling: FAQ: calling needs v17.</summary>
    private const int OldestVersion = 17;

    /// <summary>One page says 100 reads of permissions in a second, the older 5: the harsher holds.</summary>
    private const int PermissionReadsPerSecond = 5;

    /// <summary>Ample for a request; Meta tells no number.</summary>
    private const int MaxBodyBytes = 1024 * 1024;

    private readonly ConcurrentDictionary<string, Queue<DateTimeOffset>> _permissionReads = new();

    /// <summary>Any request under <c>/v{N}.{M}/</c>.</summary>
    public async Task ServeAsync(HttpContext http, int version, string path)
    {
        var answer = await AnswerAsync(http, version, path);
        log.Note(new(time.GetUtcNow(), http.Request.Method, http.Request.Path, answer.Status, answer.Code));
        http.Response.StatusCode = answer.Status;
        if (answer.RetryAfter is { } wait) http.Response.Headers.RetryAfter = ((int)wait.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (answer.Status == 401) http.Response.Headers.WWWAuthenticate = "OAuth \"Facebook Platform\" \"invalid_token\"";
        http.Response.ContentType = "application/json; charset=UTF-8";
        await http.Response.WriteAsync(answer.Body.ToJsonString(), http.RequestAborted);
    }

    private async Task<GraphAnswer> AnswerAsync(HttpContext http, int version, string path)
    {
        if (misbehaviours.IsOn(Misbehaviours.TooMany)) return GraphError.TooMany;
        if (misbehaviours.IsOn(Misbehaviours.GraphFails)) return GraphError.Fails;
        var token = Token(http.Request);
        if (token is null) return GraphError.NoToken;
        if (book.FindByToken(token) is not { } caller) return GraphError.BadToken;
        if (misbehaviours.IsOn(Misbehaviours.TokenExpired)) return GraphError.ExpiredToken(time.GetUtcNow());
        if (version < OldestVersion) return GraphError.NoPath(http.Request.Path);

        var (body, wrong) = await BodyAsync(http.Request, http.RequestAborted);
        if (wrong is not null) return wrong;
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var query = http.Request.Query;
        var number = parts.Length > 0 && book.FindNumber(parts[0]) is { } found && found.AccountId == caller.BusinessAccountId ? found : null;
        var account = parts.Length > 0 && parts[0] == caller.BusinessAccountId ? caller : null;

        return (http.Request.Method, parts) switch
        {
            ("GET", ["debug_token"]) => DebugToken(query),
            (_, [var id, ..]) when number is null && account is null => GraphError.NoObject(http.Request.Method, id),
            ("GET", [_]) when number is not null => Fields(query["fields"], NumberFields(number, caller), "id", "display_phone_number", "verified_name", "quality_rating"),
            ("GET", [_, "settings"]) when number is not null => Settings(number, caller, query),
            ("POST", [_, "settings"]) when number is not null => WriteSettings(number, caller, body),
            ("GET", [_, "call_permissions"]) when number is not null => Permissions(number, query),
            ("POST", [_, "messages"]) when number is not null => Send(number, body),
            ("POST", [_, "calls"]) when number is not null => Call(number),
            ("GET", [_]) when account is not null => Fields(query["fields"], AccountFields(account), "id", "name"),
            ("GET", [_, "phone_numbers"]) when account is not null => PhoneNumbers(account, query),
            ("GET", [_, "message_templates"]) when account is not null => Templates(account, query),
            ("POST", [_, "message_templates"]) when account is not null => AddTemplate(account, body),
            ("DELETE", [_, "message_templates"]) when account is not null => RemoveTemplate(account, query),
            ("GET", [_, "subscribed_apps"]) when account is not null => SubscribedApps(account),
            ("POST", [_, "subscribed_apps"]) when account is not null => Subscribe(account, true),
            ("DELETE", [_, "subscribed_apps"]) when account is not null => Subscribe(account, false),
            (_, [var id, _]) => GraphError.NoObject(http.Request.Method, id),
            _ => GraphError.NoPath("/" + path),
        };
    }

    /// <summary>Graph takes the token in either place.</summary>
    private static string? Token(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.Ordinal) && header.Length > "Bearer ".Length) return header["Bearer ".Length..];
        return request.Query["access_token"].ToString() is { Length: > 0 } token ? token : null;
    }

    private static async Task<(JsonNode? Body, GraphError? Wrong)> BodyAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.Method != "POST" || request.ContentLength is 0) return (null, null);
        if (request.ContentLength > MaxBodyBytes) return (null, GraphError.Parameter("the request body is too large"));
        try
        {
            return (await JsonNode.ParseAsync(request.Body, cancellationToken: ct), null);
        }
        catch (JsonException)
        {
            // A POST without a body has no length either when it is chunked.
            return request.ContentLength is null ? (null, null) : (null, GraphError.Parameter("the request body is no JSON"));
        }
    }

    /// <summary>Only the fields that are asked for; <c>id</c> comes always.</summary>
    private static GraphAnswer Fields(string? wanted, JsonObject all, params string[] byDefault)
    {
        var names = string.IsNullOrWhiteSpace(wanted) ? byDefault : [.. wanted.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Append("id").Distinct()];
        var answer = new JsonObject();
        foreach (var name in names)
        {
            if (!all.TryGetPropertyValue(name, out var value)) return GraphError.NoField(name);
            answer[name] = value?.DeepClone();
        }
        return answer;
    }

    private static JsonObject List(IEnumerable<JsonObject> items) => new() { ["data"] = new JsonArray([.. items]) };
}
