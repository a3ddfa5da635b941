using System.Collections;

namespace Ringway.Simulator.Sip;

/// <summary>
/// Header lines in the order they stood in the message. Names compare without case and compact forms are written out
/// (RFC 3261 section 7.3.3), so "v" is found under "Via".
/// </summary>
public sealed class SipHeaders : IEnumerable<KeyValuePair<string, string>>
{
    private static readonly Dictionary<string, string> FullNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["a"] = "Accept-Contact", ["b"] = "Referred-By", ["c"] = "Content-Type", ["d"] = "Request-Disposition",
        ["e"] = "Content-Encoding", ["f"] = "From", ["i"] = "Call-ID", ["j"] = "Reject-Contact", ["k"] = "Supported",
        ["l"] = "Content-Length", ["m"] = "Contact", ["n"] = "Identity-Info", ["o"] = "Event", ["r"] = "Refer-To",
        ["s"] = "Subject", ["t"] = "To", ["u"] = "Allow-Events", ["v"] = "Via", ["x"] = "Session-Expires", ["y"] = "Identity",
    };

    private readonly List<KeyValuePair<string, string>> _lines = [];

    /// <summary>The first line of that name, or null.</summary>
    public string? this[string name]
    {
        get
        {
            var index = IndexOf(name);
            return index < 0 ? null : _lines[index].Value;
        }
    }

    public int Count => _lines.Count;

    /// <summary>All lines of that name, one string a line, commas left alone.</summary>
    public IEnumerable<string> Lines(string name)
    {
        var full = FullName(name);
        return _lines.Where(line => Same(line.Key, full)).Select(line => line.Value);
    }

    /// <summary>All values of that name: lines are split at commas outside quotes and angle brackets
    /// (RFC 3261 section 7.3.1). Not for the digest headers, whose commas part parameters.</summary>
    public IEnumerable<string> Values(string name) => Lines(name).SelectMany(line => SipText.Split(line, ','));

    public SipHeaders Add(string name, string value)
    {
        _lines.Add(new(FullName(name), value));
        return this;
    }

    public SipHeaders AddAll(string name, IEnumerable<string> values)
    {
        foreach (var value in values) Add(name, value);
        return this;
    }

    /// <summary>Puts a line above all others of its name (Via of a new hop).</summary>
    public SipHeaders AddFirst(string name, string value)
    {
        var index = IndexOf(name);
        _lines.Insert(index < 0 ? 0 : index, new(FullName(name), value));
        return this;
    }

    /// <summary>Replaces all lines of that name by one.</summary>
    public SipHeaders Set(string name, string value)
    {
        var index = IndexOf(name);
        if (index < 0) return Add(name, value);
        Remove(name);
        _lines.Insert(index, new(FullName(name), value));
        return this;
    }

    public SipHeaders Remove(string name)
    {
        var full = FullName(name);
        _lines.RemoveAll(line => Same(line.Key, full));
        return this;
    }

    public bool Has(string name) => IndexOf(name) >= 0;

    public SipHeaders Copy()
    {
        var copy = new SipHeaders();
        copy._lines.AddRange(_lines);
        return copy;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _lines.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(string name)
    {
        var full = FullName(name);
        return _lines.FindIndex(line => Same(line.Key, full));
    }

    private static string FullName(string name) =>
        name.Length == 1 && FullNames.TryGetValue(name, out var full) ? full : name;

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
