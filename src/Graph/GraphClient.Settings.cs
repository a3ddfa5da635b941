namespace Ringway.Graph;

public sealed partial class GraphClient
{
    private const string SettingsRoute = "{phone-number-id}/settings";

    /// <param name="withSipCredentials">Also the SIP password, which Meta shows only when asked for it.</param>
    public async Task<CallingSettings> GetSettingsAsync(string phoneNumberId, bool withSipCredentials, CancellationToken ct)
    {
        var answer = await SendAsync(
            new GraphRequest(HttpMethod.Get, SettingsRoute, phoneNumberId) { Query = withSipCredentials ? "?include_sip_credentials=true" : "" },
            GraphJson.Default.SettingsAnswer, ct);
        // A number whose calling was never touched has no object at all.
        return answer.Calling ?? answer.Data?.Select(item => item.Calling).FirstOrDefault(calling => calling is not null) ?? new CallingSettings();
    }

    /// <param name="changes">Only what is not null is sent; the rest stays as it is at Meta.</param>
    public Task UpdateSettingsAsync(string phoneNumberId, CallingSettings changes, CancellationToken ct) => SucceedAsync(
        new GraphRequest(HttpMethod.Post, SettingsRoute, phoneNumberId) { IsIdempotent = true }
            .With(new SettingsRequest(changes), GraphJson.Default.SettingsRequest),
        ct);

    public async Task<NumberHealth> GetHealthAsync(string phoneNumberId, CancellationToken ct)
    {
        var answer = await SendAsync(
            new GraphRequest(HttpMethod.Get, "{phone-number-id}", phoneNumberId) { Query = "?fields=health_status" }, GraphJson.Default.HealthAnswer, ct);
        return answer.HealthStatus ?? new NumberHealth();
    }

    /// <summary>For what answers with <c>{"success":true}</c>; a plain "false" is a refusal without a reason.</summary>
    private async Task SucceedAsync(GraphRequest request, CancellationToken ct)
    {
        var answer = await SendAsync(request, GraphJson.Default.SuccessAnswer, ct);
        if (!answer.Success)
            throw new GraphException(request.Method.Method, request.Route, $"Meta took {request.Method} {request.Path} and says that it did not do it.") { Status = 200 };
    }
}
