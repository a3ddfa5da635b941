using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.Api;

/// <summary>A bot may do with its own calls some of what an agent may, in the name of its id.</summary>
public static class BotAccess
{
    /// <summary>For who is signed in, and for a bot that has the call.</summary>
    internal static TBuilder RequireSignInOrBot<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireSignIn().WithMetadata(Welcome.Instance);

    /// <summary>What stands for a sign-in of the bot whose token this is; null when it is none, or no bot is welcome here.</summary>
    internal static SessionRow? Find(HttpContext context, string? bearer)
    {
        if (bearer is null || context.GetEndpoint()?.Metadata.GetMetadata<Welcome>() is null) return null;
        var options = (RingwayOptions)context.RequestServices.GetService(typeof(RingwayOptions))!;
        var bot = options.Bots.FirstOrDefault(bot => bot.Token.Reveal() is { Length: > 0 } token
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(bearer), Encoding.UTF8.GetBytes(token)));
        return bot is null ? null : new("", bot.Id, null, Ready: false, default, default, DateTimeOffset.MaxValue);
    }

    private sealed class Welcome
    {
        public static readonly Welcome Instance = new();
    }
}
