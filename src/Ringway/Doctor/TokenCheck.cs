using System.Globalization;
using Ringway.Graph;

namespace Ringway.Doctor;

/// <param name="ConfiguredApp"><c>whatsapp.accounts[].appId</c>, when it is set.</param>
public sealed record TokenCheckFacts(string Account, string? ConfiguredApp, MetaAnswer<TokenFacts> Token, DateTimeOffset Now);

/// <summary>The account's token: valid, for long enough, for all that we do.</summary>
public static class TokenCheck
{
    /// <summary>Reading settings and health, and permissions and messages (Meta, "Permissions").</summary>
    private static readonly string[] Needed = ["whatsapp_business_management", "whatsapp_business_messaging"];

    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    private const string NewToken =
        "In Meta's business settings, system users: make a token that never expires, with whatsapp_business_management and whatsapp_business_messaging, and put it where whatsapp.accounts[].token points.";

    public static async Task<TokenCheckFacts> GatherAsync(Premises premises, Options.AccountOptions account, HttpClient http, CancellationToken ct) => new(
        account.Id, account.AppId, await Meta.AnswerAsync(() => Meta.Ask(premises, account, http).DebugTokenAsync(ct)), premises.Time.GetUtcNow());

    public static Finding Judge(TokenCheckFacts facts)
    {
        if (facts.Token is not { Value: { } token })
            return facts.Token.Refusal is { IsToken: true } refused ? Finding.Fail(refused.Message, Who.You, NewToken) : Meta.Refused(facts.Token.Refusal!);
        var missing = Needed.Except(token.Scopes).ToList();
        return token switch
        {
            { IsValid: false } => Finding.Fail($"The token of account {facts.Account} is not valid{(token.Problem is null ? "" : $": {token.Problem.TrimEnd('.')}")}.", Who.You, NewToken),
            { ExpiresAt: { } end } when end <= facts.Now => Finding.Fail($"The token of account {facts.Account} ended on {Day(end)}.", Who.You, NewToken),
            _ when missing.Count > 0 => Finding.Fail($"The token of account {facts.Account} lacks {string.Join(" and ", missing)}.", Who.You, NewToken),
            { AppId: { } app } when facts.ConfiguredApp is { } configured && app != configured => Finding.Fail(
                $"The token of account {facts.Account} is of app {app}; whatsapp.accounts[].appId is {configured}.", Who.You,
                "Make both the same: Meta keeps a SIP password for each app, and would show us another one."),
            { ExpiresAt: { } end } when end - facts.Now < Soon => Finding.Warn($"The token of account {facts.Account} ends on {Day(end)}.", Who.You, NewToken),
            { DataAccessExpiresAt: { } end } when end <= facts.Now => Finding.Warn(
                $"The token of account {facts.Account} is valid, but its access to data ended on {Day(end)}.", Who.You, "Sign in to the app at Meta again, or use a system user's token."),
            _ => Finding.Pass($"The token of account {facts.Account} (app {token.AppId}) is valid {(token.ExpiresAt is { } until ? $"until {Day(until)}" : "for ever")}, with all that is needed."),
        };
    }

    private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
