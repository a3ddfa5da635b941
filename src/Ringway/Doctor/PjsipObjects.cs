using Ringway.Asterisk;

namespace Ringway.Doctor;

/// <summary>One object of pjsip.conf with the values that it has from its templates and from itself.</summary>
/// <param name="Type">endpoint, aor, auth, identify or transport.</param>
public sealed record PjsipObject(string Type, string Id, IReadOnlyDictionary<string, string> Fields);

/// <summary>Reads our own pjsip.conf as Asterisk does, as far as we use its language (templates, comments, escapes). Pure.</summary>
public static class PjsipObjects
{
    public static IReadOnlyList<PjsipObject> Of(ConfFile file)
    {
        var templates = new Dictionary<string, Dictionary<string, string>>();
        var objects = new List<PjsipObject>();
        Dictionary<string, string> fields = [];
        foreach (var line in file.Render().Split('\n').Where(line => line.Length > 0 && line[0] != ';'))
        {
            if (line[0] == '[')
                fields = Begin(line, templates, objects);
            else if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
                fields[line[..at]] = Value(line[(at + 1)..]);
        }

        return [.. objects.Select(one => one with { Type = one.Fields.GetValueOrDefault("type", "") })];
    }

    private static Dictionary<string, string> Begin(string head, Dictionary<string, Dictionary<string, string>> templates, List<PjsipObject> objects)
    {
        var (name, rest) = (head[1..head.IndexOf(']', StringComparison.Ordinal)], head[(head.IndexOf(']', StringComparison.Ordinal) + 1)..].Trim('(', ')'));
        var from = rest.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var fields = from.Where(one => one != "!").SelectMany(one => templates[one]).GroupBy(field => field.Key)
            .ToDictionary(field => field.Key, field => field.Last().Value);
        if (from.Contains("!")) templates[name] = fields;
        else objects.Add(new PjsipObject("", name, fields));
        return fields;
    }

    /// <summary>Without the comment, which begins at a semicolon that no backslash stands before.</summary>
    private static string Value(string text)
    {
        for (var at = 0; at < text.Length; at++)
            if (text[at] == ';' && (at == 0 || text[at - 1] != '\\'))
                return Unescaped(text[..at]);
        return Unescaped(text);
    }

    private static string Unescaped(string text) => text.Trim().Replace("\\;", ";", StringComparison.Ordinal);
}
