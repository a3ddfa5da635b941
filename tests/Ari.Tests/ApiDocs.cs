using System.Text.Json;

namespace Ringway.Ari.Tests;

/// <summary>Asterisk's description of its own interface (Swagger 1.1), as the running one serves it below <c>api-docs/</c>.</summary>
internal sealed record ApiDocs(
    IReadOnlyList<DocumentedOperation> Operations, IReadOnlyDictionary<string, string> Twins, IReadOnlyDictionary<string, DocumentedModel> Models)
{
    /// <summary>The name under which an operation stands in <see cref="Operations"/>.</summary>
    public string NameOf(string operation) => Twins.GetValueOrDefault(operation, operation);

    public static async Task<ApiDocs> ReadAsync(HttpClient asterisk)
    {
        var resources = await GetAsync(asterisk, "api-docs/resources.json");
        var (operations, models) = (new List<DocumentedOperation>(), new Dictionary<string, DocumentedModel>());
        foreach (var resource in resources.GetProperty("apis").EnumerateArray())
        {
            var file = await GetAsync(asterisk, resource.GetProperty("path").GetString()!.TrimStart('/').Replace("{format}", "json"));
            foreach (var api in file.GetProperty("apis").EnumerateArray())
                operations.AddRange(api.GetProperty("operations").EnumerateArray().Select(json => Operation(api.GetProperty("path").GetString()!, json)));
            foreach (var model in file.GetProperty("models").EnumerateObject())
                models.Add(model.Name, Model(model));
        }
        return Join(operations, models);
    }

    private static async Task<JsonElement> GetAsync(HttpClient asterisk, string path) =>
        JsonDocument.Parse(await asterisk.GetStringAsync(path)).RootElement;

    private static DocumentedOperation Operation(string path, JsonElement json) => new(
        json.GetProperty("httpMethod").GetString()!,
        path.TrimStart('/'),
        json.GetProperty("responseClass").GetString()!,
        json.TryGetProperty("parameters", out var parameters) ? [.. parameters.EnumerateArray().SelectMany(Parameters)] : []);

    private static IEnumerable<DocumentedParameter> Parameters(JsonElement json)
    {
        var name = json.GetProperty("name").GetString()!;
        var of = new DocumentedParameter(
            name,
            json.GetProperty("dataType").GetString()!,
            json.TryGetProperty("required", out var required) && required.GetBoolean(),
            Words(json));
        // The event filter is the whole body, and what is in it stands in its notes alone.
        return name == "filter" ? [of with { Name = "allowed" }, of with { Name = "disallowed" }] : [of];
    }

    private static DocumentedModel Model(JsonProperty model) => new(
        model.Name,
        [.. model.Value.GetProperty("properties").EnumerateObject().Select(property => new DocumentedParameter(
            property.Name,
            property.Value.GetProperty("type").GetString()!,
            property.Value.TryGetProperty("required", out var required) && required.GetBoolean(),
            Words(property.Value)))],
        model.Value.TryGetProperty("subTypes", out var types) ? [.. types.EnumerateArray().Select(type => type.GetString()!)] : []);

    private static string[] Words(JsonElement json) =>
        json.TryGetProperty("allowableValues", out var allowed) && allowed.TryGetProperty("values", out var values)
            ? [.. values.EnumerateArray().Select(value => value.GetString()!)]
            : [];

    /// <summary>
    /// Some operations are described twice, once with the id in the path and once with it as a parameter that may be left out:
    /// <c>POST channels/{channelId}</c> and <c>POST channels</c>. They are one, and one way to say it is enough.
    /// </summary>
    private static ApiDocs Join(List<DocumentedOperation> operations, Dictionary<string, DocumentedModel> models)
    {
        var twins = operations.SelectMany(one => operations.Where(other => IsTwin(one, other)).Select(other => (One: one, Other: other))).ToList();
        var joined = operations.Where(operation => twins.All(pair => pair.One != operation)).Select(operation =>
            twins.Find(pair => pair.Other == operation).One is { } twin ? operation with { Parameters = twin.Parameters } : operation);
        return new([.. joined], twins.ToDictionary(pair => pair.One.ToString(), pair => pair.Other.ToString()), models);
    }

    private static bool IsTwin(DocumentedOperation withoutId, DocumentedOperation withId) =>
        withoutId.Method == withId.Method
        && withoutId.Parameters.Any(p => withId.Path == $"{withoutId.Path}/{{{p.Name}}}")
        && withoutId.Parameters.Select(p => p.Name).ToHashSet().SetEquals(withId.Parameters.Select(p => p.Name));
}

internal sealed record DocumentedOperation(string Method, string Path, string Response, IReadOnlyList<DocumentedParameter> Parameters)
{
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>A parameter of an operation, or a member of a model.</summary>
internal sealed record DocumentedParameter(string Name, string Type, bool Required, IReadOnlyList<string> Words);

internal sealed record DocumentedModel(string Name, IReadOnlyList<DocumentedParameter> Members, IReadOnlyList<string> SubTypes);
