using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ringway.Ari;

/// <summary>
/// One request to ARI, independent of how it travels. The verbs of <see cref="AriClient"/> make them; make one yourself
/// for an operation that has no verb yet: <c>new AriRequest("POST", "channels/{channelId}/redirect", id).With("endpoint", e)</c>.
/// </summary>
public sealed class AriRequest
{
    /// <summary>Asterisk closes the socket with 1009 on anything longer (Asterisk 22: http_websocket.h, and tried).</summary>
    public const int MaxBytes = 65_535;

    private readonly List<KeyValuePair<string, string>> _query = [];
    private string? _body;

    /// <param name="method">GET, POST, PUT or DELETE.</param>
    /// <param name="route">Path below <c>/ari/</c> with blanks in braces; no leading slash.</param>
    /// <param name="blanks">What fills the blanks, in order, unescaped.</param>
    public AriRequest(string method, string route, params ReadOnlySpan<string> blanks)
    {
        Method = method;
        Route = route;
        Path = Fill(route, blanks);
    }

    public string Method { get; }

    /// <summary>The path with its blanks unfilled.</summary>
    public string Route { get; }

    /// <summary>The path with its blanks filled.</summary>
    public string Path { get; }

    /// <summary>Which call it belongs to: requests of one call keep their order on every path. Null is a call of its own.</summary>
    internal string? Call { get; set; }

    /// <summary>How long it may wait for its answer; null is <see cref="AriOptions.RequestTimeout"/>.</summary>
    internal TimeSpan? Patience { get; set; }

    internal IReadOnlyList<KeyValuePair<string, string>> Query => _query;

    /// <summary>JSON, or null.</summary>
    internal string? Body => _body;

    /// <summary>Adds a parameter; a null value means "not given".</summary>
    public AriRequest With(string name, string? value)
    {
        if (value is not null)
            _query.Add(new(name, value));
        return this;
    }

    public AriRequest With(string name, int? value) => With(name, value?.ToString(CultureInfo.InvariantCulture));

    public AriRequest With(string name, bool? value) => With(name, value is { } v ? (v ? "true" : "false") : null);

    /// <summary>Sets <c>{"variables": {...}}</c> as the body; null or empty means none.</summary>
    public AriRequest WithVariables(IReadOnlyDictionary<string, string>? variables) =>
        variables is null or { Count: 0 } ? this : WithBody(writer =>
        {
            writer.WriteStartObject("variables");
            foreach (var (name, value) in variables)
                writer.WriteString(name, value);
            writer.WriteEndObject();
        });

    /// <summary>Writes the members of the JSON object that is the body.</summary>
    public AriRequest WithBody(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, AriJson.Terse))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        _body = Encoding.UTF8.GetString(buffer.WrittenSpan);
        return this;
    }

    /// <summary>The request as REST over WebSocket wants it (Asterisk documentation: ARI REST over WebSocket).</summary>
    internal byte[] ToMessage(long id)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, AriJson.Terse))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "RESTRequest");
            writer.WriteString("transaction_id", "");
            writer.WriteString("request_id", id.ToString(CultureInfo.InvariantCulture));
            writer.WriteString("method", Method);
            writer.WriteString("uri", Path);
            WriteQuery(writer);
            if (_body is not null)
            {
                writer.WriteString("content_type", "application/json");
                writer.WriteString("message_body", _body);
            }
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private void WriteQuery(Utf8JsonWriter writer)
    {
        if (_query.Count == 0)
            return;
        writer.WriteStartArray("query_strings");
        foreach (var (name, value) in _query)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("value", value);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static string Fill(string route, ReadOnlySpan<string> blanks)
    {
        if (blanks.IsEmpty)
            return route;
        var path = new StringBuilder(route.Length + 32);
        var rest = route.AsSpan();
        foreach (var blank in blanks)
        {
            var open = rest.IndexOf('{');
            var close = rest.IndexOf('}');
            if (open < 0 || close < open)
                throw new ArgumentException($"Route {route} has fewer blanks than values.", nameof(blanks));
            ArgumentException.ThrowIfNullOrEmpty(blank, rest[(open + 1)..close].ToString());
            path.Append(rest[..open]).Append(Uri.EscapeDataString(blank));
            rest = rest[(close + 1)..];
        }
        return path.Append(rest).ToString();
    }
}
