namespace Ringway.Tests.Witness;

/// <summary>SIPp's own words, as it wrote them, put into one sentence.</summary>
public sealed class WhatTheWitnessSays
{
    private const string Stamp = "The following events occurred:\n2026-11-25\t03:02:06.493039\t1795575726.493039: ";

    [Theory]
    [InlineData(
        "Failed regexp match: looking in ' \"Anonymous\" <sip:+17125550259@other.example.com>;tag=2c5ff672', with regexp '<sip:[^@]*@pbx.example.com>'",
        "From's domain is the host name that Meta has: SIP server from INVITE does not match any SIP server configured; expected <sip:[^@]*@pbx.example.com>, came \"Anonymous\" <sip:+17125550259@other.example.com>;tag=2c5ff672.")]
    [InlineData(
        "Regexp matched but should not: looking in 'INVITE sip:+12195550714@wa.meta.vc SIP/2.0\r\nSession-Expires: 1800\r\nMin-SE: 90\r\n', with regexp '[Ss]ession-[Ee]xpires:'",
        "no session timer is asked for: its refresh is a re-INVITE, which Meta answers with 500; expected nothing of the kind, came Session-Expires: 1800.")]
    [InlineData(
        "Failed regexp match: header Proxy-Authorization: not found in message INVITE sip:+12195550714@wa.meta.vc SIP/2.0\r\n",
        "SIP by the book; expected Proxy-Authorization:, came no such header.")]
    [InlineData(
        "Aborting call on unexpected message for Call-Id '431ac0a1': while expecting 'ACK' (index 2), received 'BYE sip:+12195550714@wa.meta.vc SIP/2.0\r\nVia: x\r\n",
        "The business acknowledges the 407; expected ACK, came BYE sip:+12195550714@wa.meta.vc SIP/2.0.")]
    [InlineData(
        "Call-Id: 40ea20bd, receive timeout on message The business calls and gives up while it rings:6 without label to jump to (ontimeout attribute): aborting call",
        "The business gives up with CANCEL; expected CANCEL, came nothing.")]
    [InlineData("Aborting call on an unexpected BYE for call: 2ccb6bfd", "SIP by the book; expected the call to go on, came BYE.")]
    [InlineData("Unable to bind main socket", "SIPp ended with 1: Unable to bind main socket")]
    public void An_error_of_SIPp_becomes_the_rule_what_was_expected_and_what_came(string error, string sentence) =>
        Assert.Equal($"\"The business calls and gives up while it rings\": {sentence}", Complaint.Of(Scenario(), 1, Stamp + error + "\n", ""));

    [Fact]
    public void The_first_error_is_the_cause_and_what_SIPp_merely_notes_is_none()
    {
        const string errors = Stamp + "SRTP: the audio answer a=crypto:1 is none of the offered lines, sending plain RTP\n"
            + "2026-11-25\t03:02:07.1\t1795575727.1: Aborting call on an unexpected CANCEL for call: 1\n"
            + "2026-11-25\t03:02:08.1\t1795575728.1: Aborting call on an unexpected BYE for call: 1\n";

        Assert.EndsWith("came CANCEL.", Complaint.Of(Scenario(), 1, errors, ""), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_log_its_last_words_are_told() =>
        Assert.EndsWith("SIPp ended with 255: Unable to load or parse 'x.xml'", Complaint.Of(Scenario(), 255, "", "Unable to load or parse 'x.xml'\nbye"), StringComparison.Ordinal);

    [Fact]
    public void A_blank_that_nobody_fills_is_named() =>
        Assert.Contains("{{digits}}", Assert.Throws<InvalidOperationException>(() => new Scenario("user-call-refused.xml", new Dictionary<string, string>())).Message, StringComparison.Ordinal);

    private static Scenario Scenario() => new("business-call-cancelled.xml", new Dictionary<string, string>
    {
        ["digits"] = "17125550259",
        ["host"] = "pbx.example.com",
        ["user"] = "+12195550714",
        ["user-pattern"] = "[+]12195550714",
        ["port"] = "",
        ["tag"] = "t",
        ["challenges"] = Stage.Challenges("MD5"),
        ["offered"] = "{{offered-sdes.xml}}",
    });
}
