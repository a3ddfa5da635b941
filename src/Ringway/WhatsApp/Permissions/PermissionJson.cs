using System.Text.Json.Serialization;

namespace Ringway.WhatsApp.Permissions;

/// <summary>How the facts of a permission lie in the store. A field that an older version did not have is at its default.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Permission))]
public sealed partial class PermissionJson : JsonSerializerContext;
