using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Ringway.Simulator.Api;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Graph;
using Ringway.Simulator.Tests.Edge;

namespace Ringway.Simulator.Tests.Graph;

/// <summary>What Graph said.</summary>
public sealed record Said(int Status, JsonObject Body, HttpResponseMessage Raw)
{
    public JsonObject Error => (JsonObject)Body["error"]!;

    public int Code => Error["code"]!.GetValue<int>();
}

/// <summary>The edge with scripted neighbours, and Graph above it, as the simulator wires them; no Asterisk. The clock stands until it is moved.</summary>
public sealed class GraphWorld : IAsyncDisposable
{
    public const string PhoneNumberId = "106540352242922", AccountId = "102290129340398", AppId = "670843887433847", Token = "EAAG-token", Secret = "app secret", VerifyToken = "verify me";

    private readonly WebApplication _web;
    private readonly CancellationTokenSource _stopping = new();

    private GraphWorld(World sip, WebApplication web, FakeTimeProvider time, Uri address, CancellationTokenSource stopping)
    {
        (Sip, _web, Time, _stopping) = (sip, web, time, stopping);
        Http = new() { BaseAddress = address };
    }

    public World Sip { get; }

    public FakeTimeProvider Time { get; }

    public HttpClient Http { get; }

    public Chats Chats => _web.Services.GetRequiredService<Chats>();

    public GraphBook Book => _web.Services.GetRequiredService<GraphBook>();

    public Webhooks Webhooks => _web.Services.GetRequiredService<Webhooks>();

    public GraphNumber Number => Book.Numbers[0];

    public Misbehaviours Misbehaviours => Sip.Misbehaviours;

    public static async Task<GraphWorld> StartAsync(Func<BusinessNumber, BusinessNumber>? business = null, Uri? webhookUrl = null, params SimulatedAccount[] more)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
        var sip = new World(time: time, business: b =>
        {
            b = b with { PhoneNumberId = PhoneNumberId, BusinessAccountId = AccountId, Name = "Acme" };
            return business?.Invoke(b) ?? b;
        });
        var options = new SimulatorOptions
        {
            DataFolder = "",
            Businesses = sip.Edge.Businesses,
            Accounts = [new(AccountId, AppId, Token, Secret, VerifyToken), .. more],
            WebhookUrl = webhookUrl,
        };
        var stopping = new CancellationTokenSource();
        var address = World.Free();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(time).AddSingleton(options).AddSingleton(new SimulatorStop(stopping.Token))
            .AddSingleton(sip.Book).AddSingleton(sip.Rules).AddSingleton(sip.Misbehaviours).AddSingleton(sip.Users).AddSingleton(sip.Edge).AddGraph(options);
        var web = builder.Build();
        web.UseWebSockets();
        web.MapGraph();
        web.MapEvents();
        web.Services.StartGraph(options, stopping.Token);
        await web.StartAsync();
        return new(sip, web, time, new($"http://{address}"), stopping);
    }

    /// <summary>A request to Graph; paths are those behind the version.</summary>
    public async Task<Said> AskAsync(HttpMethod method, string path, string? body = null, string? token = Token, string version = "v25.0")
    {
        using var request = new HttpRequestMessage(method, $"/{version}/{path}");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await Http.SendAsync(request);
        return new((int)answer.StatusCode, (JsonObject)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!, answer);
    }

    public Task<Said> GetAsync(string path) => AskAsync(HttpMethod.Get, path);

    public Task<Said> PostAsync(string path, string body) => AskAsync(HttpMethod.Post, path, body);

    public async Task<JsonObject> SettingsAsync(string query = "") => (JsonObject)(await GetAsync($"{PhoneNumberId}/settings{query}")).Body["calling"]!;

    public Task<Said> SetAsync(string calling) => PostAsync($"{PhoneNumberId}/settings", $$"""{"calling":{{calling}}}""");

    /// <summary>A message to the user of <see cref="World"/>.</summary>
    public Task<Said> SendAsync(string rest, string to = "12195550714") =>
        PostAsync($"{PhoneNumberId}/messages", $$"""{"messaging_product":"whatsapp","recipient_type":"individual","to":"{{to}}",{{rest}}}""");

    public Task<Said> AskPermissionAsync() =>
        SendAsync(""" "type":"interactive","interactive":{"type":"call_permission_request","action":{"name":"call_permission_request"},"body":{"text":"May we call you?"}} """);

    public async Task<int> PageAsync(HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return (int)(await Http.SendAsync(request)).StatusCode;
    }

    /// <summary>The user of <see cref="World"/> as the page sees it, with the one business.</summary>
    public async Task<JsonObject> UserAsync(string user = World.User) =>
        (JsonObject)JsonNode.Parse(await Http.GetStringAsync($"/users/{Uri.EscapeDataString(user)}"))!["businesses"]![0]!;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Sip.DisposeAsync();
        await _web.DisposeAsync();
        Http.Dispose();
        _stopping.Dispose();
    }
}

/// <summary>A business' webhook endpoint that does as it is told.</summary>
public sealed class WebhookEar : IAsyncDisposable
{
    private readonly WebApplication _web;

    private WebhookEar(WebApplication web, Uri url) => (_web, Url) = (web, url);

    public Uri Url { get; }

    /// <summary>Bodies whose signature was right, in the order of their coming.</summary>
    public ConcurrentQueue<JsonObject> Heard { get; } = new();

    /// <summary>How many came with a signature that is not right.</summary>
    public int Forged { get; private set; }

    /// <summary>How an honest delivery is answered.</summary>
    public Func<int> Answer { get; set; } = () => 200;

    /// <summary>How the handshake is answered.</summary>
    public Func<HttpRequest, (int Status, string Text)> Handshake { get; set; } = request =>
        request.Query["hub.mode"] == "subscribe" && request.Query["hub.verify_token"] == GraphWorld.VerifyToken ? (200, request.Query["hub.challenge"].ToString()) : (403, "");

    /// <summary>field and what happened, e.g. <c>calls terminate</c>.</summary>
    public IEnumerable<string> Names => Heard.Select(Name);

    public JsonObject Value(string name) => (JsonObject)Heard.Last(h => Name(h) == name)["entry"]![0]!["changes"]![0]!["value"]!;

    public static async Task<WebhookEar> StartAsync(string secret = GraphWorld.Secret)
    {
        var address = World.Free();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address));
        builder.Logging.ClearProviders();
        var web = builder.Build();
        var ear = new WebhookEar(web, new($"http://{address}/webhooks/whatsapp"));
        web.MapGet("/webhooks/whatsapp", (HttpRequest request) =>
        {
            var (status, text) = ear.Handshake(request);
            return Results.Text(text, statusCode: status);
        });
        web.MapPost("/webhooks/whatsapp", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            if (request.Headers["X-Hub-Signature-256"] != Expected(body.ToArray(), secret))
            {
                ear.Forged++;
                return Results.StatusCode(401);
            }
            var status = ear.Answer();
            if (status == 200) ear.Heard.Enqueue((JsonObject)JsonNode.Parse(body.ToArray())!);
            return Results.StatusCode(status);
        });
        await web.StartAsync();
        return ear;
    }

    public Task HearsAsync(params string[] names) =>
        World.Until(() => names.GroupBy(n => n).All(same => Names.Count(n => n == same.Key) >= same.Count()), $"webhooks {string.Join(", ", names)}; heard {string.Join(", ", Names)}");

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    // Written anew on purpose: the sender's own code must not judge itself.
    private static string Expected(byte[] body, string secret)
    {
        using var hmac = new System.Security.Cryptography.HMACSHA256(Encoding.UTF8.GetBytes(secret));
        return "sha256=" + string.Concat(hmac.ComputeHash(body).Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static string Name(JsonObject heard)
    {
        var change = heard["entry"]![0]!["changes"]![0]!;
        var value = change["value"]!;
        var what = value["messages"]?[0]?["interactive"]?["type"] ?? value["messages"]?[0]?["type"] ?? value["statuses"]?[0]?["status"] ?? value["calls"]?[0]?["event"] ?? value["type"] ?? value["event"];
        return $"{change["field"]} {what}";
    }
}
