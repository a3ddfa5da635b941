using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ringway.Ari;

/// <summary>
/// A channel's id (Asterisk's <c>uniqueid</c>). We choose it where ARI lets us: a second create under the same id is then
/// refused with 409 instead of doubled.
/// </summary>
[JsonConverter(typeof(ChannelIdConverter))]
public readonly record struct ChannelId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>
/// A bridge's id, chosen by us like <see cref="ChannelId"/>. Never that of a channel: Asterisk keeps an application's subscriptions by
/// id alone, and tells nothing of a bridge whose id it knows as a channel's (22.10.1, tried).
/// </summary>
[JsonConverter(typeof(BridgeIdConverter))]
public readonly record struct BridgeId(string Value)
{
    public override string ToString() => Value;
}

internal sealed class ChannelIdConverter : JsonConverter<ChannelId>
{
    public override ChannelId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, ChannelId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

internal sealed class BridgeIdConverter : JsonConverter<BridgeId>
{
    public override BridgeId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, BridgeId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
