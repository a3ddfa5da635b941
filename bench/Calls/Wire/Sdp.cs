using System.Globalization;
using System.Security.Cryptography;
using Ringway.Simulator.Sip;

namespace Ringway.Bench.Calls.Wire;

/// <summary>The two descriptions of a call: Meta's with its keys in it, and a browser's. No sound flows; the ports are open and nobody reads them.</summary>
public static class Sdp
{
    private const string OpusFormat = "maxaveragebitrate=20000;maxplaybackrate=16000;minptime=20;sprop-maxcapturerate=16000;useinbandfec=1";

    /// <summary>As Meta offers with <c>srtp_key_exchange_protocol</c> SDES (Meta, Calling: SIP, samples).</summary>
    public static string OfMeta(int port) => Lines(
        "v=0",
        $"o=- {RandomNumberGenerator.GetInt32(int.MaxValue)} 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE audio",
        $"m=audio {port} RTP/SAVP 111 126",
        "c=IN IP4 127.0.0.1",
        "a=rtcp:9 IN IP4 0.0.0.0",
        "a=mid:audio",
        "a=sendrecv",
        "a=rtcp-mux",
        $"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(30))}",
        "a=rtpmap:111 opus/48000/2",
        $"a=fmtp:111 {OpusFormat}",
        "a=rtpmap:126 telephone-event/8000",
        "a=maxptime:20",
        "a=ptime:20",
        $"a=ssrc:{RandomNumberGenerator.GetInt32(int.MaxValue)} cname:WhatsAppAudioStream1");

    /// <summary>As Chromium answers Asterisk's offer: it will open DTLS itself (<c>active</c>), and never does here.</summary>
    public static string OfBrowser(SipRequest invite, int port)
    {
        var offer = invite.BodyText.Split("\r\n");
        var opus = offer.First(line => line.StartsWith("a=rtpmap:", StringComparison.Ordinal) && line.Contains("opus/", StringComparison.OrdinalIgnoreCase))
            .Split(':', ' ')[1];
        var mid = offer.FirstOrDefault(line => line.StartsWith("a=mid:", StringComparison.Ordinal))?[6..] ?? "0";
        return Lines(
            "v=0",
            $"o=- {RandomNumberGenerator.GetInt32(int.MaxValue)} 2 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            $"a=group:BUNDLE {mid}",
            "a=msid-semantic: WMS stream",
            $"m=audio {port} UDP/TLS/RTP/SAVPF {opus}",
            "c=IN IP4 127.0.0.1",
            "a=rtcp:9 IN IP4 0.0.0.0",
            $"a=candidate:1 1 udp 2113937151 127.0.0.1 {port} typ host generation 0 network-cost 999",
            $"a=ice-ufrag:{RandomNumberGenerator.GetHexString(4, lowercase: true)}",
            $"a=ice-pwd:{RandomNumberGenerator.GetHexString(24, lowercase: true)}",
            "a=ice-options:trickle",
            $"a=fingerprint:sha-256 {string.Join(':', RandomNumberGenerator.GetBytes(32).Select(b => b.ToString("X2", CultureInfo.InvariantCulture)))}",
            "a=setup:active",
            $"a=mid:{mid}",
            "a=sendrecv",
            "a=msid:stream track",
            "a=rtcp-mux",
            $"a=rtpmap:{opus} opus/48000/2",
            $"a=fmtp:{opus} minptime=10;useinbandfec=1",
            $"a=ssrc:{RandomNumberGenerator.GetInt32(int.MaxValue)} cname:browser");
    }

    private static string Lines(params ReadOnlySpan<string> lines) => string.Join("\r\n", lines) + "\r\n";
}
