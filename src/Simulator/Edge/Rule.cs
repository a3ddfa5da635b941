using System.Collections.Concurrent;

namespace Ringway.Simulator.Edge;

/// <summary>Something that Meta demands of the business.</summary>
/// <param name="Id">Short name, stable; tests and the API use it.</param>
/// <param name="Text">What the business must do, in one sentence.</param>
/// <param name="Source">Where that is written or was seen.</param>
public sealed record Rule(string Id, string Text, string Source);

/// <summary>A rule that was broken, and how.</summary>
public sealed record Violation(DateTimeOffset At, string Rule, string Text);

/// <summary>All rules by name.</summary>
public static class MetaRules
{
    private const string Sip = "Meta, Calling: SIP, 15 Dec 2025";
    private const string Faq = "Meta, Calling: FAQ, 13 Nov 2025";
    private const string Troubleshooting = "Meta, Calling: Troubleshooting, 24 Jun 2026";
    private const string Examples = "Meta, Calling: Integration examples, 25 Feb 2026";
    private const string Permissions = "Meta, Calling: User call permissions, 26 Jun 2026";
    private const string Patterns = "Meta, Calling: Integration patterns, 2026";

    public static readonly Rule TlsOnly = new("tls-only", "Speaks TLS 1.2 or newer, without ALPN \"sip\".", Sip + "; github.com/livekit/sip/issues/685");
    public static readonly Rule TrunkCertificate = new("trunk-certificate", "Shows a certificate of a trusted authority that covers the configured host name.", Sip);
    public static readonly Rule NoRegister = new("no-register", "Does not register; Meta answers 403.", Faq);
    public static readonly Rule RequestUri = new("request-uri", "Calls sip:<user>@wa.meta.vc, not sips: and not an address; else 404.", Troubleshooting + "; VoiceBlender, whatsapp.go");
    public static readonly Rule PlusSign = new("plus-sign", "Writes numbers with plus in request URI and From; else 500.", "Field notes, Asterisk 20.6 on Azure, 7 May 2026");
    public static readonly Rule KnownNumber = new("known-number", "Calls from a business number that has calling over SIP; else 400.", Troubleshooting);
    public static readonly Rule FromDomain = new("from-domain", "Puts the configured host name (or its parent domain) into From; else 403.", Troubleshooting);
    public static readonly Rule Credentials = new("credentials", "Answers one challenge: its realm, nonce, opaque and algorithm, digits as user, the right password; else 403.", Sip);
    public static readonly Rule DigestUri = new("digest-uri", "Signs the URI that stands in To; else 403.", "github.com/jambonz/sbc-outbound/issues/186");
    public static readonly Rule Permission = new("permission", "Calls only users who allow it: for seven days, or always; else 403.", Permissions);
    public static readonly Rule ConnectedLimit = new("connected-limit", "Has no more than 100 connected calls with a user in 24 h; else 403.", Permissions);
    public static readonly Rule AskLimit = new("ask-limit", "Asks a user for permission once in 24 h and twice in 7 days, unless a call connected since; else 138009.", Permissions);
    public static readonly Rule OpenWindow = new("open-window", "Writes freely only within 24 h after a word or call of the user, else by template; else the message fails with 131047.", Permissions);
    public static readonly Rule OneCallPerPair = new("one-call-per-pair", "Has one live call with a user at a time; else 403.", Troubleshooting);
    public static readonly Rule Srtp = new("srtp", "Offers the key exchange that is set for the number, SDES or DTLS; else 403.", Sip);
    public static readonly Rule Opus = new("opus", "Offers and answers Opus at 48000 Hz.", Patterns);
    public static readonly Rule OneSsrc = new("one-ssrc", "Sends one audio stream under one SSRC.", Patterns);
    public static readonly Rule Ptime = new("ptime", "Sends packets of 20 ms.", Patterns);
    public static readonly Rule DigitsClock = new("digits-clock", "Sends digits with the 8000 Hz clock.", Patterns);
    public static readonly Rule RecordRoute = new("record-route", "Copies both Record-Route lines unchanged and last into its 200; else no ACK comes.", Examples);
    public static readonly Rule Route = new("route", "Sends requests inside a call along both Record-Routes; else 404.", Examples);
    public static readonly Rule NoReinvite = new("no-reinvite", "Never changes a call by re-INVITE; Meta answers 500.", Faq);
    public static readonly Rule AllowedMethods = new("allowed-methods", "Sends only INVITE, ACK, BYE, CANCEL, NOTIFY, OPTIONS; else 405.", Sip);
    public static readonly Rule FirstPacket = new("first-packet", "Sends the first packet of media; nothing comes before.", Sip);
    public static readonly Rule MediaKept = new("media-kept", "Begins to send within 20 s and never pauses for 30 s; else the call ends.", Troubleshooting);
    public static readonly Rule AnswerInTime = new("answer-in-time", "Answers a call of a user within the time that WhatsApp rings.", "Meta, Calling: User-initiated calls");
    public static readonly Rule Acknowledged = new("acknowledged", "Acknowledges the 200 of WhatsApp.", "RFC 3261 section 13.2.2.4");
    public static readonly Rule WellFormed = new("well-formed", "Speaks SIP by the book.", "RFC 3261");

    public static IReadOnlyList<Rule> All { get; } =
    [
        TlsOnly, TrunkCertificate, NoRegister, RequestUri, PlusSign, KnownNumber, FromDomain, Credentials, DigestUri, Permission,
        ConnectedLimit, AskLimit, OpenWindow, OneCallPerPair, Srtp, Opus, OneSsrc, Ptime, DigitsClock, RecordRoute, Route, NoReinvite, AllowedMethods, FirstPacket, MediaKept, AnswerInTime, Acknowledged, WellFormed,
    ];
}

/// <summary>Which rules are in force; all, unless somebody switched one off.</summary>
public sealed class RuleBook
{
    private readonly ConcurrentDictionary<string, bool> _off = new(StringComparer.Ordinal);

    public bool IsOn(Rule rule) => !_off.ContainsKey(rule.Id);

    /// <returns>False when there is no such rule.</returns>
    public bool Switch(string id, bool on)
    {
        if (MetaRules.All.All(rule => rule.Id != id)) return false;
        if (on) _off.TryRemove(id, out _);
        else _off[id] = true;
        return true;
    }
}
