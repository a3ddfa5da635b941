using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ringway.Tests.Provisioning;

/// <summary>Meta's settings of one number over real HTTP: it keeps what is written, makes a password, and has the quirk that a test wants.</summary>
internal sealed class MetaOfTheTest : IAsyncDisposable
{
    public const string Id = "106540352242922", Account = "102290129340398", App = "7", Token = "EAAG-test", Password = "0123456789abcdefghijABCDEFGHIJ01";

    private readonly WebApplication _host;

    private MetaOfTheTest(WebApplication host) => _host = host;

    public JsonObject Calling { get; } = [];

    /// <summary>Groups in the order in which they were written: <c>sip</c>, <c>status</c>, …</summary>
    public List<string> Written { get; } = [];

    public List<string> Apps { get; } = [];

    /// <summary>So many updates of the SIP settings, and of SRTP, come out with DTLS.</summary>
    public int ResetsSrtp { get; set; }

    /// <summary>What it takes and does not keep.</summary>
    public string? Forgets { get; set; }

    public int? RefusesWith { get; set; }

    public bool HidesPassword { get; set; }

    public JsonObject TokenFacts { get; } = new() { ["app_id"] = App, ["is_valid"] = true, ["expires_at"] = 0, ["scopes"] = new JsonArray("whatsapp_business_management") };

    public Uri Address => new(_host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<MetaOfTheTest> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var host = builder.Build();
        var meta = new MetaOfTheTest(host);
        host.MapGet("/v25.0/debug_token", () => Json(new JsonObject { ["data"] = meta.TokenFacts.DeepClone() }));
        host.MapGet($"/v25.0/{Id}/settings", (bool? include_sip_credentials) => Json(new JsonObject { ["calling"] = meta.Said(include_sip_credentials ?? false) }));
        host.MapPost($"/v25.0/{Id}/settings", (JsonObject body) => meta.Write(body["calling"]!.AsObject()));
        host.MapGet($"/v25.0/{Id}", () => Json(JsonNode.Parse("""{"health_status":{"can_send_message":"AVAILABLE","entities":[{"entity_type":"PHONE_NUMBER","id":"1","can_receive_call_sip":"AVAILABLE"}]}}""")!));
        host.MapGet($"/v25.0/{Account}/subscribed_apps", () => Json(new JsonObject
        {
            ["data"] = new JsonArray([.. meta.Apps.Select(app => new JsonObject { ["whatsapp_business_api_data"] = new JsonObject { ["id"] = app } })]),
        }));
        host.MapPost($"/v25.0/{Account}/subscribed_apps", () =>
        {
            meta.Apps.Add(App);
            return Json(new JsonObject { ["success"] = true });
        });
        await host.StartAsync();
        return meta;
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    private IResult Write(JsonObject calling)
    {
        Written.Add(string.Join("+", calling.Select(pair => pair.Key)));
        if (RefusesWith is { } code)
            return Json(new JsonObject { ["error"] = new JsonObject { ["message"] = $"(#{code}) No", ["code"] = code } }, 400);
        foreach (var (key, value) in calling)
            if (key != Forgets)
                Calling[key] = value!.DeepClone();
        if (calling.ContainsKey("sip"))
            Calling["sip"]!["servers"]![0]!["app_id"] = long.Parse(App, System.Globalization.CultureInfo.InvariantCulture);
        if ((calling.ContainsKey("sip") || calling.ContainsKey("srtp_key_exchange_protocol")) && ResetsSrtp-- > 0)
            Calling["srtp_key_exchange_protocol"] = "DTLS";
        return Json(new JsonObject { ["success"] = true });
    }

    private JsonNode Said(bool withPassword)
    {
        var said = Calling.DeepClone();
        if (withPassword && !HidesPassword && said["sip"]?["servers"]?[0] is JsonObject server) server["sip_user_password"] = Password;
        return said;
    }

    private static IResult Json(JsonNode body, int status = 200) => Results.Text(body.ToJsonString(), "application/json", statusCode: status);
}
