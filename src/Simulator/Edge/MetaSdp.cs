using System.Net;
using System.Security.Cryptography;
using System.Text;
using Ringway.Simulator.Media;

namespace Ringway.Simulator.Edge;

/// <summary>
/// SDP as Meta writes it (Meta, Calling: SIP, samples; 15 Dec 2025), made from what the handset really offers: its keys,
/// its fingerprint, its SSRC. ICE is ours (null for a number with keys in the SDP). Left out: the IPv6 candidate, because nothing here answers on it.
/// </summary>
public static class MetaSdp
{
    /// <summary>Payload types that Meta offers.</summary>
    public const int OpusType = 111, DigitsType = 126;

    private const string OpusFormat = "maxaveragebitrate=20000;maxplaybackrate=16000;minptime=20;sprop-maxcapturerate=16000;useinbandfec=1";

    /// <summary>The offer in an INVITE to the business.</summary>
    public static string Offer(AudioDescription handset, IceLite? ice, IPEndPoint relay, DateTimeOffset now) =>
        Write(handset, ice, relay, now, OpusType, DigitsType, "audio", bundled: true, setup: "actpass", []);

    /// <summary>The answer to an offer of the business; payload types and the section's name are those of the offer.</summary>
    public static string Answer(AudioDescription offer, AudioDescription handset, IceLite? ice, IPEndPoint relay, DateTimeOffset now) =>
        Write(handset, ice, relay, now, offer.Opus!.PayloadType, offer.Digits?.PayloadType, offer.Mid, offer.Bundled,
            handset.Setup ?? "active", offer.Others);

    private static string Write(
        AudioDescription handset, IceLite? ice, IPEndPoint relay, DateTimeOffset now,
        int opus, int? digits, string? mid, bool bundled, string setup, IReadOnlyList<string> refused)
    {
        var track = Guid.NewGuid();
        var ssrc = handset.Ssrcs.Count > 0 ? handset.Ssrcs[0] : BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
        var text = new StringBuilder();
        Line($"v=0");
        Line($"o=- {now.ToUnixTimeMilliseconds()} 2 IN IP4 127.0.0.1");
        Line($"s=-");
        Line($"t=0 0");
        if (bundled && mid is not null) Line($"a=group:BUNDLE {mid}");
        Line($"a=msid-semantic: WMS {track}");
        if (ice is not null) Line($"a=ice-lite");
        Line($"m=audio {relay.Port} {(ice is not null ? "UDP/TLS/RTP/SAVPF" : "RTP/SAVP")} {opus}{(digits is null ? "" : $" {digits}")}");
        Line($"c=IN IP4 {relay.Address}");
        Line($"a=rtcp:9 IN IP4 0.0.0.0");
        if (ice is not null)
        {
            Line($"a=candidate:1775469887 1 udp 2122260223 {relay.Address} {relay.Port} typ host generation 0 network-cost 50");
            Line($"a=ice-ufrag:{ice.Ufrag}");
            Line($"a=ice-pwd:{ice.Password}");
            Line($"a=fingerprint:{handset.Fingerprints[0]}");
            Line($"a=setup:{setup}");
        }
        if (mid is not null) Line($"a=mid:{mid}");
        Line($"a=sendrecv");
        Line($"a=msid:{track} WhatsAppTrack1");
        Line($"a=rtcp-mux");
        if (ice is null) Line($"a=crypto:{handset.Cryptos[0]}");
        Line($"a=rtpmap:{opus} opus/48000/2");
        if (ice is not null) Line($"a=rtcp-fb:{opus} transport-cc");
        Line($"a=fmtp:{opus} {OpusFormat}");
        if (digits is not null) Line($"a=rtpmap:{digits} telephone-event/8000");
        Line($"a=maxptime:20");
        Line($"a=ptime:20");
        Line($"a=ssrc:{ssrc} cname:WhatsAppAudioStream1");
        // Every section of an offer needs its place in the answer; port 0 refuses it (RFC 3264 section 6).
        foreach (var section in refused)
        {
            var parts = section[2..].Split(' ', 3);
            Line($"m={parts[0]} 0 {parts[2]}");
        }
        return text.ToString();

        void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append("\r\n");
    }
}
