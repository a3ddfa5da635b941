using System.Net;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Media;

namespace Ringway.Simulator.Tests.Edge;

/// <summary>SDP as Meta's page prints it, and as Asterisk really writes it.</summary>
public sealed class SdpTemplates
{
    // An offer of Asterisk 22.10.1 for a line with webrtc=yes, shortened by its second candidate.
    private const string AsteriskOffer = """
        v=0
        o=- 1142108451 1142108451 IN IP4 192.0.2.2
        s=Asterisk
        c=IN IP4 192.0.2.2
        t=0 0
        a=msid-semantic:WMS *
        a=group:BUNDLE audio-0
        m=audio 43110 UDP/TLS/RTP/SAVPF 107 101 102
        a=connection:new
        a=setup:actpass
        a=fingerprint:SHA-256 2D:63:E7:B9:42:B9:2A:9D:61:40:18:11:FF:27:23:08:E8:1D:38:EA:F3:69:98:8F:7F:6B:6E:C3:CA:5B:20:96
        a=ice-ufrag:3a5d7e6c22f7f8e0
        a=ice-pwd:65a8d6bb4b2b7f9e6f0c4f5f0f2a2d11
        a=candidate:Hc0000202 1 UDP 2130706431 192.0.2.2 43110 typ host
        a=rtpmap:107 opus/48000/2
        a=fmtp:107 useinbandfec=1
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-16
        a=rtpmap:102 telephone-event/48000
        a=ptime:20
        a=maxptime:60
        a=sendrecv
        a=rtcp-mux
        a=ssrc:1234567 cname:6f0c
        a=msid:6f0c 77
        a=rtcp-fb:* transport-cc
        a=mid:audio-0
        m=video 9 UDP/TLS/RTP/SAVPF 96
        """;

    private static readonly IPEndPoint Relay = new(IPAddress.Parse("157.240.19.130"), 3480);
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1746659966980);

    [Fact]
    public void An_offer_of_Asterisk_is_understood()
    {
        var offer = AudioDescription.Parse(AsteriskOffer)!;
        Assert.Equal((new IPEndPoint(IPAddress.Parse("192.0.2.2"), 43110), "UDP/TLS/RTP/SAVPF", "audio-0", "actpass"), (offer.Address, offer.Protocol, offer.Mid, offer.Setup));
        Assert.Equal((107, 101), (offer.Opus!.PayloadType, offer.Digits!.PayloadType));
        Assert.True(offer.Bundled && offer.RtcpMux);
        Assert.Equal([1234567u], offer.Ssrcs);
        Assert.Equal(["m=video 9 UDP/TLS/RTP/SAVPF 96"], offer.Others);
        Assert.Empty(SdpRules.Judge(offer, MediaMode.Dtls, isAnswer: false));
    }

    [Fact]
    public void The_sdes_offer_is_that_of_Metas_page()
    {
        var lines = MetaSdp.Offer(AudioDescription.Parse(ScriptedHandsets.Sdp)!, null, Relay, Now).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [
                "v=0", "o=- 1746659966980 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE audio", "a=msid-semantic: WMS", "m=audio 3480 RTP/SAVP 111 126",
                "c=IN IP4 157.240.19.130", "a=rtcp:9 IN IP4 0.0.0.0", "a=mid:audio", "a=sendrecv", "a=msid", "a=rtcp-mux",
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB", "a=rtpmap:111 opus/48000/2",
                "a=fmtp:111 maxaveragebitrate=20000;maxplaybackrate=16000;minptime=20;sprop-maxcapturerate=16000;useinbandfec=1",
                "a=rtpmap:126 telephone-event/8000", "a=maxptime:20", "a=ptime:20", "a=ssrc:77 cname:WhatsAppAudioStream1",
            ],
            lines.Select(line => line.StartsWith("a=msid:", StringComparison.Ordinal) ? "a=msid" : line.StartsWith("a=msid-s", StringComparison.Ordinal) ? "a=msid-semantic: WMS" : line));
    }

    [Fact]
    public void The_dtls_offer_is_ice_lite_at_session_level_with_credentials_of_its_own()
    {
        var ice = new IceLite();
        var text = MetaSdp.Offer(AudioDescription.Parse(AsteriskOffer)!, ice, Relay, Now);
        var (session, media) = (text[..text.IndexOf("m=", StringComparison.Ordinal)], text[text.IndexOf("m=", StringComparison.Ordinal)..]);
        Assert.Contains("a=ice-lite\r\n", session, StringComparison.Ordinal);
        Assert.Contains($"a=ice-ufrag:{ice.Ufrag}\r\na=ice-pwd:{ice.Password}\r\n", media, StringComparison.Ordinal);
        Assert.Contains("a=candidate:1775469887 1 udp 2122260223 157.240.19.130 3480 typ host", media, StringComparison.Ordinal);
        Assert.Contains("a=setup:actpass", media, StringComparison.Ordinal);
        Assert.DoesNotContain("a=crypto", text, StringComparison.Ordinal);
        Assert.Equal(16, ice.Ufrag.Length);
    }

    [Fact]
    public void An_answer_echoes_the_numbers_and_names_of_the_offer_and_refuses_what_is_not_audio()
    {
        var offer = AudioDescription.Parse(AsteriskOffer)!;
        var answer = MetaSdp.Answer(offer, offer with { Setup = "active" }, new IceLite(), Relay, Now);
        var read = AudioDescription.Parse(answer)!;
        Assert.Equal((107, 101, "audio-0", "active"), (read.Opus!.PayloadType, read.Digits!.PayloadType, read.Mid, read.Setup));
        Assert.EndsWith("m=video 0 UDP/TLS/RTP/SAVPF 96\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void The_handsets_get_the_keys_and_the_relay_but_no_ice()
    {
        var text = HandsetSdp.Write(AudioDescription.Parse(AsteriskOffer)!, Relay, 5, 2, "audio", onlyWhatsApp: true);
        var read = AudioDescription.Parse(text)!;
        Assert.Equal((Relay, "audio"), (read.Address, read.Mid));
        Assert.StartsWith("SHA-256 2D:63", Assert.Single(read.Fingerprints), StringComparison.Ordinal);
        Assert.Equal([107, 101], read.Codecs.Select(c => c.PayloadType));
        Assert.DoesNotContain("ice", text, StringComparison.Ordinal);
        Assert.DoesNotContain("candidate", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=fingerprint:SHA-256", "a=fingerprint:SHA-1", "fingerprint SHA-1")]
    [InlineData("a=fingerprint:", "a=nothing:", "No fingerprint found in SDP")]
    [InlineData("a=ice-pwd:", "a=nothing:", "no ICE credentials")]
    [InlineData("UDP/TLS/RTP/SAVPF 107", "RTP/SAVP 107", "protocol is RTP/SAVP, the number is set to DTLS")]
    [InlineData("a=setup:actpass", "a=setup:actpass\na=fingerprint:SHA-256 00:11", "several fingerprints")]
    public void A_dtls_offer_with_a_fault_is_told_which(string text, string instead, string how) =>
        Assert.Equal(how, SdpRules.Judge(AudioDescription.Parse(AsteriskOffer.Replace(text, instead, StringComparison.Ordinal)), MediaMode.Dtls, isAnswer: false).First().How);
}
