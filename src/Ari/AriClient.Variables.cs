using System.Text.Json;

namespace Ringway.Ari;

public sealed partial class AriClient
{
    private async Task<string?> ReadVariableAsync(string route, string owner, string name, CancellationToken ct)
    {
        try
        {
            return (await SendAsync(new AriRequest("GET", route + "/variable", owner).With("variable", name), AriJsonContext.Default.VariableAnswer, ct)).Value;
        }
        catch (AriException e) when (SaysAbsent(e))
        {
            return null;
        }
    }

    private async Task<IReadOnlyDictionary<string, string?>> ReadVariablesAsync(
        string route, string owner, IEnumerable<string> names, CancellationToken ct)
    {
        string[] wanted = [.. names];
        try
        {
            var answer = await SendAsync(
                new AriRequest("GET", route + "/variables", owner).With("variables", string.Join(',', wanted)), AriJsonContext.Default.VariablesAnswer, ct);
            return answer.Variables;
        }
        catch (AriException e) when (SaysAbsent(e))
        {
            var values = await Task.WhenAll(wanted.Select(name => ReadVariableAsync(route, owner, name, ct)));
            return wanted.Zip(values).ToDictionary();
        }
    }

    private static bool SaysAbsent(AriException e) =>
        e.IsNotFound || (e.Status == 500 && e.AsteriskMessage.Contains("Unable to read", StringComparison.OrdinalIgnoreCase));

    private static AriRequest Variables(AriRequest request, IReadOnlyDictionary<string, string> variables, bool report) =>
        report ? Variables(request, null, variables) : Variables(request, variables, null);

    /// <summary>
    /// The body <c>{"variables": {"A": "1", "B": {"value": "2", "report_events": true}}}</c>; none when there are no variables. One that
    /// is in both is reported.
    /// </summary>
    private static AriRequest Variables(
        AriRequest request, IReadOnlyDictionary<string, string>? plain, IReadOnlyDictionary<string, string>? reported)
    {
        if (reported is null or { Count: 0 })
            return request.WithVariables(plain);
        return request.WithBody(writer =>
        {
            writer.WriteStartObject("variables");
            foreach (var (name, value) in plain ?? new Dictionary<string, string>())
                if (!reported.ContainsKey(name))
                    writer.WriteString(name, value);
            foreach (var (name, value) in reported)
                WriteReported(writer, name, value);
            writer.WriteEndObject();
        });
    }

    private static void WriteReported(Utf8JsonWriter writer, string name, string value)
    {
        writer.WriteStartObject(name);
        writer.WriteString("value", value);
        writer.WriteBoolean("report_events", true);
        writer.WriteEndObject();
    }
}
