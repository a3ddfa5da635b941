using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Edge;

/// <summary>A refusal, and the rule that it enforces (null when no rule was broken: the user simply does not want).</summary>
public sealed record Refusal(int Status, string Reason, Rule? Rule = null, string? How = null)
{
    /// <summary>Whose doing it is, for <see cref="CallEnd"/>.</summary>
    public string Whose { get; init; } = Rule is null ? "user" : "whatsapp";
}

/// <summary>What Meta checks on an INVITE of the business, before and after the password. Pure.</summary>
public static class InviteRules
{
    /// <summary>Checks in the order in which Meta must make them: who is called, who calls, from where.</summary>
    /// <param name="business">The number that From names; null when we know none.</param>
    public static Refusal? Judge(SipRequest invite, BusinessNumber? business, RuleBook rules)
    {
        var called = SipUri.TryParse(invite.RequestUri, out var uri) ? uri : null;
        var from = invite.From.Uri;

        if (rules.IsOn(MetaRules.RequestUri))
        {
            if (called is null || called.Scheme != "sip") return NotFound("is no sip: URI");
            if (called.HostIsAddress) return NotFound("names an address");
            if (!called.Host.Equals(MetaHeaders.Domain, StringComparison.OrdinalIgnoreCase)) return NotFound($"is not at {MetaHeaders.Domain}");
        }
        if (rules.IsOn(MetaRules.PlusSign) && (IsBareNumber(called?.UserName ?? "") || IsBareNumber(from.UserName)))
            return new(500, "Internal Server Error", MetaRules.PlusSign, $"request URI {invite.RequestUri}, From user {from.UserName}");
        if (business is not { IsOpen: true })
            return new(400, "Asset not found, invalid business phone number", MetaRules.KnownNumber, $"From user is {from.UserName}{(business is null ? "" : ", whose settings have calling or SIP off")}");
        if (rules.IsOn(MetaRules.FromDomain) && !CoversDomain(business.HostName, from.Host))
            return new(
                403, $"SIP server {from.Host} from INVITE does not match any SIP server configured for phone number id {business.PhoneNumberId}",
                MetaRules.FromDomain, $"From is at {from.Host}, configured is {business.HostName}");
        return null;

        Refusal NotFound(string how) => new(404, "Not found", MetaRules.RequestUri, $"{invite.RequestUri} {how}");
    }

    /// <summary>The configured host equals the From domain or is a sub-domain of it.</summary>
    private static bool CoversDomain(string configured, string from) =>
        configured.Equals(from, StringComparison.OrdinalIgnoreCase)
        || configured.EndsWith("." + from, StringComparison.OrdinalIgnoreCase);

    private static bool IsBareNumber(string user) => user.Length > 0 && user.All(char.IsAsciiDigit);
}
