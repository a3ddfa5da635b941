using System.Collections.Concurrent;

namespace Ringway.Simulator;

/// <summary>Something that Meta has been seen to do, or may do without breaking its word, and that a business must survive.</summary>
/// <param name="Id">Short name, stable; tests and the API use it.</param>
/// <param name="Text">What WhatsApp does while it is on, in one sentence.</param>
/// <param name="Source">Where that is written or was seen.</param>
/// <param name="AtFirst">On unless somebody switches it off: Meta's pages are silent, so the harsher reading holds.</param>
public sealed record Misbehaviour(string Id, string Text, string Source, bool AtFirst = false);

/// <summary>Which misbehaviours are on, and all of them by name.</summary>
public sealed class Misbehaviours
{
    private const string Faq = "Meta, Calling: FAQ, 13 Nov 2025";
    private const string Sip = "Meta, Calling: SIP, 15 Dec 2025";
    private const string Reference = "Meta, Calling: Reference, 2026";

    public static readonly Misbehaviour DuplicateWebhook = new("webhook-duplicate", "Each webhook is delivered twice.", Faq);
    public static readonly Misbehaviour LateWebhook = new("webhook-late", "Each webhook comes 30 s late.", Faq);
    public static readonly Misbehaviour ReorderedWebhook = new("webhook-reordered", "Two webhooks at a time change places.", Faq);
    public static readonly Misbehaviour LostWebhook = new("webhook-lost", "The first attempt of each webhook is lost on the way; the retry comes.", Faq);
    public static readonly Misbehaviour ForgedWebhook = new("webhook-forged", "The first attempt of each webhook has a wrong signature; the retry is right.", "Meta, Webhooks: Getting started");
    public static readonly Misbehaviour StrangeWebhook = new("webhook-strange", "Beside each webhook comes one with a field and members that nobody knows.", "Meta, Webhooks: Getting started; Graph API changelog, each version");
    public static readonly Misbehaviour SrtpReset = new("srtp-reset", "Whoever changes the SIP settings finds the SRTP protocol back at DTLS.", "RingQ, FreeSWITCH guide; unknown, so on at first", AtFirst: true);
    public static readonly Misbehaviour OneGroup = new("settings-one-group", "Settings of more than one group in one request are refused.", "a third-party SDK's warning; LiveKit sets all at once");
    public static readonly Misbehaviour TooMany = new("graph-429", "Graph refuses each request with 429 and Retry-After: 2.", "Meta, Graph API: Rate limits");
    public static readonly Misbehaviour GraphFails = new("graph-500", "Graph answers each request with 500 and a transient error.", "Meta, Graph API: Handling errors");
    public static readonly Misbehaviour TokenExpired = new("token-expired", "The access token has expired: 190 with subcode 463.", "Meta, Graph API: Handling errors");
    public static readonly Misbehaviour Restricted = new("restricted", "Calls of the business are restricted for seven days; an account_update says so.", "Meta, Calling: Call settings, 26 Jun 2026");
    public static readonly Misbehaviour Md5First = new("challenge-md5-first", "The MD5 challenge comes before the SHA-256 one.", "github.com/kamailio/kamailio/issues/4698, the other way round");
    public static readonly Misbehaviour Md5Only = new("challenge-md5-only", "Only an MD5 challenge comes.", Sip);
    public static readonly Misbehaviour Unavailable = new("invite-503", "Each INVITE of the business is refused with 503.", "Meta, Calling: Troubleshooting, 24 Jun 2026");
    public static readonly Misbehaviour LateRinging = new("ringing-late", "180 comes 5 s after the phone began to ring.", "Meta, Calling: SIP, 15 Dec 2025, tells no time");
    public static readonly Misbehaviour NoAck = new("ack-withheld", "WhatsApp does not acknowledge the 200 of the business.", "Meta, Calling: Integration examples, 25 Feb 2026");
    public static readonly Misbehaviour AnswersMd5Only = new("digest-md5-only", "WhatsApp answers an MD5 challenge of the business, and no other.", "Meta, Calling: SIP, 15 Dec 2025, shows MD5; others unknown, so on at first", AtFirst: true);
    public static readonly Misbehaviour NoWacid = new("wacid-missing", "INVITEs of WhatsApp carry no x-wa-meta-wacid.", Sip + ", samples");
    public static readonly Misbehaviour NoMedia = new("media-missing", "No media comes from WhatsApp.", "github.com/akashnand1/whatsapp-calling-lab, FINDINGS.md");
    public static readonly Misbehaviour DtlsActive = new("dtls-active", "WhatsApp's answer says setup:active: it opens DTLS.", Reference);
    public static readonly Misbehaviour DtlsPassive = new("dtls-passive", "WhatsApp's answer says setup:passive: the business opens DTLS.", "a live client of Oct 2026");
    public static readonly Misbehaviour Undelivered = new("message-undelivered", "The users' phones are off: messages are sent, but never delivered.", "Meta, Webhooks: message statuses");

    private readonly ConcurrentDictionary<string, bool> _on = new(All.Where(m => m.AtFirst).ToDictionary(m => m.Id, _ => true));

    /// <summary>After each change.</summary>
    public event Action<Misbehaviour, bool>? Switched;

    public static IReadOnlyList<Misbehaviour> All { get; } =
    [
        DuplicateWebhook, LateWebhook, ReorderedWebhook, LostWebhook, ForgedWebhook, StrangeWebhook, SrtpReset, OneGroup, TooMany, GraphFails,
        TokenExpired, Restricted, Md5First, Md5Only, Unavailable, LateRinging, NoAck, AnswersMd5Only, NoWacid, NoMedia, DtlsActive, DtlsPassive, Undelivered,
    ];

    public bool IsOn(Misbehaviour one) => _on.ContainsKey(one.Id);

    /// <returns>False when there is no such misbehaviour.</returns>
    public bool Switch(string id, bool on)
    {
        if (All.FirstOrDefault(m => m.Id == id) is not { } one) return false;
        var changed = on ? _on.TryAdd(id, true) : _on.TryRemove(id, out _);
        if (changed) Switched?.Invoke(one, on);
        return true;
    }
}
