using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Ringway.Options;

namespace Ringway.Api;

/// <summary>
/// The operator's command line on this machine. Who can read <c>secrets.json</c> may ask what a signed-in agent may; the token
/// is made from the key there, and is kept nowhere.
/// </summary>
public static class OperatorAccess
{
    /// <summary>For <c>Authorization: Bearer …</c>; 256 bits.</summary>
    public static string Token(Secrets secrets) => Base64Url.EncodeToString(
        HMACSHA256.HashData(Convert.FromBase64String(secrets.Key), "ringway: the operator's command line"u8));

    /// <summary>For who is signed in, and for the operator.</summary>
    internal static TBuilder RequireSignInOrOperator<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireSignIn().WithMetadata(Welcome.Instance);

    internal static bool IsOperator(HttpContext context, string? bearer) =>
        bearer is not null
        && context.GetEndpoint()?.Metadata.GetMetadata<Welcome>() is not null
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(bearer), Encoding.UTF8.GetBytes(Token((Secrets)context.RequestServices.GetService(typeof(Secrets))!)));

    private sealed class Welcome
    {
        public static readonly Welcome Instance = new();
    }
}
