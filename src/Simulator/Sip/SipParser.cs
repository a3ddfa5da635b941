using System.Globalization;
using System.Text;

namespace Ringway.Simulator.Sip;

/// <summary>Reads the head of a message (first line and headers, without the empty line that ends it).</summary>
public static class SipParser
{
    /// <summary>More bytes of headers than that and the peer is not one of ours. Meta's largest INVITE is about 2 KB.</summary>
    public const int MaxHeadBytes = 64 * 1024;

    /// <summary>An SDP of a WebRTC offer is about 3 KB.</summary>
    public const int MaxBodyBytes = 256 * 1024;

    public const int MaxHeaderLines = 200;

    /// <summary>A whole message in one buffer, as a datagram or a test vector has it.</summary>
    /// <exception cref="SipParseException">The bytes are no SIP message.</exception>
    public static SipMessage Parse(ReadOnlySpan<byte> bytes)
    {
        while (bytes.StartsWith("\r\n"u8)) bytes = bytes[2..];
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) throw new SipParseException("the headers never end");
        var message = ParseHead(bytes[..end]);
        var body = bytes[(end + 4)..];
        var length = ContentLength(message) ?? body.Length;
        if (length > body.Length) throw new SipParseException($"Content-Length {length}, but only {body.Length} bytes follow");
        message.Body = body[..length].ToArray();
        return message;
    }

    public static SipMessage ParseHead(ReadOnlySpan<byte> head)
    {
        if (head.Length > MaxHeadBytes) throw new SipParseException($"more than {MaxHeadBytes} bytes of headers");
        var lines = Unfold(Encoding.UTF8.GetString(head));
        var message = FirstLine(lines[0]);
        if (lines.Count - 1 > MaxHeaderLines) throw new SipParseException($"more than {MaxHeaderLines} header lines");
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? "" : line[..colon].TrimEnd(' ', '\t');
            if (!SipText.IsToken(name)) throw new SipParseException($"'{Shown(line)}' is no header");
            message.Headers.Add(name, line[(colon + 1)..].Trim(' ', '\t'));
        }
        return message;
    }

    /// <summary>Null when the message has none.</summary>
    /// <exception cref="SipParseException">Not a number, too large, or two that disagree.</exception>
    public static int? ContentLength(SipMessage message)
    {
        int? length = null;
        foreach (var line in message.Headers.Lines("Content-Length"))
        {
            if (!int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value > MaxBodyBytes)
                throw new SipParseException($"Content-Length '{Shown(line)}'");
            if (length is not null && length != value) throw new SipParseException("two Content-Lengths that disagree");
            length = value;
        }
        return length;
    }

    /// <summary>The headers that every message needs, each readable (RFC 3261 section 8.1.1).</summary>
    /// <exception cref="SipParseException">One is missing or cannot be read.</exception>
    public static void Validate(SipMessage message)
    {
        _ = message.TopVia;
        _ = message.From;
        _ = message.To;
        if (message.CallId.Length == 0) throw new SipParseException("no Call-ID");
        var (_, method) = message.CSeq;
        if (message is SipRequest request && method != request.Method)
            throw new SipParseException($"CSeq says {method}, the request {request.Method}");
    }

    private static List<string> Unfold(string text)
    {
        var lines = new List<string>();
        foreach (var line in text.Split("\r\n"))
        {
            if (line.Contains('\n', StringComparison.Ordinal) || line.Contains('\r', StringComparison.Ordinal))
                throw new SipParseException("a line end that is not CRLF");
            if (lines.Count > 1 && line.Length > 0 && line[0] is ' ' or '\t') lines[^1] += " " + line.TrimStart(' ', '\t');
            else lines.Add(line);
        }
        return lines;
    }

    private static SipMessage FirstLine(string line)
    {
        var parts = line.Split(' ', 3);
        if (parts[0].Equals("SIP/2.0", StringComparison.OrdinalIgnoreCase) && parts.Length >= 2)
            return parts[1].Length == 3 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status)
                && status is >= 100 and < 700
                ? new SipResponse(status, parts.Length == 3 ? parts[2] : "")
                : throw new SipParseException($"status '{Shown(parts[1])}'");
        if (parts.Length != 3 || !SipText.IsToken(parts[0]) || parts[1].Length == 0 || parts[1][0] == '<')
            throw new SipParseException($"'{Shown(line)}' is no first line");
        return parts[2].Equals("SIP/2.0", StringComparison.OrdinalIgnoreCase)
            ? new SipRequest(parts[0], parts[1])
            : throw new SipParseException($"version '{Shown(parts[2])}'");
    }

    private static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
