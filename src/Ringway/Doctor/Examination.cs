namespace Ringway.Doctor;

/// <summary>All checks, in the order in which a person would look: from outside to inside, then Meta's side.</summary>
public static class Examination
{
    /// <summary>Most answers come in milliseconds; a name server that is away takes this long to be sure of.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(8);

    /// <summary>Three handshakes, or two recordings of two seconds each on a machine that is busy.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    /// <param name="http">Without a time limit of its own longer than the checks'.</param>
    public static IEnumerable<Check> Checks(Premises premises, HttpClient http)
    {
        var options = premises.Options;
        return
        [
            One("dns", "The name of the trunk", Short, ct => NameCheck.GatherAsync("trunk.host", options.Trunk.Host, null, ct), NameCheck.Judge),
            One("whatsapp-dns", "WhatsApp's name", Short, ct => NameCheck.GatherAsync("whatsapp.host", options.WhatsApp.Host, options.WhatsApp.Address, ct), NameCheck.Judge),
            One("whatsapp", "The way to WhatsApp", Short, ct => WhatsAppCheck.GatherAsync(premises, ct), WhatsAppCheck.Judge),
            One("address", "Public address and translation", Short, ct => AddressCheck.GatherAsync(premises, ct), AddressCheck.Judge),
            One("trunk-port", "The trunk's port", Long, ct => TrunkPortCheck.GatherAsync(premises, ct), TrunkPortCheck.Judge),
            One("certificate", "The certificate as Meta sees it", Long, ct => CertificateCheck.GatherAsync(premises, ct), CertificateCheck.Judge),
            One("rtp", "Ports for sound", Short, ct => RtpCheck.GatherAsync(premises, ct), RtpCheck.Judge),
            One("clock", "The clock", Short, ct => ClockCheck.GatherAsync(premises, http, ct), ClockCheck.Judge),
            One("page", "Ringway's own page", Short, ct => PageCheck.GatherAsync(premises, http, ct), PageCheck.Judge),
            One("ari-loopback", "Who can reach ARI", Long, ct => LoopbackCheck.GatherAsync(premises, ct), LoopbackCheck.Judge),
            One("ari", "Asterisk's control interface", Short, ct => AriCheck.GatherAsync(premises, http, ct), AriCheck.Judge),
            Inside("modules", "Asterisk's version and modules", Short, ct => ModuleCheck.GatherAsync(premises, http, ct), ModuleCheck.Judge),
            One("files", "Asterisk's files", Short, ct => FileCheck.GatherAsync(premises, ct), FileCheck.Judge),
            Inside("running", "What Asterisk runs with", Short, ct => RunningCheck.GatherAsync(premises, http, ct), RunningCheck.Judge),
            Inside("opus", "Opus, there and back", Long, ct => SoundChecks.GatherOpusAsync(premises, http, ct), SoundChecks.Judge),
            Inside("echo", "An echo call", Long, ct => SoundChecks.GatherEchoAsync(premises, http, ct), SoundChecks.Judge),
            Inside("phones", "The way of an agent's phone", Short, ct => PhoneCheck.GatherAsync(premises, http, ct), PhoneCheck.Judge),
            One("store", "The store", Short, ct => StoreCheck.GatherAsync(premises, ct), StoreCheck.Judge),
            One("disk", "Room on the disk", Short, ct => DiskCheck.GatherAsync(premises, ct), DiskCheck.Judge),
            .. options.WhatsApp.Accounts.SelectMany(account => new[]
            {
                One($"token:{account.Id}", $"The token of account {account.Id}", Long, ct => TokenCheck.GatherAsync(premises, account, http, ct), TokenCheck.Judge),
                One($"webhooks:{account.Id}", $"Webhooks of account {account.Id}", Long, ct => WebhookCheck.GatherAsync(premises, account, http, ct), WebhookCheck.Judge),
            }),
            .. options.Lines.SelectMany(line => options.AccountOf(line) is not { } account ? [NoMeta(line)] : new[]
            {
                One($"settings:{line.Id}", $"Meta's settings of line {line.Id}", Long, ct => SettingsCheck.GatherAsync(premises, line, account, http, ct), SettingsCheck.Judge),
                One($"sip-password:{line.Id}", $"The SIP password of line {line.Id}", Long, ct => SipPasswordCheck.GatherAsync(premises, line, account, http, ct), SipPasswordCheck.Judge),
                One($"restrictions:{line.Id}", $"Restrictions of line {line.Id}", Long, ct => RestrictionCheck.GatherAsync(premises, line, account, http, ct), RestrictionCheck.Judge),
                One($"health:{line.Id}", $"Meta's health report of line {line.Id}", Long, ct => HealthCheck.GatherAsync(premises, line, account, http, ct), HealthCheck.Judge),
            }),
        ];

        Check One<T>(string name, string title, TimeSpan within, Func<CancellationToken, Task<T>> gather, Func<T, Finding> judge) =>
            Check.Of(name, title, within, premises.Time, gather, judge);

        // Nothing can be asked of an Asterisk that does not run, and that is no finding of its own.
        Check Inside<T>(string name, string title, TimeSpan within, Func<CancellationToken, Task<T>> gather, Func<T, Finding> judge) =>
            premises.AsteriskPid is null
                ? new Check(name, title, _ => Task.FromResult(
                    Finding.Unknown("Asterisk does not run.", Who.You, "Start `ringway up` and run the doctor again.") with { Check = name }))
                : One(name, title, within, gather, judge);
    }

    private static Check NoMeta(Options.LineOptions line) => new($"settings:{line.Id}", $"Meta's settings of line {line.Id}", _ => Task.FromResult(
        Finding.Unknown(
            $"Line {line.Id} has no phoneNumberId and account, so Meta cannot be asked about it.", Who.You,
            "Set lines[].phoneNumberId and whatsapp.accounts: then settings, password, restrictions and permissions are looked after.") with { Check = $"settings:{line.Id}" }));
}
