using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace Ringway.Ari.Tests;

/// <summary>Everything that <see cref="AriClient"/> can ask of Asterisk: each of its methods called, and what it asked written down.</summary>
internal sealed class Repertoire
{
    /// <summary>More than any of the enums has members, so that each member is said once.</summary>
    private const int Rounds = 15;

    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly string[] NotAsking = [nameof(AriClient.For), nameof(AriClient.Within), nameof(AriClient.SendAsync)];

    /// <summary>Its methods, but for those that ask for nothing by themselves.</summary>
    public static IEnumerable<MethodInfo> Methods => typeof(AriClient)
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(method => !NotAsking.Contains(method.Name));

    public IReadOnlyList<Asked> All { get; } = [.. Methods.SelectMany(method => Enumerable.Range(0, Rounds)
        .Select(round => Ask(method, Fullness.Full, round)).Append(Ask(method, Fullness.Least, 0)))];

    /// <summary>Calls a method over some path, with arguments made up for it.</summary>
    public static Task Call(MethodInfo method, IAriPath path, Fullness fullness, int round = 0) => (Task)method.Invoke(
        new AriClient(path),
        [.. method.GetParameters().Select(parameter => parameter.HasDefaultValue && fullness == Fullness.Least
            ? Default(parameter)
            : Sample(parameter.ParameterType, Nullability.Create(parameter), parameter.Name!, fullness, round))])!;

    private static Asked Ask(MethodInfo method, Fullness fullness, int round)
    {
        var path = new WritesDown();
        _ = Call(method, path, fullness, round).Exception; // Nobody answers.
        return new(method, fullness, Assert.Single(path.Requests.DistinctBy(request => request.Path)));
    }

    private static object? Default(ParameterInfo parameter) => parameter switch
    {
        { ParameterType.IsEnum: true } => Enum.ToObject(parameter.ParameterType, parameter.DefaultValue!),
        { DefaultValue: null, ParameterType.IsValueType: true } => Activator.CreateInstance(parameter.ParameterType),
        _ => parameter.DefaultValue,
    };

    private static object? Sample(Type type, NullabilityInfo nullability, string name, Fullness fullness, int round)
    {
        if (fullness == Fullness.Least && nullability.WriteState == NullabilityState.Nullable)
            return null;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return "some-" + name;
        if (type == typeof(ChannelId) || type == typeof(BridgeId))
            return Activator.CreateInstance(type, "some-" + name);
        if (type == typeof(int) || type == typeof(long))
            return Convert.ChangeType(7, type);
        if (type == typeof(bool))
            return round % 2 == 0;
        if (type == typeof(CancellationToken))
            return CancellationToken.None;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(round % Enum.GetValues(type).Length);
        if (type.IsAssignableTo(typeof(IEnumerable)))
            return Several(type);
        return Record(type, fullness, round);
    }

    private static object Several(Type type) =>
        type.IsAssignableFrom(typeof(Dictionary<string, string>)) ? new Dictionary<string, string> { ["A"] = "1" }
        : type.IsAssignableFrom(typeof(ChannelId[])) ? new ChannelId[] { new("a") }
        : new[] { "a" };

    private static object Record(Type type, Fullness fullness, int round)
    {
        var made = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties())
        {
            var required = property.CustomAttributes.Any(a => a.AttributeType == typeof(System.Runtime.CompilerServices.RequiredMemberAttribute));
            if (required || fullness == Fullness.Full)
                property.SetValue(made, Sample(property.PropertyType, Nullability.Create(property), property.Name, fullness, round));
        }
        return made;
    }

    /// <summary>A path on which nothing travels.</summary>
    private sealed class WritesDown : IAriPath
    {
        public List<AriRequest> Requests { get; } = [];

        public Task<RestResponse> SendAsync(AriRequest request, CancellationToken ct)
        {
            Requests.Add(request);
            return Task.FromException<RestResponse>(new AriException(AriFailure.NotConnected, request, 0, "Nobody is there."));
        }

        public async Task<byte[]> FetchAsync(AriRequest request, CancellationToken ct)
        {
            await SendAsync(request, ct);
            return [];
        }
    }
}

/// <summary>Whether everything that may be given is given, or only what must.</summary>
internal enum Fullness
{
    Full,
    Least,
}

/// <summary>What a method asked for, when it was called so.</summary>
internal sealed record Asked(MethodInfo Method, Fullness Fullness, AriRequest Request)
{
    /// <summary>In the description's words.</summary>
    public string Operation => $"{Request.Method} {Request.Route}";

    /// <summary>Parameters by name, with their values: of the path, of the query, and the members of the body.</summary>
    public IEnumerable<KeyValuePair<string, string>> Parameters =>
        Request.Route.Split('/').Where(part => part.StartsWith('{')).Select(blank => KeyValuePair.Create(blank.Trim('{', '}'), "in the path"))
            .Concat(Request.Query)
            .Concat(Request.Body is null ? [] : JsonDocument.Parse(Request.Body).RootElement.EnumerateObject()
                .Select(member => KeyValuePair.Create(member.Name, member.Value.GetRawText())));
}
