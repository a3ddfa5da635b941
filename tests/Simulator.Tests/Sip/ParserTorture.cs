using System.Text;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Tests.Sip;

/// <summary>Messages after RFC 4475 (SIP torture tests), and what streams do to messages.</summary>
public sealed class ParserTorture
{
    private static SipMessage Parse(string text) => SipParser.Parse(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));

    [Fact]
    public void A_short_tortuous_invite_is_understood()
    {
        // RFC 4475 section 3.1.1.1: folded lines, odd case, compact forms, white space everywhere.
        var invite = Assert.IsType<SipRequest>(Parse("""
            INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0
            TO :
             sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n
            from   : "J Rosenberg \\\""       <sip:jdrosen@example.com>
              ;
              tag = 98asjd8
            MaX-fOrWaRdS: 0068
            Call-ID: wsinv.ndaksdj@192.0.2.1
            Content-Length   : 0
            cseq: 0009
              INVITE
            Via  : SIP  /   2.0
             /UDP
                192.0.2.2;branch=390skdjuw
            s :
            NewFangledHeader:   newfangled value
             continued newfangled value
            UnknownHeaderWithUnusualValue: ;;,,;;,;
            Content-Type: application/sdp
            Route:
             <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
            v:  SIP  / 2.0  / TCP     spindle.example.com   ;
              branch  =   z9hG4bK9ikj8  ,
             SIP  /    2.0   / UDP  192.168.255.111   ; branch=
             z9hG4bK30239
            m:"Quoted string \"\"" <sip:jdrosen@example.com> ; newparam =
                  newvalue ;
              secondparam ; q = 0.33


            """));

        Assert.Equal("INVITE", invite.Method);
        Assert.Equal("1918181833n", invite.To.Tag);
        Assert.Equal("98asjd8", invite.From.Tag);
        Assert.Equal("J Rosenberg \\\"", invite.From.DisplayName);
        Assert.Equal((9, "INVITE"), invite.CSeq);
        Assert.Equal(3, invite.Headers.Values("Via").Count());
        Assert.Equal(["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"], invite.Headers.Values("Via").Select(v => SipVia.Parse(v).Branch));
        Assert.Equal("192.0.2.2", invite.TopVia.Host);
        Assert.Equal("newfangled value continued newfangled value", invite.Headers["NewFangledHeader"]);
        Assert.Equal("jdrosen", SipAddress.Parse(invite.Headers["Contact"]!).Uri.UserName);
        SipParser.Validate(invite);
    }

    [Fact]
    public void A_user_may_hold_a_whole_uri_in_escapes()
    {
        // RFC 4475 section 3.1.1.3
        var uri = SipUri.Parse("sip:sips%3Auser%40example.com@example.net");
        Assert.Equal("sips:user@example.com", uri.UserName);
        Assert.Equal("example.net", uri.Host);
    }

    [Fact]
    public void User_parameters_before_the_at_sign_belong_to_the_user()
    {
        var uri = SipUri.Parse("sip:+1234567890;tgrp=wacall;trunk-context=byoc.example.com@sip.example.com:5081;transport=tls");
        Assert.Equal("+1234567890", uri.UserName);
        Assert.Equal("+1234567890;tgrp=wacall;trunk-context=byoc.example.com", uri.User);
        Assert.Equal(("sip.example.com", 5081, "tls"), (uri.Host, uri.Port, uri.Parameters["transport"]));
        Assert.Equal("sip:+1234567890;tgrp=wacall;trunk-context=byoc.example.com@sip.example.com:5081;transport=tls", uri.ToString());
    }

    [Theory]
    [InlineData("sip:user@[2001:db8::1]:5070;lr", "[2001:db8::1]", 5070, true)]
    [InlineData("sip:+49@192.0.2.9", "192.0.2.9", null, true)]
    [InlineData("sip:wa.meta.vc;transport=tls;lr", "wa.meta.vc", null, false)]
    public void Hosts_are_names_or_addresses(string text, string host, int? port, bool address)
    {
        var uri = SipUri.Parse(text);
        Assert.Equal((host, port, address), (uri.Host, uri.Port, uri.HostIsAddress));
    }

    [Fact]
    public void A_comma_inside_quotes_or_brackets_parts_nothing()
    {
        var headers = new SipHeaders().Add("Contact", "\"Rosenberg, J\" <sip:a@b;x=1,2>, <sip:c@d>").Add("m", "<sip:e@f>");
        Assert.Equal(["\"Rosenberg, J\" <sip:a@b;x=1,2>", "<sip:c@d>", "<sip:e@f>"], headers.Values("contact"));
    }

    [Fact]
    public void A_reason_may_be_empty_and_may_hold_any_letters()
    {
        Assert.Equal("", Assert.IsType<SipResponse>(Parse("SIP/2.0 100 \nVia: SIP/2.0/UDP a;branch=b\n\n")).Reason);
        Assert.Equal("= 2**3 * 5**2 но сто", Assert.IsType<SipResponse>(Parse("SIP/2.0 200 = 2**3 * 5**2 но сто\n\n")).Reason);
    }

    [Theory]
    [InlineData("INVITE  sip:user@example.com SIP/2.0\n\n", "two blanks in the first line")]
    [InlineData("INVITE <sip:user@example.com> SIP/2.0\n\n", "brackets round the request URI")]
    [InlineData("INVITE sip:user@example.com SIP/7.0\n\n", "another version")]
    [InlineData("SIP/2.0 4294967301 better not break the receiver\n\n", "an overlarge status")]
    [InlineData("OPTIONS sip:a@b SIP/2.0\nContent-Length: -999\n\n", "a negative length")]
    [InlineData("OPTIONS sip:a@b SIP/2.0\nContent-Length: 5\nContent-Length: 6\n\n123456", "two lengths that disagree")]
    [InlineData("OPTIONS sip:a@b SIP/2.0\nContent-Length: 99\n\nshort", "a body that is missing")]
    [InlineData("OPTIONS sip:a@b SIP/2.0\nno colon here\n\n", "a line without colon")]
    [InlineData("OPTIONS sip:a@b SIP/2.0\nBad Name: x\n\n", "a blank in a header name")]
    public void What_is_no_message_is_refused(string text, string why) =>
        Assert.True(Record.Exception(() => Parse(text)) is SipParseException, why);

    [Theory]
    [InlineData("CSeq: 36893488147419103232 REGISTER", "an overlarge CSeq")]
    [InlineData("CSeq: 8 INVITE", "a CSeq of another method")]
    [InlineData("CSeq: 8 OPTIONS\nTo: \"unterminated <sip:a@b>", "a quote that never ends")]
    public void A_message_that_lies_about_itself_is_refused(string lines, string why)
    {
        var to = lines.Contains("To:", StringComparison.Ordinal) ? "" : "To: sip:a@b\n";
        var request = Parse($"OPTIONS sip:a@b SIP/2.0\nVia: SIP/2.0/TLS a;branch=z9hG4bK1\nFrom: sip:c@d;tag=1\n{to}Call-ID: x\n{lines}\n\n");
        Assert.True(Record.Exception(() => SipParser.Validate(request)) is SipParseException, why);
    }

    [Fact]
    public void Written_messages_keep_the_order_of_lines_and_the_bytes_of_the_body()
    {
        byte[] body = [0, 13, 10, 13, 10, 255, 1];
        var message = new SipRequest("MESSAGE", "sip:a@b") { Body = body };
        message.Headers.Add("Via", "SIP/2.0/TLS one;branch=1").Add("Odd", "1").Add("Via", "SIP/2.0/TLS two;branch=2").Add("odd", "2");
        var again = SipParser.Parse(message.ToBytes());
        Assert.Equal(body, again.Body);
        Assert.Equal(["Via", "Odd", "Via", "odd", "Content-Length"], again.Headers.Select(h => h.Key));
        Assert.Equal(["1", "2"], again.Headers.Lines("Odd"));
    }
}
