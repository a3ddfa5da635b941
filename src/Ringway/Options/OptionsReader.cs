using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Ringway.Calls;
using Ringway.Hours;

namespace Ringway.Options;

/// <summary>Turns the tree of settings into option records by their <see cref="KeyAttribute"/>s, and collects every fault.</summary>
internal sealed partial class OptionsReader(List<Fault> faults, Func<string, string?> environment, string folder)
{
    private readonly Dictionary<string, string> _where = [];

    public RingwayOptions Read(Setting root) => (RingwayOptions)ReadRecord(typeof(RingwayOptions), root, "");

    /// <summary>One list of records alone.</summary>
    public ImmutableArray<T> ReadList<T>(Setting list, string at) where T : class =>
        ReadList(typeof(T), null!, list, at) is ImmutableArray<T> read ? read : [];

    /// <summary>Where a key was written, for the rules that look at several keys.</summary>
    public string? WhereIs(string key) => _where.GetValueOrDefault(key);

    private object ReadRecord(Type type, Setting? from, string at)
    {
        var record = Activator.CreateInstance(type)!;
        if (from is { IsValue: true, Value: not null } or { Items: not null })
        {
            Add(at, "expected keys with values below it", from);
            return record;
        }

        var keys = Keys(type);
        foreach (var (name, child) in from?.Children ?? [])
            if (Find(keys, name, child) is null)
                Add(Join(at, name), Unknown(name, keys), child);
        foreach (var (property, key) in keys) Fill(record, property, key, from, at);
        return record;
    }

    private void Fill(object record, PropertyInfo property, KeyAttribute key, Setting? from, string at)
    {
        var full = Join(at, key.Name);
        var child = from?.Children?.FirstOrDefault(pair => Find([(property, key)], pair.Key, pair.Value) is not null).Value;
        var empty = child is null or { IsValue: true, Value: null or "" };
        if (child is not null) _where[full] = child.Where;
        if (empty && key.Required)
            faults.Add(new Fault(full, $"is missing: {Small(key.Means)}", child?.Where ?? from?.Where));
        else if (property.PropertyType.Namespace == typeof(RingwayOptions).Namespace
                 && !property.PropertyType.IsEnum && property.PropertyType != typeof(Secret))
            property.SetValue(record, ReadRecord(property.PropertyType, child, full));
        else if (!empty && ReadValue(property.PropertyType, key, child!, full) is { } value)
            property.SetValue(record, value);
    }

    private object? ReadValue(Type type, KeyAttribute key, Setting from, string at)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
            return ReadList(type.GetGenericArguments()[0], key, from, at);
        if (!from.IsValue || from.Value is not { } text) return Add(at, "expected one value", from);
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => ReadText(text, key, from, at),
            _ when type == typeof(int) => ReadNumber(text, key, from, at),
            _ when type == typeof(TimeSpan) => ReadSpan(text, key, from, at),
            _ when type == typeof(Secret) => ReadSecret(text, from, at),
            _ when type == typeof(PhoneNumber) =>
                PhoneNumber.TryParse(text, out var number, out var whyNot) ? number : Add(at, $"'{text}': {whyNot}", from),
            _ when type == typeof(WeekLine) => WeekLine.TryParse(text, out var line, out var whyNot) ? line : Add(at, $"'{text}': {whyNot}", from),
            _ when type == typeof(Holiday) => Holiday.TryParse(text, out var day, out var whyNot) ? day : Add(at, $"'{text}': {whyNot}", from),
            _ when type == typeof(Skill) => Skill.TryParse(text, out var skill, out var whyNot) ? skill : Add(at, $"'{text}': {whyNot}", from),
            _ when type == typeof(IPEndPoint) => ReadEndPoint(text) ?? Add(at, $"'{text}' is not address:port, like 127.0.0.1:8080", from),
            _ when type == typeof(IPAddress) => ReadAddress(text) ?? Add(at, $"'{text}' is not an IP address", from),
            _ when type == typeof(IPNetwork) =>
                IPNetwork.TryParse(text, out var net) ? net : Add(at, $"'{text}' is not a network, like 10.0.0.0/8", from),
            _ when type.IsEnum => ReadChoice(type, text, from, at),
            _ => throw new NotSupportedException($"No way to read {type} for {at}."),
        };
    }

    private object? ReadList(Type of, KeyAttribute key, Setting from, string at)
    {
        if (from.Items is not { } items) return Add(at, "expected a list, one item per line that begins with '-'", from);
        var values = new ArrayList();
        for (var place = 0; place < items.Count; place++)
        {
            var item = $"{at}[{place}]";
            _where[item] = items[place].Where;
            var value = of.Namespace == typeof(RingwayOptions).Namespace
                ? ReadRecord(of, items[place], item)
                : ReadValue(of, key, items[place], item);
            if (value is not null) values.Add(value);
        }

        var create = typeof(OptionsReader).GetMethod(nameof(ToImmutable), BindingFlags.NonPublic | BindingFlags.Static)!;
        return create.MakeGenericMethod(of).Invoke(null, [values]);
    }

    private static ImmutableArray<T> ToImmutable<T>(ArrayList values) => [.. values.Cast<T>()];

    private object? ReadText(string text, KeyAttribute key, Setting from, string at) =>
        key.IsFile ? Path.GetFullPath(Path.Combine(folder, text))
        : !key.IsId || IdForm().IsMatch(text) ? text
        : Add(at, $"'{text}' must be small letters, digits and dashes, begin with a letter and have at most 20 characters", from);

    private object? ReadNumber(string text, KeyAttribute key, Setting from, string at)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return Add(at, $"'{text}' is not a whole number", from);
        if (number < key.Min || number > key.Max)
            return Add(at, $"{number} is outside {key.Min} to {key.Max}", from);
        return number;
    }

    private TimeSpan? ReadSpan(string text, KeyAttribute key, Setting from, string at) =>
        ReadNumber(text, key, from, at) is not int number ? null
        : key.Name.EndsWith("Hours", StringComparison.Ordinal) ? TimeSpan.FromHours(number)
        : TimeSpan.FromSeconds(number);

    /// <summary>
    /// <c>file:PATH</c> (relative to the configuration file), <c>env:NAME</c> or <c>credential:NAME</c> (systemd's), else the
    /// secret itself.
    /// </summary>
    private object? ReadSecret(string text, Setting from, string at)
    {
        if (text.StartsWith("env:", StringComparison.Ordinal))
            return environment(text[4..]) is { Length: > 0 } value
                ? new Secret(value)
                : Add(at, $"environment variable {text[4..]} is not set", from);
        if (SecretFile(text) is not { } path)
            return text.StartsWith("credential:", StringComparison.Ordinal)
                ? Add(at, "there are no systemd credentials here ($CREDENTIALS_DIRECTORY is not set); name it in LoadCredential= of the unit", from)
                : new Secret(text);
        try
        {
            var secret = File.ReadAllText(path).TrimEnd('\n', '\r');
            return secret.Length > 0 ? new Secret(secret) : Add(at, $"file {path} is empty", from);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Add(at, $"file {path} cannot be read: {fault.Message}", from);
        }
    }

    /// <summary>systemd hands credentials over as files of a folder that only the service can read (systemd.exec(5)).</summary>
    private string? SecretFile(string text) =>
        text.StartsWith("file:", StringComparison.Ordinal) ? Path.Combine(folder, text["file:".Length..])
        : text.StartsWith("credential:", StringComparison.Ordinal) && environment("CREDENTIALS_DIRECTORY") is { Length: > 0 } credentials
            ? Path.Combine(credentials, Path.GetFileName(text["credential:".Length..]))
        : null;

    private object? ReadChoice(Type type, string text, Setting from, string at)
    {
        var choices = Enum.GetNames(type).Select(Camel).ToArray();
        return Array.IndexOf(choices, text) is >= 0 and var place
            ? Enum.GetValues(type).GetValue(place)
            : Add(at, $"'{text}' is none of {string.Join(", ", choices)}{Spelling.DidYouMean(text, choices)}", from);
    }

    private static IPEndPoint? ReadEndPoint(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort)
            return new IPEndPoint(IPAddress.Loopback, port);
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || ReadAddress(text[..colon].Trim('[', ']')) is not { } address) return null;
        return int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort
            ? new IPEndPoint(address, port) : null;
    }

    private static IPAddress? ReadAddress(string text) =>
        text == "localhost" ? IPAddress.Loopback
        // "127.1" and "1" are addresses to the library; nobody means them.
        : IPAddress.TryParse(text, out var address) && (text.Contains(':') || text.Count(c => c == '.') == 3) ? address
        : null;

    private static string Unknown(string name, IEnumerable<(PropertyInfo, KeyAttribute Key)> keys) =>
        "is no option of ringway" + Spelling.DidYouMean(name, keys.Select(known => known.Key.Name));

    internal static IReadOnlyList<(PropertyInfo Property, KeyAttribute Key)> Keys(Type type) =>
        [.. from property in type.GetProperties()
            let key = property.GetCustomAttribute<KeyAttribute>()
            where key is not null
            select (property, key)];

    internal static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static KeyAttribute? Find(IEnumerable<(PropertyInfo, KeyAttribute Key)> keys, string name, Setting setting) =>
        keys.Select(known => known.Key).FirstOrDefault(key => key.Name.Equals(
            name, setting.IsLaidOver ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal));

    private static string Join(string at, string name) => at.Length == 0 ? name : $"{at}.{name}";

    private static string Small(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];

    private object? Add(string key, string text, Setting from)
    {
        faults.Add(new Fault(key, text, from.Where.Length == 0 ? null : from.Where));
        return null;
    }

    /// <summary>Ids become channel ids, section names and parts of SIP users; see <see cref="KeyAttribute.IsId"/>.</summary>
    [GeneratedRegex("^[a-z][a-z0-9-]{0,19}$")]
    private static partial Regex IdForm();
}
