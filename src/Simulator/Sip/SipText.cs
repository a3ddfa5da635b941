using System.Text;

namespace Ringway.Simulator.Sip;

/// <summary>The small grammar that headers share: separators outside quotes, parameters, tokens (RFC 3261 section 25.1).</summary>
public static class SipText
{
    /// <summary>Splits at a separator that stands neither in a quoted string nor in angle brackets; parts come trimmed,
    /// empty ones are left out.</summary>
    public static IEnumerable<string> Split(string text, char separator)
    {
        var start = 0;
        var quoted = false;
        var brackets = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '\\') i++;
            else if (c == '"') quoted = !quoted;
            else if (!quoted && c == '<') brackets = true;
            else if (!quoted && c == '>') brackets = false;
            else if (!quoted && !brackets && c == separator)
            {
                var part = text[start..i].Trim();
                if (part.Length > 0) yield return part;
                start = i + 1;
            }
        }
        var last = text[Math.Min(start, text.Length)..].Trim();
        if (last.Length > 0) yield return last;
    }

    /// <summary>Parameters like <c>;tag=a;lr</c> or <c>realm="x", qop=auth</c>; a parameter without value maps to "".
    /// Quoted values come unquoted.</summary>
    public static SipParameters Parameters(string text, char separator) =>
        new(Split(text, separator).Select(part =>
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            return equals < 0
                ? new KeyValuePair<string, string>(part, "")
                : new(part[..equals].TrimEnd(), Unquote(part[(equals + 1)..].TrimStart()));
        }));

    public static string Unquote(string text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"') return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 1; i < text.Length - 1; i++)
        {
            if (text[i] == '\\' && i + 2 < text.Length) i++;
            plain.Append(text[i]);
        }
        return plain.ToString();
    }

    public static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>A token of RFC 3261: what methods and header names are made of.</summary>
    public static bool IsToken(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return false;
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit(c) && !"-.!%*_+`'~".Contains(c, StringComparison.Ordinal)) return false;
        return true;
    }
}

/// <summary>Parameters in order; names compare without case.</summary>
public sealed class SipParameters(IEnumerable<KeyValuePair<string, string>> items)
{
    private readonly List<KeyValuePair<string, string>> _items = [.. items];

    public static SipParameters None => new([]);

    public int Count => _items.Count;

    public string? this[string name] => _items
        .Where(item => item.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
        .Select(item => item.Value).FirstOrDefault();

    public bool Has(string name) => this[name] is not null;

    public override string ToString() =>
        string.Concat(_items.Select(item => item.Value.Length == 0 ? $";{item.Key}" : $";{item.Key}={item.Value}"));
}
