using CsCheck;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Tests.Sip;

public sealed class ParserProperties
{
    private static readonly Gen<string> Token = Gen.String[Gen.Char["abcXYZ019-.!%*_+`'~"], 1, 12];
    private static readonly Gen<string> Value = Gen.String[Gen.Char["abc<>\"\\;,=@:/ é字0129"], 0, 40].Select(text => text.Trim());
    private static readonly Gen<byte[]> Body = Gen.Byte.Array[0, 200];

    [Fact]
    public void Whatever_is_written_is_read_back() =>
        Gen.Select(Token, Token, Gen.Select(Token, Value).Array[0, 20], Body).Sample((method, uri, lines, body) =>
        {
            var message = new SipRequest(method == "SIP/2.0" ? "X" : method, uri) { Body = body };
            foreach (var (name, value) in lines)
                if (name.Length > 1 && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) message.Headers.Add(name, value);
            var again = SipParser.Parse(message.ToBytes());
            Assert.Equal(message.FirstLine, again.FirstLine);
            Assert.Equal(message.Headers, again.Headers.Copy().Remove("Content-Length"));
            Assert.Equal(body, again.Body);
        });

    [Fact]
    public void Any_bytes_are_either_a_message_or_a_plain_refusal() =>
        Gen.OneOf(Gen.Byte.Array[0, 300], Gen.String[Gen.Char["INVITE sip:@SP/2.0\r\n:;<>\"0Viaft"], 0, 300].Select(System.Text.Encoding.UTF8.GetBytes))
            .Sample(bytes =>
            {
                try
                {
                    SipParser.Validate(SipParser.Parse(bytes));
                }
                catch (SipParseException)
                {
                    // The only way to say no.
                }
            });

    [Fact]
    public void A_parsed_uri_written_out_parses_to_the_same() =>
        Gen.Select(Gen.String[Gen.Char["+0129;=.-_%25"], 0, 15], Gen.String[Gen.Char["abc.-"], 1, 15], Gen.Int[1, 65535], Gen.Bool).Sample((user, host, port, tls) =>
        {
            var text = $"sip:{(user.Length == 0 ? "" : user + "@")}{host}:{port}{(tls ? ";transport=tls;lr" : "")}";
            Assert.Equal(text, SipUri.Parse(text).ToString());
        });
}
