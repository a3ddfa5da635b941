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

    /// <summary>Methods that ask for nothing by themselves.</summary>
    private static readonly string[] NotAsking = [nameof(AriClient.For), nameof(AriClient.Within), nameof(AriClient.SendAsync)];

    public IReadOnlyList<Asked> All { get; } = [.. typeof(AriClient)
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(method => !NotAsking.Contains(method.Name))
        .SelectMany(method => Enumerable.Range(0, Rounds).Select(round => Call(method, Fullness.Full, round)).Append(Call(method, Fullness.Least, 0)))];

    private static Asked Call(MethodInfo method, Fullness fullness, int round)
    {
        var path = new WritesDown();
        object?[] arguments = [.. method.GetParameters().Select(parameter => parameter.HasDefaultValue && fullness == Fullness.Least
            ? parameter.DefaultValue is null && parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : Default(parameter)
            : Sample(parameter.ParameterType, Nullability.Create(parameter), parameter.Name!, fullness, round))];
        var task = (Task)method.Invoke(new AriClient(path), arguments)!;
        _ = task.Exception; // Nobody answers.
        return new(method, fullness, Assert.Single(path.Requests.DistinctBy(request => request.Path)));
    }

    private static object? Default(ParameterInfo parameter) =>
        parameter.ParameterType.IsEnum ? Enum.ToObject(parameter.ParameterType, parameter.DefaultValue!) : parameter.DefaultValue;

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
