using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Ringway.Ari;

namespace Ringway.Bench.Ari;

/// <param name="PerSecond">Commands a second with a window under way.</param>
internal sealed record CommandRate(double PerSecond, double P50Milliseconds, double P99Milliseconds);

/// <summary>How fast commands (<c>GET asterisk/ping</c>, which costs Asterisk least) go to the real Asterisk and back.</summary>
internal sealed class CommandsBench(Uri ari, int count, int window, NodePeer node)
{
    /// <summary>The least that one can write: requests made ready beforehand, answers told apart by their number and nothing else.</summary>
    public async Task<CommandRate> BareAsync()
    {
        using var socket = await BenchAsterisk.OpenAsync(ari, "bare");
        var asked = new ConcurrentDictionary<string, TaskCompletionSource>();
        var outgoing = System.Threading.Channels.Channel.CreateUnbounded<byte[]>();
        using var over = new CancellationTokenSource();
        var reading = ReadAsync(socket, asked, over.Token);
        var writing = WriteAsync(socket, outgoing.Reader, over.Token);
        var number = 0;
        var rate = await MeasureAsync(_ =>
        {
            var id = Interlocked.Increment(ref number).ToString(CultureInfo.InvariantCulture);
            var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            asked[id] = answered;
            outgoing.Writer.TryWrite(Encoding.UTF8.GetBytes(
                $$"""{"type":"RESTRequest","transaction_id":"","request_id":"{{id}}","method":"GET","uri":"asterisk/ping"}"""));
            return answered.Task;
        });
        await over.CancelAsync();
        socket.Abort();
        await Task.WhenAll(reading, writing);
        return rate;
    }

    public Task<CommandRate> ClientAsync() => WithApplicationAsync(client => MeasureAsync(_ => client.PingAsync()));

    public async Task<CommandRate> LanesAsync(int lanes)
    {
        await using var several = new AriLanes("lane", lanes, new(), TimeProvider.System, NullLogger<AriApplication>.Instance);
        using var over = new CancellationTokenSource();
        var running = several.RunAsync(ari, BenchAsterisk.User, BenchAsterisk.Password, over.Token);
        await ConnectedAsync(several);
        var rate = await MeasureAsync(caller => several.Client.For(Name(caller)).PingAsync());
        await over.CancelAsync();
        await running;
        return rate;
    }

    public async Task<CommandRate> HttpAsync()
    {
        using var http = new HttpClient();
        var commands = new AriHttp(http, ari, BenchAsterisk.User, BenchAsterisk.Password, new(), TimeProvider.System).Client;
        return await MeasureAsync(caller => commands.For(Name(caller)).PingAsync());
    }

    public async Task<CommandRate> NodeAsync()
    {
        var said = await node.RunAsync("commands", ari, count / 10, window, []);
        return new(count / 10 / said.GetProperty("seconds").GetDouble(), said.GetProperty("p50").GetDouble(), said.GetProperty("p99").GetDouble());
    }

    /// <summary>p99 of eight calls' commands, each call one after the other with a pause, while one command takes 300 ms again and again, or none does.</summary>
    public async Task<CommandRate> BesideASlowOneAsync(int lanes, bool slow)
    {
        await using var several = new AriLanes("lane", lanes, new(), TimeProvider.System, NullLogger<AriApplication>.Instance);
        using var over = new CancellationTokenSource();
        var running = several.RunAsync(ari, BenchAsterisk.User, BenchAsterisk.Password, over.Token);
        await ConnectedAsync(several);
        using var enough = new CancellationTokenSource();
        var slowly = slow ? SlowlyAsync(several.Client.For("slow"), enough.Token) : Task.CompletedTask;
        var times = new ConcurrentBag<double>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async caller =>
        {
            var call = several.Client.For(Name(caller));
            for (var i = 0; i < 400; i++)
            {
                var asked = Stopwatch.GetTimestamp();
                await call.PingAsync();
                times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
            }
        }));
        await enough.CancelAsync();
        await slowly;
        await over.CancelAsync();
        await running;
        return Rate([.. times], 0);
    }

    private static async Task SlowlyAsync(AriClient call, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
            await call.GetGlobalVariableAsync("SHELL(sleep 0.3)", CancellationToken.None);
    }

    private async Task<CommandRate> WithApplicationAsync(Func<AriClient, Task<CommandRate>> measure)
    {
        await using var application = new AriApplication("client", new(), TimeProvider.System, NullLogger<AriApplication>.Instance);
        using var over = new CancellationTokenSource();
        var running = application.RunAsync(ari, BenchAsterisk.User, BenchAsterisk.Password, over.Token);
        await foreach (var happened in application.ReadAsync())
            if (happened is AriConnected)
                break;
        var rate = await measure(application.Client);
        await over.CancelAsync();
        await running;
        return rate;
    }

    private async Task<CommandRate> MeasureAsync(Func<int, Task> ask)
    {
        var times = new double[count];
        var next = -1;
        var since = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, window).Select(caller => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var mine && mine < count)
            {
                var asked = Stopwatch.GetTimestamp();
                await ask(caller);
                times[mine] = Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
            }
        })));
        return Rate(times, count / Stopwatch.GetElapsedTime(since).TotalSeconds);
    }

    private static CommandRate Rate(double[] milliseconds, double perSecond)
    {
        Array.Sort(milliseconds);
        return new(perSecond, milliseconds[milliseconds.Length / 2], milliseconds[(int)(milliseconds.Length * 0.99)]);
    }

    private static string Name(int caller) => caller.ToString(CultureInfo.InvariantCulture);

    /// <summary>All lanes are open when as many pings of different calls came back as there are lanes, one on each.</summary>
    private static async Task ConnectedAsync(AriLanes lanes)
    {
        while (!lanes.AllConnected)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
    }

    private static async Task ReadAsync(WebSocket socket, ConcurrentDictionary<string, TaskCompletionSource> asked, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        var filled = 0;
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(filled), ct);
                filled += received.Count;
                if (!received.EndOfMessage)
                    continue;
                if (RequestId(buffer.AsSpan(0, filled)) is { } id && asked.TryRemove(id, out var answered))
                    answered.SetResult();
                filled = 0;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The measurement is over.
        }
    }

    private static async Task WriteAsync(WebSocket socket, ChannelReader<byte[]> outgoing, CancellationToken ct)
    {
        try
        {
            await foreach (var message in outgoing.ReadAllAsync(ct))
                await socket.SendAsync(message, WebSocketMessageType.Text, true, ct);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The measurement is over.
        }
    }

    private static string? RequestId(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1 || !reader.ValueTextEquals("request_id"u8))
                continue;
            reader.Read();
            return reader.GetString();
        }
        return null;
    }
}
