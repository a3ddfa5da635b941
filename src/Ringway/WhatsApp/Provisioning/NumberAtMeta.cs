using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Ringway.Graph;
using Ringway.Options;

namespace Ringway.WhatsApp.Provisioning;

/// <summary>What there is to do for a line at Meta, and what an operator should know besides.</summary>
/// <param name="Subscribe">Our app does not get the account's webhooks yet.</param>
/// <param name="FetchPassword">We have no SIP password for the number.</param>
/// <param name="Remarks">Whole sentences; nothing that apply could do.</param>
public sealed record NumberPlan(
    LineOptions Line, CallingSettings Wanted, CallingSettings Actual, string? AppId, SettingsPlan Settings, bool Subscribe, bool FetchPassword,
    ImmutableArray<string> Remarks)
{
    public bool IsNothing => Settings.Changes.IsEmpty && !Subscribe && !FetchPassword;
}

/// <summary>What Meta says of a number and of our token.</summary>
public sealed record NumberStatus(NumberPlan Plan, NumberHealth Health, TokenFacts Token);

/// <summary>What apply has done.</summary>
/// <param name="Left">What Meta took and still says otherwise.</param>
/// <param name="Unsaid">What Meta took and does not say back; nothing can be concluded from that.</param>
/// <param name="NewPassword">The SIP password is another one than we had: the trunk must take it.</param>
/// <param name="Fault">Why calls will not go through all the same; null when all is well.</param>
public sealed record NumberApplied(ImmutableArray<Change> Left, ImmutableArray<Change> Unsaid, bool NewPassword, string? Fault)
{
    public bool IsWell => Left.IsEmpty && Fault is null;
}

/// <summary>A line's number as it stands in Meta's settings: what is there, what differs from ours, and making it so.</summary>
/// <param name="graph">With the token of the line's account.</param>
public sealed partial class NumberAtMeta(
    GraphClient graph, RingwayOptions options, LineOptions line, AccountOptions account, NumbersFile numbers, TimeProvider time, ILogger<NumberAtMeta> logger)
{
    /// <summary>How often we look again until Meta says what it took; a second apart.</summary>
    private const int Looks = 3;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>A token that ends within this time is worth a word: the doctor and every plan say it.</summary>
    public static readonly TimeSpan TokenEndsSoon = TimeSpan.FromDays(14);

    private string Id => line.PhoneNumberId!;

    /// <summary>Looks, and changes nothing.</summary>
    /// <exception cref="GraphException">Meta refused, or is away.</exception>
    public async Task<NumberPlan> PlanAsync(CancellationToken ct) => await PlanAsync(await graph.DebugTokenAsync(ct), ct);

    /// <summary>Looks at all there is to see.</summary>
    /// <exception cref="GraphException">Meta refused, or is away.</exception>
    public async Task<NumberStatus> StatusAsync(CancellationToken ct)
    {
        var token = await graph.DebugTokenAsync(ct);
        return new NumberStatus(await PlanAsync(token, ct), await graph.GetHealthAsync(Id, ct), token);
    }

    /// <summary>Writes what differs, reads it back, writes what Meta is known to reset once more, and fetches the SIP password.</summary>
    /// <param name="done">Told of each thing when it is done.</param>
    /// <exception cref="GraphException">Meta refused a step; those before it are done and stay.</exception>
    public async Task<NumberApplied> ApplyAsync(NumberPlan plan, Action<string> done, CancellationToken ct)
    {
        foreach (var step in plan.Settings.Steps)
        {
            await graph.UpdateSettingsAsync(Id, step.Settings, ct);
            Log.Written(logger, line.Id, step.Name);
            done($"{step.Name} written");
        }

        if (plan.Subscribe)
        {
            await graph.SubscribeAppAsync(account.BusinessAccountId, ct);
            Log.Subscribed(logger, line.Id, account.BusinessAccountId);
            done("app subscribed to the account's webhooks");
        }

        var (read, rest) = await ReadBackAsync(plan, done, ct);
        var (fresh, fault) = KeepPassword(read, plan.AppId);
        if (fresh) done("SIP password fetched and stored");
        return new NumberApplied([.. rest.Changes.Where(change => !IsUnsaid(change))], [.. rest.Changes.Where(IsUnsaid)], fresh, fault);
    }

    /// <summary>Meta does not say it at all. Of SRTP that means that it is not set; of the rest, nothing.</summary>
    private static bool IsUnsaid(Change change) => change is { From: null, Path: not SettingsPlan.Srtp };

    private async Task<NumberPlan> PlanAsync(TokenFacts token, CancellationToken ct)
    {
        var appId = account.AppId ?? token.AppId;
        var actual = await graph.GetSettingsAsync(Id, withSipCredentials: false, ct);
        var wanted = WantedSettings.Of(line, options, time.GetUtcNow());
        var subscribe = options.WhatsApp.WebhookUrl is not null && !await IsSubscribedAsync(appId, ct);
        return new NumberPlan(
            line, wanted, actual, appId, SettingsPlan.Between(wanted, actual, appId, time.GetUtcNow()), subscribe,
            FetchPassword: numbers.Password(Id) is null && !LinePasswords.IsWritten(line),
            [.. Remarks(actual, appId, token)]);
    }

    private async Task<bool> IsSubscribedAsync(string? appId, CancellationToken ct)
    {
        var apps = await graph.GetSubscribedAppsAsync(account.BusinessAccountId, ct);
        return appId is null ? apps.Count > 0 : apps.Any(app => app.Id == appId);
    }

    /// <summary>Until Meta says what we want, or says nothing of it, or has been asked often enough.</summary>
    private async Task<(CallingSettings Read, SettingsPlan Left)> ReadBackAsync(NumberPlan plan, Action<string> done, CancellationToken ct)
    {
        for (var look = 1; ; look++)
        {
            var read = await graph.GetSettingsAsync(Id, withSipCredentials: true, ct);
            var rest = SettingsPlan.Between(plan.Wanted, read, plan.AppId, time.GetUtcNow());
            var password = SettingsPlan.OurServer(read, plan.AppId)?.SipUserPassword;
            if (look == Looks || password is { Length: > 0 } && rest.Changes.All(IsUnsaid))
                return (read, rest);
            if (rest.Steps is [.., { Settings.SrtpKeyExchangeProtocol: not null } srtp])
            {
                Log.SrtpWasReset(logger, line.Id, plan.Wanted.SrtpKeyExchangeProtocol!);
                await graph.UpdateSettingsAsync(Id, srtp.Settings, ct);
                done("SRTP written again, because Meta had set it back");
            }
            else
            {
                await Task.Delay(BetweenLooks, time, ct);
            }
        }
    }

    private (bool Fresh, string? Fault) KeepPassword(CallingSettings read, string? appId)
    {
        if (SettingsPlan.OurServer(read, appId)?.SipUserPassword is not { Length: > 0 } password)
            return (false, "Meta shows no SIP password for the number. The token must belong to the app that wrote the SIP server, with whatsapp_business_management.");
        var fresh = numbers.Keep(Id, password, time.GetUtcNow());
        return (fresh, LinePasswords.IsWritten(line) && line.Password.Reveal() != password
            ? "lines[].password is not the one that Meta has; remove it from the configuration, and the fetched one is used." : null);
    }

    private IEnumerable<string> Remarks(CallingSettings actual, string? appId, TokenFacts token)
    {
        if (!token.IsValid)
            yield return $"The access token is not valid: {token.Problem ?? "Meta does not say why"}.";
        else if (token.ExpiresAt is { } end && end - time.GetUtcNow() < TokenEndsSoon)
            yield return $"The access token ends on {end:yyyy-MM-dd HH:mm} UTC: make one of a system user that does not expire, and put it at whatsapp.accounts[].token.";
        foreach (var other in SettingsPlan.OthersServers(actual, appId))
            yield return $"Another app ({other.AppId ?? "unknown"}) has entered the SIP server {other.Hostname}:{other.Port ?? 5061}. Meta then ends a call when either hangs up: " +
                         "remove it with that app's token (servers: []).";
        foreach (var restriction in actual.Restrictions?.RestrictionsList ?? [])
            yield return $"Meta restricts the number: {restriction.Type}{(restriction.Expiration is { } until ? $" until {until:yyyy-MM-dd HH:mm} UTC" : "")}" +
                         $"{(restriction.Reason is { Length: > 0 } reason ? $" ({reason.TrimEnd('.')})" : "")}.";
        if (line.Hours.Schedule is not null && actual.Voicemail?.Status == Words.Enabled)
            yield return "Voicemail is on at Meta and the line has hours: Meta wants one of them off.";
    }

    private static partial class Log
    {
        [LoggerMessage(5301, LogLevel.Information, "Line {Line}: {What} written at Meta")]
        public static partial void Written(ILogger logger, string line, string what);

        [LoggerMessage(5302, LogLevel.Information, "Line {Line}: our app gets the webhooks of account {Account} from now on")]
        public static partial void Subscribed(ILogger logger, string line, string account);

        [LoggerMessage(5303, LogLevel.Warning, "Line {Line}: Meta had set SRTP back; {Protocol} is written again")]
        public static partial void SrtpWasReset(ILogger logger, string line, string protocol);
    }
}
