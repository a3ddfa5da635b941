namespace Ringway.Ari;

public sealed partial class AriClient
{
    /// <summary>What Asterisk is, since when it runs, how it was built.</summary>
    public Task<AsteriskInfo> GetInfoAsync(CancellationToken ct = default) =>
        SendAsync(new("GET", "asterisk/info"), AriJsonContext.Default.AsteriskInfo, ct);

    public Task<AsteriskPing> PingAsync(CancellationToken ct = default) =>
        SendAsync(new("GET", "asterisk/ping"), AriJsonContext.Default.AsteriskPing, ct);

    /// <summary>A global variable's value; null when it is not set (Asterisk does not tell unset from empty).</summary>
    public async Task<string?> GetGlobalVariableAsync(string name, CancellationToken ct = default)
    {
        var answer = await SendAsync(
            new AriRequest("GET", "asterisk/variable").With("variable", name), AriJsonContext.Default.VariableAnswer, ct);
        return answer.Value is "" ? null : answer.Value;
    }

    public Task SetGlobalVariableAsync(string name, string value, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "asterisk/variable").With("variable", name).With("value", value), ct);

    /// <summary>A pushed configuration object's fields; null when there is no such object.</summary>
    public async Task<IReadOnlyList<ConfigTuple>?> GetConfigAsync(
        string configClass, string type, string id, CancellationToken ct = default) => await FindAsync(
        new("GET", "asterisk/config/dynamic/{configClass}/{objectType}/{id}", configClass, type, id),
        AriJsonContext.Default.ConfigTupleArray, ct);

    /// <summary>
    /// Creates or changes a configuration object in the running Asterisk, for example class <c>res_pjsip</c>, type <c>endpoint</c>.
    /// Its sorcery mapping must be one that can be written (memory, astdb, realtime), else 403.
    /// </summary>
    public Task PutConfigAsync(
        string configClass, string type, string id, IReadOnlyDictionary<string, string> fields,
        CancellationToken ct = default) => SendAsync(
        new AriRequest("PUT", "asterisk/config/dynamic/{configClass}/{objectType}/{id}", configClass, type, id).WithBody(body =>
        {
            body.WriteStartArray("fields");
            foreach (var (attribute, value) in fields)
            {
                body.WriteStartObject();
                body.WriteString("attribute", attribute);
                body.WriteString("value", value);
                body.WriteEndObject();
            }
            body.WriteEndArray();
        }),
        ct);

    /// <summary>Takes a pushed configuration object away; success when it is gone already.</summary>
    public Task DeleteConfigAsync(string configClass, string type, string id, CancellationToken ct = default) => EndAsync(
        new AriRequest("DELETE", "asterisk/config/dynamic/{configClass}/{objectType}/{id}", configClass, type, id), ct);

    /// <summary>The applications that are registered now.</summary>
    public async Task<IReadOnlyList<Application>> ListApplicationsAsync(CancellationToken ct = default) =>
        await SendAsync(new("GET", "applications"), AriJsonContext.Default.ApplicationArray, ct);

    /// <summary>The application as Asterisk knows it; null when it does not.</summary>
    public Task<Application?> GetApplicationAsync(string app, CancellationToken ct = default) =>
        FindAsync(new("GET", "applications/{applicationName}", app), AriJsonContext.Default.Application, ct);

    /// <summary>
    /// Has the application told of more: <c>channel:{id}</c> (the only way to learn how a channel from outside ended),
    /// <c>endpoint:PJSIP</c>, <c>endpoint:PJSIP/ada</c>, <c>bridge:{id}</c>, <c>deviceState:</c>.
    /// </summary>
    public Task<Application> SubscribeAsync(string app, IEnumerable<string> sources, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "applications/{applicationName}/subscription", app).With("eventSource", string.Join(',', sources)),
        AriJsonContext.Default.Application, ct);

    public Task UnsubscribeAsync(string app, IEnumerable<string> sources, CancellationToken ct = default) => EndAsync(
        new AriRequest("DELETE", "applications/{applicationName}/subscription", app).With("eventSource", string.Join(',', sources)), ct);

    /// <summary>
    /// Spares the application these event types. Only "disallowed" is offered: an "allowed" list also filters the answers
    /// to our commands (Asterisk 22, tried).
    /// </summary>
    public Task FilterEventsAsync(string app, IEnumerable<string> disallowedTypes, CancellationToken ct = default) => SendAsync(
        new AriRequest("PUT", "applications/{applicationName}/eventFilter", app).WithBody(body =>
        {
            body.WriteStartArray("disallowed");
            foreach (var type in disallowedTypes)
            {
                body.WriteStartObject();
                body.WriteString("type", type);
                body.WriteEndObject();
            }
            body.WriteEndArray();
        }),
        ct);

    /// <summary>All endpoints, or those of one technology (<c>PJSIP</c>); Asterisk says 404 when it has none, we say none.</summary>
    public async Task<IReadOnlyList<Endpoint>> ListEndpointsAsync(
        string? technology = null, CancellationToken ct = default) => await FindAsync(
        technology is null ? new AriRequest("GET", "endpoints") : new AriRequest("GET", "endpoints/{tech}", technology),
        AriJsonContext.Default.EndpointArray, ct) ?? [];

    /// <summary>The endpoint as it is now; null when there is no such endpoint.</summary>
    public Task<Endpoint?> GetEndpointAsync(string technology, string resource, CancellationToken ct = default) =>
        FindAsync(new("GET", "endpoints/{tech}/{resource}", technology, resource), AriJsonContext.Default.Endpoint, ct);
}
