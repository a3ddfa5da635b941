using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Ringway.Options;

/// <summary>
/// What the operator wrote, before anybody knows what it means: values, maps and lists, each with the place that it
/// comes from. Environment and command line are laid over the file here, so the reader sees one tree.
/// </summary>
internal sealed class SettingTree
{
    private const string Prefix = "RINGWAY__";
    private readonly List<Fault> _faults;

    public SettingTree(List<Fault> faults) => _faults = faults;

    public Setting Root { get; private set; } = new("");

    /// <summary>Reads the file. Its name stands in every fault as <c>name:line</c>.</summary>
    public void ReadFile(string path)
    {
        var name = Path.GetFileName(path);
        try
        {
            var yaml = new YamlStream();
            using var text = File.OpenText(path);
            yaml.Load(text);
            if (yaml.Documents.Count > 0) Root = Convert(yaml.Documents[0].RootNode, name);
        }
        catch (YamlException fault)
        {
            _faults.Add(new Fault("", fault.Message.TrimEnd('.'), $"{name}:{fault.Start.Line}"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _faults.Add(new Fault("", $"cannot be read: {fault.Message}", path));
        }
    }

    /// <summary><c>RINGWAY__calls__ringSeconds=20</c>; lists by place, <c>RINGWAY__lines__0__number</c>.</summary>
    public void LayEnvironment(IEnumerable<KeyValuePair<string, string>> environment)
    {
        foreach (var (name, value) in environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                Lay(name[Prefix.Length..].Split("__"), value, $"environment variable {name}");
    }

    /// <summary><c>--set calls.ringSeconds=20</c>; lists by place, <c>lines.0.number</c> or <c>lines[0].number</c>.</summary>
    public void LayArguments(IEnumerable<string> assignments)
    {
        foreach (var assignment in assignments)
        {
            var equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                Lay(Steps(assignment[..equals]), assignment[(equals + 1)..], $"--set {assignment[..equals]}");
            else
                _faults.Add(new Fault(assignment, "expected key=value", "--set"));
        }
    }

    private static string[] Steps(string key) =>
        key.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Trim().Split('.');

    private void Lay(string[] steps, string value, string where)
    {
        var at = Root;
        foreach (var step in steps) at = at.ChildForWriting(step, where);
        at.Become(value, where);
    }

    private static Setting Convert(YamlNode node, string file)
    {
        var setting = new Setting($"{file}:{node.Start.Line}");
        switch (node)
        {
            case YamlScalarNode scalar:
                setting.Become(IsNull(scalar) ? null : scalar.Value, setting.Where);
                break;
            case YamlSequenceNode list:
                setting.Items = [.. list.Children.Select(child => Convert(child, file))];
                break;
            case YamlMappingNode map:
                setting.Children = [];
                foreach (var (key, child) in map.Children)
                {
                    var converted = Convert(child, file);
                    // A value on the next line is still looked for where its key stands.
                    converted.Where = $"{file}:{key.Start.Line}";
                    setting.Children[(key as YamlScalarNode)?.Value ?? key.ToString()] = converted;
                }

                break;
        }

        return setting;
    }

    private static bool IsNull(YamlScalarNode scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is null or "" or "~" or "null";
}

/// <summary>One place in the tree: a value, a map or a list.</summary>
internal sealed class Setting(string where)
{
    public string Where { get; set; } = where;

    /// <summary>The text as written; null for an empty value, and for a map or a list.</summary>
    public string? Value { get; private set; }

    public Dictionary<string, Setting>? Children { get; set; }

    public List<Setting>? Items { get; set; }

    public bool IsValue => Children is null && Items is null;

    public void Become(string? value, string where)
    {
        (Value, Where, Children, Items) = (value, where, null, null);
    }

    /// <summary>The child of that name or place, made if it is not there; names in the environment may differ in case.</summary>
    public Setting ChildForWriting(string step, string where)
    {
        if (int.TryParse(step, out var place) && place is >= 0 and < 1000)
        {
            Items ??= [];
            while (Items.Count <= place) Items.Add(new Setting(where));
            return Items[place];
        }

        Children ??= new Dictionary<string, Setting>();
        var name = Children.Keys.FirstOrDefault(key => key.Equals(step, StringComparison.OrdinalIgnoreCase)) ?? step;
        if (!Children.TryGetValue(name, out var child)) Children[name] = child = new Setting(where) { IsLaidOver = true };
        return child;
    }

    /// <summary>Not from the file: its name may be written in any case, as environment variables are.</summary>
    public bool IsLaidOver { get; private init; }
}
