using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Ringway.Api;

/// <summary>What /openapi.json says beyond what the endpoints say themselves.</summary>
internal static class ApiDescription
{
    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Ringway",
                Version = "v1",
                Description = "Sign in with POST /api/v1/session; browsers then have a cookie, scripts send the token as " +
                    "`Authorization: Bearer`. Refusals are RFC 9457 problems with a `code` that stays. Facts about calls and " +
                    "agents come on the WebSocket /api/v1/events.",
            };
            document.Servers = [];
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (type == typeof(PhoneNumber))
                (schema.Type, schema.Description) = (JsonSchemaType.String, "Telephone number in E.164, +15550001000");
            return Task.CompletedTask;
        });
    }
}
