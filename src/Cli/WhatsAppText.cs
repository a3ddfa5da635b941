using System.Globalization;
using System.Text;
using Ringway.Graph;
using Ringway.Options;
using Ringway.WhatsApp.Provisioning;

namespace Ringway.Cli;

/// <summary>What `ringway whatsapp` says to a person.</summary>
internal static class WhatsAppText
{
    public static string Head(LineOptions line) => $"{line.Id}: {line.Number.International}, number {line.PhoneNumberId} at Meta";

    public static string Plan(NumberPlan plan)
    {
        var text = new StringBuilder(Head(plan.Line)).Append('\n');
        foreach (var change in plan.Settings.Changes)
            text.Append(CultureInfo.InvariantCulture, $"  ~ {change.Path,-36} {change.From ?? "(not said)"} → {change.To}\n");
        if (plan.Subscribe) text.Append("  + our app will get the account's webhooks\n");
        if (plan.FetchPassword) text.Append("  + the SIP password will be fetched and stored\n");
        if (plan.IsNothing) text.Append("  = nothing to do\n");
        return Remarks(text, plan).ToString();
    }

    public static string Applied(NumberPlan plan, NumberApplied applied)
    {
        var text = new StringBuilder(Head(plan.Line)).Append('\n');
        foreach (var change in applied.Left)
            text.Append(CultureInfo.InvariantCulture, $"  ✗ {change.Path}: Meta took {change.To} and says {change.From ?? "nothing"}. Run apply again in a minute; if it stays, set it in WhatsApp Manager.\n");
        foreach (var change in applied.Unsaid)
            text.Append(CultureInfo.InvariantCulture, $"  ? {change.Path}: Meta took {change.To} and does not say it back\n");
        if (applied.Fault is { } fault) text.Append(CultureInfo.InvariantCulture, $"  ✗ {fault}\n");
        if (applied.IsWell) text.Append(plan.IsNothing && !applied.NewPassword ? "  = nothing to do\n" : "  ✓ done: Meta has what the configuration wants\n");
        return Remarks(text, plan).ToString();
    }

    public static string Status(NumberStatus status)
    {
        var text = new StringBuilder(Head(status.Plan.Line)).Append('\n');
        foreach (var (name, value) in Facts(status))
            text.Append(CultureInfo.InvariantCulture, $"  {name,-20} {value}\n");
        return Remarks(text, status.Plan).ToString();
    }

    public static IEnumerable<(string Name, string Value)> Facts(NumberStatus status)
    {
        var (settings, plan) = (status.Plan.Actual, status.Plan);
        var server = SettingsPlan.OurServer(settings, plan.AppId);
        yield return ("calling", settings.Status ?? "not said, so off");
        yield return ("SIP", $"{settings.Sip?.Status ?? "not said, so off"}{(server is null ? "; no server of our app" : $"; {server.Hostname}:{server.Port ?? 5061}")}");
        yield return ("SRTP", settings.SrtpKeyExchangeProtocol ?? "not said, so DTLS");
        yield return ("call webhooks", settings.Sip?.WebhookDelivery ?? "not said, so off");
        yield return ("call icon", settings.CallIconVisibility ?? "not said");
        yield return ("callback permission", settings.CallbackPermissionStatus ?? "not said");
        yield return ("call hours", settings.CallHours?.Status is { } hours ? $"{hours}; {settings.CallHours.TimezoneId}" : "not said");
        yield return ("extra codecs", settings.Audio?.AdditionalCodecs is { Count: > 0 } codecs ? string.Join(", ", codecs) : "none");
        yield return ("SIP calls", status.Health.CanReceiveCallSip ?? "not said");
        foreach (var problem in status.Health.Problems)
            yield return ($"problem {problem.ErrorCode}", problem.Known is { } known ? $"{known.Cause} {known.Cure} ({Who(known.Who)})" : $"{problem.ErrorDescription} {problem.PossibleSolution}");
        yield return ("token", !status.Token.IsValid ? "not valid" : $"of app {status.Token.Application ?? status.Token.AppId}, " +
            (status.Token.ExpiresAt is { } end ? string.Create(CultureInfo.InvariantCulture, $"until {end:yyyy-MM-dd HH:mm} UTC") : "does not expire"));
        yield return ("token may", status.Token.Scopes.Count == 0 ? "nothing that Meta names" : string.Join(", ", status.Token.Scopes));
        yield return ("SIP password", plan.FetchPassword ? "not fetched yet" : LinePasswords.IsWritten(plan.Line) ? "of the configuration" : "fetched");
        yield return ("as wanted", plan.IsNothing ? "yes" : "no: `ringway whatsapp plan` shows what differs");
    }

    public static string Who(Acts who) => who switch { Acts.You => "you can mend it", Acts.Meta => "Meta must mend it", _ => "ringway deals with it" };

    private static StringBuilder Remarks(StringBuilder text, NumberPlan plan)
    {
        foreach (var remark in plan.Remarks) text.Append(CultureInfo.InvariantCulture, $"  ! {remark}\n");
        return text;
    }
}
