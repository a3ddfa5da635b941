using Microsoft.Extensions.Logging.Abstractions;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ringway.Agents;
using Ringway.CallBacks;
using Ringway.Switchboard;
using Ringway.Calls;
using Ringway.News;
using Ringway.Options;
using Ringway.Recordings;
using Ringway.Sounds;
using Ringway.Store;
using Ringway.Tests.News;
using Ringway.Tests.WhatsApp;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Tests.Api;

/// <summary>The whole process on free loopback ports, with a switchboard and an Asterisk that only write down what they are asked.</summary>
public sealed class TestHost : IAsyncDisposable
{
    public const string AdasPassword = "ada-password";
    public const string BobsPassword = "bob-password";

    private readonly string _folder;

    private TestHost(WebApplication app, RingwayOptions options, string folder, NotedLines lines, NotedCalls calls)
    {
        (App, Options, _folder, Lines, Calls) = (app, options, folder, lines, calls);
        Address = new Uri($"http://{options.Listen}");
    }

    public WebApplication App { get; }

    public RingwayOptions Options { get; }

    public Uri Address { get; }

    public NotedLines Lines { get; }

    public NotedCalls Calls { get; }

    public T Part<T>() where T : notnull => App.Services.GetRequiredService<T>();

    public static async Task<TestHost> StartAsync(
        Func<RingwayOptions, RingwayOptions>? change = null, string? folder = null, Action<WebApplicationBuilder>? adjust = null)
    {
        folder ??= Directory.CreateTempSubdirectory("ringway-host-").FullName;
        var options = new RingwayOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, FreePort()),
            Asterisk = new AsteriskOptions { HttpPort = FreePort() },
            Lines = [new LineOptions { Id = "main", Number = PhoneNumber.Parse("+15550001000"), Name = "Shop", Password = new Secret("line-secret") }],
            Agents =
            [
                new AgentOptions { Id = "ada", Name = "Ada", Password = new Secret(AdasPassword) },
                new AgentOptions { Id = "bob", Name = "Bob", Password = new Secret(BobsPassword) },
            ],
        };
        options = change?.Invoke(options) ?? options;
        var (lines, calls) = (new NotedLines(), new NotedCalls());
        var app = await RingwayHost.BuildAsync(options, new HostPaths(folder, Path.Combine(folder, "desk")), Secrets.Open(folder), builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<ISipLines>(lines);
            builder.Services.AddSingleton<ICalls>(calls);
            builder.Services.AddSingleton(new PasswordHash(rounds: 10));
            adjust?.Invoke(builder);
        });
        await app.StartAsync();
        return new TestHost(app, options, folder, lines, calls);
    }

    public Page NewPage() => new(this);

    public async Task<Page> SignInAsync(string agent = "ada", string? password = null)
    {
        var page = NewPage();
        var answer = await page.PostAsync("/api/v1/session", new { agent, password = password ?? $"{agent}-password" });
        answer.EnsureSuccessStatusCode();
        page.Token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        return page;
    }

    /// <summary>Stops the process and keeps its folder, for a test that starts it again.</summary>
    public async Task StopAsync() => await App.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public static int FreePort() => Testing.FreePort.Take();
}

/// <summary>A browser, or a script: keeps its cookie, sends JSON.</summary>
public sealed class Page(TestHost host)
{
    private readonly CookieContainer _cookies = new();
    private HttpClient? _http;

    public HttpClient Http => _http ??= new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies }) { BaseAddress = host.Address };

    public string Token { get; set; } = "";

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(path);

    public Task<JsonElement> JsonAsync(string path) => Http.GetFromJsonAsync<JsonElement>(path);

    public Task<HttpResponseMessage> PostAsync(string path, object? body = null) => Http.PostAsJsonAsync(path, body ?? new { });

    public Task<HttpResponseMessage> PutAsync(string path, object body) => Http.PutAsJsonAsync(path, body);

    public Task<HttpResponseMessage> DeleteAsync(string path) => Http.DeleteAsync(path);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body) =>
        Http.SendAsync(new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) });

    public async Task<Ear> ListenAsync(string? origin = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.Cookies = _cookies;
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        await socket.ConnectAsync(new Uri($"ws://{host.Options.Listen}/api/v1/events"), Ear.Patience());
        return new Ear(socket);
    }
}

/// <summary>The page's end of the events' socket.</summary>
public sealed class Ear(ClientWebSocket socket) : IDisposable
{
    public WebSocketCloseStatus? Closed => socket.CloseStatus;

    public static CancellationToken Patience() => new CancellationTokenSource(TimeSpan.FromSeconds(10)).Token;

    /// <summary>The next message; null when the socket was closed.</summary>
    public async Task<JsonElement?> HearAsync()
    {
        var all = new MemoryStream();
        var part = new byte[8192];
        ValueWebSocketReceiveResult got;
        do
        {
            got = await socket.ReceiveAsync(part.AsMemory(), Patience());
            if (got.MessageType == WebSocketMessageType.Close) return null;
            all.Write(part, 0, got.Count);
        }
        while (!got.EndOfMessage);
        return JsonSerializer.Deserialize<JsonElement>(all.ToArray());
    }

    /// <summary>The next message of that type; others are passed over.</summary>
    public async Task<JsonElement> HearAsync(string type)
    {
        while (await HearAsync() is { } message)
            if (message.GetProperty("type").GetString() == type)
                return message;
        throw new InvalidOperationException($"The socket closed before a message of type {type}.");
    }

    public void Dispose() => socket.Dispose();
}

/// <summary>Asterisk's side of phones' accounts, written down.</summary>
public sealed class NotedLines : ISipLines
{
    public List<string> There { get; } = [];

    public bool Away { get; set; }

    public Task CreateAsync(SipAccount account, CancellationToken ct = default)
    {
        if (Away) throw new LinesUnavailableException("Asterisk is not there just now.");
        lock (There) There.Add(account.User);
        return Task.CompletedTask;
    }

    public Task RevokeAsync(string user, CancellationToken ct = default)
    {
        lock (There) There.Remove(user);
        return Task.CompletedTask;
    }
}

/// <summary>A switchboard that places what it is told to place.</summary>
public sealed class NotedCalls : ICalls
{
    public List<(AgentId By, PhoneNumber To, string? Line)> Asked { get; } = [];

    public List<(AgentId By, string Call)> HungUp { get; } = [];

    public PlaceResult Answer { get; set; } = new PlaceResult.Placed("n1-7");

    public Task<PlaceResult> PlaceAsync(AgentId by, PhoneNumber to, string? line, CancellationToken ct)
    {
        Asked.Add((by, to, line));
        return Task.FromResult(Answer);
    }

    public HangUpResult HangUp(AgentId by, string callId)
    {
        HungUp.Add((by, callId));
        return HangUpResult.Done;
    }

    public List<(string Call, CallEvent Asked)> InCalls { get; } = [];

    public CallRefusal? Refuses { get; set; }

    public CallRefusal? Ask(AgentId by, string callId, CallEvent asked)
    {
        InCalls.Add((callId, asked));
        return Refuses;
    }

    public CallRefusal? Supervise(AgentId by, string callId, SupervisionMode mode) => Ask(by, callId, new CallEvent.SuperviseAsked(by, mode));

    public CallRefusal? Barge(AgentId by, string callId) => Ask(by, callId, new CallEvent.BargeAsked(by));

    public CallRefusal? LeaveSupervision(AgentId by, string callId) => Ask(by, callId, new CallEvent.SupervisionLeft(by));

    public CallRefusal? Fetch(AgentId by, string callId)
    {
        InCalls.Add((callId, new CallEvent.FetchAsked(by)));
        return Refuses;
    }
}

/// <summary>Calls to show.</summary>
public static class Example
{
    public static DateTimeOffset Noon { get; } = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Never started, so that nothing is opened or written.</summary>
    public static Archive NoArchive(TimeProvider time)
    {
        var store = new SqliteCallStore("never-opened.db");
        var office = new NewsOffice(store, time);
        var secrets = new Secrets { Ari = "", Key = "", Lines = new Dictionary<string, string>(), Agents = new Dictionary<string, string>(), Meta = new("", "", "") };
        return new("/no-tapes", "/no-recordings", null, new(), secrets, store, office.Writer, office.Post, time, NullLogger<Archive>.Instance);
    }

    /// <summary>Never loaded, so that nothing is opened or written.</summary>
    public static SoundShelf NoSounds(TimeProvider time) =>
        new(new SqliteCallStore("never-opened.db"), new(), new("/prompts", new RingwayOptions()), time, NullLogger<SoundShelf>.Instance);

    /// <summary>There is no webhook, so nothing is told.</summary>
    public static NewsPost NoNews(ICallStore store, TimeProvider time) => new NewsOffice(store, time).Post;

    /// <summary>Never started, so that nothing is opened or written.</summary>
    public static CallBackBook NoCallBacks(TimeProvider time)
    {
        var store = new SqliteCallStore("never-opened.db");
        var options = new RingwayOptions();
        return new(store, new PermissionBook(store, new PlayedMeta(), NoNews(store, time), time, NullLogger<PermissionBook>.Instance), new CallBoard(), options, time, NullLogger<CallBackBook>.Instance);
    }

    public static CallRecord Call(string id = "n1-1", string state = "offered") => new()
    {
        Id = id,
        Direction = Direction.Inbound,
        State = state,
        Line = new LineFact("main", PhoneNumber.Parse("+15550001000"), "Shop"),
        Customer = new CustomerFact("Carla", PhoneNumber.Parse("+4915112345678"), "DE.123"),
        Wacid = "wacid.HBgL",
        OfferedTo = ["ada"],
        ArrivedAt = Noon,
        OfferedAt = Noon.AddMilliseconds(3),
    };

    public static CallRecord Ended(string id, DateTimeOffset arrived, string? agent = "ada") => Call(id, "over") with
    {
        ArrivedAt = arrived,
        Agent = agent,
        OfferedTo = agent is null ? [] : [agent],
        OfferedAt = arrived.AddMilliseconds(1),
        AnsweredAt = arrived.AddSeconds(2),
        EndedAt = arrived.AddSeconds(10),
        Outcome = new OutcomeFact("completed", "customer", "The WhatsApp user hung up.", 200),
    };
}
