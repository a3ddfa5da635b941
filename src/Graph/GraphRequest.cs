using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ringway.Graph;

/// <summary>One request before it is sent; it can be sent again.</summary>
/// <param name="Route">The operation with its blanks unfilled.</param>
/// <param name="Id">What fills the one blank; null when there is none.</param>
internal sealed record GraphRequest(HttpMethod Method, string Route, string? Id = null)
{
    /// <summary>Behind the question mark. It may name a user or a token, so it is in no text of ours.</summary>
    public string Query { get; init; } = "";

    public byte[]? Body { get; init; }

    /// <summary>What must not stand in a text, should Meta repeat it to us: the user's number.</summary>
    public string? Unsaid { get; init; }

    /// <summary>Doing it twice comes to the same as doing it once.</summary>
    public bool IsIdempotent { get; init; } = Method == HttpMethod.Get;

    public string Path => Id is null ? Route : Uri.EscapeDataString(Id) + Route[(Route.IndexOf('}', StringComparison.Ordinal) + 1)..];

    public GraphRequest With<T>(T body, JsonTypeInfo<T> type) => this with { Body = JsonSerializer.SerializeToUtf8Bytes(body, type) };

    public HttpRequestMessage ToMessage(GraphOptions options, string token)
    {
        var message = new HttpRequestMessage(Method, $"{options.Address.AbsoluteUri.TrimEnd('/')}/{options.Version}/{Path}{Query}");
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (Body is not null)
            message.Content = new ByteArrayContent(Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return message;
    }
}
