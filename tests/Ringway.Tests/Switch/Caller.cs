using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Ringway.Tests.Switch;

/// <summary>A WhatsApp user's call as Meta's gateway sends it, without audio.</summary>
internal sealed class Caller(SipPeer wire, RealSwitch asterisk) : IAsyncDisposable
{
    public static async Task<Caller> ConnectAsync(
        RealSwitch asterisk, CancellationToken ct, SslProtocols protocols = SslProtocols.None, X509Certificate2? shown = null)
    {
        var tls = Path.GetDirectoryName(asterisk.Configuration.Trunk.CertificateFile)!;
        return new Caller(await SipPeer.ConnectAsync(asterisk.Configuration.Trunk.Port, "pbx.example.com", Path.Combine(tls, "ca.pem"), protocols, shown, ct), asterisk);
    }

    /// <summary>Status codes below 200, as they came.</summary>
    public List<string> Provisional { get; } = [];

    /// <summary>The challenge that answered the first INVITE.</summary>
    public string Challenge { get; private set; } = "";

    /// <summary>Calls the first line, shows the password when asked, and returns the final answer.</summary>
    /// <param name="proxy">First of Meta's Record-Route headers; requests of ours in this call go there.</param>
    public async Task<string> CallAsync(CancellationToken ct, string? password = null, string? number = null, string proxy = "wa.meta.vc")
    {
        var line = asterisk.Configuration.Lines[0];
        number ??= line.Number;
        var uri = $"sip:{number}@pbx.example.com";
        await wire.SendAsync(Invite(1, ""), ct);
        Challenge = await FinalAsync(ct);
        await AcknowledgeAsync(Challenge, 1, ct);
        if (SipPeer.Header(Challenge, "WWW-Authenticate") is null)
            return Challenge;
        await wire.SendAsync(Invite(2, SipPeer.Authorization(Challenge, number.TrimStart('+'), password ?? line.SipPassword, "INVITE", uri)), ct);
        var answer = await FinalAsync(ct);
        await AcknowledgeAsync(answer, 2, ct);
        return answer;

        string Invite(int sequence, string authorization)
        {
            const string sdp = """
                v=0
                o=- 1746659966980 2 IN IP4 127.0.0.1
                s=-
                t=0 0
                a=group:BUNDLE audio
                m=audio 42998 RTP/SAVP 111 126
                c=IN IP4 127.0.0.1
                a=rtcp:9 IN IP4 0.0.0.0
                a=mid:audio
                a=sendrecv
                a=rtcp-mux
                a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:HfLXZEvHd6+fo0w9gWdsth5cWIWyhZr7iUMeb4Yq
                a=rtpmap:111 opus/48000/2
                a=fmtp:111 maxaveragebitrate=20000;maxplaybackrate=16000;minptime=20;sprop-maxcapturerate=16000;useinbandfec=1
                a=rtpmap:126 telephone-event/8000
                a=maxptime:20
                a=ptime:20

                """;
            var body = sdp.ReplaceLineEndings("\r\n");
            return $"""
                INVITE {uri};transport=tls SIP/2.0
                Via: SIP/2.0/TLS 69.171.251.1:5061;branch=z9hG4bKPj{sequence};alias
                Record-Route: <sip:{proxy};transport=tls;lr>
                Record-Route: <sip:onevc-sip-proxy.fbinfra.net:8191;transport=tls;lr>
                From: "15551234567" <sip:+15551234567@wa.meta.vc>;tag=caller
                To: <{uri}>
                Contact: <sip:+15551234567@wa.meta.vc;transport=tls;ob>;isfocus
                Call-ID: outgoing:wacid.HBgL
                CSeq: {sequence} INVITE
                Max-Forwards: 69
                X-FB-External-Domain: wa.meta.vc
                x-wa-meta-wacid: wacid.HBgL
                Allow: INVITE, ACK, BYE, CANCEL, NOTIFY, OPTIONS
                User-Agent: Facebook SipGateway
                {authorization}Content-Type: application/sdp
                Content-Length: {body.Length}


                """.ReplaceLineEndings("\r\n") + body;
        }

        async Task AcknowledgeAsync(string answer, int sequence, CancellationToken ct) => await wire.SendAsync($"""
            ACK {uri};transport=tls SIP/2.0
            Via: SIP/2.0/TLS 69.171.251.1:5061;branch=z9hG4bKPj{sequence};alias
            From: "15551234567" <sip:+15551234567@wa.meta.vc>;tag=caller
            To: {SipPeer.Header(answer, "To")}
            Call-ID: outgoing:wacid.HBgL
            CSeq: {sequence} ACK
            Max-Forwards: 69
            Content-Length: 0


            """, ct);
    }

    public ValueTask DisposeAsync() => wire.DisposeAsync();

    private async Task<string> FinalAsync(CancellationToken ct)
    {
        while (true)
        {
            var answer = await wire.ReceiveAsync(ct);
            if (!answer.StartsWith("SIP/2.0 1", StringComparison.Ordinal))
                return answer;
            Provisional.Add(answer[8..11]);
        }
    }
}
