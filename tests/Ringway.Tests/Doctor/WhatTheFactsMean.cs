using System.Collections.Immutable;
using System.Net;
using Ringway.Doctor;
using Ringway.Graph;
using Ringway.Tests.Api;
using Ringway.WhatsApp.Provisioning;

namespace Ringway.Tests.Doctor;

/// <summary>Every check's judgement, pure: good facts pass, and each fault is found once, with who must act.</summary>
public class WhatTheFactsMean
{
    private static readonly IPAddress Public = IPAddress.Parse("203.0.113.10"), Private = IPAddress.Parse("10.0.0.4");

    [Fact]
    public void A_name_that_DNS_does_not_know_is_the_operators_to_make()
    {
        Passes(NameCheck.Judge(new("trunk.host", "pbx.example.com", null, [Public], null)));
        Passes(NameCheck.Judge(new("whatsapp.host", "wa.meta.vc", IPAddress.Loopback, [IPAddress.Loopback], null)));
        Fails(NameCheck.Judge(new("trunk.host", "pbx.example.com", null, [], "Name or service not known")), Who.You, "A record");
        Fails(NameCheck.Judge(new("whatsapp.host", "wa.meta.vc", null, [], "Try again")), Who.You, "resolv.conf");
    }

    [Fact]
    public void The_address_that_WhatsApp_is_told_must_lead_here_and_what_only_others_can_see_is_not_known()
    {
        var facts = new AddressFacts(false, "pbx.example.com", 5061, 20000, 20999, null, [Public], [Public]);
        Passes(AddressCheck.Judge(facts));
        Passes(AddressCheck.Judge(facts with { Simulated = true, Named = [], Own = [] }));
        Fails(AddressCheck.Judge(facts with { Own = [Private] }), Who.You, "trunk.externalAddress: 203.0.113.10");
        Fails(AddressCheck.Judge(facts with { Own = [Private], External = IPAddress.Parse("198.51.100.1") }), Who.You, "Make both");
        Fails(AddressCheck.Judge(facts with { Named = [Private], Own = [Private] }), Who.You, "public DNS");
        Is(Verdict.Warn, AddressCheck.Judge(facts with { External = Public }), Who.You, "Remove trunk.externalAddress");
        Is(Verdict.Unknown, AddressCheck.Judge(facts with { Own = [Private], External = Public }), Who.You, "nc -zvw2 pbx.example.com 5061");
        Is(Verdict.Unknown, AddressCheck.Judge(facts with { Named = [] }), Who.You, "`dns`");
    }

    [Fact]
    public void The_trunks_port_must_be_open_here_and_at_its_name()
    {
        Dictionary<string, string?> open = new() { ["203.0.113.10"] = null }, shut = new() { ["203.0.113.10"] = "nobody listens there" };
        var facts = new TrunkPortFacts(true, "0.0.0.0", 5061, "pbx.example.com", null, open, true);
        Passes(TrunkPortCheck.Judge(facts));
        Is(Verdict.Unknown, TrunkPortCheck.Judge(facts with { AsteriskRuns = false }), Who.You, "ringway up");
        Fails(TrunkPortCheck.Judge(facts with { Here = "nobody listens there" }), Who.You, "messages.log");
        Fails(TrunkPortCheck.Judge(facts with { AtHost = shut }), Who.You, "trunk.bind");
        Is(Verdict.Unknown, TrunkPortCheck.Judge(facts with { AtHost = shut, HostIsHere = false }), Who.You, "nc -zvw2");
    }

    [Fact]
    public void A_certificate_must_be_what_Meta_takes()
    {
        var sight = new TlsSight(null, false, "CN=pbx.example.com", "CN=R11", ["pbx.example.com"], true, Example.Noon.AddDays(-1), Example.Noon.AddDays(60), 2, null, true);
        var facts = new CertificateFacts(true, false, false, "pbx.example.com", sight, null, null, false, Example.Noon);
        Passes(CertificateCheck.Judge(facts));
        Passes(CertificateCheck.Judge(facts with { OwnAuthority = true, Simulated = true }));
        Fails(CertificateCheck.Judge(facts with { OwnAuthority = true }), Who.You, "public authority");
        Fails(CertificateCheck.Judge(facts with { CertificateRequired = true }), Who.You, "require_client_cert");
        Fails(CertificateCheck.Judge(facts with { Sight = sight with { Fault = "handshake failure" } }), Who.You, "trunk.key");
        Fails(CertificateCheck.Judge(facts with { Sight = sight with { CoversHost = false, Names = ["other.example.com"] } }), Who.You, "alternative names");
        Fails(CertificateCheck.Judge(facts with { Sight = sight with { NotAfter = Example.Noon.AddHours(-1) } }), Who.You, "Renew");
        Fails(CertificateCheck.Judge(facts with { Sight = sight with { NotBefore = Example.Noon.AddHours(1) } }), Who.You, "clock");
        Fails(CertificateCheck.Judge(facts with { Sight = sight with { ChainFault = "partial chain" } }), Who.You, "fullchain.pem");
        Fails(CertificateCheck.Judge(facts with { Tls12 = "alert", Tls13 = "alert" }), Who.You, "sslv23");
        Is(Verdict.Warn, CertificateCheck.Judge(facts with { Tls12 = "alert" }), Who.You, "sslv23");
        Is(Verdict.Warn, CertificateCheck.Judge(facts with { Sight = sight with { NotAfter = Example.Noon.AddDays(10) } }), Who.You, "Renew it now");
        Is(Verdict.Unknown, CertificateCheck.Judge(facts with { AsteriskRuns = false }), Who.You, "ringway up");
        Is(Verdict.Unknown, CertificateCheck.Judge(facts with { Sight = sight with { Fault = "refused", NoConnection = true } }), Who.You, "trunk-port");
    }

    [Fact]
    public void WhatsApps_edge_must_be_reached_and_be_itself()
    {
        var sight = new TlsSight(null, false, "CN=wa.meta.vc", "CN=DigiCert", ["*.meta.vc"], true, Example.Noon.AddDays(-1), Example.Noon.AddDays(60), 2, null, true);
        var facts = new WhatsAppFacts("wa.meta.vc", 5061, false, "157.240.0.1", sight, Example.Noon);
        Passes(WhatsAppCheck.Judge(facts));
        Fails(WhatsAppCheck.Judge(facts with { Sight = sight with { Fault = "timed out", NoConnection = true } }), Who.You, "firewall");
        Fails(WhatsAppCheck.Judge(facts with { Simulated = true, Sight = sight with { Fault = "refused", NoConnection = true } }), Who.You, "simulator.log");
        Fails(WhatsAppCheck.Judge(facts with { Sight = sight with { Fault = "bad record" } }), Who.You, "inspects");
        Fails(WhatsAppCheck.Judge(facts with { Sight = sight with { CoversHost = false } }), Who.You, "DNS");
        Fails(WhatsAppCheck.Judge(facts with { Sight = sight with { ChainFault = "untrusted root" } }), Who.You, "whatsapp.ca");
        Fails(WhatsAppCheck.Judge(facts with { Sight = sight with { NotAfter = Example.Noon.AddDays(-1) } }), Who.Meta, "renew");
        Is(Verdict.Unknown, WhatsAppCheck.Judge(facts with { Sight = null }), Who.You, "whatsapp-dns");
    }

    [Fact]
    public void The_ports_for_sound_must_be_enough_and_free()
    {
        var facts = new RtpFacts(20000, 20999, [], 32768, 60999);
        Passes(RtpCheck.Judge(facts));
        Fails(RtpCheck.Judge(facts with { End = 20002 }), Who.You, "Widen");
        Is(Verdict.Warn, RtpCheck.Judge(facts with { Strangers = [20010] }), Who.You, "rtpStart");
        Is(Verdict.Warn, RtpCheck.Judge(facts with { Start = 40000, End = 41000 }), Who.You, "below 32768");
        Is(Verdict.Warn, RtpCheck.Judge(facts with { End = 20039 }), Who.You, "Widen");
    }

    [Fact]
    public void The_clock_is_judged_by_how_far_it_is_off()
    {
        Passes(ClockCheck.Judge(new("graph.facebook.com", TimeSpan.FromSeconds(2), null)));
        Is(Verdict.Warn, ClockCheck.Judge(new("graph.facebook.com", TimeSpan.FromSeconds(-20), null)), Who.You, "set-ntp");
        Fails(ClockCheck.Judge(new("graph.facebook.com", TimeSpan.FromMinutes(10), null)), Who.You, "set-ntp");
        Is(Verdict.Unknown, ClockCheck.Judge(new("graph.facebook.com", null, "refused")), Who.You, "HTTPS");
    }

    [Fact]
    public void Ringway_and_Asterisk_must_run_and_know_each_other()
    {
        var page = new PageFacts(7, "http://127.0.0.1:8080/", 200, null, null);
        Passes(PageCheck.Judge(page));
        Fails(PageCheck.Judge(page with { Answer = null, Fault = "refused" }), Who.You, "--config");
        Fails(PageCheck.Judge(page with { Answer = 500 }), Who.Ringway, "ringway.log");
        Fails(PageCheck.Judge(page with { Ready = """{"trunk":false}""" }), Who.You, "finding of its own");
        Fails(PageCheck.Judge(page with { RingwayPid = null }), Who.You, "--data");
        Is(Verdict.Unknown, PageCheck.Judge(page with { RingwayPid = null, Answer = null }), Who.You, "ringway up");

        var ari = new AriFacts(8, true, "22.10.1", null, []);
        Passes(AriCheck.Judge(ari));
        Fails(AriCheck.Judge(ari with { Fault = "Asterisk refuses our password (401)" }), Who.You, "ari.conf");
        Fails(AriCheck.Judge(ari with { Missing = ["ringway-2"] }), Who.Ringway, "by itself");
        Fails(AriCheck.Judge(ari with { AsteriskPid = null }), Who.Ringway, "console.log");
        Is(Verdict.Unknown, AriCheck.Judge(ari with { AsteriskPid = null, RingwayRuns = false }), Who.You, "ringway up");

        var loopback = new LoopbackFacts(8088, true, ["203.0.113.10"], []);
        Passes(LoopbackCheck.Judge(loopback));
        Fails(LoopbackCheck.Judge(loopback with { Open = ["203.0.113.10"] }), Who.You, "bindaddr");
        Is(Verdict.Unknown, LoopbackCheck.Judge(loopback with { AsteriskRuns = false }), Who.You, "ringway up");

        var modules = new ModuleFacts(new(22, 10, 1), new(22, 10, 1), ["res_srtp.so"], new Dictionary<string, string> { ["res_srtp.so"] = "Running" });
        Passes(ModuleCheck.Judge(modules));
        Fails(ModuleCheck.Judge(modules with { Version = new(22, 9, 0) }), Who.You, "Update");
        Fails(ModuleCheck.Judge(modules with { States = new Dictionary<string, string> { ["res_srtp.so"] = "Not Running" } }), Who.You, "messages.log");
        Is(Verdict.Unknown, ModuleCheck.Judge(modules with { Version = null }), Who.Ringway, "nothing to do");
    }

    [Fact]
    public void Files_and_memory_must_be_what_the_configuration_says()
    {
        Passes(FileCheck.Judge(new("/etc", true, [], [], 21)));
        Is(Verdict.Warn, FileCheck.Judge(new("/etc", true, [], ["pjsip.conf"], 21)), Who.You, "ringway.yaml");
        Is(Verdict.Warn, FileCheck.Judge(new("/etc", true, ["rtp.conf"], [], 21)), Who.You, "ringway.yaml");
        Is(Verdict.Unknown, FileCheck.Judge(new("/etc", false, ["pjsip.conf"], [], 1)), Who.You, "ringway up");
        Passes(RunningCheck.Judge(new([], [], 7)));
        Fails(RunningCheck.Judge(new(["endpoint line-main: rewrite_contact is true, should be no"], [], 7)), Who.You, "Restart");
        Fails(RunningCheck.Judge(new([], ["endpoint line-main"], 6)), Who.You, "Restart");
    }

    [Fact]
    public void Sound_must_come_back_as_itself()
    {
        var facts = new SoundFacts(SoundChecks.EchoJourney, new Tone(1.5, 0.97, 0.03), null, "(opus)");
        Passes(SoundChecks.Judge(facts));
        Fails(SoundChecks.Judge(facts with { Heard = new Tone(1.5, 0.02, 0.03) }), Who.You, "codec_opus_open_source");
        Fails(SoundChecks.Judge(facts with { Heard = new Tone(1.5, 0, 0) }), Who.You, "codec_opus_open_source");
        Fails(SoundChecks.Judge(facts with { Heard = Tone.None }), Who.You, "spool/recording");
        Fails(SoundChecks.Judge(facts with { Heard = null, Fault = "Asterisk refused it (500)." }), Who.You, "`files`");
        Is(Verdict.Warn, SoundChecks.Judge(facts with { Codec = "(slin)" }), Who.Ringway, "modules");
    }

    [Fact]
    public void A_phone_must_be_refused_without_a_sign_in_and_reachable_with_one()
    {
        var facts = new PhoneFacts(true, 401, 200, true, null);
        Passes(PhoneCheck.Judge(facts));
        Fails(PhoneCheck.Judge(facts with { Stranger = 101 }), Who.Ringway, "report");
        Fails(PhoneCheck.Judge(facts with { Registered = 403 }), Who.You, "res_pjsip_registrar");
        Fails(PhoneCheck.Judge(facts with { Online = false }), Who.You, "modules");
        Is(Verdict.Warn, PhoneCheck.Judge(facts with { Stranger = 404 }), Who.You, "listen");
        Is(Verdict.Unknown, PhoneCheck.Judge(facts with { Fault = "away" }), Who.You, "`ari`");
        Is(Verdict.Unknown, PhoneCheck.Judge(facts with { RingwayRuns = false, Stranger = null }), Who.You, "ringway up");
    }

    [Fact]
    public void Store_and_disk_must_take_what_is_kept()
    {
        var store = new StoreFacts("/data/ringway.db", true, null, null, 3);
        Passes(StoreCheck.Judge(store));
        Fails(StoreCheck.Judge(store with { MissingFile = "/data/ringway.db" }), Who.You, "backup");
        Fails(StoreCheck.Judge(store with { Fault = "no such host" }), Who.You, "store.url");
        Is(Verdict.Warn, StoreCheck.Judge(store with { Milliseconds = 900 }), Who.You, "load");
        Is(Verdict.Unknown, StoreCheck.Judge(store with { MissingFile = "/data/ringway.db", RingwayRuns = false }), Who.You, "ringway up");
        Passes(DiskCheck.Judge(new("/data", 5L << 30)));
        Is(Verdict.Warn, DiskCheck.Judge(new("/data", 500L << 20)), Who.You, "larger disk");
        Fails(DiskCheck.Judge(new("/data", 100L << 20)), Who.You, "full disk");
    }

    [Fact]
    public void The_token_must_be_valid_for_long_enough_and_for_all_that_is_needed()
    {
        var token = new TokenFacts { IsValid = true, AppId = "67", Scopes = ["whatsapp_business_management", "whatsapp_business_messaging"] };
        TokenCheckFacts Facts(TokenFacts seen) => new("main", "67", new(seen, null), Example.Noon);
        Passes(TokenCheck.Judge(Facts(token)));
        Fails(TokenCheck.Judge(Facts(token with { IsValid = false, Problem = "Session has expired" })), Who.You, "system users");
        Fails(TokenCheck.Judge(Facts(token with { ExpiresAt = Example.Noon.AddDays(-1) })), Who.You, "system users");
        Fails(TokenCheck.Judge(Facts(token with { Scopes = ["whatsapp_business_messaging"] })), Who.You, "system users");
        Fails(TokenCheck.Judge(Facts(token with { AppId = "99" })), Who.You, "both the same");
        Is(Verdict.Warn, TokenCheck.Judge(Facts(token with { ExpiresAt = Example.Noon.AddDays(3) })), Who.You, "system users");
        Is(Verdict.Warn, TokenCheck.Judge(Facts(token with { DataAccessExpiresAt = Example.Noon.AddDays(-3) })), Who.You, "system user");
    }

    [Fact]
    public void Settings_that_keep_calls_away_fail_and_others_are_worth_a_look()
    {
        var facts = new SettingsFacts("main", new(new CallingSettings(), null), [], []);
        Passes(SettingsCheck.Judge(facts));
        Fails(SettingsCheck.Judge(facts with { Differences = [new Change(SettingsPlan.Srtp, "DTLS", "SDES")] }), Who.You, "whatsapp apply --line main");
        Is(Verdict.Warn, SettingsCheck.Judge(facts with { Differences = [new Change("call_icon_visibility", "DEFAULT", "DISABLE_ALL")] }), Who.You, "whatsapp plan");
        Is(Verdict.Warn, SettingsCheck.Judge(facts with { OtherServers = ["old.example.com:5061 (app 99)"] }), Who.You, "Remove");
    }

    [Fact]
    public void The_SIP_password_must_be_Metas_and_is_never_told()
    {
        var facts = new PasswordFacts("main", new(null, null), true, true);
        Passes(SipPasswordCheck.Judge(facts));
        Fails(SipPasswordCheck.Judge(facts with { Same = false }), Who.You, "whatsapp apply");
        Fails(SipPasswordCheck.Judge(facts with { HaveOne = false }), Who.You, "whatsapp apply");
        Is(Verdict.Unknown, SipPasswordCheck.Judge(facts with { Same = null }), Who.You, "whatsapp apply");
    }

    [Fact]
    public void A_restriction_that_still_stands_is_Metas_to_lift()
    {
        RestrictionFacts Facts(params CallRestriction[] all) =>
            new("main", new(new CallingSettings { Restrictions = new CallRestrictions(all) }, null), Example.Noon);
        Passes(RestrictionCheck.Judge(Facts()));
        Passes(RestrictionCheck.Judge(Facts(new CallRestriction("RESTRICTED_BUSINESS_INITIATED_CALLING", null, Example.Noon.AddDays(-1)))));
        var standing = RestrictionCheck.Judge(Facts(new CallRestriction("RESTRICTED_BUSINESS_INITIATED_CALLING", "Low pickup rate.", Example.Noon.AddDays(2))));
        Fails(standing, Who.Meta, "ends by itself");
        Assert.Contains("(Low pickup rate) until 2026-11-25 12:00 UTC", standing.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Metas_health_report_is_passed_on_with_its_cure()
    {
        HealthFacts Facts(string? sip, params HealthProblem[] problems) => new("main", new(
            new NumberHealth { CanSendMessage = "AVAILABLE", Entities = [new HealthEntity { EntityType = "PHONE_NUMBER", CanReceiveCallSip = sip, Errors = problems }] }, null));
        Passes(HealthCheck.Judge(Facts("AVAILABLE")));
        Fails(HealthCheck.Judge(Facts("BLOCKED", new HealthProblem(138024, "SIP is not set up", "Set it up"))), null, "");
        Is(Verdict.Warn, HealthCheck.Judge(Facts("LIMITED")), Who.You, "WhatsApp Manager");
        Is(Verdict.Unknown, HealthCheck.Judge(Facts(null)), Who.You, "whatsapp apply");
    }

    [Fact]
    public void Webhooks_must_be_subscribed_verified_and_arrive()
    {
        var facts = new WebhookFacts("main", "https://pbx.example.com/webhooks/whatsapp", true, true, "67", new([new SubscribedApp("67", "Ours", null)], null), null, true);
        Passes(WebhookCheck.Judge(facts));
        Passes(WebhookCheck.Judge(facts with { Arrived = Example.Noon, HadCalls = true }));
        Is(Verdict.Warn, WebhookCheck.Judge(facts with { HadCalls = true }), Who.You, "callback URL");
        Is(Verdict.Warn, WebhookCheck.Judge(facts with { Url = null }), Who.You, "webhookUrl");
        Fails(WebhookCheck.Judge(facts with { HasSecret = false }), Who.You, "appSecret");
        Fails(WebhookCheck.Judge(facts with { HasVerifyToken = false }), Who.You, "verifyToken");
        Fails(WebhookCheck.Judge(facts with { OurApp = "99" }), Who.You, "whatsapp apply");
        Fails(WebhookCheck.Judge(facts with { OurApp = null, Apps = new([], null) }), Who.You, "whatsapp apply");
        Fails(WebhookCheck.Judge(facts with { Handshake = "it answers 403" }), Who.You, "TLS proxy");
        Is(Verdict.Unknown, WebhookCheck.Judge(facts with { Handshake = "refused", RingwayRuns = false }), Who.You, "ringway up");
    }

    [Fact]
    public void The_exit_code_is_that_of_the_worst_finding()
    {
        var (pass, warn, fail, unknown) = (Finding.Pass("x"), Finding.Warn("x", Who.You, "y"), Finding.Fail("x", Who.You, "y"), Finding.Unknown("x"));
        Assert.Equal((0, 0, 1, 1, 2), (
            Finding.ExitCode([]), Finding.ExitCode([pass]), Finding.ExitCode([pass, warn]), Finding.ExitCode([unknown, pass]), Finding.ExitCode([warn, fail, pass])));
    }

    private static void Passes(Finding finding)
    {
        Assert.True(finding.Result == Verdict.Pass, $"{finding.Result}: {finding.Evidence}");
        Assert.True(finding is { Who: null, Fix: null, Evidence.Length: > 10 });
    }

    private static void Fails(Finding finding, Who? who, string fix) => Is(Verdict.Fail, finding, who, fix);

    private static void Is(Verdict result, Finding finding, Who? who, string fix)
    {
        Assert.True(finding.Result == result, $"{finding.Result}: {finding.Evidence}");
        Assert.True(who is null || finding.Who == who, $"{finding.Who} must act, says the finding: {finding.Evidence}");
        Assert.Contains(fix, finding.Fix, StringComparison.Ordinal);
    }
}
