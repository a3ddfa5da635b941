namespace Ringway.Ari;

public sealed partial class AriClient
{
    /// <summary>The applications that Asterisk knows: those that are connected, and those that lost their socket and were not let go.</summary>
    public async Task<IReadOnlyList<Application>> ListApplicationsAsync(CancellationToken ct = default) =>
        await SendAsync(new("GET", "applications"), AriJsonContext.Default.ApplicationArray, ct);

    /// <summary>The application as Asterisk knows it; null when it does not.</summary>
    public Task<Application?> GetApplicationAsync(string app, CancellationToken ct = default) =>
        FindAsync(new("GET", "applications/{applicationName}", app), AriJsonContext.Default.Application, ct);

    /// <summary>
    /// Has the application told of more: <c>channel:{id}</c> (the only way to learn how a channel from outside ended),
    /// <c>endpoint:PJSIP</c>, <c>endpoint:PJSIP/ada</c>, <c>bridge:{id}</c>, <c>deviceState:</c> (all) or <c>deviceState:{name}</c>. To
    /// subscribe twice is to subscribe once.
    /// </summary>
    /// <exception cref="AriException">404: no such application; 422: no such channel, bridge or endpoint; 400: no such kind of source.</exception>
    public Task<Application> SubscribeAsync(string app, IEnumerable<string> sources, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "applications/{applicationName}/subscription", app).With("eventSource", string.Join(',', sources)),
        AriJsonContext.Default.Application, ct);

    /// <summary>
    /// Takes subscriptions back. Success when the application had none of the kind, or is gone: Asterisk 22.10.1 says 422 "was not
    /// subscribed to" where its description says 409.
    /// </summary>
    /// <returns>The application afterwards; null when there was nothing to take back.</returns>
    public async Task<Application?> UnsubscribeAsync(string app, IEnumerable<string> sources, CancellationToken ct = default)
    {
        try
        {
            return await SendAsync(
                new AriRequest("DELETE", "applications/{applicationName}/subscription", app).With("eventSource", string.Join(',', sources)),
                AriJsonContext.Default.Application, ct);
        }
        catch (AriException e) when (e.IsNotFound || e.Status is 409 or 422)
        {
            return null;
        }
    }

    /// <summary>Spares the application some event types, or gives it only some.</summary>
    /// <param name="app">The application.</param>
    /// <param name="disallowedTypes">Types it is not told of. Null leaves that list as it is, an empty one forbids nothing.</param>
    /// <param name="allowedTypes">
    /// The only types it is told of. Null leaves that list as it is, an empty one allows all. What is on both lists is not told.
    /// <c>RESTResponse</c> is added to a list with anything on it: Asterisk filters the answers to our commands as well, and without
    /// it every command over the application's socket would time out, this one first (22.10.1, tried).
    /// </param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task<Application> FilterEventsAsync(
        string app, IEnumerable<string>? disallowedTypes, IEnumerable<string>? allowedTypes, CancellationToken ct = default) => SendAsync(
        new AriRequest("PUT", "applications/{applicationName}/eventFilter", app).WithBody(body =>
        {
            string[]? allowed = allowedTypes is null ? null : [.. allowedTypes];
            WriteTypes("allowed", allowed is null or [] ? allowed : [.. allowed.Union(["RESTResponse"])]);
            WriteTypes("disallowed", disallowedTypes);

            void WriteTypes(string list, IEnumerable<string>? types)
            {
                if (types is null)
                    return;
                body.WriteStartArray(list);
                foreach (var type in types)
                {
                    body.WriteStartObject();
                    body.WriteString("type", type);
                    body.WriteEndObject();
                }
                body.WriteEndArray();
            }
        }),
        AriJsonContext.Default.Application, ct);

    /// <summary>Spares the application these event types, and no others.</summary>
    public Task<Application> FilterEventsAsync(string app, IEnumerable<string> disallowedTypes, CancellationToken ct = default) =>
        FilterEventsAsync(app, disallowedTypes, null, ct);
}
