namespace Ringway.Ari;

/// <summary>A text message (SIP MESSAGE).</summary>
public sealed record MessageRequest
{
    /// <summary>As whom: a URI, or an endpoint whose address is taken.</summary>
    public required string From { get; init; }

    public string? Body { get; init; }

    /// <summary>The technology's own: for PJSIP, headers.</summary>
    public IReadOnlyDictionary<string, string>? Variables { get; init; }
}

/// <summary>Asks somebody to call somebody (SIP REFER outside of any call).</summary>
public sealed record ReferRequest
{
    public required string From { get; init; }

    /// <summary>Whom to call: a URI, or an endpoint.</summary>
    public required string ReferTo { get; init; }

    /// <summary>If <see cref="ReferTo"/> is an endpoint of this Asterisk: whether to call it by way of Asterisk; else directly, at its contact.</summary>
    public bool? ToSelf { get; init; }

    /// <summary>The technology's own: for PJSIP, headers.</summary>
    public IReadOnlyDictionary<string, string>? Variables { get; init; }
}

public sealed partial class AriClient
{
    /// <summary>All endpoints, or those of one technology (<c>PJSIP</c>); Asterisk says 404 when it has none, we say none.</summary>
    public async Task<IReadOnlyList<Endpoint>> ListEndpointsAsync(
        string? technology = null, CancellationToken ct = default) => await FindAsync(
        technology is null ? new AriRequest("GET", "endpoints") : new AriRequest("GET", "endpoints/{tech}", technology),
        AriJsonContext.Default.EndpointArray, ct) ?? [];

    /// <summary>The endpoint as it is now; null when there is no such endpoint.</summary>
    public Task<Endpoint?> GetEndpointAsync(string technology, string resource, CancellationToken ct = default) =>
        FindAsync(new("GET", "endpoints/{tech}/{resource}", technology, resource), AriJsonContext.Default.Endpoint, ct);

    /// <summary>
    /// Sends a text message; that it was sent is all that is known. Needs res_pjsip_messaging: without it every endpoint is "not found".
    /// </summary>
    /// <param name="to"><c>pjsip:ada</c>, or <c>pjsip:line/sip:user@host</c>.</param>
    /// <param name="message">The message.</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task SendMessageAsync(string to, MessageRequest message, CancellationToken ct = default) =>
        SendAsync(Message(new AriRequest("PUT", "endpoints/sendMessage").With("to", to), message), ct);

    /// <summary>Sends a text message to an endpoint.</summary>
    public Task SendMessageAsync(string technology, string resource, MessageRequest message, CancellationToken ct = default) =>
        SendAsync(Message(new("PUT", "endpoints/{tech}/{resource}/sendMessage", technology, resource), message), ct);

    /// <summary>Asks whoever is at an address to call somebody; needs res_pjsip_refer.</summary>
    /// <param name="to"><c>pjsip:ada</c>, or <c>pjsip:line/sip:user@host</c>.</param>
    /// <param name="request">Whom to call.</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task ReferAsync(string to, ReferRequest request, CancellationToken ct = default) =>
        SendAsync(Refer(new AriRequest("POST", "endpoints/refer").With("to", to), request), ct);

    /// <summary>Asks an endpoint to call somebody.</summary>
    public Task ReferAsync(string technology, string resource, ReferRequest request, CancellationToken ct = default) =>
        SendAsync(Refer(new("POST", "endpoints/{tech}/{resource}/refer", technology, resource), request), ct);

    private static AriRequest Message(AriRequest to, MessageRequest message) =>
        to.With("from", message.From).With("body", message.Body).WithVariables(message.Variables);

    private static AriRequest Refer(AriRequest to, ReferRequest request) =>
        to.With("from", request.From).With("refer_to", request.ReferTo).With("to_self", request.ToSelf).WithVariables(request.Variables);
}
