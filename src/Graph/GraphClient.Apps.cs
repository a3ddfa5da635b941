namespace Ringway.Graph;

public sealed partial class GraphClient
{
    private const string AppsRoute = "{business-account-id}/subscribed_apps";

    /// <summary>Which apps get the account's webhooks.</summary>
    public async Task<IReadOnlyList<SubscribedApp>> GetSubscribedAppsAsync(string businessAccountId, CancellationToken ct)
    {
        var answer = await SendAsync(new GraphRequest(HttpMethod.Get, AppsRoute, businessAccountId), GraphJson.Default.AppsAnswer, ct);
        return [.. (answer.Data ?? []).Select(app => new SubscribedApp(
            app.WhatsappBusinessApiData?.Id ?? "", app.WhatsappBusinessApiData?.Name, app.OverrideCallbackUri))];
    }

    /// <summary>Our own app gets them from now on; no harm when it does already.</summary>
    public Task SubscribeAppAsync(string businessAccountId, CancellationToken ct) =>
        SucceedAsync(new GraphRequest(HttpMethod.Post, AppsRoute, businessAccountId) { IsIdempotent = true }, ct);

    /// <summary>
    /// What Meta says of our own token. An expired one can be said by an answer (<see cref="TokenFacts.IsValid"/>) or by a refusal
    /// with code 190.
    /// </summary>
    public async Task<TokenFacts> DebugTokenAsync(CancellationToken ct)
    {
        // Meta takes the token to look at from the query alone. Ours is in no text, see GraphRequest.Query.
        var answer = await SendAsync(
            new GraphRequest(HttpMethod.Get, "debug_token") { Query = $"?input_token={Uri.EscapeDataString(token)}" }, GraphJson.Default.TokenAnswer, ct);
        var data = answer.Data ?? new TokenData();
        return new TokenFacts
        {
            IsValid = data.IsValid,
            AppId = data.AppId,
            Application = data.Application,
            Type = data.Type,
            ExpiresAt = data.ExpiresAt,
            DataAccessExpiresAt = data.DataAccessExpiresAt,
            Scopes = data.Scopes ?? [],
            GranularScopes = data.GranularScopes ?? [],
            Problem = data.Error?.Message?.Replace(token, "•••", StringComparison.Ordinal),
        };
    }
}
