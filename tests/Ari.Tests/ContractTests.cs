using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ringway.Ari.Tests;

/// <summary>
/// The client against the running Asterisk's own description: nothing is missing, nothing is invented, and the types are the same. When a
/// newer Asterisk brings something new, this says what.
/// </summary>
[Collection(OneAsterisk.Name), Trait("needs", "asterisk")]
public class ContractTests(RealAsterisk asterisk) : IAsyncLifetime
{
    /// <summary>The event socket itself: <see cref="AriApplication"/> opens it.</summary>
    private const string TheSocket = "GET events";

    private ApiDocs _docs = null!;

    public async ValueTask InitializeAsync()
    {
        using var http = asterisk.Http();
        _docs = await ApiDocs.ReadAsync(http);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Every_operation_can_be_asked_for_and_no_other()
    {
        Assert.True(_docs.Operations.Count >= 100, $"It describes {_docs.Operations.Count} operations.");
        var ours = new Repertoire().All.Select(asked => _docs.NameOf(asked.Operation)).ToHashSet();
        var theirs = _docs.Operations.Select(operation => operation.ToString()).Where(operation => operation != TheSocket).ToHashSet();
        AssertNone(theirs.Except(ours).Select(operation => $"{operation} cannot be asked for."));
        AssertNone(ours.Except(theirs).Select(operation => $"{operation} is not described."));
    }

    [Fact]
    public void Every_parameter_can_be_given_and_no_other_and_what_must_be_given_always_is()
    {
        var faults = new List<string>();
        var ours = new Repertoire().All.ToLookup(asked => _docs.NameOf(asked.Operation));
        foreach (var operation in _docs.Operations.Where(operation => operation.ToString() != TheSocket))
        {
            var theirs = operation.Parameters.Select(parameter => parameter.Name).ToHashSet();
            var given = ours[operation.ToString()].SelectMany(asked => asked.Parameters.Select(parameter => parameter.Key)).ToHashSet();
            faults.AddRange(theirs.Except(given).Select(name => $"{operation}: {name} cannot be given."));
            faults.AddRange(given.Except(theirs).Select(name => $"{operation}: there is no {name}."));
            foreach (var asked in ours[operation.ToString()])
            {
                var said = asked.Parameters.Select(parameter => parameter.Key).ToHashSet();
                faults.AddRange(operation.Parameters.Where(parameter => parameter.Required && !said.Contains(parameter.Name))
                    .Select(parameter => $"{operation}: {asked.Method.Name} ({asked.Fullness}) leaves out {parameter.Name}."));
            }
        }
        AssertNone(faults);
    }

    [Fact]
    public void A_parameter_has_the_described_type_and_takes_each_of_the_described_words()
    {
        var faults = new List<string>();
        var ours = new Repertoire().All.ToLookup(asked => _docs.NameOf(asked.Operation));
        foreach (var operation in _docs.Operations)
        {
            foreach (var parameter in operation.Parameters)
            {
                var values = ours[operation.ToString()].SelectMany(asked => asked.Parameters).Where(given => given.Key == parameter.Name)
                    .Select(given => given.Value).Where(value => value != "in the path").ToHashSet();
                faults.AddRange(values.Where(value => !Fits(value, parameter.Type)).Select(value => $"{operation}: {parameter.Name}={value} is no {parameter.Type}."));
                // A device's state is a word that Asterisk says as well, so it is a string on both ways (DeviceStates).
                if (parameter.Words.Count > 0 && parameter.Name != "deviceState" && !values.SetEquals(parameter.Words))
                    faults.Add($"{operation}: {parameter.Name} can be {string.Join('|', values)}, described as {string.Join('|', parameter.Words)}.");
            }
        }
        AssertNone(faults);

        static bool Fits(string value, string type) => type switch
        {
            "int" or "long" => long.TryParse(value, out _),
            "boolean" => value is "true" or "false",
            "containers" or "object" => value[0] is '{' or '[',
            _ => true,
        };
    }

    [Fact]
    public void An_answer_has_the_described_type()
    {
        // Where ours says more, or less roundabout: what is in a variable rather than the object around it.
        Dictionary<string, Type> better = new()
        {
            ["Variable"] = typeof(string), ["Variables"] = typeof(IReadOnlyDictionary<string, string>), ["binary"] = typeof(byte[]),
        };
        var faults = new List<string>();
        var ours = new Repertoire().All.ToLookup(asked => _docs.NameOf(asked.Operation));
        foreach (var operation in _docs.Operations)
        {
            foreach (var method in ours[operation.ToString()].Select(asked => asked.Method).Distinct())
            {
                var answer = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : typeof(void);
                var same = operation.Response == "void" ? answer == typeof(void)
                    : better.TryGetValue(operation.Response, out var type) ? answer == type
                    : Same(operation.Response, answer);
                if (!same && method.Name != nameof(AriClient.ClaimAsync)) // Whether it was claimed, which Asterisk says with 204 or 409.
                    faults.Add($"{operation}: {method.Name} gives {answer}, described as {operation.Response}.");
            }
        }
        AssertNone(faults);
    }

    [Fact]
    public void Every_event_is_typed_and_no_other()
    {
        var theirs = _docs.Models["Message"].SubTypes.Concat(_docs.Models["Event"].SubTypes).Where(type => type != "Event").ToHashSet();
        Assert.True(theirs.Count >= 46, $"It describes {theirs.Count} types.");
        var ours = AriJsonContext.Default.AriEvent.PolymorphismOptions!.DerivedTypes.ToDictionary(known => (string)known.TypeDiscriminator!, known => known.DerivedType);
        AssertNone(theirs.Except(ours.Keys).Select(type => $"{type} is not typed."));
        AssertNone(ours.Keys.Except(theirs).Select(type => $"{type} is not described."));
        Assert.All(ours.Where(type => type.Value != typeof(RestResponse)), type => Assert.Equal(type.Key, type.Value.Name));
    }

    [Fact]
    public void Every_model_is_a_record_with_the_described_members_of_the_described_types()
    {
        // Whoever looks for a model finds it here, or reads why there is none.
        string[] none =
        [
            "Dialed", // It has no members, and nothing refers to it.
            "RESTRequest", "RESTQueryStringParameter", // Written, not read: see the next test.
            "RESTHeader", // Nothing refers to it.
        ];
        var faults = new List<string>();
        var envelope = _docs.Models["Message"].Members.Concat(_docs.Models["Event"].Members).Select(member => member.Name).ToHashSet();
        foreach (var model in _docs.Models.Values.Where(model => !none.Contains(model.Name)))
        {
            var info = AriJsonContext.Default.GetTypeInfo(Record(model.Name));
            Assert.True(info is not null, $"{model.Name} cannot be read.");
            var isEvent = info.Type.IsAssignableTo(typeof(AriEvent));
            var ours = info.Properties.Where(property => property.Get is not null).Where(property => !isEvent || model.Name is "Event" or "Message" || !envelope.Contains(property.Name)).ToDictionary(property => property.Name);
            if (model.Name is not ("Event" or "Message")) // Two in the description, one with us.
                faults.AddRange(ours.Keys.Except(model.Members.Select(member => member.Name)).Select(name => $"{model.Name}: there is no {name}."));
            foreach (var member in model.Members.Where(member => !IsLeft(model.Name, member.Name)))
            {
                if (!ours.TryGetValue(member.Name, out var property))
                    faults.Add($"{model.Name}: {member.Name} is not read.");
                else if (!Same(member.Type, property.PropertyType) && !IsBetter(model.Name, member.Name))
                    faults.Add($"{model.Name}: {member.Name} is {property.PropertyType}, described as {member.Type}.");
                else if (MayBeNull(property) == member.Required && !IsEmptyInsteadOfNull(property.PropertyType) && !IsOften(model.Name, member.Name))
                    faults.Add($"{model.Name}: {member.Name} may {(member.Required ? "" : "not ")}be null, described as {(member.Required ? "required" : "optional")}.");
            }
        }
        AssertNone(faults);

        // The discriminator is the record itself; the rest repeats what we sent.
        static bool IsLeft(string model, string member) => (model, member) is ("Message", "type") or ("RESTResponse", "transaction_id" or "content_type");

        // "string" is all the description says of this time.
        static bool IsBetter(string model, string member) => (model, member) is ("AsteriskPing", "timestamp");

        // Described as required, and yet not always there: a REFER need not say who refers (RFC 3892), and our own side's events have
        // no id of an Asterisk.
        static bool IsOften(string model, string member) => (model, member) is ("ChannelTransfer", "referred_by") or ("Message", "asterisk_id");

        static bool IsEmptyInsteadOfNull(Type type) => type.IsGenericType && type.Namespace == typeof(ImmutableArray).Namespace;
    }

    [Fact]
    public void What_we_write_over_the_socket_is_as_described()
    {
        var message = JsonDocument.Parse(new AriRequest("POST", "channels/{channelId}", "1").With("app", "a").WithBody(_ => { }).ToMessage(1)).RootElement;
        Assert.Equal(_docs.Models["RESTRequest"].Members.Select(member => member.Name).Order(), message.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(
            _docs.Models["RESTQueryStringParameter"].Members.Select(member => member.Name).Order(),
            message.GetProperty("query_strings")[0].EnumerateObject().Select(member => member.Name).Order());
    }

    [Fact]
    public void Every_described_word_of_a_state_has_a_name()
    {
        Dictionary<string, Type> words = new()
        {
            ["Channel.state"] = typeof(ChannelState), ["Bridge.bridge_type"] = typeof(BridgeTypes), ["Endpoint.state"] = typeof(EndpointState),
            ["DeviceState.state"] = typeof(DeviceStates), ["ContactInfo.contact_status"] = typeof(ContactStatus),
            ["Playback.state"] = typeof(PlaybackState), ["LiveRecording.state"] = typeof(RecordingState),
        };
        var described = _docs.Models.Values.SelectMany(model => model.Members.Where(member => member.Words.Count > 0)
            .Select(member => (Name: $"{model.Name}.{member.Name}", member.Words))).ToList();
        Assert.Equal(words.Keys.Order(), described.Select(member => member.Name).Order());
        Assert.All(described, member => Assert.Equal(
            member.Words.Order(), words[member.Name].GetFields().Select(field => (string)field.GetRawConstantValue()!).Order()));
    }

    /// <summary>The record for a model: of the same name, but where that would not be a C# name.</summary>
    private static Type Record(string model) => model switch
    {
        "Message" or "Event" => typeof(AriEvent),
        "RESTResponse" => typeof(RestResponse),
        "RTPstat" => typeof(RtpStatistics),
        "CallerID" => typeof(CallerId),
        "DialplanCEP" => typeof(Dialplan),
        "Variable" => typeof(VariableAnswer),
        "Variables" => typeof(VariablesAnswer),
        _ => typeof(AriEvent).Assembly.GetType($"Ringway.Ari.{model}") ?? throw new InvalidOperationException($"There is no record {model}."),
    };

    private static bool Same(string described, Type ours)
    {
        ours = Nullable.GetUnderlyingType(ours) ?? ours;
        if (described.StartsWith("List[", StringComparison.Ordinal))
            return Element(ours) is { } element && Same(described[5..^1], element);
        return described switch
        {
            "string" => ours == typeof(string) || ours == typeof(ChannelId) || ours == typeof(BridgeId),
            "int" => ours == typeof(int) || ours == typeof(long), // Counters and SSRCs go beyond an int's 31 bits.
            "long" => ours == typeof(long),
            "double" => ours == typeof(double),
            "boolean" => ours == typeof(bool),
            "Date" => ours == typeof(DateTimeOffset),
            "object" => ours == typeof(JsonElement) || ours == typeof(EventFilter) || ours.IsGenericType && ours.GetGenericArguments() is [var key, _] && key == typeof(string),
            _ => ours == Record(described),
        };
    }

    private static Type? Element(Type list) =>
        list.IsGenericType && list.GetGenericTypeDefinition() is var kind && (kind == typeof(ImmutableArray<>) || kind == typeof(IReadOnlyList<>))
            ? list.GetGenericArguments()[0]
            : null;

    private static void AssertNone(IEnumerable<string> faults)
    {
        var all = faults.Distinct().Order().ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    private static bool MayBeNull(JsonPropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null
        || new NullabilityInfoContext().Create((PropertyInfo)property.AttributeProvider!).ReadState == NullabilityState.Nullable;
}
