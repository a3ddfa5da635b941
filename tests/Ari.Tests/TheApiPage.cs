using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Ringway.Ari.Tests;

/// <summary>docs/ari-api.md is the public surface of the package, with its docstrings. RINGWAY_WRITE_DOCS=1 writes it.</summary>
public partial class TheApiPage
{
    private static readonly NullabilityInfoContext Nullability = new();

    private readonly Dictionary<string, string> _summaries = Summaries();

    [Fact]
    public void Is_what_the_package_offers()
    {
        var file = Path.GetFullPath(Path.Combine(ReadmeTests.Here(), "../../docs/ari-api.md"));
        var page = Page();
        if (Environment.GetEnvironmentVariable("RINGWAY_WRITE_DOCS") == "1")
            File.WriteAllText(file, page);
        Assert.True(File.Exists(file) && File.ReadAllText(file) == page, "docs/ari-api.md is not what the code says. RINGWAY_WRITE_DOCS=1 in the tests writes it.");
    }

    private string Page()
    {
        var page = new StringBuilder("""
            # Ringway.Ari: the API

            Made from the code; what is said here stands in the docstrings too. How to use it: [README](../src/Ari/README.md).

            """.ReplaceLineEndings("\n"));
        foreach (var type in typeof(AriClient).Assembly.GetExportedTypes().OrderBy(Rank).ThenBy(type => type.Name, StringComparer.Ordinal))
            Describe(page, type);
        return page.ToString();
    }

    /// <summary>What one begins with, then the events, then the models.</summary>
    private static int Rank(Type type) => type.Name switch
    {
        nameof(AriApplication) => 0,
        nameof(AriClient) => 1,
        _ when type.IsSubclassOf(typeof(AriEvent)) => 3,
        _ when type.Name.StartsWith("Ari", StringComparison.Ordinal) => 2,
        _ => 4,
    };

    private void Describe(StringBuilder page, Type type)
    {
        page.Append("\n## ").Append(Name(type)).Append('\n');
        if (_summaries.GetValueOrDefault("T:" + type.FullName) is { Length: > 0 } summary)
            page.Append('\n').Append(summary).Append('\n');
        var lines = type.IsEnum
            ? [.. Enum.GetNames(type).Select(name => Line($"`{name}`", _summaries.GetValueOrDefault($"F:{type.FullName}.{name}")))]
            : Properties(type).Select(property => Line($"`{Name(property)} {property.Name}`", Summary(property)))
                .Concat(Methods(type).Select(method => Line($"`{Signature(method)}`", Summary(method)))).ToList();
        if (lines.Count > 0)
            page.Append('\n').AppendJoin('\n', lines).Append('\n');
    }

    private static string Line(string what, string? summary) => summary is null or "" ? $"- {what}" : $"- {what}: {summary}";

    private static IEnumerable<PropertyInfo> Properties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(property => property.GetMethod is { IsPublic: true } && property.Name != "EqualityContract");

    private static IEnumerable<MethodInfo> Methods(Type type) => type
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(method => !method.IsSpecialName && method.GetCustomAttribute<CompilerGeneratedAttribute>() is null
            && method.GetBaseDefinition() == method && !method.Name.StartsWith('<'));

    private string Summary(PropertyInfo property) => _summaries.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}") ?? "";

    private string Summary(MethodInfo method)
    {
        var begin = $"M:{method.DeclaringType!.FullName}.{method.Name}";
        var count = method.GetParameters().Length;
        var own = _summaries.Where(entry => entry.Key == begin || entry.Key.StartsWith(begin + "(", StringComparison.Ordinal) || entry.Key.StartsWith(begin + "``", StringComparison.Ordinal));
        var first = method.GetParameters().FirstOrDefault()?.ParameterType.FullName ?? "";
        return own.FirstOrDefault(entry => Arguments(entry.Key) == count && (count == 0 || entry.Key.Contains("(" + first, StringComparison.Ordinal))).Value ?? "";
    }

    private static int Arguments(string key)
    {
        if (!key.Contains('('))
            return 0;
        var depth = 0;
        return 1 + key[(key.IndexOf('(') + 1)..].Count(letter => (depth += letter is '{' ? 1 : letter is '}' ? -1 : 0) == 0 && letter == ',');
    }

    private static string Signature(MethodInfo method) =>
        $"{Name(method.ReturnType)} {method.Name}({string.Join(", ", method.GetParameters().Select(parameter => $"{Name(parameter)} {parameter.Name}{(parameter.HasDefaultValue ? " = …" : "")}"))})";

    private static string Name(PropertyInfo property) => Name(property.PropertyType) + (IsNullable(Nullability.Create(property).ReadState, property.PropertyType) ? "?" : "");

    private static string Name(ParameterInfo parameter) => Name(parameter.ParameterType) + (IsNullable(Nullability.Create(parameter).ReadState, parameter.ParameterType) ? "?" : "");

    private static bool IsNullable(NullabilityState state, Type type) => state == NullabilityState.Nullable && !type.IsValueType;

    private static string Name(Type type) =>
        Nullable.GetUnderlyingType(type) is { } inner ? Name(inner) + "?"
        : type.IsArray ? Name(type.GetElementType()!) + "[]"
        : !type.IsGenericType ? type.Name switch { "String" => "string", "Int32" => "int", "Int64" => "long", "Boolean" => "bool", "Double" => "double", "Byte" => "byte", "Void" => "void", var name => name }
        : $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";

    private static Dictionary<string, string> Summaries()
    {
        var file = Path.ChangeExtension(typeof(AriClient).Assembly.Location, ".xml");
        return XDocument.Load(file).Descendants("member").ToDictionary(
            member => member.Attribute("name")!.Value, member => Text(member.Element("summary")));
    }

    private static string Text(XElement? summary) => summary is null ? "" : Spaces().Replace(string.Concat(summary.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement element when element.Attribute("cref")?.Value is { } cref => $"`{Short(cref)}`",
        XElement element when (element.Attribute("langword") ?? element.Attribute("name"))?.Value is { } word => $"`{word}`",
        _ => "",
    })), " ").Trim();

    private static string Short(string cref)
    {
        var name = cref[2..].Split('(')[0].Split('.');
        return cref[0] == 'T' ? name[^1] : string.Join('.', name[^2..]);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
