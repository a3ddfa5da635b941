using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ringway.Graph;
using Ringway.Options;
using Ringway.WhatsApp.Provisioning;

namespace Ringway.Doctor;

/// <param name="Differences">Settings at Meta that are not as ours want them.</param>
/// <param name="OtherServers">SIP servers that other apps have written for the number.</param>
public sealed record SettingsFacts(string Line, MetaAnswer<CallingSettings> Settings, ImmutableArray<Change> Differences, ImmutableArray<string> OtherServers);

/// <summary>The line's number is known, calling is on, and everything else at Meta is as ours want it.</summary>
public static class SettingsCheck
{
    /// <summary>Without these as ours are, no call goes through; the others are about icons and hours.</summary>
    private static readonly string[] Vital = ["status", "sip.status", "sip.servers[].hostname", "sip.servers[].port", SettingsPlan.Srtp];

    public static async Task<SettingsFacts> GatherAsync(Premises premises, LineOptions line, AccountOptions account, HttpClient http, CancellationToken ct)
    {
        var answer = await Meta.AnswerAsync(() => Meta.Ask(premises, account, http).GetSettingsAsync(line.PhoneNumberId!, false, ct));
        if (answer.Value is not { } settings)
            return new SettingsFacts(line.Id, answer, [], []);
        var appId = account.AppId ?? (await Meta.AnswerAsync(() => Meta.Ask(premises, account, http).DebugTokenAsync(ct))).Value?.AppId;
        var now = premises.Time.GetUtcNow();
        return new SettingsFacts(
            line.Id, answer,
            SettingsPlan.Between(WantedSettings.Of(line, premises.Options, now), settings, appId, now).Changes,
            [.. SettingsPlan.OthersServers(settings, appId).Select(server => server.ToString())]);
    }

    public static Finding Judge(SettingsFacts facts) => facts switch
    {
        { Settings.Refusal: { } refusal } => Meta.Refused(refusal),
        { Differences: [_, ..] } => Differ(facts),
        { OtherServers: [_, ..] } => Finding.Warn(
            $"Line {facts.Line} has more SIP servers at Meta than ours: {string.Join(", ", facts.OtherServers)}. Meta ends a call on a BYE of any of them.", Who.You,
            "Remove them with the token of the app that wrote them: POST calling.sip.servers = []."),
        _ => Finding.Pass($"Line {facts.Line}: calling and SIP are on, and all settings at Meta are ours."),
    };

    private static Finding Differ(SettingsFacts facts)
    {
        var seen = $"Line {facts.Line} at Meta: {string.Join("; ", facts.Differences.Select(one => $"{one.Path} is {one.From ?? "not set"}, should be {one.To}"))}.";
        var fix = $"`ringway whatsapp plan` shows what would change, `ringway whatsapp apply --line {facts.Line}` changes it.";
        return facts.Differences.Any(one => Vital.Contains(one.Path)) ? Finding.Fail(seen, Who.You, fix) : Finding.Warn(seen, Who.You, fix);
    }
}

/// <param name="HaveOne">We have a password at all.</param>
/// <param name="Same">Null when Meta shows none for our app.</param>
public sealed record PasswordFacts(string Line, MetaAnswer<CallingSettings> Settings, bool HaveOne, bool? Same);

/// <summary>The SIP password that Asterisk has is the one that Meta has. Neither is told.</summary>
public static class SipPasswordCheck
{
    public static async Task<PasswordFacts> GatherAsync(Premises premises, LineOptions line, AccountOptions account, HttpClient http, CancellationToken ct)
    {
        var answer = await Meta.AnswerAsync(() => Meta.Ask(premises, account, http).GetSettingsAsync(line.PhoneNumberId!, true, ct));
        var theirs = answer.Value?.Sip?.Servers?
            .FirstOrDefault(server => account.AppId is null || server.AppId is null || server.AppId == account.AppId)?.SipUserPassword;
        var ours = premises.Switch.Lines.FirstOrDefault(known => known.Id == line.Id)?.SipPassword ?? "";
        return new PasswordFacts(
            line.Id, answer with { Value = null }, ours.Length > 0, theirs is null ? null : CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(theirs), Encoding.UTF8.GetBytes(ours)));
    }

    public static Finding Judge(PasswordFacts facts) => facts switch
    {
        { Settings.Refusal: { } refusal } => Meta.Refused(refusal),
        { HaveOne: false } => Finding.Fail($"Line {facts.Line} has no SIP password yet.", Who.You, $"Run `ringway whatsapp apply --line {facts.Line}`, which fetches it from Meta."),
        { Same: null } => Finding.Unknown($"Meta shows no SIP password of our app for line {facts.Line}: SIP was never set up with this token.", Who.You, $"Run `ringway whatsapp apply --line {facts.Line}`."),
        { Same: false } => Finding.Fail(
            $"The SIP password of line {facts.Line} is not the one that Meta has: calls out are refused (403), calls in fail at once.", Who.You,
            $"Run `ringway whatsapp apply --line {facts.Line}`, which fetches it; if lines[].password is set, remove it or write the new one there."),
        _ => Finding.Pass($"The SIP password of line {facts.Line} is the one that Meta has."),
    };
}

public sealed record RestrictionFacts(string Line, MetaAnswer<CallingSettings> Settings, DateTimeOffset Now);

/// <summary>Whether Meta has restricted the number, mostly for calls that nobody picks up.</summary>
public static class RestrictionCheck
{
    public static async Task<RestrictionFacts> GatherAsync(Premises premises, LineOptions line, AccountOptions account, HttpClient http, CancellationToken ct) => new(
        line.Id, await Meta.AnswerAsync(() => Meta.Ask(premises, account, http).GetSettingsAsync(line.PhoneNumberId!, false, ct)), premises.Time.GetUtcNow());

    public static Finding Judge(RestrictionFacts facts)
    {
        if (facts.Settings is not { Value: { } settings })
            return Meta.Refused(facts.Settings.Refusal!);
        var standing = (settings.Restrictions?.RestrictionsList ?? []).Where(one => one.Expiration is null || one.Expiration > facts.Now).ToList();
        return standing.Count == 0
            ? Finding.Pass($"Line {facts.Line} is not restricted.")
            : Finding.Fail($"Meta restricts line {facts.Line}: {string.Join("; ", standing.Select(Words))}.", Who.Meta,
                "It ends by itself at that time. Until then: pick up more of the calls that come, and call only users who expect it.");
    }

    private static string Words(CallRestriction one) =>
        $"{one.Type}{(one.Reason is { Length: > 0 } why ? $" ({why.TrimEnd('.')})" : "")}{(one.Expiration is { } end ? $" until {end.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC" : "")}";
}

public sealed record HealthFacts(string Line, MetaAnswer<NumberHealth> Health);

/// <summary>What Meta itself says of the number's health; here an ineligible number shows (Meta, "Health status").</summary>
public static class HealthCheck
{
    private const string Available = "AVAILABLE";

    public static async Task<HealthFacts> GatherAsync(Premises premises, LineOptions line, AccountOptions account, HttpClient http, CancellationToken ct) => new(
        line.Id, await Meta.AnswerAsync(() => Meta.Ask(premises, account, http).GetHealthAsync(line.PhoneNumberId!, ct)));

    public static Finding Judge(HealthFacts facts)
    {
        if (facts.Health is not { Value: { } health })
            return Meta.Refused(facts.Health.Refusal!);
        var faults = health.Problems.ToList();
        var said = string.Join("; ", faults.Select(fault => $"{fault.ErrorDescription?.TrimEnd('.')} ({fault.ErrorCode})").Distinct());
        var cure = faults.Select(fault => fault.Known?.Cure ?? fault.PossibleSolution).FirstOrDefault(text => text is { Length: > 0 })
                   ?? "WhatsApp Manager shows the number's state and what Meta wants.";
        var who = faults.Select(fault => fault.Known?.Who).FirstOrDefault(known => known is not null) is { } acts ? Meta.Of(acts) : Who.You;
        return health switch
        {
            { CanReceiveCallSip: null } when faults.Count == 0 => Finding.Unknown(
                $"Meta does not say whether line {facts.Line} can receive calls by SIP.", Who.You, "Set SIP up with `ringway whatsapp apply`, then run the doctor again."),
            { CanReceiveCallSip: null or Available, CanSendMessage: null or Available } when faults.Count == 0 => Finding.Pass($"Meta says that line {facts.Line} can receive calls by SIP and send messages."),
            { CanReceiveCallSip: "BLOCKED" } => Finding.Fail($"Meta says that line {facts.Line} can receive no calls by SIP{(said.Length > 0 ? $": {said}" : "")}.", who, cure),
            _ => Finding.Warn($"Meta says of line {facts.Line}: calls by SIP {health.CanReceiveCallSip ?? "not told"}, messages {health.CanSendMessage ?? "not told"}{(said.Length > 0 ? $": {said}" : "")}.", who, cure),
        };
    }
}
