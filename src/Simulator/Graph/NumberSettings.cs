using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Ringway.Simulator.Edge;

namespace Ringway.Simulator.Graph;

/// <summary>One SIP server of a number. Meta takes the app from the token; each app has a server and a password of its own.</summary>
public sealed record SipServer(string AppId, string HostName, int Port, ImmutableSortedDictionary<string, string> RequestUriUserParams);

/// <summary>What <c>/{phone-number-id}/settings</c> holds under <c>calling</c> (Meta, Calling: Call settings, 26 Jun 2026).</summary>
public sealed record NumberSettings
{
    public bool Calling { get; init; }

    public string IconVisibility { get; init; } = "DEFAULT";

    /// <summary>Null when never set.</summary>
    public ImmutableArray<string>? IconCountries { get; init; }

    /// <summary>As written, checked; null when never set.</summary>
    public JsonObject? CallHours { get; init; }

    public bool Callback { get; init; }

    /// <summary>DTLS or SDES; null (which means DTLS) until somebody sets it, and then GET does not show it.</summary>
    public string? Srtp { get; init; }

    public ImmutableArray<string> AdditionalCodecs { get; init; } = [];

    public JsonObject? Voicemail { get; init; }

    public bool Sip { get; init; }

    public bool WebhookDelivery { get; init; }

    public ImmutableArray<SipServer> Servers { get; init; } = [];

    /// <summary>By app.</summary>
    public ImmutableDictionary<string, string> Passwords { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>End of a restriction by Meta; null is none.</summary>
    public DateTimeOffset? RestrictedUntil { get; init; }

    /// <summary>As if the number's owner had set all this before: calling over SIP on, one server.</summary>
    public static NumberSettings Of(BusinessNumber number, string appId) => new()
    {
        Calling = true,
        Sip = true,
        Callback = number.CallbackPermission,
        WebhookDelivery = number.CallWebhooks,
        Srtp = number.Media == MediaMode.Sdes ? "SDES" : null,
        Servers = [new(appId, number.HostName, number.Trunk.Port, number.RequestUriUserParams.ToImmutableSortedDictionary())],
        Passwords = ImmutableDictionary<string, string>.Empty.Add(appId, number.Password),
    };

    /// <summary>What the SIP edge obeys. With servers of several apps Meta's behaviour is broken by design; the first one is taken.</summary>
    public BusinessNumber Tell(BusinessNumber number) => number with
    {
        IsOpen = Calling && Sip && Servers.Length > 0,
        Media = Srtp == "SDES" ? MediaMode.Sdes : MediaMode.Dtls,
        HostName = Servers is [var first, ..] ? first.HostName : number.HostName,
        Trunk = Servers is [var server, ..] ? new(number.Trunk.Address, server.Port) : number.Trunk,
        RequestUriUserParams = Servers is [var one, ..] ? one.RequestUriUserParams : number.RequestUriUserParams,
        Password = Servers is [var mine, ..] ? Passwords.GetValueOrDefault(mine.AppId, number.Password) : number.Password,
    };

    /// <param name="passwordsOf">The app that may see its password; null shows none.</param>
    public JsonObject ToJson(string? passwordsOf = null)
    {
        var calling = new JsonObject
        {
            ["status"] = Switch(Calling),
            ["call_icon_visibility"] = IconVisibility,
            ["callback_permission_status"] = Switch(Callback),
        };
        if (IconCountries is { } countries)
            calling["call_icons"] = new JsonObject { ["restrict_to_user_countries"] = new JsonArray([.. countries.Select(c => (JsonNode)c)]) };
        if (CallHours is not null) calling["call_hours"] = CallHours.DeepClone();
        if (Srtp is not null) calling["srtp_key_exchange_protocol"] = Srtp;
        if (AdditionalCodecs.Length > 0) calling["audio"] = new JsonObject { ["additional_codecs"] = new JsonArray([.. AdditionalCodecs.Select(c => (JsonNode)c)]) };
        if (Voicemail is not null) calling["voicemail"] = Voicemail.DeepClone();
        var sip = new JsonObject { ["status"] = Switch(Sip) };
        if (WebhookDelivery) sip["webhook_delivery"] = Switch(true);
        if (Servers.Length > 0) sip["servers"] = new JsonArray([.. Servers.Select(server => Server(server, passwordsOf))]);
        calling["sip"] = sip;
        if (RestrictedUntil is { } until)
            calling["restrictions"] = new JsonObject
            {
                ["restrictions_list"] = new JsonArray(new JsonObject
                {
                    ["type"] = "RESTRICTED_BUSINESS_INITIATED_CALLING",
                    ["reason"] = "Low quality of calls that your business started.",
                    ["expiration"] = until.ToUnixTimeSeconds(),
                }),
            };
        return calling;
    }

    private JsonObject Server(SipServer server, string? passwordsOf)
    {
        var json = new JsonObject { ["app_id"] = long.Parse(server.AppId, CultureInfo.InvariantCulture), ["hostname"] = server.HostName, ["port"] = server.Port };
        if (server.RequestUriUserParams.Count > 0)
            json["request_uri_user_params"] = new JsonObject(server.RequestUriUserParams.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));
        if (server.AppId == passwordsOf && Passwords.TryGetValue(server.AppId, out var password)) json["sip_user_password"] = password;
        return json;
    }

    private static string Switch(bool on) => on ? "ENABLED" : "DISABLED";
}
