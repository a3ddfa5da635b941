using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Ringway.Ari.Tests;

/// <summary>The other direction: we connect to Asterisk, and again whenever the connection ends.</summary>
public class ReconnectTests
{
    [Fact]
    public async Task We_connect_with_the_application_and_the_password_and_commands_and_events_share_the_socket()
    {
        await using var asterisk = await AsteriskServer.StartAsync();
        await using var application = new AriApplication("ringway 1", Us.Unhurried, TimeProvider.System, asterisk.Log);
        using var enough = new CancellationTokenSource();
        var running = application.RunAsync(asterisk.Address, "ada", "pass:word", enough.Token);
        var events = new Events(application);
        await events.NextAsync<AriConnected>();
        Assert.Equal("/ari/events?app=ringway%201 Basic " + Convert.ToBase64String("ada:pass:word"u8), asterisk.Asked.Last());
        var line = await asterisk.NextLineAsync();
        var answered = application.Client.AnswerAsync(new("c"));
        await line.AnswerNextAsync();
        await answered.Within();
        await line.SayAsync(ConnectionTests.Start("c"));
        await events.NextAsync<StasisStart>();
        await enough.CancelAsync();
        Assert.Null(await line.HearAsync());
        await line.CloseAsync();
        await running.Within();
        await events.NextAsync<AriDisconnected>();
    }

    [Fact]
    public async Task Attempts_come_at_once_and_then_after_1_2_5_10_and_10_seconds_and_a_little()
    {
        await using var asterisk = await AsteriskServer.StartAsync(status: 503);
        var time = new WatchedTime();
        await using var application = new AriApplication("ringway", Us.Unhurried with { Random = new Half() }, time, asterisk.Log);
        using var enough = new CancellationTokenSource();
        var running = application.RunAsync(asterisk.Address, "ada", "x", enough.Token);
        await asterisk.AskedTimesAsync(1);
        var times = 1;
        foreach (var seconds in (int[])[1, 2, 5, 10, 10])
        {
            var wait = TimeSpan.FromSeconds(seconds * 1.125);
            await time.WaitBegunAsync(wait);
            time.Advance(wait - TimeSpan.FromMilliseconds(1));
            Assert.Equal(times, asterisk.Asked.Count);
            time.Advance(TimeSpan.FromMilliseconds(1));
            await asterisk.AskedTimesAsync(++times);
        }
        await enough.CancelAsync();
        await running.Within();
    }

    [Fact]
    public async Task A_server_that_hangs_up_at_once_is_not_asked_in_a_tight_loop()
    {
        await using var asterisk = await AsteriskServer.StartAsync();
        var time = new WatchedTime();
        await using var application = new AriApplication("ringway", Us.Unhurried with { Random = new Half() }, time, asterisk.Log);
        using var enough = new CancellationTokenSource();
        var running = application.RunAsync(asterisk.Address, "ada", "x", enough.Token);
        var events = new Events(application);
        await events.NextAsync<AriConnected>();
        await (await asterisk.NextLineAsync()).CloseAsync();
        await events.NextAsync<AriDisconnected>();
        await time.WaitBegunAsync(TimeSpan.FromSeconds(1.125));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(asterisk.Asked);
        time.Advance(TimeSpan.FromSeconds(0.125));
        await events.NextAsync<AriConnected>();

        // A connection that held for ten seconds is renewed at once.
        time.Advance(TimeSpan.FromSeconds(10));
        await (await asterisk.NextLineAsync()).CloseAsync();
        await events.NextAsync<AriDisconnected>();
        await events.NextAsync<AriConnected>();
        await enough.CancelAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        await running.Within();
    }

    [Fact]
    public async Task A_wrong_password_is_said_in_words()
    {
        await using var asterisk = await AsteriskServer.StartAsync(status: 401);
        await using var application = new AriApplication("ringway", new(), TimeProvider.System, asterisk.Log);
        using var enough = new CancellationTokenSource();
        var running = application.RunAsync(asterisk.Address, "ada", "hush", enough.Token);
        await asterisk.AskedTimesAsync(1);
        await Until.TrueAsync(() => asterisk.Log.Lines.Any(l => l.Level == LogLevel.Warning));
        var line = asterisk.Log.Lines.First(l => l.Level == LogLevel.Warning).Text;
        Assert.Contains("Asterisk refused ARI user \"ada\" (401). Check ari.conf [ada] password.", line);
        Assert.DoesNotContain("hush", line);
        await enough.CancelAsync();
        await running.Within();
    }

    /// <summary>Chance that is no chance: always one half, which is an eighth of jitter.</summary>
    private sealed class Half : Random
    {
        public override double NextDouble() => 0.5;
    }
}

/// <summary>Asterisk's HTTP server with /ari/events.</summary>
public sealed class AsteriskServer : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly System.Threading.Channels.Channel<Line> _lines = System.Threading.Channels.Channel.CreateUnbounded<Line>();
    private readonly TaskCompletionSource _over = new();
    private volatile bool _frozen;

    private AsteriskServer(WebApplication host) => _host = host;

    public Uri Address { get; private set; } = null!;

    public LogLines Log { get; } = new();

    /// <summary>Path, query and authorization of each attempt.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <param name="status">What it answers; 101 opens the socket.</param>
    /// <param name="frozen">It answers nobody who asks before <see cref="Thaw"/>.</param>
    public static async Task<AsteriskServer> StartAsync(int status = 101, bool frozen = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new AsteriskServer(builder.Build()) { _frozen = frozen };
        server._host.UseWebSockets();
        server._host.MapGet("/ari/events", context => server.ServeAsync(context, status));
        await server._host.StartAsync();
        server.Address = new(new Uri(server._host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), "ari/");
        return server;
    }

    public void Thaw() => _frozen = false;

    public Task<Line> NextLineAsync() => _lines.Reader.ReadAsync().AsTask().Within();

    public Task AskedTimesAsync(int times) => Until.TrueAsync(() => Asked.Count >= times);

    public async ValueTask DisposeAsync()
    {
        _over.TrySetResult();
        await _host.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context, int status)
    {
        var frozen = _frozen;
        Asked.Enqueue($"{context.Request.Path}{context.Request.QueryString} {context.Request.Headers.Authorization}");
        if (frozen)
        {
            await _over.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        if (status != 101)
        {
            context.Response.StatusCode = status;
            return;
        }
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync("ari");
        _lines.Writer.TryWrite(new(socket));
        await _over.Task;
    }
}

/// <summary>A clock of the test's that tells which waits have begun, so that it is not turned too early.</summary>
public sealed class WatchedTime : FakeTimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _begun = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _begun.Enqueue(dueTime);
        return timer;
    }

    /// <summary>Returns when a wait of this length has begun; each is told once.</summary>
    public Task WaitBegunAsync(TimeSpan length) => Until.TrueAsync(() =>
    {
        while (_begun.TryDequeue(out var begun))
        {
            if (begun == length)
                return true;
        }
        return false;
    });
}

public static class Until
{
    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; !await condition(); i++)
        {
            Assert.True(i < 2000, "It did not come to pass within 20 s.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
