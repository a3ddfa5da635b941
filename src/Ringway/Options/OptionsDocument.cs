using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Ringway.Calls;
using Ringway.Hours;
using Ringway.News;

namespace Ringway.Options;

/// <summary>The tables of docs/configuration.md, made from the option records; a test holds the page against them.</summary>
public static class OptionsDocument
{
    /// <summary>One table for the top level and one for each section, each with its heading; sections in sections follow theirs.</summary>
    public static string Tables()
    {
        var text = new StringBuilder();
        Table(text, "Top level", "", typeof(RingwayOptions));
        Sections(text, "", typeof(RingwayOptions));
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void Sections(StringBuilder text, string prefix, Type type)
    {
        foreach (var (property, key) in OptionsReader.Keys(type))
            if (Section(property.PropertyType) is { } section)
            {
                var name = $"{prefix}{key.Name}";
                var below = IsList(property.PropertyType) ? $"{name}[]." : $"{name}.";
                Table(text, $"`{name}`: {key.Means}", below, section);
                Sections(text, below, section);
            }
    }

    private static void Table(StringBuilder text, string heading, string prefix, Type type)
    {
        text.Append(CultureInfo.InvariantCulture, $"### {heading}\n\n| key | default | allowed | meaning |\n|---|---|---|---|\n");
        var defaults = Activator.CreateInstance(type)!;
        foreach (var (property, key) in OptionsReader.Keys(type))
            if (Section(property.PropertyType) is null)
                text.Append(CultureInfo.InvariantCulture,
                    $"| `{prefix}{key.Name}` | {Default(key, property.GetValue(defaults))} | {Allowed(key, property.PropertyType)} | {key.Means} |\n");
        text.Append('\n');
    }

    private static Type? Section(Type type)
    {
        var of = IsList(type) ? type.GetGenericArguments()[0] : type;
        return of.Namespace == typeof(RingwayOptions).Namespace && !of.IsEnum && of != typeof(Secret) ? of : null;
    }

    private static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    private static string Default(KeyAttribute key, object? value) =>
        key.Required ? "required" : key.DefaultIs ?? value switch
        {
            TimeSpan span when key.Name.EndsWith("Hours", StringComparison.Ordinal) => $"`{span.TotalHours}`",
            TimeSpan span => $"`{span.TotalSeconds}`",
            Enum choice => $"`{OptionsReader.Camel(choice.ToString())}`",
            ImmutableArray<IPNetwork> => "none",
            _ => $"`{value}`",
        };

    private static string Allowed(KeyAttribute key, Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(TimeSpan) =>
            $"{key.Min} to {key.Max} {(key.Name.EndsWith("Hours", StringComparison.Ordinal) ? "h" : "s")}",
        var t when t == typeof(int) => $"{key.Min} to {key.Max}",
        var t when t.IsEnum => string.Join(", ", Enum.GetNames(t).Select(name => $"`{OptionsReader.Camel(name)}`")),
        var t when t == typeof(PhoneNumber) => "E.164",
        var t when t == typeof(IPEndPoint) => "`address:port` or `port`",
        var t when t == typeof(IPAddress) => "IP address",
        var t when t == typeof(Secret) => "secret",
        var t when t == typeof(ImmutableArray<IPNetwork>) => "list of networks",
        var t when t == typeof(ImmutableArray<string>) => key.IsId ? "list of ids" : "list of texts",
        var t when t == typeof(ImmutableArray<Skill>) => "list of skills",
        var t when t == typeof(ImmutableArray<NewsKind>) =>
            "list of " + string.Join(", ", Enum.GetNames<NewsKind>().Select(name => $"`{OptionsReader.Camel(name)}`")),
        var t when t == typeof(ImmutableArray<WeekLine>) => "list of days with times",
        var t when t == typeof(ImmutableArray<Holiday>) => "list of dates",
        _ => key.IsFile ? "file" : key.IsId ? "`a-z 0-9 -`, at most 20" : "text",
    };
}
