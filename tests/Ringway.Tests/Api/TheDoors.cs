using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Ringway.Api;
using Ringway.Options;

namespace Ringway.Tests.Api;

public sealed class TheDoors
{
    [Fact]
    public async Task Nothing_of_Asterisks_control_is_reached_through_the_public_door()
    {
        await using var host = await TestHost.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await host.NewPage().GetAsync("/ari/channels")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.NewPage().GetAsync("/ari/events?app=ringway")).StatusCode);
    }

    [Fact]
    public async Task Ringway_connects_with_the_password_from_the_secrets_and_asks_what_there_is()
    {
        await using var asterisk = await PlayedAri.StartAsync();
        await using var host = await TestHost.StartAsync(options => options with { Asterisk = options.Asterisk with { HttpPort = asterisk.Port } });

        var (authorization, asked) = await asterisk.FirstAskedAsync("ringway");

        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"ringway:{Secrets.Open(host.Part<HostPaths>().Data).Ari}")), authorization);
        Assert.Contains("asterisk/info", asked, StringComparison.Ordinal);
        var alive = JsonSerializer.Deserialize<JsonElement>(await host.NewPage().Http.GetStringAsync("/healthz"));
        Assert.Equal("alive", alive.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Ready_means_that_Asterisk_trunk_and_store_are_there()
    {
        await using var host = await TestHost.StartAsync();
        var page = host.NewPage();

        var answer = await page.GetAsync("/readyz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("""{"asterisk":false,"trunk":false,"store":true,"draining":false}""", await answer.Content.ReadAsStringAsync());
        var readiness = host.Part<Readiness>();
        (readiness.Asterisk, readiness.Trunk) = (() => true, _ => Task.FromResult(true));
        Assert.Equal(HttpStatusCode.OK, (await page.GetAsync("/readyz")).StatusCode);
    }

    [Fact]
    public async Task A_store_that_is_not_there_at_the_start_is_one_sentence_with_the_cure()
    {
        var folder = Directory.CreateTempSubdirectory("ringway-host-").FullName;

        var fault = await Assert.ThrowsAsync<Ringway.Store.StoreUnavailableException>(() => TestHost.StartAsync(
            options => options with { Store = new StoreOptions { Url = new Secret("postgres://ringway:hush@127.0.0.1:1/ringway") } }, folder));

        Directory.Delete(folder, recursive: true);
        Assert.Contains("Check store.url", fault.Message);
        Assert.DoesNotContain("hush", fault.Message);
    }

    [Fact]
    public async Task Every_answer_tells_the_browser_to_be_careful()
    {
        await using var host = await TestHost.StartAsync();
        foreach (var path in new[] { "/", "/healthz", "/api/v1/session", "/nothing" })
        {
            var answer = await host.NewPage().GetAsync(path);
            Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task The_desk_is_served_from_its_folder_and_hashed_files_are_kept_by_browsers()
    {
        var folder = Directory.CreateTempSubdirectory("ringway-host-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "desk", "assets"));
        await File.WriteAllTextAsync(Path.Combine(folder, "desk", "index.html"), "<!doctype html><title>Desk</title>");
        await File.WriteAllTextAsync(Path.Combine(folder, "desk", "assets", "index-1a2b.js"), "1");
        await using var host = await TestHost.StartAsync(folder: folder);

        var index = await host.NewPage().GetAsync("/");
        var script = await host.NewPage().GetAsync("/assets/index-1a2b.js");

        Assert.Equal("text/html", index.Content.Headers.ContentType!.MediaType);
        Assert.True(index.Headers.CacheControl!.NoCache);
        Assert.Equal(TimeSpan.FromDays(365), script.Headers.CacheControl!.MaxAge);
        Assert.Equal(HttpStatusCode.NotFound, (await host.NewPage().GetAsync("/../secrets.json")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.NewPage().GetAsync("/%2e%2e/secrets.json")).StatusCode);
    }

    [Fact]
    public async Task The_description_names_every_address_of_the_api()
    {
        await using var host = await TestHost.StartAsync();

        var description = await host.NewPage().JsonAsync("/openapi.json");

        var paths = description.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal);
        Assert.Equal(
            ["/api/v1/agents", "/api/v1/call-backs", "/api/v1/call-backs/{id}", "/api/v1/call-backs/{id}/call", "/api/v1/calllink", "/api/v1/calls", "/api/v1/calls/{id}", "/api/v1/calls/{id}/audit", "/api/v1/calls/{id}/consult", "/api/v1/calls/{id}/consult/complete",
                "/api/v1/calls/{id}/consult/merge", "/api/v1/calls/{id}/consult/swap", "/api/v1/calls/{id}/consult/{agent}", "/api/v1/calls/{id}/hold", "/api/v1/calls/{id}/message", "/api/v1/calls/{id}/park", "/api/v1/calls/{id}/recording", "/api/v1/calls/{id}/story", "/api/v1/calls/{id}/supervision", "/api/v1/calls/{id}/supervision/barge", "/api/v1/calls/{id}/transfer", "/api/v1/history", "/api/v1/history.csv", "/api/v1/line", "/api/v1/lines", "/api/v1/lines/{id}/night", "/api/v1/lines/{id}/routes", "/api/v1/lines/{id}/routes/test",
                "/api/v1/outbox", "/api/v1/outbox/{id}/retry",
                "/api/v1/permission", "/api/v1/permission/ask", "/api/v1/permission/button", "/api/v1/presence", "/api/v1/reports", "/api/v1/session", "/api/v1/sounds", "/api/v1/sounds/{name}", "/api/v1/webhooks",
                "/healthz", "/readyz"],
            paths);
        var number = description.GetProperty("components").GetProperty("schemas").GetProperty("LineView").GetProperty("properties").GetProperty("number");
        Assert.Contains("string", number.GetRawText().Contains("$ref", StringComparison.Ordinal)
            ? description.GetProperty("components").GetProperty("schemas").GetProperty("PhoneNumber").GetRawText() : number.GetRawText());
    }

    [Fact]
    public async Task The_phones_socket_reaches_Asterisk_without_our_cookie_and_ends_with_the_sign_in()
    {
        await using var asterisk = await FakeSipSocket.StartAsync();
        await using var host = await TestHost.StartAsync(options => options with { Asterisk = options.Asterisk with { HttpPort = asterisk.Port } });
        var page = await host.SignInAsync();
        using var phone = new ClientWebSocket();
        phone.Options.AddSubProtocol("sip");
        phone.Options.SetRequestHeader("Cookie", $"ringway_session={page.Token}");
        phone.Options.SetRequestHeader("Origin", $"http://{host.Options.Listen}");

        await phone.ConnectAsync(new Uri($"ws://{host.Options.Listen}/sip"), Ear.Patience());
        await phone.SendAsync(Encoding.UTF8.GetBytes("REGISTER"), WebSocketMessageType.Text, true, Ear.Patience());

        var part = new byte[100];
        var got = await phone.ReceiveAsync(part, Ear.Patience());
        Assert.Equal("/ws cookie= echo=REGISTER", Encoding.UTF8.GetString(part, 0, got.Count));
        Assert.Equal("sip", phone.SubProtocol);
        await page.DeleteAsync("/api/v1/session");
        await Assert.ThrowsAnyAsync<WebSocketException>(() => phone.ReceiveAsync(part, Ear.Patience()));
    }

    /// <summary>Asterisk's ARI, as far as the first request on each socket.</summary>
    private sealed class PlayedAri(WebApplication app, int port, ConcurrentDictionary<string, TaskCompletionSource<(string, string)>> first) : IAsyncDisposable
    {
        public int Port => port;

        public static async Task<PlayedAri> StartAsync()
        {
            var (port, first) = (TestHost.FreePort(), new ConcurrentDictionary<string, TaskCompletionSource<(string, string)>>());
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
            var app = builder.Build();
            app.UseWebSockets();
            app.Run(async context =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync("ari");
                var part = new byte[8192];
                var got = await socket.ReceiveAsync(part, Ear.Patience());
                Of(first, context.Request.Query["app"]!).TrySetResult((context.Request.Headers.Authorization!, Encoding.UTF8.GetString(part, 0, got.Count)));
            });
            await app.StartAsync();
            return new PlayedAri(app, port, first);
        }

        public Task<(string Authorization, string Message)> FirstAskedAsync(string application) =>
            Of(first, application).Task.WaitAsync(TimeSpan.FromSeconds(10));

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private static TaskCompletionSource<(string, string)> Of(ConcurrentDictionary<string, TaskCompletionSource<(string, string)>> first, string application) =>
            first.GetOrAdd(application, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    /// <summary>Asterisk's /ws, as far as the proxy sees it.</summary>
    private sealed class FakeSipSocket(WebApplication app, int port) : IAsyncDisposable
    {
        public int Port => port;

        public static async Task<FakeSipSocket> StartAsync()
        {
            var port = TestHost.FreePort();
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
            var app = builder.Build();
            app.UseWebSockets();
            app.Run(async context =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync("sip");
                var part = new byte[100];
                var got = await socket.ReceiveAsync(part, Ear.Patience());
                var answer = $"{context.Request.Path} cookie={context.Request.Headers.Cookie} echo={Encoding.UTF8.GetString(part, 0, got.Count)}";
                await socket.SendAsync(Encoding.UTF8.GetBytes(answer), WebSocketMessageType.Text, true, Ear.Patience());
                try
                {
                    await socket.ReceiveAsync(part, Ear.Patience());
                }
                catch (Exception fault) when (fault is WebSocketException or OperationCanceledException)
                {
                    // The proxy cut the connection, which is what the test waits for.
                }
            });
            await app.StartAsync();
            return new FakeSipSocket(app, port);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
