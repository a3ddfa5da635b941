using System.Net;
using System.Text;

namespace Ringway.Simulator.Edge;

/// <summary>
/// SDP for the handsets' Asterisk: what the business said, with the relay's address in place of the business'. Keys and
/// fingerprints go through untouched, so the two Asterisks encrypt from end to end and the relay only carries. ICE does
/// not: it ends at the relay.
/// </summary>
public static class HandsetSdp
{
    /// <param name="mid">Name of the section: of the offer that is answered, or null to take the business'.</param>
    /// <param name="onlyWhatsApp">Leaves out all codecs but Opus and digits at 8000 Hz.</param>
    public static string Write(AudioDescription business, IPEndPoint relay, long session, int version, string? mid, bool onlyWhatsApp)
    {
        var dtls = business.Fingerprints.Count > 0;
        var name = mid ?? business.Mid;
        AudioCodec?[] wanted = onlyWhatsApp ? [business.Opus, business.Digits] : [.. business.Codecs];
        var codecs = wanted.OfType<AudioCodec>().ToList();
        var text = new StringBuilder();
        Line($"v=0");
        Line($"o=- {session} {version} IN IP4 {relay.Address}");
        Line($"s=-");
        Line($"c=IN IP4 {relay.Address}");
        Line($"t=0 0");
        if (business.Bundled && name is not null) Line($"a=group:BUNDLE {name}");
        Line($"m=audio {relay.Port} {business.Protocol} {string.Join(' ', codecs.Select(c => c.PayloadType))}");
        if (name is not null) Line($"a=mid:{name}");
        if (business.RtcpMux || business.Bundled) Line($"a=rtcp-mux");
        foreach (var crypto in business.Cryptos) Line($"a=crypto:{crypto}");
        if (dtls)
        {
            foreach (var fingerprint in business.Fingerprints) Line($"a=fingerprint:{fingerprint}");
            Line($"a=setup:{business.Setup}");
        }
        foreach (var codec in codecs)
        {
            Line($"a=rtpmap:{codec.PayloadType} {codec.Name}/{codec.ClockHz}{(codec.IsOpus ? "/2" : "")}");
            if (codec.Format is not null) Line($"a=fmtp:{codec.PayloadType} {codec.Format}");
        }
        Line($"a=ptime:20");
        Line($"a=sendrecv");
        return text.ToString();

        void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append("\r\n");
    }
}
