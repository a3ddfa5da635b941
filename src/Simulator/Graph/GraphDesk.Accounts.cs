using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Ringway.Simulator.Graph;

/// <summary>Accounts: their numbers, templates, subscribed apps; and tokens.</summary>
public sealed partial class GraphDesk
{
    private const int MaxTemplateName = 512;

    private static JsonObject AccountFields(SimulatedAccount account) => new()
    {
        ["id"] = account.BusinessAccountId, ["name"] = "Simulated account", ["currency"] = "USD", ["timezone_id"] = "1", ["account_review_status"] = "APPROVED",
    };

    private GraphAnswer PhoneNumbers(SimulatedAccount account, IQueryCollection query)
    {
        var all = book.Numbers.Where(n => n.AccountId == account.BusinessAccountId)
            .Select(n => Fields(query["fields"], NumberFields(n, account), "id", "display_phone_number", "verified_name", "quality_rating")).ToList();
        return all.FirstOrDefault(answer => answer.Code is not null) ?? List(all.Select(answer => answer.Body));
    }

    private GraphAnswer Templates(SimulatedAccount account, IQueryCollection query)
    {
        var now = time.GetUtcNow();
        return List(book.Templates(account.BusinessAccountId).Where(t => query["name"].ToString() is "" or null || t.Name == query["name"]).Select(t => new JsonObject
        {
            ["name"] = t.Name, ["components"] = t.Components.DeepClone(), ["language"] = t.Language, ["status"] = t.StatusAt(now), ["category"] = t.Category, ["id"] = t.Id,
        }));
    }

    private GraphAnswer AddTemplate(SimulatedAccount account, JsonNode? body)
    {
        if (Text(body, "name") is not { } name || !TemplateName().IsMatch(name) || name.Length > MaxTemplateName)
            return GraphError.Parameter("name must have lower-case letters, digits and underscores only");
        if (Text(body, "language") is not { Length: > 1 } language) return GraphError.Parameter("language is missing");
        if (Text(body, "category") is not ("MARKETING" or "UTILITY" or "AUTHENTICATION") || Text(body, "category") is not { } category)
            return GraphError.Parameter("category must be one of {MARKETING, UTILITY, AUTHENTICATION}");
        if (body!["components"] is not JsonArray components || components.Any(c => Text(c, "type") is null)) return GraphError.Parameter("components is missing");
        if (Find("BODY") is not { } words || Text(words, "text") is not { Length: > 0 and <= MaxBody } text) return GraphError.Parameter("a component BODY with text is required");
        var asks = Find("CALL_PERMISSION_REQUEST") is not null;
        if (asks && category == "AUTHENTICATION") return GraphError.Parameter("call_permission_request needs category MARKETING or UTILITY");
        var template = new Template(GraphBook.NewId(), name, language, category, text, asks, (JsonArray)components.DeepClone(), time.GetUtcNow());
        if (!book.Add(account.BusinessAccountId, template))
            return new GraphError(400, 100, "Invalid parameter", $"There is already content in {language} for {name}.", Subcode: 2388024);
        return new JsonObject { ["id"] = template.Id, ["status"] = template.StatusAt(time.GetUtcNow()), ["category"] = category };

        JsonNode? Find(string type) => components.FirstOrDefault(c => type.Equals(Text(c, "type"), StringComparison.OrdinalIgnoreCase));
    }

    private GraphAnswer RemoveTemplate(SimulatedAccount account, IQueryCollection query) =>
        book.Remove(account.BusinessAccountId, query["name"].ToString()) ? GraphAnswer.Success : GraphError.Parameter("no template has that name");

    private GraphAnswer SubscribedApps(SimulatedAccount account) => List(book.Subscribers(account.BusinessAccountId).Select(app => new JsonObject
    {
        ["whatsapp_business_api_data"] = new JsonObject
        {
            ["link"] = $"https://www.facebook.com/games/?app_id={app.AppId}", ["name"] = "Simulated app", ["id"] = app.AppId,
        },
    }));

    private GraphAnswer Subscribe(SimulatedAccount account, bool on)
    {
        book.Subscribe(account, on);
        return GraphAnswer.Success;
    }

    private GraphAnswer DebugToken(IQueryCollection query)
    {
        if (query["input_token"].ToString() is not { Length: > 0 } token) return GraphError.Parameter("input_token is missing");
        if (book.FindByToken(token) is not { } app)
            return new JsonObject
            {
                ["data"] = new JsonObject
                {
                    ["error"] = new JsonObject { ["code"] = 190, ["message"] = "Invalid OAuth access token." }, ["is_valid"] = false, ["scopes"] = new JsonArray(),
                },
            };
        string[] scopes = ["whatsapp_business_management", "whatsapp_business_messaging"];
        return new JsonObject
        {
            ["data"] = new JsonObject
            {
                ["app_id"] = app.AppId,
                ["type"] = "SYSTEM_USER",
                ["application"] = "Simulated app",
                ["data_access_expires_at"] = 0,
                ["expires_at"] = 0, // never: a system user's token
                ["is_valid"] = true,
                ["issued_at"] = time.GetUtcNow().AddDays(-1).ToUnixTimeSeconds(),
                ["scopes"] = new JsonArray([.. scopes.Select(s => (JsonNode)s)]),
                ["granular_scopes"] = new JsonArray([.. scopes.Select(s => new JsonObject { ["scope"] = s, ["target_ids"] = new JsonArray(app.BusinessAccountId) })]),
                ["user_id"] = "3" + app.AppId,
            },
        };
    }

    [GeneratedRegex("^[a-z0-9_]+$")]
    private static partial Regex TemplateName();
}
