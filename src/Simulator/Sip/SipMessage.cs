using System.Globalization;
using System.Text;

namespace Ringway.Simulator.Sip;

/// <summary>The bytes are no SIP message, or one beyond our limits.</summary>
public sealed class SipParseException(string message) : FormatException(message);

/// <summary>A request or a response. The body is kept byte for byte.</summary>
public abstract class SipMessage
{
    public SipHeaders Headers { get; init; } = new();

    public byte[] Body { get; set; } = [];

    public string CallId => Headers["Call-ID"] ?? "";

    public SipAddress From => SipAddress.Parse(Headers["From"] ?? throw new SipParseException("no From"));

    public SipAddress To => SipAddress.Parse(Headers["To"] ?? throw new SipParseException("no To"));

    public SipVia TopVia => SipVia.Parse(Headers.Values("Via").FirstOrDefault() ?? throw new SipParseException("no Via"));

    public (int Number, string Method) CSeq
    {
        get
        {
            var parts = (Headers["CSeq"] ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? (number, parts[1])
                : throw new SipParseException($"CSeq '{Headers["CSeq"]}' is no number and method");
        }
    }

    public string BodyText => Encoding.UTF8.GetString(Body);

    /// <summary>The first line, as it stands on the wire.</summary>
    public abstract string FirstLine { get; }

    public void SetBody(string contentType, string text)
    {
        Headers.Set("Content-Type", contentType);
        Body = Encoding.UTF8.GetBytes(text);
    }

    /// <summary>The wire form. Content-Length is always ours and always last.</summary>
    public byte[] ToBytes()
    {
        var head = new StringBuilder(512).Append(FirstLine).Append("\r\n");
        foreach (var (name, value) in Headers)
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) head.Append(name).Append(": ").Append(value).Append("\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}\r\n\r\n");
        return [.. Encoding.UTF8.GetBytes(head.ToString()), .. Body];
    }

    public override string ToString() => FirstLine;
}

public sealed class SipRequest(string method, string requestUri) : SipMessage
{
    public string Method { get; } = method;

    /// <summary>As written; it need not be a SIP URI.</summary>
    public string RequestUri { get; } = requestUri;

    public override string FirstLine => $"{Method} {RequestUri} SIP/2.0";

    /// <summary>A response with what must be echoed: Vias, From, To, Call-ID, CSeq (RFC 3261 section 8.2.6.2).</summary>
    public SipResponse Respond(int status, string reason, string? toTag = null)
    {
        var response = new SipResponse(status, reason);
        response.Headers.AddAll("Via", Headers.Lines("Via"));
        response.Headers.Add("From", Headers["From"] ?? "");
        var to = Headers["To"] ?? "";
        response.Headers.Add("To", toTag is null || To.Tag is not null ? to : $"{to};tag={toTag}");
        response.Headers.Add("Call-ID", CallId).Add("CSeq", Headers["CSeq"] ?? "");
        return response;
    }
}

public sealed class SipResponse(int status, string reason) : SipMessage
{
    public int Status { get; } = status;

    public string Reason { get; } = reason;

    public bool IsFinal => Status >= 200;

    public bool IsSuccess => Status is >= 200 and < 300;

    public override string FirstLine => $"SIP/2.0 {Status} {Reason}";
}

/// <summary>One hop of a message. The branch names the transaction.</summary>
public sealed record SipVia(string Transport, string Host, int? Port, SipParameters Parameters)
{
    public string Branch => Parameters["branch"] ?? "";

    public static SipVia Parse(string text)
    {
        var semicolon = text.IndexOf(';', StringComparison.Ordinal);
        var head = (semicolon < 0 ? text : text[..semicolon]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        // White space is allowed around the slashes: SIP / 2.0 / TLS host : port (RFC 4475 section 3.1.1.1).
        var joined = string.Concat(head);
        var parts = joined.Split('/');
        if (parts.Length != 3 || head.Length < 2) throw new SipParseException($"'{text}' is no Via");
        var (transport, sentBy) = SplitTransport(text[..(semicolon < 0 ? text.Length : semicolon)]);
        if (!SipUri.TryHostPort(sentBy, out var host, out var port)) throw new SipParseException($"Via host '{sentBy}'");
        return new(transport, host, port, semicolon < 0 ? SipParameters.None : SipText.Parameters(text[semicolon..], ';'));
    }

    private static (string Transport, string SentBy) SplitTransport(string head)
    {
        var afterSlashes = head[(head.LastIndexOf('/') + 1)..].TrimStart();
        var space = afterSlashes.IndexOfAny([' ', '\t']);
        if (space < 0) throw new SipParseException($"'{head}' is no Via");
        return (afterSlashes[..space], string.Concat(afterSlashes[space..].Where(c => !char.IsWhiteSpace(c))));
    }
}
