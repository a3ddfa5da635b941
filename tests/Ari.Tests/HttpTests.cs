using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ringway.Ari.Tests;

/// <summary>Commands over HTTP, against a scripted server.</summary>
public class HttpTests
{
    [Fact]
    public async Task A_request_is_the_same_as_over_the_socket()
    {
        await using var server = await Server.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var said = $"{context.Request.Method} {context.Request.Path.ToUriComponent()}{context.Request.QueryString} {await reader.ReadToEndAsync()}";
            await context.Response.WriteAsync($$$"""{"id":"c 1","caller":{"name":"{{{context.Request.Headers.Authorization}}}"}}""");
            Volatile.Write(ref _said, said);
        });
        var channel = await server.Ari.Client.OriginateAsync(new("c 1"), new()
        {
            Endpoint = "PJSIP/a&b", App = "ringway", Variables = new Dictionary<string, string> { ["A"] = "ä" },
        });
        Assert.Equal("""POST /ari/channels/c%201?endpoint=PJSIP%2Fa%26b&app=ringway {"variables":{"A":"ä"}}""", _said);
        Assert.Equal("c 1", channel.Id.Value);
        Assert.Equal("Basic " + Convert.ToBase64String("ada:x"u8), channel.Caller.Name);
    }

    [Fact]
    public async Task A_calls_commands_wait_for_each_other_and_not_for_another_calls()
    {
        var paths = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var gate = new TaskCompletionSource();
        await using var server = await Server.StartAsync(async context =>
        {
            paths.Enqueue(context.Request.Path);
            if (context.Request.Path.Value!.Contains("slow"))
                await gate.Task;
            context.Response.StatusCode = 204;
        });
        Task[] one = [server.Ari.Client.For("1").AnswerAsync(new("slow")), server.Ari.Client.For("1").AnswerAsync(new("behind"))];
        await server.Ari.Client.For("2").AnswerAsync(new("other")).Within();
        Assert.DoesNotContain("/ari/channels/behind/answer", paths);
        gate.SetResult();
        await Task.WhenAll(one).Within();
        Assert.Equal("/ari/channels/behind/answer", paths.Last());
    }

    [Fact]
    public async Task Errors_are_the_same_as_over_the_socket()
    {
        await using var server = await Server.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Method == "DELETE" ? 404 : 409;
            return context.Response.WriteAsync("""{"message":"Channel not in Stasis application"}""");
        });
        await server.Ari.Client.HangUpAsync(new("gone"));
        var refused = await Assert.ThrowsAsync<AriException>(() => server.Ari.Client.AnswerAsync(new("c")));
        Assert.True(refused.IsConflict);
        Assert.Equal("Channel not in Stasis application", refused.AsteriskMessage);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_not_connected_and_no_answer_is_timed_out()
    {
        await using var server = await Server.StartAsync(_ => Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System));
        var late = await Assert.ThrowsAsync<AriException>(() => server.Ari.Client.Within(TimeSpan.FromMilliseconds(50)).PingAsync());
        Assert.Equal(AriFailure.TimedOut, late.Failure);
        using var http = new HttpClient();
        var nobody = new AriHttp(http, new("http://127.0.0.1:1/ari"), "ada", "x", new(), TimeProvider.System);
        Assert.Equal(AriFailure.NotConnected, (await Assert.ThrowsAsync<AriException>(() => nobody.Client.PingAsync())).Failure);
    }

    [Fact]
    public async Task A_command_is_a_span_with_its_route_and_its_failure()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Ringway.Ari",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("ari.path") is "channels/spanned/answer")
                    spans.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await Server.StartAsync(context => { context.Response.StatusCode = 409; return Task.CompletedTask; });
        await Assert.ThrowsAsync<AriException>(() => server.Ari.Client.AnswerAsync(new("spanned")));
        var span = Assert.Single(spans);
        Assert.Equal("POST channels/{channelId}/answer", span.DisplayName);
        Assert.Equal(409, span.GetTagItem("http.response.status_code"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
    }

    private string? _said;

    private sealed class Server : IAsyncDisposable
    {
        private readonly WebApplication _host;
        private readonly HttpClient _http = new();

        private Server(WebApplication host)
        {
            _host = host;
            var address = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            Ari = new AriHttp(_http, new(address, "ari"), "ada", "x", new(), TimeProvider.System);
        }

        public AriHttp Ari { get; }

        public static async Task<Server> StartAsync(RequestDelegate serve)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var host = builder.Build();
            host.Run(serve);
            await host.StartAsync();
            return new(host);
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await _host.DisposeAsync();
        }
    }
}

/// <summary>Lanes, HTTP and a host with dependency injection, on the real Asterisk.</summary>
[Collection(OneAsterisk.Name), Trait("needs", "asterisk")]
public class EveryPathTests(RealAsterisk asterisk)
{
    [Theory]
    [InlineData("socket")]
    [InlineData("lanes")]
    [InlineData("http")]
    public async Task A_two_party_bridge_is_made_and_ended_and_the_caller_does_not_notice_how(string path)
    {
        await using var us = await asterisk.ConnectAsync();
        await using var lanes = new AriLanes("lane", 2, new(), TimeProvider.System, NullLogger<AriApplication>.Instance);
        using var over = new CancellationTokenSource();
        var running = lanes.RunAsync(asterisk.Address, RealAsterisk.User, RealAsterisk.Password, over.Token);
        using var http = new HttpClient();
        var commands = path switch
        {
            "lanes" => lanes.Client,
            "http" => new AriHttp(http, asterisk.Address, RealAsterisk.User, RealAsterisk.Password, new(), TimeProvider.System).Client,
            _ => us.Client,
        };
        await Until.TrueAsync(() => lanes.IsConnected);
        var call = commands.For(path);
        var (one, two, bridge) = (new ChannelId($"{path}.1"), new ChannelId($"{path}.2"), new BridgeId(path));
        foreach (var leg in (ChannelId[])[one, two])
        {
            await call.OriginateAsync(leg, new() { Endpoint = "Local/echo@from", App = RealAsterisk.App });
            await us.Events.UntilAsync<StasisStart>(start => start.Channel.Id == leg);
        }
        await Task.WhenAll(call.CreateBridgeAsync(bridge), call.AddToBridgeAsync(bridge, [one, two])).Within();
        Assert.Equal(2, (await call.GetBridgeAsync(bridge))!.Channels.Length);
        await Task.WhenAll(call.HangUpAsync(one), call.HangUpAsync(two), call.DestroyBridgeAsync(bridge)).Within();
        await Until.TrueAsync(async () => await call.GetBridgeAsync(bridge) is null && await call.GetChannelAsync(two) is null);
        await over.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_host_that_registers_an_application_has_its_events_and_its_commands()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddAri("hosted", new AriConnection
        {
            Address = asterisk.Address, User = RealAsterisk.User, Password = RealAsterisk.Password, CommandSockets = 2,
        });
        using var host = builder.Build();
        await host.StartAsync();
        var events = new Events(host.Services.GetRequiredService<AriApplication>());
        await events.NextAsync<AriConnected>();
        var client = host.Services.GetRequiredService<AriClient>();
        await Until.TrueAsync(() => host.Services.GetRequiredService<AriLanes>().IsConnected);
        Assert.Equal("pong", (await client.PingAsync()).Ping);
        await host.StopAsync().Within();
        await events.UntilAsync<AriDisconnected>();
    }

    [Fact]
    public async Task A_recorded_file_comes_by_HTTP_and_is_refused_with_the_cure_over_a_socket()
    {
        await using var us = await asterisk.ConnectAsync();
        using var http = new HttpClient();
        var byHttp = new AriHttp(http, asterisk.Address, RealAsterisk.User, RealAsterisk.Password, new(), TimeProvider.System).Client;
        var leg = new ChannelId("recorded.1");
        await us.Client.OriginateAsync(leg, new() { Endpoint = "Local/echo@from", App = RealAsterisk.App });
        await us.Events.UntilAsync<StasisStart>(start => start.Channel.Id == leg);
        await us.Client.RecordAsync(leg, new() { Name = "by-http", IfExists = IfRecordingExists.Overwrite });
        await us.Events.UntilAsync<RecordingStarted>();
        await us.Client.StopRecordingAsync("by-http");
        await us.Events.UntilAsync<RecordingFinished>();
        Assert.Equal("RIFF"u8.ToArray(), (await byHttp.GetStoredRecordingFileAsync("by-http"))![..4]);
        Assert.Null(await byHttp.GetStoredRecordingFileAsync("by-nobody"));
        Assert.Equal(AriFailure.NeedsHttp, (await Assert.ThrowsAsync<AriException>(() => us.Client.GetStoredRecordingFileAsync("by-http"))).Failure);
        await us.Client.DeleteStoredRecordingAsync("by-http");
        await us.Client.HangUpAsync(leg);
    }
}
