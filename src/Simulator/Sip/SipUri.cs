namespace Ringway.Simulator.Sip;

/// <summary>
/// A sip: or sips: URI (RFC 3261 section 19.1). <see cref="User"/> keeps escapes and user parameters as written,
/// because Meta puts configured parameters before the at sign (<c>+1234;tgrp=wacall@host</c>).
/// </summary>
public sealed record SipUri(string Scheme, string? User, string Host, int? Port, SipParameters Parameters, string Headers)
{
    /// <summary>The user without password and user parameters, unescaped.</summary>
    public string UserName => User is null ? "" : Uri.UnescapeDataString(User.Split(';', ':')[0]);

    /// <summary>True when the host is an address rather than a name.</summary>
    public bool HostIsAddress => System.Net.IPAddress.TryParse(Host.Trim('[', ']'), out _) && !int.TryParse(Host, out _);

    public static SipUri Parse(string text) =>
        TryParse(text, out var uri) ? uri! : throw new SipParseException($"'{text}' is no SIP URI");

    public static bool TryParse(string text, out SipUri? uri)
    {
        uri = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0) return false;
        var scheme = text[..colon].ToLowerInvariant();
        if (scheme is not ("sip" or "sips")) return false;
        var rest = text[(colon + 1)..];
        if (rest.Any(c => c <= ' ' || c is '<' or '>' or '"')) return false;

        // No part but the user may hold an unescaped @, and the user may hold ; and ?: so the first @ ends it.
        string? user = null;
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at == 0) return false;
        if (at > 0) (user, rest) = (rest[..at], rest[(at + 1)..]);

        var question = rest.IndexOf('?', StringComparison.Ordinal);
        var headers = question < 0 ? "" : rest[question..];
        if (question >= 0) rest = rest[..question];
        var semicolon = rest.IndexOf(';', StringComparison.Ordinal);
        var parameters = semicolon < 0 ? SipParameters.None : SipText.Parameters(rest[semicolon..], ';');
        if (semicolon >= 0) rest = rest[..semicolon];

        if (!TryHostPort(rest, out var host, out var port)) return false;
        uri = new(scheme, user, host, port, parameters, headers);
        return true;
    }

    /// <summary>Splits <c>host[:port]</c>, IPv6 in brackets; the brackets stay in the host.</summary>
    public static bool TryHostPort(string text, out string host, out int? port)
    {
        port = null;
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        if (end <= 0 && text.StartsWith('[')) { host = ""; return false; }
        host = end < 0 ? text : text[..end];
        if (end >= 0 && end < text.Length)
        {
            if (text[end] != ':' || !ushort.TryParse(text[(end + 1)..], out var number)) return false;
            port = number;
        }
        return host.Length > 0 && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '[' or ']' or ':' or '%');
    }

    /// <summary>User and host agree; ports and parameters do not matter. Hosts compare without case.</summary>
    public bool SameUserAndHost(SipUri other) =>
        UserName == other.UserName && Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase);

    public override string ToString() =>
        $"{Scheme}:{(User is null ? "" : User + "@")}{Host}{(Port is null ? "" : $":{Port}")}{Parameters}{Headers}";
}

/// <summary>What From, To, Contact, Route and Record-Route hold: a URI, perhaps with a name, and header parameters.</summary>
public sealed record SipAddress(string? DisplayName, SipUri Uri, SipParameters Parameters)
{
    public string? Tag => Parameters["tag"];

    public static SipAddress Parse(string text)
    {
        var open = OpeningBracket(text);
        if (open < 0)
        {
            // Without angle brackets the parameters belong to the header, not to the URI (RFC 3261 section 20.10).
            var semicolon = text.IndexOf(';', StringComparison.Ordinal);
            var plain = semicolon < 0 ? text : text[..semicolon];
            return new(null, SipUri.Parse(plain.Trim()), semicolon < 0 ? SipParameters.None : SipText.Parameters(text[semicolon..], ';'));
        }
        var close = text.IndexOf('>', open);
        if (close < 0) throw new SipParseException($"'{text}' opens a bracket and never closes it");
        var name = text[..open].Trim();
        return new(
            name.Length == 0 ? null : SipText.Unquote(name),
            SipUri.Parse(text[(open + 1)..close].Trim()),
            SipText.Parameters(text[(close + 1)..], ';'));
    }

    public override string ToString() =>
        $"{(DisplayName is null ? "" : SipText.Quote(DisplayName) + " ")}<{Uri}>{Parameters}";

    private static int OpeningBracket(string text)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (quoted && text[i] == '\\') i++;
            else if (text[i] == '"') quoted = !quoted;
            else if (!quoted && text[i] == '<') return i;
        }
        return -1;
    }
}
