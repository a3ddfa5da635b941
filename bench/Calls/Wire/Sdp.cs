using System.Globalization;
using System.Security.Cryptography;
using Ringway.Simulator.Sip;

namespace Ringway.Bench.Calls.Wire;

/// <summary>The two descriptions of a call: Meta's with its keys in it, and a browser's. Without <see cref="Speech"/> no sound flows: the port is open and nobody reads it.</summary>
public static class Sdp
{
    /// <summary>Meta's payload type of Opus.</summary>
    public const int OpusOfMeta = 111;

    private const string OpusFormat = "maxaveragebitrate=20000;maxplaybackrate=16000;minptime=20;sprop-maxcapturerate=16000;useinbandfec=1";

    /// <summary>As Meta offers with <c>srtp_key_exchange_protocol</c> SDES (Meta, Calling: SIP, samples).</summary>
    public static string OfMeta(int port, SoundLeg leg) => Lines(
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
        $"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{Convert.ToBase64String(leg.Key)}",
        "a=rtpmap:111 opus/48000/2",
        $"a=fmtp:111 {OpusFormat}",
        "a=rtpmap:126 telephone-event/8000",
        "a=maxptime:20",
        "a=ptime:20",
        $"a=ssrc:{leg.Ssrc} cname:WhatsAppAudioStream1");

    /// <summary>As Chromium answers Asterisk's offer: it will open DTLS itself (<c>active</c>).</summary>
    /// <param name="port">Where the answer sends Asterisk if there is no sound.</param>
    /// <param name="sound">Whose ICE and DTLS it is; null for a call without sound, in which neither begins.</param>
    public static string OfBrowser(SipRequest invite, int port, uint ssrc, BrowserSound? sound)
    {
        port = sound?.Port ?? port;
        var offer = invite.BodyText.Split("\r\n");
        var opus = Opus(invite);
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
            $"a=ice-ufrag:{sound?.Ufrag ?? RandomNumberGenerator.GetHexString(4, lowercase: true)}",
            $"a=ice-pwd:{sound?.Password ?? RandomNumberGenerator.GetHexString(24, lowercase: true)}",
            "a=ice-options:trickle",
            $"a=fingerprint:sha-256 {SrtpKeys.OwnFingerprint}",
            "a=setup:active",
            $"a=mid:{mid}",
            "a=sendrecv",
            "a=msid:stream track",
            "a=rtcp-mux",
            $"a=rtpmap:{opus} opus/48000/2",
            $"a=fmtp:{opus} minptime=10;useinbandfec=1",
            $"a=ssrc:{ssrc} cname:browser");
    }

    /// <summary>Where the sender of the description listens.</summary>
    public static int PortOf(SipMessage message) =>
        int.Parse(Of(message).First(line => line.StartsWith("m=audio", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>SHA-256 of the sender's certificate.</summary>
    public static string FingerprintOf(SipMessage message) =>
        Of(message).First(line => line.StartsWith("a=fingerprint:", StringComparison.OrdinalIgnoreCase)).Split(' ')[1];

    /// <summary>The payload type of Opus in it.</summary>
    public static string Opus(SipMessage message) => Of(message)
        .First(line => line.StartsWith("a=rtpmap:", StringComparison.Ordinal) && line.Contains("opus/", StringComparison.OrdinalIgnoreCase)).Split(':', ' ')[1];

    private static string[] Of(SipMessage message) => message.BodyText.Split("\r\n");

    private static string Lines(params ReadOnlySpan<string> lines) => string.Join("\r\n", lines) + "\r\n";
}
