using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Edge;

/// <summary>The headers that Meta writes (Meta, Calling: SIP, samples of 15 Dec 2025).</summary>
/// <param name="port">Our TLS port; it stands in the first Record-Route only when it is not SIP's 5061, which Meta has.</param>
public sealed class MetaHeaders(int port)
{
    public const string Domain = "wa.meta.vc";

    public const string Allow = "INVITE, ACK, BYE, CANCEL, NOTIFY, OPTIONS";

    /// <summary>SIP over TLS, RFC 3261 section 19.1.2.</summary>
    private const int DefaultPort = 5061;

    public string EdgeRoute { get; } = $"<sip:{Domain}{(port == DefaultPort ? "" : $":{port}")};transport=tls;lr>";

    public string ProxyRoute { get; } = "<sip:onevc-sip-proxy.fbinfra.net:8191;transport=tls;lr>";

    /// <summary>An answer to the business: its own Record-Routes stand last, ours above, the proxy first.</summary>
    public SipResponse Respond(SipRequest request, int status, string reason, string toTag)
    {
        var response = request.Respond(status, reason, toTag);
        if (status == 100) return response;
        response.Headers.Add("Record-Route", ProxyRoute).Add("Record-Route", EdgeRoute)
            .AddAll("Record-Route", request.Headers.Lines("Record-Route"));
        if (status == 407) return response;
        response.Headers.Add("Allow", Allow).Add("X-FB-External-Domain", Domain);
        if (status >= 400) response.Headers.Add("Warning", $"399 {Domain} \"{reason.Replace("\"", "'", StringComparison.Ordinal)}\"");
        return response;
    }

    /// <summary>The 407: To's tag is the branch of the top Via, as in Meta's sample.</summary>
    public SipResponse Challenge(SipRequest request, IEnumerable<DigestChallenge> challenges)
    {
        var response = Respond(request, 407, "Proxy Authentication Required", request.TopVia.Branch);
        response.Headers.AddAll("Proxy-Authenticate", challenges.Select(c => c.ToHeader()));
        return response;
    }

    /// <summary>Headers that name a user who is known by a business-scoped id.</summary>
    public static void AddUser(SipHeaders headers, string user, string? userName)
    {
        if (user.StartsWith('+')) return;
        headers.Add("x-wa-meta-user-id", user);
        if (userName is not null) headers.Add("x-wa-meta-username", userName);
    }

    /// <summary>True when the lines are Meta's two, in the order of a request to the business.</summary>
    public bool AreOurs(IReadOnlyList<string> routes) =>
        routes.Count == 2 && Same(routes[0], EdgeRoute) && Same(routes[1], ProxyRoute);

    private static bool Same(string line, string route) => line.Replace(" ", "", StringComparison.Ordinal) == route;
}
